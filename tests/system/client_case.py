"""What the tests of the clients' transports share: certificates, and runs of mqtt-pub and mqtt-sub."""

import os
import shutil
import subprocess
import tempfile

from broker import BINARY, MOSQUITTO, BrokerCase, die_with_parent, tool
from certificates import Ca

SECONDS = 60
BROKERS = (BINARY, MOSQUITTO)  # of this project, and Debian's
PLAIN = "allow_anonymous true\nlistener {port} 127.0.0.1\n"
# Debian's mosquitto does not start with nothing but WebSocket listeners.
WEBSOCKET = "allow_anonymous true\nlistener {port2} 127.0.0.1\nlistener {port} 127.0.0.1\nprotocol websockets\n"


def run(name, *arguments, stdin=None, timeout=SECONDS):
    """One of the tools to its end; exit status, stdout and stderr."""
    done = subprocess.run(
        [tool(name), *arguments], input=stdin, stdin=subprocess.DEVNULL if stdin is None else None, capture_output=True,
        timeout=timeout, check=False, preexec_fn=die_with_parent)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


class ClientCase(BrokerCase):
    """With a CA, a server's certificate for localhost and 127.0.0.1, and one of a client."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="midge-client-")
        os.chmod(cls.folder, 0o755)
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.ca = Ca(cls.folder)
        cls.trust = ("--cafile", cls.ca.certificate)
        cls.tls = cls.server_lines("server", "DNS:localhost", "IP:127.0.0.1")
        cls.mutual = cls.tls + f"cafile {cls.ca.certificate}\nrequire_certificate true\n"
        certificate, key = cls.ca.issue("alice", "alice")
        cls.alice = ("--cert", certificate, "--key", key)

    @classmethod
    def server_lines(cls, name, *names, days=1):
        """The lines of a listener with a certificate for these names."""
        certificate, key = cls.ca.issue(name, name, names, days)
        return f"certfile {certificate}\nkeyfile {key}\n"

    def both_brokers(self, config):
        """Ours, then mosquitto."""
        for binary in BROKERS:
            yield self.start_broker(config, binary=binary)

    def publish(self, *arguments, stdin=None):
        status, out, err = run("mqtt-pub", *arguments, stdin=stdin)
        self.assertEqual((0, "", ""), (status, out, err), arguments)

    def subscribe(self, *arguments):
        """What mqtt-sub prints until it ends by itself."""
        status, out, err = run("mqtt-sub", "-W", "40", *arguments)
        self.assertEqual((0, ""), (status, err), arguments)
        return out

    def one_message(self, *options):
        """One message goes to the broker and comes back."""
        topic = self.topic()
        self.publish(*options, "-t", topic, "-m", "hello", "-q", "1", "-r")
        self.assertEqual(f"{topic} hello\n", self.subscribe(*options, "-t", topic, "-C", "1", "-v"))

    def refused(self, *options, status=3):
        """The words of a failure, and its hint."""
        code, out, err = run("mqtt-pub", "-t", "t", "-m", "m", "-q", "1", *options)
        self.assertEqual((status, ""), (code, out), err)
        lines = err.splitlines()
        self.assertEqual(2, len(lines), err)
        self.assertTrue(lines[0].startswith("mqtt-pub: error: ") and lines[1].startswith("hint: "), err)
        return lines[0][len("mqtt-pub: error: "):], lines[1][len("hint: "):]
