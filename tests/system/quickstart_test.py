#!/usr/bin/env python3
"""packaging/quickstart.sh with the programs of $MIDGE_BIN_DIR: the round trip, its failures, the foreground broker."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import unittest

from broker import BIN_DIR, free_port, wait_until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = os.path.join(ROOT, "packaging", "quickstart.sh")


def command(*options, bin_dir=BIN_DIR):
    return ["sh", SCRIPT, "--bin", os.path.abspath(bin_dir), *options]


def run(*options, **others):
    return subprocess.run(
        command(*options, **others), capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL)


def is_running(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


class Quickstart(unittest.TestCase):
    def folder_with(self, name, script):
        """The programs under test, one of them replaced."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for tool in ("mqttd", "mqtt-pub", "mqtt-sub"):
            os.symlink(os.path.abspath(os.path.join(BIN_DIR, tool)), os.path.join(folder.name, tool))
        os.unlink(os.path.join(folder.name, name))
        path = os.path.join(folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(script)
        os.chmod(path, 0o755)
        return folder.name

    def assert_broker_is_gone(self, said):
        started = re.search(r"\(process (\d+)\)", said)
        self.assertIsNotNone(started, said)
        self.assertFalse(is_running(int(started.group(1))), said)

    def test_the_round_trip(self):
        done = run("--demo")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("are the bytes that were sent", done.stdout)
        self.assert_broker_is_gone(done.stdout)

    def test_the_round_trip_on_a_port_of_choice(self):
        port = free_port()
        done = run("--demo", "--port", str(port))
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn(f"127.0.0.1:{port} ", done.stdout)

    def test_one_wrong_byte_is_noticed(self):
        receiver = os.path.abspath(os.path.join(BIN_DIR, "mqtt-sub"))
        done = run("--demo", bin_dir=self.folder_with("mqtt-sub", f"#!/bin/sh\n'{receiver}' \"$@\" | sed '200s/./X/'\n"))
        self.assertEqual(1, done.returncode, done.stdout + done.stderr)
        self.assertIn("differs from what was sent", done.stderr)
        self.assert_broker_is_gone(done.stdout)

    def test_a_publisher_that_fails_ends_it(self):
        done = run("--demo", bin_dir=self.folder_with("mqtt-pub", "#!/bin/sh\nexit 6\n"))
        self.assertEqual(1, done.returncode, done.stdout + done.stderr)
        self.assertIn("mqtt-pub failed (exit status 6)", done.stderr)
        self.assert_broker_is_gone(done.stdout)

    def test_a_broker_that_does_not_start_is_shown(self):
        done = run("--demo", bin_dir=self.folder_with("mqttd", "#!/bin/sh\necho no such thing\nexit 7\n"))
        self.assertEqual(1, done.returncode, done.stdout)
        self.assertIn("no such thing", done.stderr)
        self.assertIn("exit status 7", done.stderr)

    def test_a_port_that_is_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            done = run("--demo", "--port", str(port))
        self.assertEqual(1, done.returncode, done.stdout)
        self.assertIn(f"port {port} is in use", done.stderr)

    def test_wrong_options(self):
        for options, words in ((["--port", "0"], "1 to 65535"), (["--port", "65536"], "1 to 65535"), (["--port"], "needs a value"),
                               (["--dmeo"], 'unknown option "--dmeo"')):
            with self.subTest(options=options):
                done = run(*options)
                self.assertEqual(1, done.returncode)
                self.assertIn(words, done.stderr)
                self.assertIn("quickstart: error: ", done.stderr)

    def test_the_broker_in_the_foreground(self):
        port = free_port()
        with subprocess.Popen(
                command("--port", str(port)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                stdin=subprocess.DEVNULL) as broker:
            self.addCleanup(broker.kill)
            tool = os.path.join(BIN_DIR, "mqtt-sub")

            def answers():
                self.assertIsNone(broker.poll(), "the broker has ended")
                asked = subprocess.run(
                    [tool, "-h", "127.0.0.1", "-p", str(port), "-t", "x", "-E"], capture_output=True, check=False, timeout=60)
                return asked.returncode == 0

            wait_until(answers, 30, "the broker")
            broker.send_signal(signal.SIGTERM)
            said = broker.communicate(timeout=30)[0]
        self.assertEqual(0, broker.returncode, said)
        self.assertIn(f"mqtt-sub -p {port} -v -t 'sensors/#'", said)


if __name__ == "__main__":
    unittest.main()
