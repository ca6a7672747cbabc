"""A disk that is full, fails, lies still or may not be written: what mqttd does then, and that nothing is lost.

Errors come from the kernel: a small tmpfs (as root), RLIMIT_FSIZE, and strace, which lets system calls on the files of
the store fail or wait. Short writes come from store_shim.cpp. The broker is $MIDGE_BIN_DIR/mqttd, the shim
$MIDGE_STORE_SHIM.
"""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
import unittest

import audit
import packets
from daemon import Daemon, can_trace
from ensemble import Ensemble
from fault_case import BINARY, CHUNK, DEGRADED, EXPIRY, RECOVERED, FaultCase, wait_until
from store_check import check_store

import wire  # of tests/system, where fault_case looks

# The limits of another user's process cannot be raised everywhere, not even by root.
SAME_USER = "user root\n" if os.geteuid() == 0 else ""
SHIM = os.environ.get("MIDGE_STORE_SHIM", "")


def mount(*arguments):
    """Whether it could be done: root may not everywhere."""
    return os.geteuid() == 0 and subprocess.run(
        ["mount", *arguments], stderr=subprocess.DEVNULL, check=False).returncode == 0


def unmount(folder):
    subprocess.run(["umount", "-l", folder], check=True)


def raise_file_limit(pid):
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


class FullDisk(FaultCase):
    """No room for what should be kept."""

    def start_on_small_disk(self):
        """Four megabytes: a file system of its own where that may be made, else a limit for files."""
        self.daemon = Daemon(BINARY, self.folder, SAME_USER)
        self.is_mounted = mount("-t", "tmpfs", "-o", "size=4m,mode=777", "midge", self.daemon.store)
        if not self.is_mounted:
            self.daemon.file_limit = 4_000_000
        self.run_daemon()

    def make_room(self):
        self.daemon.file_limit = None
        if self.is_mounted:
            mount("-o", "remount,size=64m", self.daemon.store)
        elif self.daemon.process is not None:
            raise_file_limit(self.daemon.pid())

    def tearDown(self):
        if self.daemon.process is not None:
            self.daemon.kill()
        if os.path.ismount(self.daemon.store):
            if not self.passed():
                shutil.copytree(self.daemon.store, self.daemon.store + ".kept")
            unmount(self.daemon.store)
        super().tearDown()

    def test_a_full_file_system_refuses_and_recovers(self):
        self.start_on_small_disk()
        self.keep_subscriber()
        self.fill()
        self.assertGreater(len(self.acked), 5)
        self.check_degraded()
        self.make_room()
        self.check_recovered()
        self.restart()
        self.check_queue()
        self.stop()

    def test_killed_while_full_it_starts_again_when_there_is_room(self):
        self.start_on_small_disk()
        self.keep_subscriber()
        self.fill()
        self.daemon.kill()
        self.make_room()
        self.restart()
        self.check_queue()
        self.stop()

    def test_killed_while_full_it_starts_or_says_why_not(self):
        self.start_on_small_disk()
        self.keep_subscriber()
        self.fill()
        self.daemon.kill()
        self.daemon.start(2)
        wait_until(lambda: self.daemon.is_ready() or self.daemon.ended(), 30, "the start")
        if self.daemon.ended():
            self.assertGreater(self.daemon.reap(), 0)
            self.assertRegex(self.daemon.log(), r"error: .*mqttd\.db.*(full|space)")
        else:
            self.check_others()
        self.make_room()
        self.restart()
        self.check_queue()
        self.stop()

    def test_what_could_not_be_saved_is_not_acknowledged_on_the_next_connection(self):
        """The broker remembers a message whose commit has failed; that it has come before must not be said."""
        self.start_on_small_disk()
        self.keep_subscriber()
        self.fill(qos=2)
        wait_until(lambda: DEGRADED in self.daemon.log(), 10, "the line about the store")
        self.assertFalse(self.refused, "the last message was not taken")
        peer = wire.Peer(self.daemon.port, timeout=3)
        try:
            peer.send(wire.connect("filler", 5, clean=False, props=EXPIRY))
            peer.expect_connack(0, True)
            packet_id = self.number % 60000 + 1
            peer.send(wire.publish("f/q", b"%08d" % self.number + b"x" * CHUNK, 2, packet_id, dup=True))
            seen = peer.expect_type(packets.PUBREC)
            if seen[1] == 2 or seen[4] < 0x80:
                self.acked.append(self.number)
        except (AssertionError, TimeoutError):
            pass  # refused, closed or not answered: all the same to a client
        peer.close()
        self.daemon.kill()
        self.make_room()
        self.restart()
        self.check_queue()
        self.stop()

    def test_a_stop_while_full_loses_nothing(self):
        self.start_on_small_disk()
        self.keep_subscriber()
        self.fill()
        self.daemon.stop()
        self.make_room()
        self.restart()
        self.check_queue()
        self.stop()

    def test_a_limit_of_the_size_of_files_is_like_a_full_disk(self):
        self.daemon = Daemon(BINARY, self.folder, SAME_USER)
        self.daemon.file_limit = 3_000_000
        self.run_daemon()
        self.keep_subscriber()
        self.fill()
        self.assertGreater(len(self.acked), 5)
        self.check_degraded()
        raise_file_limit(self.daemon.pid())
        self.check_recovered()
        self.daemon.file_limit = None
        self.restart()
        self.check_queue()
        self.stop()

    def test_persistence_max_size_refuses_until_messages_have_gone(self):
        self.start("persistence_max_size 3000000\n")
        self.keep_subscriber()
        self.fill()
        self.assertGreater(len(self.acked), 5)
        self.check_degraded()
        self.check_queue()
        self.acked.clear()
        self.check_recovered()
        self.restart()
        self.check_queue()
        self.stop()


@unittest.skipUnless(can_trace(), "no ptrace on this platform")
class FailingDisk(FaultCase):
    """System calls on the store that do not succeed."""

    def recovers_from(self, error):
        """The 30th to 32nd write of the log fails; then the disk is well again."""
        self.start(trace=self.strace("pwrite64", f"error={error}:when=60..62"))
        self.keep_subscriber()
        self.fill()
        wait_until(lambda: DEGRADED in self.daemon.log(), 10, "the line about the store")
        self.check_others()
        self.check_recovered()
        self.assertEqual(1, self.daemon.log().count(DEGRADED))
        self.restart()
        self.check_queue()
        self.stop()

    def test_no_space_for_a_moment(self):
        self.recovers_from("ENOSPC")

    def test_an_error_of_a_write_for_a_moment(self):
        self.recovers_from("EIO")

    def test_a_quota_for_a_moment(self):
        self.recovers_from("EDQUOT")

    def test_a_file_system_that_may_not_be_written_any_more(self):
        self.start(trace=self.strace("pwrite64", "error=EROFS:when=60+"))
        self.keep_subscriber()
        self.fill()
        self.check_degraded()
        self.restart()
        self.check_queue()
        self.stop()

    def test_a_qos2_message_that_was_refused_is_taken_when_it_comes_again(self):
        """By 3.1.1 a refusal ends the connection; the client sends again with DUP, under the same identifier."""
        self.start(trace=self.strace("pwrite64", "error=ENOSPC:when=60..64"))
        self.keep_subscriber()
        old = self.publisher("old", version=4)
        self.fill()
        wait_until(lambda: DEGRADED in self.daemon.log(), 10, "the line about the store")
        self.number += 1
        message = b"%08d" % self.number
        old.send(wire.publish("f/q", message, 2, 7, version=4)).expect_closed()
        wait_until(lambda: RECOVERED in self.daemon.log(), 15, "the line about the end")
        old = self.publisher("old", version=4)
        self.assertTrue(old.session_present)
        old.send(wire.publish("f/q", message, 2, 7, dup=True, version=4)).expect("50 02 00 07")
        old.send("62 02 00 07").expect("70 02 00 07")
        old.close()
        self.acked.append(self.number)
        self.check_queue()
        self.stop()

    def test_a_flush_that_fails_ends_it_at_once_and_loses_nothing(self):
        self.start("persistence_fsync true\n", trace=self.strace("fdatasync", "error=EIO:when=25"))
        self.keep_subscriber()
        what = self.fill()
        self.assertNotIsInstance(what, int, "an acknowledgement after a flush that has failed")
        self.assertIn(self.daemon.reap(), (-signal.SIGABRT, 128 + signal.SIGABRT))
        self.assertIn("mqttd ends at once", self.daemon.log())
        self.assertGreater(len(self.acked), 3)
        self.restart()
        self.check_queue()
        self.stop()

    def test_a_checkpoint_whose_flush_fails_loses_nothing(self):
        self.start("persistence_fsync true\n", trace=self.strace("fdatasync", "error=EIO:when=1", "mqttd.db"))
        self.keep_subscriber()
        peer = self.publisher()
        for _ in range(10):
            self.publish(peer, 1, 1000)
        self.daemon.stop()
        self.restart()
        self.check_queue()
        self.stop()

    def test_short_writes_are_continued(self):
        self.assertTrue(SHIM, "MIDGE_STORE_SHIM is not set")
        env = {"LD_PRELOAD": SHIM, "STORE_SHIM_FOLDER": os.path.join(self.folder, "store"), "STORE_SHIM_SHORT": "3",
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        self.start(env=env)
        self.keep_subscriber()
        peer = self.publisher()
        for number in range(40):
            self.assertEqual(0, self.publish(peer, 1 + number % 2, 2000))
        self.assertNotIn(DEGRADED, self.daemon.log())
        self.restart()
        self.check_queue()
        self.stop()

    def test_a_store_that_may_not_be_written_is_refused_at_the_start(self):
        self.start()
        self.keep_subscriber()
        self.stop()
        store = self.daemon.store
        is_mounted = mount("--bind", store, store) and mount("-o", "remount,ro,bind", store)
        if not is_mounted:
            os.chmod(self.daemon.database, 0o400)
            os.chmod(store, 0o555)
        self.daemon.start(2)
        wait_until(self.daemon.ended, 30, "the end")
        self.assertGreater(self.daemon.reap(), 0)
        self.assertRegex(self.daemon.log(), r"error: .*mqttd\.db.*(writ|denied)")
        if is_mounted:
            unmount(store)
        else:
            os.chmod(store, 0o777)
            os.chmod(self.daemon.database, 0o600)
        self.run_daemon()
        self.check_queue()


@unittest.skipUnless(can_trace(), "no ptrace on this platform")
class SlowDisk(FaultCase):
    """Flushes that take two seconds."""

    def test_nobody_waits_for_a_slow_flush_but_who_needs_it(self):
        trace = self.strace("fdatasync", "delay_enter=2000000:when=20+")
        self.start("persistence_fsync true\n", trace=trace)
        self.keep_subscriber()
        peer = self.publisher()
        receiver = wire.subscriber(self.daemon.port, "clean-receiver", "free/#", 0)
        sender = wire.session(self.daemon.port, "clean-sender")
        waits, worst = [], 0.0
        deadline = time.monotonic() + 30
        while len([wait for wait in waits if wait > 1.5]) < 3 and time.monotonic() < deadline:
            begin = time.monotonic()
            self.number += 1
            peer.send(wire.publish("f/q", b"%08d" % self.number, 1, self.number))
            peer.socket.setblocking(False)
            while True:  # others, while the acknowledgement is not there
                started = time.monotonic()
                sender.send(wire.publish("free/0", b"x"))
                self.next_publish(receiver)
                worst = max(worst, time.monotonic() - started)
                try:
                    if peer.socket.recv(4):
                        break
                except BlockingIOError:
                    time.sleep(0.005)
            peer.socket.setblocking(True)
            self.acked.append(self.number)
            waits.append(time.monotonic() - begin)
        self.assertGreaterEqual(len([wait for wait in waits if wait > 1.5]), 3, waits)
        self.assertLess(worst, 0.7, "a message of QoS 0 waited for the disk")
        self.daemon.kill()
        self.restart()
        self.check_queue()
        self.stop()


@unittest.skipUnless(can_trace(), "no ptrace on this platform")
class Audited(FaultCase):
    """The whole audit, with clients that keep journals, while the disk fails for a while."""

    def audit_with(self, trace, options=""):
        seed = random.SystemRandom().randrange(1_000_000)
        print(f"seed {seed}", file=sys.stderr)
        self.daemon = Daemon(BINARY, self.folder, options)
        path = os.path.join(self.folder, "journal.jsonl")
        ensemble = Ensemble(random.Random(seed), path, self.daemon.port, small=True)
        note = ensemble.journal.add
        note("broker", "start", trace=" ".join(trace))
        self.daemon.start(2, trace)
        self.assertTrue(ensemble.begin(), self.daemon.log())
        note("broker", "ready")
        self.assertTrue(ensemble.loop.run_until(lambda: DEGRADED in self.daemon.log(), 20), "no fault came")
        self.assertTrue(ensemble.loop.run_until(lambda: RECOVERED in self.daemon.log(), 20), "no recovery")
        ensemble.loop.run_for(0.5)
        note("broker", "kill")
        self.daemon.kill()
        note("broker", "start")
        self.daemon.start(3)
        self.assertTrue(ensemble.loop.run_until(self.daemon.is_ready, 30))
        note("broker", "ready")
        ensemble.drain()
        note("broker", "term")
        self.assertEqual(0, self.daemon.stop())
        ensemble.journal.close()
        found = audit.audit(ensemble.journal.events, {"lodger"}) + check_store(self.daemon.database, ensemble)
        self.assertEqual([], found[:20])

    def test_no_space_for_some_seconds(self):
        self.audit_with(self.strace("pwrite64", "error=ENOSPC:when=700..703"))

    def test_errors_of_the_disk_for_some_seconds(self):
        self.audit_with(self.strace("pwrite64", "error=EIO:when=700..703"))


if __name__ == "__main__":
    unittest.main()
