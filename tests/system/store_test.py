"""mqttd store: import of a mosquitto.db that Debian's mosquitto wrote, and what is in the store then."""

import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import unittest

import wire
from broker import MOSQUITTO, Broker, tool

SECONDS = 60
EXPIRY = "11 00000e10"  # session expiry: an hour
FOR_EVER = "11 ffffffff"


class Peer:
    """A client that says exactly what a test wants, and goes without DISCONNECT."""

    def __init__(self, port, client_id, version=5, props="", username=None):
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        self.send(wire.connect(client_id, version, clean=False, props=props, username=username))
        self.expect(wire.CONNACK)

    def send(self, packet):
        self.socket.sendall(packet)

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise AssertionError("the broker closed the connection")
            data += more
        return data

    def receive(self):
        first = self._exactly(1)[0]
        size, shift = 0, 0
        while True:
            digit = self._exactly(1)[0]
            size |= (digit & 0x7F) << shift
            shift += 7
            if digit < 0x80:
                return first >> 4, self._exactly(size)

    def expect(self, kind):
        got, body = self.receive()
        if got != kind:
            raise AssertionError(f"packet {got} instead of {kind}")
        return body

    def subscribe(self, topic_filter, options=0, props="", version=5):
        self.send(wire.subscribe(1, topic_filter, options, props, version))
        self.expect(wire.SUBACK)

    def drop(self):
        self.socket.close()


def packet_id_of(publish_body):
    size = struct.unpack("!H", publish_body[:2])[0]
    return publish_body[2 + size:4 + size]


class ImportCase(unittest.TestCase):
    """One mosquitto with sessions in all states, stopped and imported; the tests look at the dump."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="midge-store-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        cls.file = os.path.join(cls.folder, "mosquitto.db")
        cls.store = os.path.join(cls.folder, "mqttd.store")
        broker = Broker("listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
                        "persistence_location {dir}/\nautosave_interval 0\n", binary=MOSQUITTO)
        try:
            cls.play(broker.port)
        finally:
            broker.stop()
            shutil.copy(os.path.join(broker.directory, "mosquitto.db"), cls.file)
            broker.remove_files()
        cls.imported = subprocess.run([tool("mqttd"), "store", "import", cls.file, cls.store], capture_output=True,
                                      text=True, timeout=SECONDS, check=False)
        dumped = subprocess.run([tool("mqttd"), "store", "dump", cls.store], capture_output=True, text=True,
                                timeout=SECONDS, check=False)
        cls.lines = [json.loads(line) for line in dumped.stdout.splitlines()]
        cls.sessions = {line["client_id"]: line for line in cls.lines if line["type"] == "session"}
        cls.messages = {line["id"]: line for line in cls.lines if line["type"] == "message"}

    @classmethod
    def play(cls, port):
        # Offline, QoS 2, with a user name, a subscription identifier and options.
        anna = Peer(port, "anna", props=EXPIRY, username="anna")
        anna.subscribe("a/#", options=0x2A, props="0b 07")
        anna.drop()
        # Without a user name: mosquitto 2.0.11 writes anna's into this chunk, with a wrong length.
        old = Peer(port, "old", version=4)
        old.subscribe("b/+", options=1, version=4)
        old.drop()
        # Its queue is saved, its subscription is not: mosquitto 2.0.11 leaves shared ones out.
        shared = Peer(port, "shared", props=FOR_EVER)
        shared.subscribe("$share/g/s/#", options=1)
        shared.drop()
        # In flight: has got PUBLISH and said nothing; has said PUBREC and got PUBREL; QoS 1 without PUBACK.
        silent = Peer(port, "awaits-pubrec", props=FOR_EVER)
        silent.subscribe("f/2", options=2)
        halfway = Peer(port, "awaits-pubcomp", props=FOR_EVER)
        halfway.subscribe("f/2", options=2)
        one = Peer(port, "awaits-puback", props=FOR_EVER)
        one.subscribe("f/1", options=1)
        publisher = Peer(port, "publisher", props=FOR_EVER)

        def publish(topic, payload, qos, **options):
            publisher.send(wire.publish(topic, payload, qos, 100, **options))
            if qos == 1:
                publisher.expect(wire.PUBACK)
            if qos == 2:
                publisher.expect(wire.PUBREC)
                publisher.send(bytes.fromhex("62020064"))
                publisher.expect(wire.PUBCOMP)

        publish("f/2", "two", 2)
        silent.expect(wire.PUBLISH)
        halfway.send(b"\x50\x02" + packet_id_of(halfway.expect(wire.PUBLISH)))
        halfway.expect(wire.PUBREL)
        publish("f/1", "one", 1)
        one.expect(wire.PUBLISH)
        for peer in (silent, halfway, one):
            peer.drop()
        text = "03 000a 746578742f706c61696e 26 0001 6b 0001 76"  # content type text/plain, user property k: v
        publish("a/1", "with properties", 2, props=text)
        publish("a/2", "expires", 1, props="02 00000e10")
        publish("a/3", b"\x00\xff", 1)
        publish("b/1", "old", 1)
        publish("s/1", "for one of the group", 1)
        publish("r/1", "kept", 1, retain=True, props=text)
        publish("r/2", "gone", 1, retain=True)
        publish("r/2", "", 1, retain=True)
        # Acknowledged with PUBREC and not released yet: not passed on by mosquitto.
        publisher.send(wire.publish("a/in", "inbound", 2, 200))
        publisher.expect(wire.PUBREC)
        publisher.drop()

    def deliveries(self, client_id):
        session = self.sessions[client_id]["id"]
        found = [line for line in self.lines if line["type"] == "delivery" and line["session"] == session]
        return [(self.messages[line["message"]]["topic"] if "message" in line else None, line["state"], line["qos"])
                for line in found]

    def message(self, topic):
        return next(line for line in self.messages.values() if line["topic"] == topic)

    def test_the_summary_counts_everything(self):
        self.assertEqual(self.imported.stderr, "")
        self.assertEqual(self.imported.stdout,
                         f"{self.store}: sessions 7, subscriptions 5, queued 9, retained 1\n")

    def test_sessions_come_with_their_expiry(self):
        self.assertEqual(self.sessions["anna"]["expiry"], 3600)
        self.assertEqual(self.sessions["old"]["expiry"], "never")
        self.assertEqual((self.sessions["anna"]["speaks_v5"], self.sessions["old"]["speaks_v5"]), (True, False))

    def test_subscriptions_come_with_identifiers_and_options(self):
        by_filter = {line["filter"]: line for line in self.lines if line["type"] == "subscription"}
        anna = by_filter["a/#"]
        self.assertEqual((anna["qos"], anna["identifier"], anna["retain_as_published"]), (2, 7, True))
        self.assertEqual(by_filter["b/+"]["qos"], 1)

    def test_queues_come_in_order(self):
        self.assertEqual(self.deliveries("anna"), [("a/1", "queued", 2), ("a/2", "queued", 1), ("a/3", "queued", 1),
                                                   ("a/in", "queued", 2)])
        self.assertEqual(self.deliveries("old"), [("b/1", "queued", 1)])
        self.assertEqual(self.deliveries("shared"), [("s/1", "queued", 1)])

    def test_messages_in_flight_stay_in_flight(self):
        self.assertEqual(self.deliveries("awaits-pubrec"), [("f/2", "awaiting-pubrec", 2)])
        self.assertEqual(self.deliveries("awaits-pubcomp"), [(None, "awaiting-pubcomp", 2)])
        self.assertEqual(self.deliveries("awaits-puback"), [("f/1", "awaiting-puback", 1)])

    def test_messages_come_with_properties_and_expiry(self):
        first = self.message("a/1")
        self.assertEqual(first["properties"], {"content-type": "text/plain", "user-properties": [{"k": "v"}]})
        self.assertEqual(first["payload"], "with properties")
        self.assertIn("expires", self.message("a/2"))
        self.assertNotIn("expires", first)
        self.assertEqual((self.message("a/3")["payload"], self.message("a/3")["payload_encoding"]), ("AP8=", "base64"))

    def test_retained_messages_come_once(self):
        retained = [self.messages[line["message"]] for line in self.lines if line["type"] == "retained"]
        self.assertEqual([(line["topic"], line["payload"]) for line in retained], [("r/1", "kept")])

    def test_an_inbound_message_is_passed_on_and_its_identifier_waits(self):
        unreleased = [(line["session"], line["packet_id"]) for line in self.lines if line["type"] == "unreleased"]
        self.assertEqual(unreleased, [(self.sessions["publisher"]["id"], 200)])

    def test_the_store_is_in_order_and_another_import_does_not_touch_it(self):
        command = [tool("mqttd"), "store", "check", self.store]
        checked = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        again = subprocess.run([tool("mqttd"), "store", "import", self.file, self.store], capture_output=True,
                               text=True, timeout=SECONDS, check=False)
        self.assertEqual(again.returncode, 1)
        self.assertIn("is there already", again.stderr)
        self.assertEqual(sorted(os.listdir(self.folder)), ["mosquitto.db", "mqttd.store"])


if __name__ == "__main__":
    unittest.main()
