"""A calendar clock that is set forward and back, between two runs of mqttd and during one.

The clock is moved by store_shim.cpp, for mqttd alone. What is kept has deadlines of the calendar, what runs has timers.
"""

import os
import struct
import unittest

from fault_case import FaultCase, wait_until

import packets
import wire

SHIM = os.environ.get("MIDGE_STORE_SHIM", "")
HOUR, DAY = 3600, 86400
SESSION = 2 * DAY
MESSAGE = 5000


class ClockCase(FaultCase):
    def setUp(self):
        super().setUp()
        self.assertTrue(SHIM, "MIDGE_STORE_SHIM is not set")
        self.clock = os.path.join(self.folder, "clock")
        self.set_clock(0)

    def set_clock(self, seconds):
        with open(self.clock, "r+b" if os.path.exists(self.clock) else "wb") as file:
            file.write(struct.pack("=q", seconds))
        os.chmod(self.clock, 0o644)

    def environment(self):
        return {"LD_PRELOAD": SHIM, "STORE_SHIM_CLOCK": self.clock,
                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def start_at(self, seconds):
        """kill -9, and a start with another clock."""
        if self.daemon is not None and self.daemon.process is not None:
            self.daemon.kill()
        self.set_clock(seconds)
        if self.daemon is None:
            self.start(env=self.environment())
        else:
            self.run_daemon(env=self.environment())

    def keep(self):
        """A session that is offline, and a message for it that expires."""
        props = "11" + struct.pack("!I", SESSION).hex()
        peer = wire.subscriber(self.daemon.port, "offline", "f/#", 1, clean=False, props=props)
        peer.send(wire.raw("e0 00")).expect_closed()
        self.send_one(1)

    def send_one(self, packet_id):
        peer = wire.session(self.daemon.port, "sender")
        peer.send(wire.publish("f/x", b"%d" % packet_id, 1, packet_id, props="02" + struct.pack("!I", MESSAGE).hex()))
        self.assertEqual(packets.PUBACK, peer.packet()[0] >> 4)
        peer.close()

    def look(self, acknowledge=False):
        """The messages that wait, and how long they are still good; they stay unless acknowledged."""
        props = "11" + struct.pack("!I", SESSION).hex()
        with wire.session(self.daemon.port, "offline", clean=False, props=props) as peer:
            self.assertTrue(peer.session_present)
            peer.send(wire.PING)
            seen = {}
            while (data := peer.packet()) != wire.PONG or not seen:
                if data == wire.PONG:
                    continue
                packet = packets.Reader(5).feed(data)[0]
                seen[int(packet.payload)] = packet.props["message_expiry"]
                if acknowledge:
                    peer.send(wire.ack(packets.PUBACK, packet.packet_id))
            peer.send(wire.raw("e0 00")).expect_closed()
            return seen


class Clock(ClockCase):
    def test_time_that_has_passed_while_it_was_down_counts(self):
        self.start_at(0)
        self.keep()
        self.start_at(600)
        self.assertTrue(MESSAGE - 660 < self.look()[1] <= MESSAGE - 600, "remaining expiry")

    def test_a_clock_that_was_set_back_makes_nothing_last_longer_than_it_was_sent_for(self):
        self.start_at(0)
        self.keep()
        self.start_at(-2 * HOUR)
        self.assertLessEqual(self.look()[1], MESSAGE)

    def test_sessions_and_messages_that_have_expired_while_it_was_down_are_gone(self):
        self.start_at(0)
        self.keep()
        self.start_at(MESSAGE + 60)
        self.send_one(2)
        self.assertEqual([2], list(self.look()))
        self.assertEqual(0, self.daemon.stop())  # killed, it might not have noted when the client left
        self.start_at(5 * DAY)
        wait_until(lambda: "has expired" in self.daemon.log(), 10, "the end of the session")
        with wire.session(self.daemon.port, "offline", clean=False) as peer:
            self.assertFalse(peer.session_present)

    def test_a_clock_that_jumps_during_a_run_lets_nothing_expire(self):
        self.start_at(0)
        self.keep()
        for seconds in (10 * DAY, -10 * DAY, 0):
            self.set_clock(seconds)
            self.assertTrue(MESSAGE - 60 < self.look()[1] <= MESSAGE, f"remaining expiry at {seconds}")
        self.send_one(2)
        self.start_at(0)
        self.assertEqual([1, 2], list(self.look(acknowledge=True)))
        self.assertEqual(0, self.daemon.stop())


if __name__ == "__main__":
    unittest.main()
