"""Who may connect from where: allow_from and deny_from, with what a PROXY header tells, and across a reload."""

import re
import signal
import struct
import unittest

import wire
from broker import BrokerCase, wait_until
from daemon_case import FolderCase
from mosquitto_tools import run

OPEN = "allow_anonymous true\nlistener {port} 127.0.0.1\n"
NOT_AUTHORIZED, BANNED = 0x87, 0x8A


def proxy_header(source, fields=b""):
    """PROXY protocol, version 2, of a TCP connection over IPv4."""
    block = bytes(int(part) for part in source.split(".")) + bytes([127, 0, 0, 1]) + struct.pack("!HH", 4711, 1883)
    return b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack("!H", len(block) + len(fields)) + block + fields


class Addresses(BrokerCase):
    def connects(self, port, source, header=b""):
        """The code of the CONNACK, or None when the connection is closed without one."""
        with wire.Peer(port, source=source) as peer:
            try:
                peer.send(header + wire.connect("c"))
            except (BrokenPipeError, ConnectionResetError):
                return None
            seen = peer.rest() if header == b"" and source in self.turned_away else peer.packet()
            return seen[3] if seen else None

    turned_away = ()

    def test_the_lists_decide_before_anything_is_read(self):
        broker = self.start_broker(OPEN + "allow_from 127.0.0.0/30\nallow_from 127.0.0.9\ndeny_from 127.0.0.2\n")
        self.turned_away = ("127.0.0.2", "127.0.0.4")
        for source, code in (("127.0.0.1", 0), ("127.0.0.2", None), ("127.0.0.4", None), ("127.0.0.9", 0)):
            self.assertEqual(code, self.connects(broker.port, source), source)
        for line in (r"connection from 127\.0\.0\.2:\d+ refused: its address is in deny_from",
                     r"connection from 127\.0\.0\.4:\d+ refused: its address is not in allow_from"):
            wait_until(lambda: re.search(line, broker.log()), 20, line)  # pylint: disable=cell-var-from-loop

    def test_a_reload_disconnects_who_may_not_be_there_any_more(self):
        broker = self.start_broker(OPEN)
        goes, stays = wire.Peer(broker.port, source="127.0.0.2"), wire.session(broker.port, "stays")
        goes.send(wire.connect("goes")).expect_connack(0)
        broker.write_config(OPEN + "deny_from 127.0.0.2\n")
        broker.signal(signal.SIGHUP)
        goes.expect_disconnect(NOT_AUTHORIZED)
        stays.ping()

    def test_behind_a_proxy_the_address_that_it_tells_counts(self):
        broker = self.start_broker(OPEN + "enable_proxy_protocol 2\ntrusted_proxy 127.0.0.1\nallow_from 203.0.113.0/24\n")
        self.assertEqual(0, self.connects(broker.port, "127.0.0.1", proxy_header("203.0.113.5")))
        self.assertEqual(BANNED, self.connects(broker.port, "127.0.0.1", proxy_header("198.51.100.5")))

    def test_a_proxy_has_to_say_that_its_client_used_tls(self):
        broker = self.start_broker(OPEN + "enable_proxy_protocol 2\nproxy_protocol_v2_require_tls true\n")
        tls, plain = bytes.fromhex("20 0005 01 00000000"), bytes.fromhex("20 0005 00 00000000")
        self.assertEqual(0, self.connects(broker.port, "127.0.0.1", proxy_header("203.0.113.5", tls)))
        for fields in (plain, b""):
            with wire.Peer(broker.port) as peer:
                peer.send(proxy_header("203.0.113.5", fields))
                peer.expect_closed()
        broker.wait_for_log("the proxy does not say that its client has used TLS (proxy_protocol_v2_require_tls)")


class UnixSocket(FolderCase):
    def test_unix_is_an_address_too(self):
        path = self.path("socket")
        broker = self.start_broker(OPEN + f"listener 0 {path}\ndeny_from unix\n")
        wait_until(lambda: f"listening on {path}" in broker.log(), 20, "the socket")
        self.assertNotEqual(0, run(["mosquitto_pub", "--unix", path, "-t", "t", "-m", "m"])[0])
        broker.wait_for_log("connection from unix refused: its address is in deny_from")


if __name__ == "__main__":
    unittest.main()
