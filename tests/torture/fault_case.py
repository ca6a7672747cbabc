"""What the tests of a failing disk share: a broker whose store can be filled, clients that count what they were told."""

import os
import shutil
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))

import packets
import wire
from daemon import Daemon
from store_check import check_integrity

BINARY = os.path.join(os.environ.get("MIDGE_BIN_DIR", ""), "mqttd")
DEGRADED = "until the store can be written"
RECOVERED = "the store can be written again"
EXPIRY = "11 ff ff ff ff"  # never: a time that begins anew with each connection would have to be saved
QUOTA_EXCEEDED, UNAVAILABLE = 0x97, 0x88
CHUNK = 50_000


def wait_until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out after {seconds} s waiting for {what}")
        time.sleep(0.02)


class FaultCase(unittest.TestCase):
    """A broker with a store in a folder of its own. A test that fails keeps the folder and says where it is."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="midge-faults-")
        self.daemon = None
        self.acked = []  # numbers of messages on the topic f/q that were acknowledged
        self.refused = []
        self.number = 0

    def tearDown(self):
        if self.daemon is not None and self.daemon.process is not None:
            self.daemon.kill()
        if self.passed():
            shutil.rmtree(self.folder)
        else:
            print(f"everything is kept in {self.folder}", file=sys.stderr)

    def passed(self):
        result = self._outcome.result
        return all(case is not self for case, _ in result.failures + result.errors)

    def start(self, options="", store=None, trace=(), env=None):
        self.daemon = Daemon(BINARY, self.folder, options, store)
        self.run_daemon(trace, env)

    def run_daemon(self, trace=(), env=None):
        self.daemon.start(2, trace, env)
        self.daemon.wait_ready()

    def restart(self):
        """kill -9, and again."""
        if self.daemon.process is not None:
            self.daemon.kill()
        self.run_daemon()

    def strace(self, call, how, path="mqttd.db-wal"):
        """A command that lets system calls on one file of the store fail or wait."""
        return ("strace", "-f", "--seccomp-bpf", "-qq", "-o", os.path.join(self.folder, "strace.log"),
                "-P", os.path.join(self.folder, "store", path), "-e", f"trace={call}", "-e", f"inject={call}:{how}")

    # --- clients ---

    def keep_subscriber(self):
        """A session that is offline from now on and has everything sent to it queued."""
        peer = wire.subscriber(self.daemon.port, "offline", "f/#", 2, clean=False, props=EXPIRY)
        peer.send(wire.raw("e0 00")).expect_closed()

    def publisher(self, client_id="publisher", **options):
        return wire.session(self.daemon.port, client_id, clean=False, props=EXPIRY, **options)

    def publish(self, peer, qos=1, size=CHUNK):
        """Sends one numbered message and returns the reason code of its acknowledgement."""
        self.number += 1
        number, packet_id = self.number, self.number % 60000 + 1
        peer.send(wire.publish("f/q", b"%08d" % number + b"x" * size, qos, packet_id))
        seen = peer.expect_type(packets.PUBACK if qos == 1 else packets.PUBREC)
        reason = seen[4] if seen[1] > 2 else 0
        if reason >= 0x80:
            self.refused.append(number)
        else:
            self.acked.append(number)
            if qos == 2:
                peer.send(wire.ack(packets.PUBREL, packet_id)).expect_type(packets.PUBCOMP)
        return reason

    def fill(self, most=400, qos=None):
        """Publishes until something else than success comes back. What came."""
        peer = self.publisher("filler")
        try:
            for count in range(most):
                reason = self.publish(peer, qos or 1 + count % 2)
                if reason >= 0x80:
                    peer.close()
                    return reason
        except (AssertionError, OSError) as error:
            return str(error)
        return self.fail(f"{most} messages of {CHUNK} bytes were accepted")

    def check_queue(self):
        """The session that was offline gets what was acknowledged, once, in order, and nothing that was refused."""
        peer = wire.session(self.daemon.port, "offline", clean=False, props=EXPIRY)
        self.assertTrue(peer.session_present)
        seen, wanted = [], set(self.acked)
        peer.socket.settimeout(20)
        while wanted - set(seen):
            packet = self.next_publish(peer)
            seen.append(int(packet.payload[:8]))
        self.assertEqual(sorted(seen), seen, "the order")
        self.assertEqual(len(set(seen)), len(seen), "messages came twice")
        self.assertFalse(set(seen) & set(self.refused), "refused messages were delivered")
        peer.close()

    @staticmethod
    def next_publish(peer):
        """The next message, acknowledged."""
        while True:
            data = peer.packet()
            packet = packets.Reader(5).feed(data)[0]
            if packet.kind == packets.PUBREL:
                peer.send(wire.ack(packets.PUBCOMP, packet.packet_id))
            elif packet.kind == packets.PUBLISH:
                if packet.qos:
                    kind = packets.PUBACK if packet.qos == 1 else packets.PUBREC
                    peer.send(wire.ack(kind, packet.packet_id))
                return packet

    def check_others(self):
        """QoS 0 and clients without a session go on."""
        receiver = wire.subscriber(self.daemon.port, "clean-receiver", "free/#", 1)
        sender = wire.session(self.daemon.port, "clean-sender")
        for number in range(20):
            sender.send(wire.publish("free/0", b"%d" % number))
            self.assertEqual(b"%d" % number, self.next_publish(receiver).payload)
        receiver.close()
        sender.close()

    def check_degraded(self):
        """What a broker does whose store cannot be written."""
        wait_until(lambda: DEGRADED in self.daemon.log(), 10, "the line about the store")
        self.check_others()
        peer = wire.Peer(self.daemon.port)
        peer.send(wire.connect("late-comer", 5, clean=False, props=EXPIRY)).expect_connack(UNAVAILABLE)
        peer.close()
        old = wire.session(self.daemon.port, "v3", version=4)
        old.send(wire.publish("f/q", b"99999999", 1, 7, version=4)).expect_closed()
        clean = wire.session(self.daemon.port, "v5")
        self.assertEqual(QUOTA_EXCEEDED, self.publish(clean, 1))
        self.assertEqual(QUOTA_EXCEEDED, self.publish(clean, 2))
        clean.close()
        self.assertEqual(1, self.daemon.log().count(DEGRADED), "lines about the store")

    def check_recovered(self):
        wait_until(lambda: RECOVERED in self.daemon.log(), 15, "the line about the end")
        peer = self.publisher()
        self.assertEqual(0, self.publish(peer, 1, 10))
        self.assertEqual(0, self.publish(peer, 2, 10))
        peer.close()
        self.assertEqual(1, self.daemon.log().count(RECOVERED))

    def stop(self):
        self.assertEqual(0, self.daemon.stop(), self.daemon.log()[-3000:])
        self.assertEqual([], check_integrity(self.daemon.database))
