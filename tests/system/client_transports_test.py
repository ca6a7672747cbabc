"""mqtt-pub and mqtt-sub over TLS, shared keys, WebSocket and Unix sockets: against mqttd and against Debian's mosquitto."""

import os
import subprocess
import unittest

from broker import MOSQUITTO, tool
from client_case import PLAIN, WEBSOCKET, ClientCase
from terminal import Terminal


class Transports(ClientCase):
    def test_tls_with_a_ca_file(self):
        for broker in self.both_brokers(PLAIN + self.tls):
            port = str(broker.port)
            self.one_message("-p", port, *self.trust)
            self.one_message("-h", "127.0.0.1", "-p", port, *self.trust, "-V", "5")
            self.one_message("-L", f"mqtts://localhost:{port}", *self.trust)
            self.one_message("-p", port, "--insecure")
            self.one_message("-p", port, *self.trust, "--tls-version", "tlsv1.3", "--tls-alpn", "mqtt",
                             "--ciphers-tls1.3", "TLS_CHACHA20_POLY1305_SHA256")
            self.one_message("-p", port, *self.trust, "--ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384")

    def test_a_folder_of_cas(self):
        folder = os.path.join(self.folder, "cas")
        os.mkdir(folder)
        os.link(self.ca.certificate, os.path.join(folder, "ca.pem"))
        subprocess.run(["openssl", "rehash", folder], check=True, timeout=20)
        for broker in self.both_brokers(PLAIN + self.tls):
            self.one_message("-p", str(broker.port), "--capath", folder)

    def test_the_cas_of_the_system(self):
        # OpenSSL reads this variable, so that nothing has to be put into the system's own folder.
        os.environ["SSL_CERT_FILE"] = self.ca.certificate
        self.addCleanup(os.environ.pop, "SSL_CERT_FILE")
        for broker in self.both_brokers(PLAIN + self.tls):
            self.one_message("-p", str(broker.port), "--tls-use-os-certs")
            self.one_message("-L", f"mqtts://localhost:{broker.port}")
            self.assertIn("unknown CA", self.refused("-p", str(broker.port), *self.other_ca())[0])
            self.one_message("-p", str(broker.port), *self.other_ca(), "--tls-use-os-certs")

    def other_ca(self):
        path = os.path.join(self.folder, "other-ca.crt")
        if not os.path.exists(path):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                 "/CN=other", "-keyout", path + ".key", "-out", path], check=True, capture_output=True, timeout=20)
        return "--cafile", path

    def test_a_client_certificate(self):
        for broker in self.both_brokers(PLAIN + self.mutual):
            self.one_message("-p", str(broker.port), *self.trust, *self.alice)

    def test_the_pass_phrase_of_a_key_comes_from_a_file_or_the_terminal(self):
        locked, words = (os.path.join(self.folder, name) for name in ("locked.key", "words"))
        subprocess.run(["openssl", "pkey", "-in", self.alice[3], "-aes256", "-passout", "pass:sesame", "-out", locked],
                       check=True, timeout=20)
        with open(words, "w", encoding="ascii") as file:
            file.write("sesame\n")
        own = (*self.trust, *self.alice[:2], "--key", locked)
        for broker in self.both_brokers(PLAIN + self.mutual):
            self.one_message("-p", str(broker.port), *own, "--key-pass-file", words)
            terminal = Terminal(tool("mqtt-pub"), "-p", str(broker.port), *own, "-t", "t", "-m", "m", "-q", "1")
            terminal.answer(f"Pass phrase of the key {locked}: ", "sesame\n")
            self.assertEqual(0, terminal.end()[0])

    def test_the_secrets_are_logged_on_demand(self):
        log = os.path.join(self.folder, "keys.log")
        for broker in self.both_brokers(PLAIN + self.tls):
            self.publish("-p", str(broker.port), *self.trust, "--tls-keylog", log, "-t", "t", "-m", "m")
        with open(log, encoding="ascii") as file:
            self.assertEqual(2, file.read().count("CLIENT_TRAFFIC_SECRET_0 "))
        self.assertEqual(0o600, os.stat(log).st_mode & 0o777)

    def test_shared_keys(self):
        keys = os.path.join(self.folder, "keys")
        with open(keys, "w", encoding="ascii") as file:
            file.write("printer:0badcafe\n")
        for broker in self.both_brokers(f"psk_file {keys}\n{PLAIN}psk_hint here\n"):
            mine = ("--psk", "0BADCAFE", "--psk-identity", "printer")
            self.one_message("-p", str(broker.port), *mine)
            self.one_message("-L", f"mqtts://localhost:{broker.port}", *mine, "--tls-version", "tlsv1.3")

    def test_websocket(self):
        for broker in self.both_brokers(WEBSOCKET):
            port = str(broker.port)
            self.one_message("-p", port, "--ws")
            self.one_message("-L", f"ws://localhost:{port}", "-V", "5")
            self.one_message("-L", f"ws://127.0.0.1:{port}/some/path?with=query&and=%20more")
            self.one_message("-p", port, "--ws", "--ws-path", "/", "--ws-header", "X-Token: abc")

    def test_websocket_with_tls(self):
        for broker in self.both_brokers(WEBSOCKET + self.tls):
            self.one_message("-p", str(broker.port), "--ws", *self.trust)
            self.one_message("-L", f"wss://localhost:{broker.port}/mqtt", *self.trust, "-V", "5")

    def test_large_and_many_messages(self):
        topic = self.topic()
        lines = "".join(f"line {i}\n" for i in range(2000))
        for broker in self.both_brokers("max_queued_messages 0\n" + WEBSOCKET + self.tls):
            way = ("-L", f"wss://localhost:{broker.port}", *self.trust)
            # Debian's mosquitto stops in the middle of a large message to a WebSocket, also with Paho.
            large = "x" * (200_000 if broker.binary == MOSQUITTO else 1_900_000)
            self.publish(*way, "-t", topic, "-s", "-q", "2", "-r", stdin=large.encode())
            self.assertEqual(large, self.subscribe(*way, "-t", topic, "-C", "1", "-N"))
            session = (*way, "-i", "lines", "-c", "-q", "1", "-t", topic + "/lines")
            self.subscribe(*session, "-E")
            self.publish(*way, "-t", topic + "/lines", "-l", "-q", "1", stdin=lines.encode())
            self.assertEqual(lines, self.subscribe(*session, "-C", "2000"))

    def test_leaving_in_an_orderly_way_fires_no_will(self):
        for broker in self.both_brokers(WEBSOCKET + self.tls):
            way = ("-L", f"wss://localhost:{broker.port}", *self.trust)
            session = (*way, "-i", "heir", "-c", "-q", "1", "-t", self.topic("/will"))
            self.subscribe(*session, "-E")
            self.publish(*way, "-t", "x", "-m", "x", "--will-topic", self.topic("/will"), "--will-qos", "1")
            self.publish(*way, "-t", self.topic("/will"), "-m", "the end", "-q", "1")
            self.assertEqual("the end\n", self.subscribe(*session, "-C", "1"))

    def test_unix_sockets(self):
        for broker in self.both_brokers(PLAIN + "listener 0 {dir}/socket\n"):
            self.one_message("--unix", os.path.join(broker.directory, "socket"))


if __name__ == "__main__":
    unittest.main()
