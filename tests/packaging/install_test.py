#!/usr/bin/env python3
"""`cmake --install` into a staging folder: which files, of which component, and whether what was installed works."""

import os
import re
import stat
import subprocess
import tempfile
import unittest

import staging

TOOLS = ("mqtt-bench", "mqtt-certgen", "mqtt-passwd", "mqtt-pub", "mqtt-rr", "mqtt-sub", "mqtt-sysmon")
DAEMON_FILES = staging.in_config("mqttd.conf", "conf.d/README", "../logrotate.d/mqttd") | staging.in_prefix(
    "sbin/mqttd", "share/man/man5/mqttd.conf.5", "share/man/man8/mqttd.8", "lib/systemd/system/mqttd.service",
    "lib/systemd/system/mqttd@.service", "lib/sysusers.d/mqttd.conf", "lib/tmpfiles.d/mqttd.conf")
CLIENT_FILES = staging.in_prefix(*(f"bin/{tool}" for tool in TOOLS), *(f"share/man/man1/{tool}.1" for tool in TOOLS))
DOCUMENTS = ("README.md", "CHANGELOG.md", "SECURITY.md", "ARCHITECTURE.md", "LICENSE", "docs/conformance.md", "docs/performance.md")


def run(*command):
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL)


class Install(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="midge-install-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def test_the_component_mqttd_is_the_daemon_and_its_service(self):
        self.assertEqual(DAEMON_FILES, staging.install(self.folder, "mqttd"))

    def test_the_component_clients_is_the_tools_and_their_pages(self):
        self.assertEqual(CLIENT_FILES, staging.install(self.folder, "clients"))

    def test_the_component_doc_is_text_in_one_folder(self):
        found = staging.install(self.folder, "doc")
        self.assertLessEqual(staging.in_prefix(*(f"share/doc/midge/{name}" for name in DOCUMENTS)), found)
        self.assertEqual([], [name for name in found if not re.search(r"/share/doc/midge/(.*\.md|LICENSE)$", name)])

    def test_nothing_is_outside_of_the_components(self):
        found = staging.install(self.folder)
        self.assertEqual(DAEMON_FILES | CLIENT_FILES, {name for name in found if "/share/doc/" not in name})

    def test_installed_programs_run_and_say_the_version(self):
        found = staging.install(self.folder)
        programs = [name for name in found if re.search(r"/s?bin/", name)]
        self.assertEqual(len(TOOLS) + 1, len(programs))
        for program in programs:
            with self.subTest(program=program):
                done = run(staging.staged(self.folder, program), "--version")
                self.assertEqual((0, ""), (done.returncode, done.stderr))
                self.assertRegex(done.stdout, rf"^{os.path.basename(program)}\b.* {re.escape(staging.VERSION)}\n$")

    def test_the_installed_configuration_is_valid_and_for_this_machine_only(self):
        staging.install(self.folder, "mqttd")
        path = staging.staged(self.folder, os.path.join(staging.CONFIG_DIR, "mqttd.conf"))
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(["127.0.0.1"], re.findall(r"^listener \d+ (\S+)$", text, re.MULTILINE))
        self.assertIn(f"\ninclude_dir {staging.CONFIG_DIR}/conf.d\n", text)
        self.assertNotIn("@", text)
        text = text.replace(staging.CONFIG_DIR, staging.staged(self.folder, staging.CONFIG_DIR))
        text = text.replace("/var/lib/mqttd", self.folder)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        mqttd = staging.staged(self.folder, os.path.join(staging.PREFIX, "sbin/mqttd"))
        done = run(mqttd, "-c", path, "--test-config")
        self.assertEqual((0, ""), (done.returncode, done.stderr), done.stdout)

    def test_nothing_can_be_written_by_others(self):
        for name in staging.install(self.folder):
            mode = os.stat(staging.staged(self.folder, name)).st_mode
            self.assertEqual(0, mode & (stat.S_IWGRP | stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID), name)
            self.assertEqual(bool(re.search(r"/s?bin/", name)), bool(mode & stat.S_IXUSR), name)


if __name__ == "__main__":
    unittest.main()
