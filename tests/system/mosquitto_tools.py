"""Starts Debian's mosquitto_pub, mosquitto_sub and mosquitto_rr, and waits until a subscription is really there."""

import subprocess
import threading

from broker import die_with_parent

VERSIONS = ("mqttv31", "mqttv311", "mqttv5")
MARK = "MSG "


def run(command, stdin=None, timeout=60):
    """Runs to the end; returns (exit status, stdout, stderr) as bytes."""
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=timeout, check=False)
    return done.returncode, done.stdout, done.stderr


def publish(port, *args, version="mqttv311", stdin=None):
    """mosquitto_pub; fails on a non-zero exit status."""
    status, out, err = run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(port), "-V", version, *args], stdin)
    if status != 0:
        raise AssertionError(f"mosquitto_pub {args} ended with {status}: {out!r} {err!r}")


def receive(port, *args, version="mqttv311", timeout=60):
    """mosquitto_sub to its end; returns (exit status, lines)."""
    command = ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-V", version, *args]
    status, out, _ = run(command, timeout=timeout)
    return status, out.decode("utf-8", "replace").splitlines()


class Subscriber:
    """mosquitto_sub in the background. The constructor returns when the broker has granted the subscription."""

    def __init__(self, port, *args, version="mqttv311", format_text="%t %p"):
        command = ["stdbuf", "-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-V", version, "-d", "-F", MARK + format_text, *args]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=die_with_parent)
        self.lines, self.noise = [], []
        self.subscribed = threading.Event()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        if not self.subscribed.wait(20):
            self.kill()
            raise AssertionError(f"no SUBACK for mosquitto_sub {args}: {self.noise}")

    def _read(self):
        for line in self.process.stdout:
            text = line.decode("utf-8", "replace").rstrip("\n")
            if text.startswith(MARK):
                self.lines.append(text[len(MARK):])
            else:
                self.noise.append(text)
                if "SUBACK" in text:
                    self.subscribed.set()
        self.process.wait()

    def kill(self):
        """Ends it without DISCONNECT."""
        self.process.kill()
        self._join(5)

    def terminate(self):
        """Ends it with DISCONNECT."""
        self.process.terminate()
        self._join(5)

    def _join(self, seconds):
        self.reader.join(seconds)
        self.process.wait(seconds)
        self.process.stdout.close()

    def result(self, seconds=60):
        """Waits for its end (with -C or -W); returns the lines in the asked format."""
        self.reader.join(seconds)
        if self.reader.is_alive():
            self.kill()
            raise AssertionError(f"mosquitto_sub did not end; it printed {self.lines[-3:]} ({len(self.lines)} lines)")
        self._join(5)
        return self.lines
