"""The broker under audit: one store, many lives."""

import ctypes
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "system"))
from broker import free_port  # noqa: E402

PR_SET_PDEATHSIG = 1
CONFIG = """listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {store}
threads {threads}
max_queued_messages 0
max_queued_bytes 0
max_inflight_messages 20
{more}"""


def die_with_parent():
    """Runs in the child: a killed test leaves no broker behind."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def can_trace():
    """False: this platform lets nobody use ptrace. Without strace it is an error."""
    said = subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)
    if said.returncode == 0:
        return True
    if "ptrace" in said.stderr.lower() and "not permitted" in said.stderr.lower():
        return False
    raise RuntimeError(f"strace does not work: {said.stderr}")


class Daemon:
    """mqttd with a store in a folder. start() may be called again when it has ended."""

    def __init__(self, binary, folder, options="", store=None):
        self.binary, self.folder, self.options = binary, folder, options
        self.store = store or os.path.join(folder, "store")
        self.config = os.path.join(folder, "mqttd.conf")
        self.log_path = os.path.join(folder, "mqttd.log")
        self.port = free_port()
        self.process = None
        self.lives = 0
        self.file_limit = None
        self._traced = False
        self._log_start = 0
        os.makedirs(self.store, exist_ok=True)
        for path in (folder, self.store):  # mqttd started by root goes on as another user
            os.chmod(path, 0o777)

    @property
    def database(self):
        return os.path.join(self.store, "mqttd.db")

    def configure(self, threads, more=""):
        text = CONFIG.format(port=self.port, store=self.store, threads=threads, more=self.options + more)
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)

    def start(self, threads=2, trace=(), env=None):
        """trace: a strace command to run it under."""
        assert self.process is None
        self.configure(threads)
        self.lives += 1
        self._traced = bool(trace)
        environment = dict(os.environ, **(env or {}))
        if trace:  # LeakSanitizer uses ptrace itself
            environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        with open(self.log_path, "ab") as log:
            log.write(f"--- life {self.lives}: {threads} threads {' '.join(trace)}\n".encode())
            log.flush()
            self._log_start = log.tell()
            self.process = subprocess.Popen(
                [*trace, self.binary, "-c", self.config], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, preexec_fn=self._prepare_child, env=environment)

    def _prepare_child(self):
        die_with_parent()
        if self.file_limit is not None:
            import resource
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_limit, resource.RLIM_INFINITY))

    def log(self):
        """Of this life."""
        with open(self.log_path, "rb") as file:
            file.seek(self._log_start)
            return file.read().decode(errors="replace")

    def is_ready(self):
        return re.search(r"version \S+ running", self.log()) is not None

    def ended(self):
        return self.process is None or self.process.poll() is not None

    def pid(self):
        """Of mqttd itself, not of strace; None: it is not there (yet)."""
        if not self._traced:
            return self.process.pid
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        try:
            with open(path, encoding="ascii") as file:
                children = file.read().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def signal(self, number):
        pid = self.pid()
        try:
            if pid is not None:
                os.kill(pid, number)
        except ProcessLookupError:
            pass

    def kill(self):
        """kill -9, and the end. Returns the exit status."""
        self.signal(signal.SIGKILL)
        if self._traced:
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.reap()

    def reap(self, seconds=30):
        """The exit status of a broker that ends by itself; negative: by a signal."""
        status = self.process.wait(timeout=seconds)
        self.process = None
        return status

    def stop(self, seconds=30):
        """SIGTERM; its exit status."""
        self.signal(signal.SIGTERM)
        try:
            return self.reap(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def wait_ready(self, seconds=30):
        """Without a loop of clients."""
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            if self.ended() or time.monotonic() > deadline:
                raise AssertionError(f"mqttd did not start:\n{self.log()}")
            time.sleep(0.02)
