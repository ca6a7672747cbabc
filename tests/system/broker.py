"""Runs a broker under test: free port, configuration file, log capture, clean stop.

The broker is $MIDGE_TEST_BROKER, or mqttd in $MIDGE_BIN_DIR. It must leave with exit status 0 after SIGTERM; anything
else (also a sanitizer's report) fails the test that used it, and its log is printed.
"""

import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

BIN_DIR = os.environ.get("MIDGE_BIN_DIR", "")
BINARY = os.environ.get("MIDGE_TEST_BROKER") or os.path.join(BIN_DIR, "mqttd")
MOSQUITTO = "/usr/sbin/mosquitto"
IS_MOSQUITTO = os.path.basename(BINARY) == "mosquitto"
DEFAULT_CONFIG = "listener {port} 127.0.0.1\nallow_anonymous true\n"
START_SECONDS = 20.0
STOP_SECONDS = 20.0
PR_SET_PDEATHSIG = 1


def tool(name):
    """The path of one of the tools under test."""
    return os.path.join(BIN_DIR, name)


def free_port():
    """A port that nobody listens on at the moment, outside of the range that connections get theirs from: nobody takes
    it before it is used or between two lives of a broker, and no client finds itself at the other end."""
    for port in random.SystemRandom().sample(range(10000, 32000), 100):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise RuntimeError("no free port")


def wait_until(condition, seconds=10.0, what="the condition"):
    """Polls until condition() is true and returns its value; fails after the given time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out after {seconds} s waiting for {what() if callable(what) else what}")
        time.sleep(0.02)


def die_with_parent():
    """Runs in the child: a killed test does not leave its broker behind."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class PortInUse(Exception):
    """Somebody else took the port between the look and the start."""


class Broker:
    """One running broker. `{port}`, `{port2}` and `{dir}` in the configuration are filled in."""

    def __init__(self, config=DEFAULT_CONFIG, binary=None, args=(), env=None, prefix=()):
        self.binary = binary or BINARY
        self.directory = tempfile.mkdtemp(prefix="midge-system-")
        os.chmod(self.directory, 0o777)
        self.config_path = os.path.join(self.directory, "broker.conf")
        self.log_path = os.path.join(self.directory, "broker.log")
        self.process = None
        self.exit_status = None
        for attempt in range(5):
            self.port, self.port2 = free_port(), free_port()
            self.first_ports = [self.port] + ([self.port2] if "{port2}" in config else [])
            self.write_config(config)
            try:
                self._spawn(args, env, prefix)
                return
            except PortInUse:
                if attempt == 4:
                    raise

    def write_config(self, text):
        """Replaces the configuration file (for a reload send SIGHUP afterwards)."""
        values = {"{port}": self.port, "{port2}": self.port2, "{dir}": self.directory}
        for name, value in values.items():
            text = text.replace(name, str(value))
        with open(self.config_path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(self.config_path, 0o644)

    def _spawn(self, args, env, prefix):
        environment = dict(os.environ, **(env or {}))
        command = list(prefix) + [self.binary, "-v", "-c", self.config_path] + list(args)
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                cwd=self.directory, preexec_fn=die_with_parent)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                if "in use" in self.log().lower():
                    raise PortInUse(self.log())
                raise AssertionError(f"{self.binary} ended with {self.process.returncode} at start:\n{self.log()}")
            if self._accepts():
                return
            time.sleep(0.02)
        self.process.kill()
        raise AssertionError(f"{self.binary} does not listen on port {self.port}:\n{self.log()}")

    def _accepts(self):
        """On every port that it was started with: mosquitto opens those for WebSocket later than the others."""
        try:
            for port in self.first_ports:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    @property
    def pid(self):
        return self.process.pid

    def log(self):
        with open(self.log_path, "r", encoding="utf-8", errors="replace") as file:
            return file.read()

    def wait_for_log(self, text, seconds=10.0):
        return wait_until(lambda: text.lower() in self.log().lower(), seconds, f"{text!r} in the log")

    def signal(self, number):
        self.process.send_signal(number)

    def running(self):
        return self.process.poll() is None

    def wait(self, seconds=STOP_SECONDS):
        """Waits for the end and returns the exit status."""
        if self.exit_status is None:
            self.exit_status = self.process.wait(timeout=seconds)
        return self.exit_status

    def stop(self):
        """SIGTERM, and the exit status."""
        if self.running():
            self.signal(signal.SIGTERM)
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.wait()
            raise AssertionError("the broker did not stop within the time after SIGTERM") from None

    def remove_files(self):
        shutil.rmtree(self.directory, ignore_errors=True)

    def resident_kib(self):
        """Resident memory, in KiB."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1])
        raise AssertionError("no VmRSS in /proc")

    def cpu_seconds(self):
        """User and system time used so far."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))


def wants_sanitizer_slack():
    """True when the broker is built with a sanitizer: its memory does not say anything."""
    with open(BINARY, "rb") as file:
        data = file.read()
    return b"__asan_init" in data or b"__tsan_init" in data


class BrokerCase(unittest.TestCase):
    """Base of the test cases: brokers it started are stopped and checked, and their logs are shown on a failure."""

    config = DEFAULT_CONFIG

    @classmethod
    def setUpClass(cls):
        cls.shared = None

    @classmethod
    def tearDownClass(cls):
        if cls.shared is not None:
            status, log = cls.shared.stop(), cls.shared.log()
            cls.shared.remove_files()
            if status != 0:
                raise AssertionError(f"the broker ended with {status}:\n{log}")

    def shared_broker(self):
        """One broker for all tests of the class; they use topics and client ids of their own."""
        if type(self).shared is None:
            type(self).shared = Broker(self.config)
        return type(self).shared

    def start_broker(self, config=None, **options):
        """A broker of this test alone, stopped at its end."""
        broker = Broker(self.config if config is None else config, **options)
        self.addCleanup(self._finish, broker)
        return broker

    def _finish(self, broker):
        status = broker.stop()
        log = broker.log()
        broker.remove_files()
        self.assertEqual(0, status, f"exit status of the broker; its log:\n{log}")
        self._show(log)

    def tearDown(self):
        if self.shared is not None:
            self._show(self.shared.log())

    def _show(self, log):
        """Prints the end of a broker's log when the test has failed."""
        result = self._outcome.result
        if any(case is self for case, _ in [*result.failures, *result.errors]):
            print(f"--- log of the broker of {self.id()}:\n{log[-6000:]}---", file=sys.stderr)

    def topic(self, tail=""):
        """A topic that no other test uses."""
        return f"t/{type(self).__name__}/{self._testMethodName}{tail}"

    def client_id(self, tail=""):
        return f"{self._testMethodName[:60]}{tail}"
