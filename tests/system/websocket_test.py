"""WebSocket listeners: raw upgrades, Paho, MQTT.js in Node, with TLS, and behind Debian's nginx."""

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import paho.mqtt.client as paho

from broker import BrokerCase, die_with_parent, free_port, wait_until
from certificates import Ca
from mqttjs_test import HERE, MODULES, install

LISTENER = "allow_anonymous true\nlistener {port} 127.0.0.1\nprotocol websockets\n"
REQUEST = ("GET /mqtt HTTP/1.1\r\nHost: broker\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n")
CONNECT = bytes.fromhex("10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 61")  # 3.1.1, clean session, client id "a"
CONNACK = bytes.fromhex("20 02 00 00")


def frame(payload, opcode=2):
    """A masked frame; a mask of zeros leaves the payload readable."""
    return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload


class Raw:
    """A socket that speaks HTTP and frames."""

    def __init__(self, port, fields=""):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.sendall((REQUEST + fields + "\r\n").encode())
        self.buffer = b""
        self.head = self.read_until(b"\r\n\r\n").decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def read_until(self, end):
        while end not in self.buffer:
            part = self.socket.recv(4096)
            if not part:
                break
            self.buffer += part
        head, _, self.buffer = self.buffer.partition(end)
        return head

    def read(self, count):
        while len(self.buffer) < count:
            part = self.socket.recv(4096)
            if not part:
                break
            self.buffer += part
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def field(self, name):
        lines = [line.split(": ", 1) for line in self.head.split("\r\n")[1:]]
        return dict(lines).get(name)


class WebSocketClient:
    """Paho over WebSocket."""

    def __init__(self, port, client_id, clean=True, keep_alive=60, setup=None):
        self.client = paho.Client(client_id, clean_session=clean, transport="websockets")
        self.messages, self.connected, self.ended = [], threading.Event(), threading.Event()
        self.client.on_connect = self._on_connect
        self.client.on_message = lambda _client, _data, message: self.messages.append(message.payload.decode())
        self.client.on_disconnect = lambda *_: self.ended.set()
        self.granted = threading.Event()
        self.client.on_subscribe = lambda *_: self.granted.set()
        if setup:
            setup(self.client)
        self.client.connect("127.0.0.1", port, keepalive=keep_alive)
        self.client.loop_start()
        if not self.connected.wait(20):
            raise AssertionError("no CONNACK")

    def _on_connect(self, _client, _data, flags, _reason):
        self.session_present = bool(flags["session present"])
        self.connected.set()

    def subscribe(self, topic, qos):
        self.client.subscribe(topic, qos)
        if not self.granted.wait(20):
            raise AssertionError("no SUBACK")

    def publish(self, topic, payload, qos):
        info = self.client.publish(topic, payload, qos)
        info.wait_for_publish(20)
        assert info.is_published(), "not acknowledged in time"

    def leave(self):
        self.client.disconnect()
        self.client.loop_stop()


class WebSocket(BrokerCase):
    config = LISTENER

    def round_trip(self, client, payload):
        client.subscribe(self.topic(), 2)
        client.publish(self.topic(), payload, 2)
        wait_until(lambda: client.messages, 20, "the message")
        self.assertEqual([payload], client.messages)

    def test_tcp_and_websocket_at_once_with_the_old_lines(self):
        broker = self.start_broker("port {port}\nprotocol websockets\nlistener {port2}\nallow_anonymous true\n")
        over_websocket = WebSocketClient(broker.port, self.client_id("ws"))
        over_websocket.subscribe(self.topic(), 1)
        over_tcp = paho.Client(self.client_id("tcp"))
        over_tcp.connect("127.0.0.1", broker.port2)
        over_tcp.loop_start()
        over_tcp.publish(self.topic(), "hello", 1).wait_for_publish(20)
        wait_until(lambda: over_websocket.messages == ["hello"], 20, "the message")
        over_websocket.leave()
        over_tcp.disconnect()
        over_tcp.loop_stop()

    # shows [MQTT-6.0.0-4] [MQTT311-6.0.0-4]
    def test_every_way_to_name_the_sub_protocol(self):
        broker = self.shared_broker()
        offers = {None: None, "mqtt": "mqtt", "mqttv3.1": "mqttv3.1", "mqttv3.1, mqtt": "mqttv3.1", "chat, mqtt": "mqtt"}
        for offer, expected in offers.items():
            with Raw(broker.port, f"Sec-WebSocket-Protocol: {offer}\r\n" if offer else "") as raw:
                self.assertTrue(raw.head.startswith("HTTP/1.1 101 "), (offer, raw.head))
                self.assertEqual(expected, raw.field("Sec-WebSocket-Protocol"), offer)
                raw.socket.sendall(frame(CONNECT))
                self.assertEqual(b"\x82\x04" + CONNACK, raw.read(6), offer)
        with Raw(broker.port, "Sec-WebSocket-Protocol: chat\r\n") as refused:
            self.assertTrue(refused.head.startswith("HTTP/1.1 400 "))
            self.assertIn(b"none of the sub-protocols is known", refused.read(1000))

    # shows [MQTT-6.0.0-1] [MQTT-6.0.0-2] [MQTT311-6.0.0-1] [MQTT311-6.0.0-2]
    def test_packets_may_be_cut_and_joined_in_any_way(self):
        raw = self.enterContext(Raw(self.shared_broker().port))
        for byte in frame(CONNECT[:5], 2).replace(b"\x82", b"\x02", 1) + frame(CONNECT[5:], 0):
            raw.socket.sendall(bytes([byte]))
        self.assertEqual(b"\x82\x04" + CONNACK, raw.read(6))
        raw.socket.sendall(frame(b"\xc0\x00\xc0\x00"))
        self.assertEqual(b"\xd0\x00\xd0\x00", raw.read(6).replace(b"\x82\x04", b""))
        raw.socket.sendall(frame(b"hi", 9))
        self.assertEqual(b"\x8a\x02hi", raw.read(4))
        raw.socket.sendall(frame(b"text", 1))
        self.assertEqual(b"\x88\x02\x03\xeb", raw.read(4))
        self.assertEqual(b"", raw.read(1))
        self.shared_broker().wait_for_log("MQTT needs binary ones")

    def test_a_client_may_leave_in_the_same_breath_as_it_comes(self):
        broker = self.start_broker(LISTENER + "threads 2\n")
        for number in range(20):  # half of them belong to the other thread
            name = f"brief{number:02}".encode()
            connect = bytes([0x10, 12 + len(name), 0, 4]) + b"MQTT" + bytes([4, 2, 0, 60, 0, len(name)]) + name
            with Raw(broker.port, "Sec-WebSocket-Protocol: mqtt\r\n") as client:
                client.socket.sendall(frame(connect) + frame(b"\x03\xe8", opcode=8))
                while client.socket.recv(4096):
                    pass
        with Raw(broker.port, "Sec-WebSocket-Protocol: mqtt\r\n") as client:
            client.socket.sendall(frame(CONNECT))
            self.assertEqual(b"\x82\x04" + CONNACK, client.read(6))

    def test_a_page_of_another_origin_is_refused(self):
        broker = self.start_broker(LISTENER + "websockets_origin https://app.example\n")
        for origin, status in (("https://app.example", " 101 "), ("https://evil.example", " 403 ")):
            with Raw(broker.port, f"Origin: {origin}\r\n") as raw:
                self.assertIn(status, raw.head)
        broker.wait_for_log("is not one of websockets_origin")

    def test_paho(self):
        client = WebSocketClient(self.shared_broker().port, self.client_id())
        self.round_trip(client, "x" * 300_000)
        client.leave()

    def test_messages_of_the_time_away_come_once_and_in_order(self):
        port = self.shared_broker().port
        first = WebSocketClient(port, "printer-A", clean=False)
        first.subscribe(self.topic(), 1)
        first.leave()
        sender = WebSocketClient(port, self.client_id())
        expected = [str(number) for number in range(50)]
        for text in expected:
            sender.publish(self.topic(), text, 1)
        again = WebSocketClient(port, "printer-A", clean=False)
        self.assertTrue(again.session_present)
        wait_until(lambda: len(again.messages) >= 50, 20, "all messages")
        self.assertEqual(expected, again.messages)
        again.leave()
        sender.leave()

    def test_pings_keep_an_idle_connection_busy(self):
        broker = self.start_broker(LISTENER + "websockets_ping_interval 1\n")
        with Raw(broker.port) as raw:
            raw.socket.sendall(frame(CONNECT))
            raw.read(6)
            self.assertEqual(b"\x89\x00\x89\x00", raw.read(4))


class SecureWebSocket(BrokerCase):
    """wss, and MQTT.js over both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="midge-wss-")
        os.chmod(cls.folder, 0o755)
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.ca = Ca(cls.folder)
        certificate, key = cls.ca.issue("server", "server", ("DNS:localhost", "IP:127.0.0.1"))
        cls.config = LISTENER + f"certfile {certificate}\nkeyfile {key}\nlistener {{port2}} 127.0.0.1\nprotocol websockets\n"

    def test_paho(self):
        client = WebSocketClient(
            self.shared_broker().port, self.client_id(), setup=lambda one: one.tls_set(self.ca.certificate))
        client.subscribe(self.topic(), 1)
        client.publish(self.topic(), "over wss", 1)
        wait_until(lambda: client.messages == ["over wss"], 20, "the message")
        client.leave()

    def test_the_upgrade_is_offered_as_http_by_alpn(self):
        context = ssl.create_default_context(cafile=self.ca.certificate)
        context.set_alpn_protocols(["http/1.1"])
        with socket.create_connection(("127.0.0.1", self.shared_broker().port)) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                self.assertEqual("http/1.1", secure.selected_alpn_protocol())
                secure.sendall(REQUEST.encode() + b"\r\n")
                self.assertTrue(secure.recv(4096).startswith(b"HTTP/1.1 101 "))

    def test_mqttjs(self):
        install()
        broker = self.shared_broker()
        environment = dict(
            os.environ, MIDGE_NODE_DIR=MODULES, MIDGE_URLS=f"ws://127.0.0.1:{broker.port2}/mqtt wss://localhost:{broker.port}/mqtt",
            NODE_EXTRA_CA_CERTS=self.ca.certificate)
        done = subprocess.run(
            ["node", "--test", os.path.join(HERE, "websocket_test.mjs")], env=environment, capture_output=True, text=True,
            timeout=120, check=False, preexec_fn=die_with_parent)
        self.assertEqual(0, done.returncode, f"{done.stdout}\n{done.stderr}")
        self.assertIn("# pass 4", done.stdout)


NGINX = """daemon off; worker_processes 1; pid {dir}/nginx.pid; error_log {dir}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {dir}/1; proxy_temp_path {dir}/2; fastcgi_temp_path {dir}/3; uwsgi_temp_path {dir}/4; scgi_temp_path {dir}/5;
    server {{
        listen 127.0.0.1:{front};
        location /mqtt {{
            proxy_pass http://127.0.0.1:{port};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_set_header X-Real-IP 203.0.113.77;
            proxy_read_timeout 3s;
            proxy_send_timeout 3s;
        }}
    }}
}}
"""


class BehindNginx(BrokerCase):
    def start_nginx(self, port):
        folder = tempfile.mkdtemp(prefix="midge-nginx-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        os.chmod(folder, 0o777)
        front = free_port()
        path = os.path.join(folder, "nginx.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(NGINX.format(dir=folder, port=port, front=front))
        process = subprocess.Popen(
            ["/usr/sbin/nginx", "-c", path, "-e", os.path.join(folder, "error.log")], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)

        def accepts():
            try:
                socket.create_connection(("127.0.0.1", front), timeout=1).close()
                return True
            except OSError:
                self.assertIsNone(process.poll(), "nginx has ended")
                return False

        wait_until(accepts, 20, "nginx")
        return front

    def test_an_idle_connection_outlives_the_timeout_and_its_address_is_known(self):
        broker = self.start_broker(LISTENER + "trusted_proxy 127.0.0.1\nwebsockets_ping_interval 1\n")
        client = WebSocketClient(self.start_nginx(broker.port), "behind-nginx", keep_alive=600)
        broker.wait_for_log("client behind-nginx (203.0.113.77 via 127.0.0.1:")
        client.subscribe(self.topic(), 1)
        began = time.monotonic()
        self.assertFalse(client.ended.wait(5), "the connection was cut")
        self.assertGreater(time.monotonic() - began, 4.5)
        client.publish(self.topic(), "still here", 1)
        wait_until(lambda: client.messages == ["still here"], 20, "the message")
        client.leave()

    def test_without_trust_the_proxy_is_the_peer(self):
        broker = self.start_broker(LISTENER)
        client = WebSocketClient(self.start_nginx(broker.port), "not-trusted")
        broker.wait_for_log("client not-trusted (127.0.0.1:")
        self.assertNotIn("203.0.113.77", broker.log())
        client.leave()


if __name__ == "__main__":
    unittest.main()
