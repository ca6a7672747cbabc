"""mqtt-passwd on a terminal, beside itself, and with the programs of Debian's mosquitto in both directions."""

import os
import shutil
import signal
import subprocess
import tempfile
import unittest

from broker import MOSQUITTO, Broker, tool
from terminal import Terminal

SECONDS = 60


class PasswdCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="midge-passwd-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.file = os.path.join(self.folder, "users")

    def passwd(self, *words, stdin=""):
        return subprocess.run([tool("mqtt-passwd"), *words], input=stdin, capture_output=True, text=True,
                              timeout=SECONDS, check=False)

    def add(self, user, password, *options):
        result = self.passwd(*options, "--stdin", self.file, user, stdin=password + "\n")
        self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)

    def verifies(self, user, password):
        return self.passwd("verify", "--stdin", self.file, user, stdin=password + "\n").returncode == 0


class Prompts(PasswdCase):
    def test_a_password_is_asked_for_twice_and_not_shown(self):
        terminal = Terminal(tool("mqtt-passwd"), "-c", "--memory", "1", self.file, "alice")
        terminal.answer("password for alice: ", "wonder\n")
        terminal.answer("the same again: ", "wonder\n")
        status, shown = terminal.end()
        self.assertEqual(status, 0, shown)
        self.assertNotIn("wonder", shown)
        self.assertTrue(self.verifies("alice", "wonder"))

    def test_two_different_answers_change_nothing(self):
        self.add("alice", "wonder", "-c", "--memory", "1")
        terminal = Terminal(tool("mqtt-passwd"), self.file, "alice")
        terminal.answer("password for alice: ", "one\n")
        terminal.answer("the same again: ", "two\n")
        status, shown = terminal.end()
        self.assertEqual(status, 1)
        self.assertIn("are not the same; nothing was changed", shown)
        self.assertTrue(self.verifies("alice", "wonder"))

    def test_interrupting_a_prompt_leaves_no_file(self):
        terminal = Terminal(tool("mqtt-passwd"), "-c", self.file, "alice")
        terminal.answer("password for alice: ", "won\x03")
        status, _ = terminal.end()
        self.assertIn(status, (128 + signal.SIGINT, -signal.SIGINT))
        self.assertEqual(os.listdir(self.folder), [])

    def test_verify_asks_once(self):
        self.add("alice", "wonder", "-c", "--memory", "1")
        for password, expected in (("wonder", 0), ("wander", 1)):
            terminal = Terminal(tool("mqtt-passwd"), "verify", self.file, "alice")
            terminal.answer("password for alice: ", password + "\n")
            self.assertEqual(terminal.end()[0], expected)


class Updates(PasswdCase):
    def test_simultaneous_updates_lose_no_user(self):
        self.add("first", "x", "-c", "--memory", "1")
        users = [f"user-{number}" for number in range(8)]
        running = [subprocess.Popen([tool("mqtt-passwd"), "--memory", "1", "-b", self.file, user, "x"]) for user in users]
        for process in running:
            self.assertEqual(process.wait(SECONDS), 0)
        listed = self.passwd("list", self.file).stdout.splitlines()
        self.assertEqual(sorted(line.split("\t")[0] for line in listed), sorted(["first", *users]))
        self.assertEqual(os.listdir(self.folder), ["users"])


class Interchange(PasswdCase):
    def log_in(self, broker, user, password):
        command = ["mosquitto_pub", "-p", str(broker.port), "-u", user, "-P", password, "-t", "a", "-m", "b", "-q", "1"]
        return subprocess.run(command, capture_output=True, timeout=SECONDS, check=False).returncode == 0

    def test_mosquitto_lets_users_of_our_file_in(self):
        self.add("alice", "wonder", "-c", "-H", "sha512-pbkdf2")
        self.add("b o b", "pass:wörd ", "-I", "1000")
        os.chmod(self.folder, 0o755)
        os.chmod(self.file, 0o644)  # mosquitto runs as a user of its own
        broker = Broker(f"listener {{port}} 127.0.0.1\npassword_file {self.file}\n", binary=MOSQUITTO)
        try:
            self.assertTrue(self.log_in(broker, "alice", "wonder"), broker.log())
            self.assertTrue(self.log_in(broker, "b o b", "pass:wörd "), broker.log())
            self.assertFalse(self.log_in(broker, "alice", "wander"))
            self.assertFalse(self.log_in(broker, "carol", "wonder"))
        finally:
            broker.stop()
            broker.remove_files()

    def test_files_of_mosquitto_passwd_can_be_verified_and_changed(self):
        for words in (["-c", "-b", self.file, "alice", "wonder"], ["-H", "sha512", "-b", self.file, "bob", "two words"]):
            subprocess.run(["mosquitto_passwd", *words], check=True, timeout=SECONDS, capture_output=True)
        self.assertTrue(self.verifies("alice", "wonder"))
        self.assertTrue(self.verifies("bob", "two words"))
        self.assertFalse(self.verifies("bob", "two"))
        self.add("carol", "christmas", "-H", "sha512-pbkdf2")
        subprocess.run(["mosquitto_passwd", "-D", self.file, "alice"], check=True, timeout=SECONDS, capture_output=True)
        listed = self.passwd("list", self.file).stdout.splitlines()
        self.assertEqual([line.split("\t")[0] for line in listed], ["bob", "carol"])
        self.assertTrue(self.verifies("carol", "christmas"))


if __name__ == "__main__":
    unittest.main()
