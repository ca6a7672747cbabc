"""What the tests of the daemon share: a folder for each test, and runs of mqttd that end by themselves."""

import os
import re
import shutil
import subprocess
import tempfile

from broker import BINARY, BrokerCase, die_with_parent, wait_until

CONNECT = bytes.fromhex("10 0d 00 04 4d 51 54 54 04 02 00 3c 00 01 61")  # 3.1.1, clean session, client id "a"
CONNACK = bytes.fromhex("20 02 00 00")
SECONDS = 20


def run_mqttd(*arguments, **options):
    """A run that ends by itself."""
    return subprocess.run(
        [BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        timeout=SECONDS, check=False, preexec_fn=die_with_parent, **options)


def is_alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


class FolderCase(BrokerCase):
    """With a folder that everybody may write to, for files and sockets."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="midge-daemon-")
        os.chmod(self.folder, 0o777)
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.path(name), 0o644)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8", errors="replace") as file:
            return file.read()


    def start_to_file(self, name, options=""):
        """A broker that is up and logs to this file of the folder."""
        broker = self.start_broker(self.config + options + f"log_dest file {self.path(name)}\n")
        wait_until(lambda: re.search(r"version \S+ running", self.read(name)), SECONDS, "the start")
        return broker

    def start(self, *arguments):
        """mqttd with these arguments alone, and the name of the file with what it says."""
        with open(self.path("said"), "wb") as said:
            process = subprocess.Popen(
                [BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=said, stderr=said, preexec_fn=die_with_parent)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process, "said"
