#!/usr/bin/env python3
"""The service as it is installed: its units as systemd-analyze sees them, its user, its folders, the rotation of its log."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest

import staging

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "system"))
from broker import die_with_parent, wait_until  # noqa: E402  pylint: disable=wrong-import-position

UNITS = ("mqttd.service", "mqttd@.service")
HIGHEST_EXPOSURE = 2.0
SECONDS = 30


def run(*command, **options):
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=60,
        stdin=subprocess.DEVNULL, **options)


class ServiceCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="midge-service-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        staging.install(self.folder, "mqttd")
        self.mqttd = self.in_prefix("sbin/mqttd")

    def in_prefix(self, name):
        return staging.staged(self.folder, os.path.join(staging.PREFIX, name))

    def unit(self, name):
        """A unit's path; its programs are those of the staging folder, since systemd looks whether they are there."""
        with open(self.in_prefix(f"lib/systemd/system/{name}"), encoding="utf-8") as file:
            text = file.read()
        installed = os.path.join(staging.PREFIX, "sbin/mqttd")
        self.assertIn(f"ExecStart={installed} -c {staging.CONFIG_DIR}/", text)
        return self.write(name, text.replace(f"={installed} ", f"={self.mqttd} "))

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def settings(self, name):
        with open(self.unit(name), encoding="utf-8") as file:
            return [line.strip() for line in file if line.strip() and not line.startswith("#")]


class Units(ServiceCase):
    def verify(self, path):
        return run("systemd-analyze", "verify", "--man=no", path)

    def test_systemd_has_nothing_to_say_about_them(self):
        for name in UNITS:
            with self.subTest(unit=name):
                done = self.verify(self.unit(name))
                self.assertEqual((0, ""), (done.returncode, done.stdout))

    def test_a_mistyped_setting_would_be_noticed(self):
        path = self.unit("mqttd.service")
        with open(path, "a", encoding="utf-8") as file:
            file.write("[Service]\nProtectHoem=yes\n")
        self.assertIn("ProtectHoem", self.verify(path).stdout)

    def exposure(self, path, threshold):
        """(is it below the threshold, the table)"""
        done = run("systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={threshold * 10:.0f}", path)
        return done.returncode == 0, done.stdout

    def test_their_exposure_is_small(self):
        for name in UNITS:
            with self.subTest(unit=name):
                below, table = self.exposure(self.unit(name), HIGHEST_EXPOSURE)
                self.assertTrue(below, table)
                level = re.search(r"exposure level for \S+: (\d+\.\d)", table)
                self.assertIsNotNone(level, table)
                self.assertLess(float(level.group(1)), HIGHEST_EXPOSURE)

    def test_a_unit_without_hardening_would_be_noticed(self):
        path = self.unit("mqttd.service")
        with open(path, encoding="utf-8") as file:
            text = "".join(line for line in file if not re.match(r"Protect|Private|Restrict|SystemCall|Capability", line))
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        self.assertFalse(self.exposure(path, HIGHEST_EXPOSURE)[0])

    def test_they_use_what_the_daemon_tells_a_service_manager(self):
        for name in UNITS:
            with self.subTest(unit=name):
                settings = self.settings(name)
                self.assertLessEqual({"Type=notify", "User=mqttd", "Group=mqttd", "WatchdogSec=30"}, set(settings))
                reload = [line for line in settings if line.startswith("ExecReload=")]
                self.assertEqual(2, len(reload))
                self.assertTrue(reload[0].endswith(" --test-config"), reload)
                self.assertIn("kill -HUP $MAINPID", reload[1])

    def test_both_differ_in_nothing_but_names(self):
        first = [line.replace(f"{staging.CONFIG_DIR}/mqttd.conf", "CONFIG") for line in self.settings("mqttd.service")]
        instance = [line.replace(f"{staging.CONFIG_DIR}/%i.conf", "CONFIG") for line in self.settings("mqttd@.service")]
        self.assertEqual(first, [re.sub(r"[ /]%i$", "", line) for line in instance])


class UserAndFolders(ServiceCase):
    @unittest.skipUnless(os.geteuid() == 0, "systemd-sysusers and systemd-tmpfiles write as root")
    def test_systemd_makes_the_user_and_its_folders(self):
        root = os.path.join(self.folder, "root")
        os.makedirs(os.path.join(root, "etc"))
        done = run("systemd-sysusers", f"--root={root}", self.in_prefix("lib/sysusers.d/mqttd.conf"))
        self.assertEqual(0, done.returncode, done.stdout)
        with open(os.path.join(root, "etc/passwd"), encoding="utf-8") as file:
            user = re.search(r"^mqttd:x?:(\d+):(\d+):MQTT broker:/var/lib/mqttd:/usr/sbin/nologin$", file.read(), re.MULTILINE)
        self.assertIsNotNone(user)
        done = run("systemd-tmpfiles", "--create", f"--root={root}", self.in_prefix("lib/tmpfiles.d/mqttd.conf"))
        self.assertEqual(0, done.returncode, done.stdout)
        for name, mode in (("run/mqttd", 0o750), ("var/lib/mqttd", 0o700), ("var/log/mqttd", 0o750)):
            made = os.stat(os.path.join(root, name))
            self.assertEqual((mode, int(user[1]), int(user[2])), (made.st_mode & 0o7777, made.st_uid, made.st_gid), name)


class DaemonCase(ServiceCase):
    def start_with(self, options, prefix=()):
        """A daemon with these options and a Unix socket, once it runs."""
        config = self.write("mqttd.conf", f"listener 0 {self.folder}/socket\nallow_anonymous true\nlog_dest stderr\n{options}")
        process = subprocess.Popen(
            [*prefix, self.mqttd, "-c", config], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"), preexec_fn=die_with_parent)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        said = ""
        for line in process.stderr:
            said += line
            if line.endswith(" running\n"):
                return process
        raise AssertionError(f"mqttd does not start:\n{said}")


class SystemCalls(DaemonCase):
    def groups(self):
        """The sets of system calls that systemd knows: name → members, sets among them."""
        done = run("systemd-analyze", "syscall-filter", "--no-pager")
        found = {}
        for line in done.stdout.splitlines():
            if line.startswith("@"):
                members = found.setdefault(line.strip(), set())
            elif line.startswith("    ") and not line.strip().startswith("#"):
                members.add(line.strip())
        self.assertIn("@system-service", found, done.stdout)
        return found

    def expand(self, groups, name):
        if not name.startswith("@"):
            return {name}
        return set().union(*(self.expand(groups, member) for member in groups[name]))

    def let_through(self):
        """What the unit's SystemCallFilter lines leave, read one after the other as systemd does."""
        groups, allowed = self.groups(), set()
        for value in re.findall(r"^SystemCallFilter=(.*)$", "\n".join(self.settings("mqttd.service")), re.MULTILINE):
            named = set().union(*(self.expand(groups, name) for name in value.lstrip("~").split()))
            allowed = allowed - named if value.startswith("~") else allowed | named
        return allowed

    def client(self, tool, *arguments):
        """A client that talks to the daemon; staged beside it."""
        done = run(self.in_prefix(f"bin/{tool}"), "--unix", os.path.join(self.folder, "socket"), *arguments)
        self.assertEqual(0, done.returncode, done.stdout)
        return done.stdout

    def test_the_filter_lets_through_what_the_daemon_calls(self):
        staging.install(self.folder, "clients")
        os.chmod(self.folder, 0o777)
        trace = os.path.join(self.folder, "trace")
        # Not as root, for which SQLite makes calls that others do not.
        prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        prefix += ["strace", "-f", "-qq", "-I2", "-o", trace]
        pid_file = os.path.join(self.folder, "pid")
        process = self.start_with(
            f"persistence true\npersistence_location {self.folder}/\npersistence_fsync true\npid_file {pid_file}\n"
            f"log_dest file {self.folder}/log\n", prefix)
        with open(pid_file, encoding="utf-8") as file:
            daemon = int(file.read())
        self.client("mqtt-pub", "-t", "a", "-m", "kept", "-q", "1", "-r")
        self.assertEqual("kept\n", self.client("mqtt-sub", "-t", "a", "-C", "1", "-q", "1", "-i", "stays", "-c", "-W", "30"))
        os.kill(daemon, signal.SIGHUP)
        os.kill(daemon, signal.SIGUSR1)
        os.kill(daemon, signal.SIGTERM)
        said = process.stderr.read()
        self.assertEqual(0, process.wait(SECONDS), said)
        with open(trace, encoding="utf-8", errors="replace") as file:
            text = file.read()
        calls = set(re.findall(r"^\d+ +(\w+)\(", text, re.MULTILINE))
        self.assertLessEqual({"socket", "openat", "fdatasync", "clone3"}, calls)
        self.assertEqual(set(), calls - self.let_through())
        self.assertLessEqual(set(re.findall(r"\bsocket\((AF_\w+)", text)), {"AF_UNIX", "AF_INET", "AF_INET6"})
        self.assertNotRegex(text, r"\bm(?:map|protect)\([^)]*PROT_WRITE\|PROT_EXEC")


class LogRotation(DaemonCase):
    def start(self, log):
        """A daemon that logs to this file."""
        os.makedirs(os.path.join(self.folder, "run/mqttd"))
        return self.start_with(f"log_dest file {log}\npid_file {self.folder}/run/mqttd/mqttd.pid\n" +
                               ("user root\n" if os.geteuid() == 0 else ""))

    def rotate(self):
        """The installed rules, for this folder, whoever the test is, and for a machine without systemd."""
        with open(staging.staged(self.folder, os.path.join(os.path.dirname(staging.CONFIG_DIR), "logrotate.d/mqttd")),
                  encoding="utf-8") as file:
            rules = file.read()
        self.assertIn("\tsu mqttd mqttd\n", rules)
        rules = rules.replace("\tsu mqttd mqttd\n", "").replace("/run/", f"{self.folder}/run/")
        rules = self.write("rules", rules.replace("/var/log/", f"{self.folder}/log/"))
        os.chmod(rules, 0o644)
        done = run("/usr/sbin/logrotate", "--force", "--verbose", "--state", os.path.join(self.folder, "state"), rules)
        self.assertEqual(0, done.returncode, done.stdout)
        return done.stdout

    def test_the_daemon_goes_on_in_a_new_file(self):
        logs = os.path.join(self.folder, "log/mqttd")
        os.makedirs(logs, 0o750)
        log = os.path.join(logs, "mqttd.log")
        process = self.start(log)
        said = self.rotate()
        wait_until(lambda: os.path.exists(log), SECONDS, lambda: f"a new log:\n{said}")
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        self.assertEqual(0, process.wait(SECONDS))
        with open(log + ".1", encoding="utf-8") as old, open(log, encoding="utf-8") as new:
            old, new = old.read(), new.read()
        self.assertIn(" running\n", old)
        self.assertNotIn(" running\n", new)
        self.assertNotEqual("", new)


if __name__ == "__main__":
    unittest.main()
