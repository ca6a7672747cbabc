"""A flood of wrong passwords, or of TLS handshakes, does not hold up the others. tests/bench/floods.py has the figures."""

import unittest

from auth_test import AuthCase
from broker import wait_until
from certificates import Ca
from flood import Flood, Probe, guess_passwords, percentile, shake_hands

SECONDS = 3
# What a machine that does other things as well may add. One password that was checked on the thread of the probe would cost more.
SLACK = 0.05


class Floods(AuthCase):
    def compare(self, probe_port, flood_port, kind, least):
        """The p99 of another client during the flood, against the quiet one."""
        probe = Probe(probe_port, username="bob", password="builder")
        self.addCleanup(probe.close)
        quiet = percentile(probe.round_trips(SECONDS), 99)
        with Flood(kind, flood_port, 4) as flood:
            wait_until(lambda: flood.count > 0, 60, "the flood")
            before = flood.count
            loud = percentile(probe.round_trips(SECONDS), 99)
            dealt_with = flood.count - before
        self.assertGreater(dealt_with, least, "that was no flood")
        self.assertLess(loud, 3 * quiet + SLACK, f"p99 was {quiet * 1e3:.2f} ms, and {loud * 1e3:.2f} ms during the flood")

    def test_wrong_passwords(self):
        users = self.users("users", ("alice", "wonder"), ("bob", "builder"))
        limits = "auth_max_failures_per_address 0\nauth_max_failures_per_user 0\n"
        broker = self.start_broker(f"{self.config}password_file {users}\nthreads 1\n{limits}")
        self.compare(broker.port, broker.port, guess_passwords, 3)

    def test_tls_handshakes(self):
        certificate, key = Ca(self.folder).issue("server", "server")
        broker = self.start_broker(
            "threads 1\nallow_anonymous true\nlistener {port} 127.0.0.1\nlistener {port2} 127.0.0.1\n"
            f"certfile {certificate}\nkeyfile {key}\n")
        self.compare(broker.port, broker.port2, shake_hands, 50)


if __name__ == "__main__":
    unittest.main()
