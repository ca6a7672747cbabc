"""TLS: Debian's mosquitto clients and Paho against listeners with certificates, client certificates and shared keys."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import unittest

import paho.mqtt.client as paho

import wire

from broker import BINARY, BrokerCase, die_with_parent, wait_until
from certificates import Ca
from mosquitto_tools import Subscriber, publish, run
from paho_test import Client

LOCAL = ("DNS:localhost", "IP:127.0.0.1")
BASE = "allow_anonymous true\nlistener {port} 127.0.0.1\n"


class Tls(BrokerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="midge-tls-")
        os.chmod(cls.folder, 0o755)
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.ca = Ca(cls.folder)
        cls.server = cls.ca.issue("server", "server", LOCAL)
        cls.client = cls.ca.issue("alice", "alice")
        cls.lines = f"certfile {cls.server[0]}\nkeyfile {cls.server[1]}\n"
        cls.mutual = cls.lines + f"cafile {cls.ca.certificate}\nrequire_certificate true\n"

    def one_message(self, port, *options):
        """From mosquitto_pub to mosquitto_sub."""
        topic = self.topic()
        subscriber = Subscriber(port, "-t", topic, "-C", "1", *options)
        publish(port, "-t", topic, "-m", "over tls", "-q", "1", *options)
        self.assertEqual([f"{topic} over tls"], subscriber.result())

    def refused(self, port, *options):
        """What mosquitto_pub says when it is not let in."""
        status, _, err = run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(port), "-t", "t", "-m", "m", *options])
        self.assertNotEqual(0, status)
        return err.decode()

    def test_mosquitto_clients_with_a_ca_file(self):
        broker = self.start_broker(BASE + self.lines)
        self.one_message(broker.port, "--cafile", self.ca.certificate)
        self.one_message(broker.port, "--cafile", self.ca.certificate, "--tls-alpn", "mqtt")
        self.assertIn("TLSv1.3", broker.log())

    def test_the_older_version_works_unless_it_is_forbidden(self):
        context = ssl.create_default_context(cafile=self.ca.certificate)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        broker = self.start_broker(BASE + self.lines)
        with socket.create_connection(("127.0.0.1", broker.port)) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                self.assertEqual("TLSv1.2", secure.version())
        strict = self.start_broker(BASE + self.lines + "tls_version tlsv1.3\n")
        with socket.create_connection(("127.0.0.1", strict.port)) as plain:
            with self.assertRaises(ssl.SSLError):
                context.wrap_socket(plain, server_hostname="localhost")
        strict.wait_for_log("the client speaks older TLS versions only (tls_version)")

    def test_a_client_certificate_gives_the_user_name(self):
        config = BASE.replace("true", "false") + self.mutual + "use_identity_as_username true\n"
        broker = self.start_broker(config)
        mine = ("--cafile", self.ca.certificate, "--cert", self.client[0], "--key", self.client[1])
        self.one_message(broker.port, *mine)
        broker.wait_for_log("user alice")
        self.refused(broker.port, "--cafile", self.ca.certificate)
        broker.wait_for_log("the client has sent no certificate (require_certificate)")

    def test_a_certificate_of_another_ca_is_refused(self):
        broker = self.start_broker(BASE + self.mutual)
        folder = tempfile.mkdtemp(prefix="midge-tls-")
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        other = Ca(folder, "other")
        certificate, key = other.issue("mallory", "alice")
        self.refused(broker.port, "--cafile", self.ca.certificate, "--cert", certificate, "--key", key)
        broker.wait_for_log("the certificate of the client is from an unknown CA")
        self.refused(broker.port, "--cafile", other.certificate)
        broker.wait_for_log("does not trust the CA of this listener's certificate")

    def with_certificate(self, certificate):
        """What wire.Peer wraps its socket with."""
        context = ssl.create_default_context(cafile=self.ca.certificate)
        context.load_cert_chain(*certificate)
        return lambda plain: context.wrap_socket(plain, server_hostname="localhost")

    def test_the_session_of_a_certificate_is_for_no_other_client(self):
        config = ("per_listener_settings true\nlistener {port} 127.0.0.1\nallow_anonymous false\n" + self.mutual +
                  "use_identity_as_username true\nlistener {port2} 127.0.0.1\nallow_anonymous true\n")
        broker = self.start_broker(config)
        alice, topic = self.with_certificate(self.client), self.topic()
        owner = wire.session(broker.port, "meter", wrap=alice, clean=False, props="11 00 00 0e 10")
        owner.send(wire.subscribe(1, topic, 1)).expect_type(wire.SUBACK)
        strangers = [
            (broker.port2, {}), (broker.port2, {"username": "alice"}),
            (broker.port2, {"username": "alice", "password": "x"}),
            (broker.port, {"wrap": self.with_certificate(self.ca.issue("bob", "bob"))})]
        for clean in (True, False):
            for port, options in strangers:
                wrap = options.get("wrap")
                given = {name: value for name, value in options.items() if name != "wrap"}
                with wire.Peer(port, wrap=wrap) as stranger:
                    stranger.send(wire.connect("meter", clean=clean, **given)).expect_connack(0x87)
        owner.ping().close()
        with wire.session(broker.port2, "other") as publisher:
            publisher.send(wire.publish(topic, b"kept", 1, 1)).expect_type(wire.PUBACK)
        with wire.session(broker.port, "meter", wrap=alice, clean=False) as owner:
            self.assertTrue(owner.session_present)
            self.assertIn(b"kept", owner.expect_type(wire.PUBLISH))

    def test_shared_keys(self):
        with open(os.path.join(self.folder, "psk"), "w", encoding="ascii") as file:
            file.write("printer:0badcafe\n")
        config = f"psk_file {self.folder}/psk\n" + BASE + "psk_hint here\nuse_identity_as_username true\n"
        broker = self.start_broker(config)
        self.one_message(broker.port, "--psk", "0badcafe", "--psk-identity", "printer")
        broker.wait_for_log("user printer")
        self.refused(broker.port, "--psk", "0badcafe", "--psk-identity", "stranger")
        broker.wait_for_log('the identity "stranger" is not in psk_file')

    def test_paho_with_both_versions_of_mqtt(self):
        broker = self.start_broker(BASE + self.lines)
        for version in (paho.MQTTv311, paho.MQTTv5):
            client = Client(
                broker.port, self.client_id(str(version)), version,
                setup=lambda one: one.tls_set(self.ca.certificate))
            client.subscribe(self.topic(), qos=2)
            large = "x" * 300_000
            client.publish(self.topic(), large, qos=2)
            self.assertEqual([large], client.wait_for(1))
            client.leave()

    def test_plain_mqtt_is_told_what_is_wrong(self):
        broker = self.start_broker(BASE + self.lines)
        self.refused(broker.port)
        broker.wait_for_log("this looks like plain MQTT, and the listener expects TLS")

    def test_the_server_name_chooses_the_certificate(self):
        second = self.ca.issue("second", "second", ("DNS:second.example",))
        broker = self.start_broker(BASE + self.lines + f"certfile {second[0]}\nkeyfile {second[1]}\n")
        context = ssl.create_default_context(cafile=self.ca.certificate)
        for name, expected in (("localhost", "server"), ("second.example", "second")):
            with socket.create_connection(("127.0.0.1", broker.port)) as plain:
                with context.wrap_socket(plain, server_hostname=name) as secure:
                    self.assertEqual(((("commonName", expected),),), secure.getpeercert()["subject"])

    def test_a_reload_brings_a_new_certificate_to_new_connections(self):
        folder = tempfile.mkdtemp(prefix="midge-tls-")
        os.chmod(folder, 0o755)
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        ca = Ca(folder)
        certificate, key = ca.issue("server", "before", LOCAL)
        broker = self.start_broker(BASE + f"certfile {certificate}\nkeyfile {key}\n")
        context = ssl.create_default_context(cafile=ca.certificate)

        def name_now():
            with socket.create_connection(("127.0.0.1", broker.port)) as plain:
                with context.wrap_socket(plain, server_hostname="localhost") as secure:
                    return secure.getpeercert()["subject"][0][0][1]

        self.assertEqual("before", name_now())
        stays = Client(broker.port, self.client_id(), setup=lambda one: one.tls_set(ca.certificate))
        ca.issue("server", "after", LOCAL)
        broker.signal(signal.SIGHUP)
        wait_until(lambda: name_now() == "after", what="the new certificate")
        stays.subscribe(self.topic(), qos=1)
        stays.publish(self.topic(), "still here", qos=1)
        self.assertEqual(["still here"], stays.wait_for(1))
        stays.leave()
        os.unlink(key)
        broker.signal(signal.SIGHUP)
        broker.wait_for_log("nothing was reloaded")
        self.assertEqual("after", name_now())

    def test_test_config_names_every_file_that_is_wrong(self):
        path = os.path.join(self.folder, "wrong.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"listener 1\ncertfile {self.server[0]}\nkeyfile {self.client[1]}\nlistener 2\ncertfile /no.crt\nkeyfile /no.key\n")
        done = subprocess.run(
            [BINARY, "--test-config", "-c", path], capture_output=True, text=True, timeout=20, check=False,
            preexec_fn=die_with_parent)
        self.assertNotEqual(0, done.returncode)
        self.assertIn(f"{path}:3: keyfile ", done.stderr)
        self.assertIn("is not the key of the certificate", done.stderr)
        self.assertIn(f"{path}:5: certfile \"/no.crt\": No such file or directory", done.stderr)
        self.assertIn(f"{path}:6: keyfile \"/no.key\": No such file or directory", done.stderr)

    def test_a_silent_client_is_not_waited_for(self):
        broker = self.start_broker("handshake_timeout 1\n" + BASE + self.lines)
        with socket.create_connection(("127.0.0.1", broker.port)) as silent:
            silent.settimeout(20)
            self.assertEqual(b"", silent.recv(1))
        broker.wait_for_log("TLS handshake not finished within 1 seconds (handshake_timeout)")

    def test_handshakes_have_a_limit(self):
        broker = self.start_broker("max_handshakes 2\nhandshake_timeout 3600\n" + BASE + self.lines)
        waiting = [socket.create_connection(("127.0.0.1", broker.port)) for _ in range(3)]
        broker.wait_for_log("max_handshakes is reached")
        for one in waiting:
            one.close()
        broker.wait_for_log("connection ended during the TLS handshake")
        wait_until(lambda: run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(broker.port), "-t", "t", "-m", "m",
                                "--cafile", self.ca.certificate])[0] == 0, what="room for a client")


if __name__ == "__main__":
    unittest.main()
