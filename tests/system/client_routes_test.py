"""The ways of mqtt-pub and mqtt-sub to a broker: through a SOCKS5 proxy, and by SRV records."""

import subprocess
import unittest

from broker import die_with_parent, free_port, tool, wait_until
from client_case import PLAIN, WEBSOCKET, ClientCase
from dns_server import DnsServer
from socks_proxy import SocksProxy

INSIDE = "broker.inside.example"  # only the proxy knows it


class Proxy(ClientCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.inside = cls.server_lines("inside", f"DNS:{INSIDE}")

    def proxy(self, **options):
        proxy = SocksProxy({INSIDE: "127.0.0.1", "127.0.0.1": "127.0.0.1", "::1": "127.0.0.1"}, **options)
        self.addCleanup(proxy.close)
        return proxy

    def test_the_proxy_looks_up_the_name_and_the_certificate_is_for_it(self):
        proxy = self.proxy()
        way = ("--proxy", f"socks5h://127.0.0.1:{proxy.port}", *self.trust)
        for broker in self.both_brokers(WEBSOCKET + self.inside):
            self.one_message("-L", f"wss://{INSIDE}:{broker.port}", *way)
            self.assertEqual((INSIDE, broker.port), proxy.asked[-1])
        for broker in self.both_brokers(PLAIN):
            for host in (INSIDE, "127.0.0.1", "::1"):
                self.one_message("-h", host, "-p", str(broker.port), *way[:2])
                self.assertEqual((host, broker.port), proxy.asked[-1])

    def test_a_login_at_the_proxy(self):
        broker, proxy = self.start_broker(PLAIN), self.proxy(login=("me@home", "p:w"))
        server = ("-h", INSIDE, "-p", str(broker.port))
        self.one_message(*server, "--proxy", f"socks5h://me%40home:p%3aw@127.0.0.1:{proxy.port}")
        words, hint = self.refused(*server, "--proxy", f"socks5h://127.0.0.1:{proxy.port}")
        self.assertEqual(
            f"cannot connect to {INSIDE}:{broker.port}: the proxy wants a user name and password", words)
        self.assertEqual("--proxy socks5h://USER:PASSWORD@HOST:PORT", hint)
        words, _ = self.refused(*server, "--proxy", f"socks5h://me:wrong@127.0.0.1:{proxy.port}")
        self.assertIn("the proxy refused the user name or the password", words)

    def test_what_the_proxy_cannot_do_is_told(self):
        proxy, nobody = self.proxy(), free_port()
        way = ("--proxy", f"socks5h://127.0.0.1:{proxy.port}")
        words, hint = self.refused("-h", "unknown.example", *way)
        self.assertEqual(
            "cannot connect to unknown.example:1883: the proxy could not connect to unknown.example:1883: "
            "host unreachable", words)
        self.assertEqual("is the broker running, and can the proxy reach it?", hint)
        words, _ = self.refused("-h", INSIDE, "-p", str(nobody), *way)
        self.assertTrue(words.endswith(": connection refused"), words)

    def test_a_proxy_that_is_none(self):
        words, hint = self.refused("--proxy", f"socks5h://127.0.0.1:{free_port()}")
        self.assertIn(": the proxy 127.0.0.1:", words)
        self.assertTrue(words.endswith(": connection refused"), words)
        self.assertEqual("is there a SOCKS5 proxy at the address of --proxy?", hint)
        broker = self.start_broker(PLAIN)
        words, _ = self.refused("--proxy", f"socks5h://127.0.0.1:{broker.port}")
        self.assertIn("the connection was closed during the proxy handshake", words)

    def test_a_lost_connection_is_made_again_the_same_way(self):
        proxy = self.proxy()
        way = ("-L", f"wss://{INSIDE}:{{}}", "--proxy", f"socks5h://127.0.0.1:{proxy.port}", *self.trust)
        broker = self.start_broker(WEBSOCKET + self.inside)
        way = [word.format(broker.port) for word in way]
        session = (*way, "-i", "again", "-c", "-q", "1", "-t", self.topic())
        self.subscribe(*session, "-E")
        process = subprocess.Popen(
            [tool("mqtt-sub"), *session], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        self.publish(*way, "-t", self.topic(), "-m", "one", "-q", "1")
        self.assertEqual(b"one\n", process.stdout.readline())
        requests = len(proxy.asked)
        proxy.cut()
        wait_until(lambda: len(proxy.asked) > requests, 30, "the next connection")
        self.publish(*way, "-t", self.topic(), "-m", "two", "-q", "1")
        line = process.stdout.readline()
        if line == b"one\n":  # its acknowledgement was cut off
            line = process.stdout.readline()
        self.assertEqual(b"two\n", line)


class Srv(ClientCase):
    def dns(self, records, **options):
        server = DnsServer(records, **options)
        self.addCleanup(server.close)
        return server

    def test_the_record_leads_to_the_broker(self):
        for broker in self.both_brokers(PLAIN):
            dns = self.dns({"_mqtt._tcp.example.test": [(10, 0, broker.port, "localhost")]})
            self.one_message("-S", "-h", "example.test", "--srv-server", dns.address)
            self.assertEqual("_mqtt._tcp.example.test", dns.asked[0])

    def test_the_next_server_is_tried(self):
        broker = self.start_broker(PLAIN)
        plain = self.start_broker(PLAIN)
        dns = self.dns({"_mqtt._tcp.example.test": [
            (30, 0, broker.port, "localhost"), (10, 5, free_port(), "localhost"), (20, 0, 1883, "nowhere.invalid")]})
        self.one_message("-S", "-h", "example.test", "--srv-server", dns.address)
        self.assertNotIn("example.test", plain.log())

    def test_with_tls_another_record_and_the_certificate_is_for_the_domain(self):
        domain = self.server_lines("domain", "DNS:example.test")
        for broker in self.both_brokers(PLAIN + domain):
            plain = self.start_broker(PLAIN)  # fails to shake hands: then the next is tried
            dns = self.dns({"_secure-mqtt._tcp.example.test": [
                (10, 0, plain.port, "localhost"), (20, 0, broker.port, "localhost")]})
            self.one_message("-S", "-h", "example.test", "--srv-server", dns.address, *self.trust)
        broker = self.start_broker(PLAIN + self.tls)
        dns = self.dns({"_secure-mqtt._tcp.example.test": [(10, 0, broker.port, "localhost")]})
        words, _ = self.refused("-S", "-h", "example.test", "--srv-server", dns.address, *self.trust)
        self.assertEqual(
            f"cannot connect to _secure-mqtt._tcp.example.test: localhost:{broker.port}: TLS handshake failed: the "
            "certificate of the server is for localhost, 127.0.0.1, not for example.test", words)

    def test_without_a_record(self):
        dns = self.dns({"_mqtt._tcp.not.test": [(0, 0, 0, ".")]})
        words, hint = self.refused("-S", "-h", "example.test", "--srv-server", dns.address)
        self.assertEqual(
            "cannot connect to _mqtt._tcp.example.test: SRV look-up failed: there is no such record", words)
        self.assertEqual("without -S, the broker is found by -h and -p", hint)
        words, _ = self.refused("-S", "-h", "not.test", "--srv-server", dns.address)
        self.assertIn("the service is not offered there", words)

    def test_a_name_server_that_does_not_answer(self):
        dns = self.dns({}, silent=True)
        words, hint = self.refused(
            "-S", "-h", "example.test", "--srv-server", dns.address, "--connect-timeout", "0.3")
        self.assertIn("no answer in time", words)
        self.assertEqual("--connect-timeout SECONDS waits longer", hint)


if __name__ == "__main__":
    unittest.main()
