"""Strangers who mean no good, and mistakes that must not open a door: what other brokers have fallen for.

The names in brackets are rows of the list of vulnerabilities that these tests come from.
"""

import itertools
import os
import shutil
import socket
import ssl
import tempfile
import time
import unittest

import wire
from broker import BrokerCase, free_port, wait_until, wants_sanitizer_slack
from certificates import Ca
from daemon_case import FolderCase
from websocket_test import REQUEST, frame

OPEN = "allow_anonymous true\nlistener {port} 127.0.0.1\n"
ACCEPTED, NOT_AUTHORIZED = 0, 0x87
HALF_A_CONNECT = bytes.fromhex("10 ff ff ff 7f 00")  # Remaining Length 268 435 455


class Strangers(BrokerCase):
    """Before anybody has logged in."""

    def wait_for_start(self, broker):
        """Until everything is open that stays open; "running as the user" comes before."""
        wait_until(lambda: " running\n" in broker.log(), 20, "the end of the start")

    def files_back_to(self, broker, count):
        wait_until(lambda: broker.open_files() <= count, 20, lambda: f"{count} open files ({broker.open_files()} are)")

    @unittest.skipIf(wants_sanitizer_slack(), "memory of a sanitizer build says nothing")
    def test_a_promise_of_much_costs_nothing(self):
        """[S02]"""
        broker = self.start_broker(OPEN + "connect_timeout 600\n")
        before = broker.resident_kib()
        peers = [wire.Peer(broker.port).send(HALF_A_CONNECT) for _ in range(400)]
        wire.session(broker.port, "c").ping()
        most = 16 if wants_sanitizer_slack() else 4  # KiB a connection; what is promised are 256 MiB
        self.assertLess(broker.resident_kib() - before, most * len(peers))
        for peer in peers:
            peer.close()

    def test_every_beginning_of_a_websocket_and_of_its_connect(self):
        """[S05] over WebSocket: nothing stays behind when a client goes at any byte."""
        broker = self.start_broker(OPEN + "protocol websockets\n")
        self.wait_for_start(broker)
        files = broker.open_files()
        everything = (REQUEST + "\r\n").encode() + frame(wire.connect("c", will=wire.will("t", b"x"), props="21 00 0a"))
        for size in range(0, len(everything), 3):
            with socket.create_connection(("127.0.0.1", broker.port), timeout=20) as client:
                client.sendall(everything[:size])
        self.files_back_to(broker, files)
        with socket.create_connection(("127.0.0.1", broker.port), timeout=20) as client:
            client.sendall(everything)
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(1)
            self.assertEqual(b"\x82", client.recv(1))

    def test_idle_strangers_cost_no_time(self):
        """[S34]"""
        broker = self.start_broker(OPEN + "connect_timeout 600\n")
        peers = [wire.Peer(broker.port) for _ in range(500)]
        wire.session(broker.port, "c").ping()
        before = broker.cpu_seconds()
        time.sleep(2)  # what is measured is this time
        self.assertLess(broker.cpu_seconds() - before, 0.1)
        for peer in peers:
            peer.close()


class TlsStrangers(Strangers):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="midge-hostile-")
        os.chmod(cls.folder, 0o755)
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.ca = Ca(cls.folder)
        certificate, key = cls.ca.issue("server", "server", ("DNS:localhost",))
        cls.tls = f"certfile {certificate}\nkeyfile {key}\n"
        cls.mutual = cls.tls + f"cafile {cls.ca.certificate}\nrequire_certificate true\nuse_identity_as_username true\n"

    def client_hello(self):
        """The first bytes of a client."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = ssl.create_default_context(cafile=self.ca.certificate)
        with self.assertRaises(ssl.SSLWantReadError):
            context.wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
        return outgoing.read()

    def test_every_beginning_of_a_handshake(self):
        """[S05] over TLS, and what follows a good beginning is nonsense."""
        broker = self.start_broker(OPEN + self.tls)
        self.wait_for_start(broker)
        files, hello = broker.open_files(), self.client_hello()
        for size in range(0, len(hello), 7):
            with socket.create_connection(("127.0.0.1", broker.port), timeout=20) as client:
                client.sendall(hello[:size])
            with socket.create_connection(("127.0.0.1", broker.port), timeout=20) as client:
                client.sendall(hello[:size] + bytes(len(hello) - size) + b"\x16\x03\x03\xff\xff" + bytes(64))
        self.files_back_to(broker, files)
        context = ssl.create_default_context(cafile=self.ca.certificate)
        wire.session(broker.port, "c", wrap=lambda one: context.wrap_socket(one, server_hostname="localhost")).ping()

    def test_names_in_certificates_that_are_wildcards(self):
        """[S01] [S32]"""
        rules = os.path.join(self.folder, "rules")
        with open(rules, "w", encoding="ascii") as file:
            file.write("pattern read of/%u/x\npattern read by/%c/x\n")
        os.chmod(rules, 0o644)
        broker = self.start_broker(f"acl_file {rules}\n" + OPEN.replace("true", "false", 1) + self.mutual)
        for number, name in enumerate(("alice", "\\+", "#", "a\\/b", "alice\\+x")):
            pair = self.ca.issue(f"odd{number}", name)
            context = ssl.create_default_context(cafile=self.ca.certificate)
            context.load_cert_chain(*pair)
            real = name.replace("\\", "")
            with wire.session(
                    broker.port, real, wrap=lambda one, c=context: c.wrap_socket(one, server_hostname="localhost")) as client:
                # A good name may ask with a wildcard: it gets its own topic only.
                filters = ["of/bob/x", "by/bob/x", "by/a/b/x"]
                filters += ["of/+/x", "of/#", "by/+/x", "#"] if "+" in name or "#" in name else []
                for topic in filters:
                    client.send(wire.subscribe(1, topic))
                    self.assertEqual(NOT_AUTHORIZED, client.expect_type(wire.SUBACK)[-1], f"{real} may read {topic}")
                if name == "alice":
                    client.send(wire.subscribe(2, "of/alice/x"))
                    self.assertEqual(0, client.expect_type(wire.SUBACK)[-1])


class Doors(FolderCase):
    """What is open with which configuration."""

    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.users = self.write("users", "alice:$7$101$" + "A" * 16 + "$" + "A" * 86 + "==\n")
        self.rules = self.write("rules", "topic read t\n")

    def code(self, port, host="127.0.0.1"):
        """Of the CONNACK for somebody without a name; None when nobody listens."""
        try:
            with wire.Peer(port, host=host) as peer:
                peer.send(wire.connect("c"))
                return peer.packet()[3]
        except ConnectionRefusedError:
            return None

    def test_no_single_option_lets_strangers_in_from_elsewhere(self):
        """[S25]"""
        options = [
            "", "max_connections 5", "max_qos 1", "mount_point m/", "use_username_as_clientid true", "protocol mqtt",
            "accept_protocol_versions 4,5", "socket_domain ipv4", "tls_version tlsv1.3", "require_certificate false",
            "listener_allow_anonymous true", "allow_anonymous true", f"password_file {self.users}", f"acl_file {self.rules}",
            "per_listener_settings true", "max_topic_alias 3", "listener_auto_id_prefix x", "deny_from 203.0.113.1",
            "trusted_proxy 127.0.0.1", "websockets_ping_interval 5", "bind_address 127.0.0.1", f"port {self.port}",
            f"listener {self.port}"]
        for option in options:
            with self.subTest(option=option):
                process, said = self.start("-p", str(self.port), "-c", self.write("conf", option + "\n"))
                wait_until(lambda: "running" in self.read(said) or process.poll() is not None, 20, "the start")  # pylint: disable=cell-var-from-loop
                self.assertIsNone(process.poll(), self.read(said))
                port = 1883 if option.startswith("bind_address") else self.port
                # 127.0.0.2 is this machine as well, but reached only by who listens on every address.
                self.assertIn(self.code(port, "127.0.0.2"), (None, NOT_AUTHORIZED))
                process.terminate()
                self.assertEqual(0, process.wait(20))

    def test_settings_for_each_listener_are_never_weaker(self):
        """[S12]"""
        security = [("allow_anonymous true", "allow_anonymous false", ""), (f"password_file {self.users}", ""),
                    (f"acl_file {self.rules}", "")]
        for lines in itertools.product(*security):
            with self.subTest(lines=lines):
                text = "".join(line + "\n" for line in lines)
                for_all = self.start_broker(text + "listener {port} 127.0.0.1\n")
                for_each = self.start_broker(
                    "per_listener_settings true\nlistener {port} 127.0.0.1\n" + text + "listener {port2} 127.0.0.1\n")
                wanted = ACCEPTED if "allow_anonymous true" in lines else NOT_AUTHORIZED
                self.assertEqual([wanted, wanted, NOT_AUTHORIZED], [
                    self.code(for_all.port), self.code(for_each.port), self.code(for_each.port2)])
                if wanted != ACCEPTED:
                    continue
                granted = NOT_AUTHORIZED if lines[2] else 0
                for broker in (for_all, for_each):
                    with wire.session(broker.port, "c") as client:
                        client.send(wire.subscribe(1, "other"))
                        self.assertEqual(granted, client.expect_type(wire.SUBACK)[-1])


if __name__ == "__main__":
    unittest.main()
