#!/usr/bin/env python3
"""packaging/debian says what the rest of the tree says: version, build dependencies, conffiles, programs."""

import os
import re
import subprocess
import tempfile
import unittest

import staging

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Not Build-Depends: every Debian that builds packages has them.
ALWAYS_THERE = {"g++", "make"}
# A matter of comfort: the packages are the same without.
OPTIONAL = {"ccache"}


def read(name):
    with open(os.path.join(ROOT, "packaging", name), encoding="utf-8") as file:
        return file.read()


def stanzas():
    """The fields of each paragraph of debian/control."""
    found = []
    for paragraph in re.split(r"\n\n+", read("debian/control").strip()):
        found.append(dict(re.findall(r"^([\w-]+):[ \n]((?:.|\n )*)", paragraph, re.MULTILINE)))
    return found


def build_group():
    group = re.search(r"^\[build\]\n((?:.+\n)+)", read("build-deps"), re.MULTILINE)
    return {line.split()[0] for line in group[1].splitlines()}


class Debian(unittest.TestCase):
    def test_the_changelog_begins_with_the_version_of_the_project(self):
        self.assertRegex(read("debian/changelog"), rf"\Amidge \({re.escape(staging.VERSION)}-\d+\) ")

    def test_what_the_build_needs_is_one_list(self):
        wanted = {name.split()[0] for name in stanzas()[0]["Build-Depends"].split(",") if name.strip()}
        self.assertEqual(build_group() - ALWAYS_THERE - OPTIONAL, wanted - {"debhelper-compat"})

    def test_there_is_a_package_for_each_component(self):
        self.assertEqual(["mqttd", "mqtt-clients"], [fields["Package"] for fields in stanzas()[1:]])
        for package, component in (("mqttd", "mqttd"), ("mqtt-clients", "clients")):
            self.assertIn(f"DESTDIR=$(CURDIR)/debian/{package} cmake --install $(BUILD) --component {component}\n", read("debian/rules"))

    def test_the_description_names_every_tool(self):
        with tempfile.TemporaryDirectory() as folder:
            tools = {os.path.basename(name) for name in staging.install(folder, "clients") if "/bin/" in name}
        description = stanzas()[2]["Description"]
        self.assertEqual(tools, set(re.findall(r"\* (mqtt-\w+)", description)))

    def test_scripts_make_and_remove_the_folders_of_the_service(self):
        for folder in re.findall(r"^d (/var/\S+)", read("systemd/tmpfiles.conf"), re.MULTILINE):
            with self.subTest(folder=folder):
                self.assertRegex(read("debian/mqttd.postinst"), rf"own \d+ {folder}\n")
                self.assertRegex(read("debian/mqttd.postrm"), rf"rm -rf .*{folder}\b")

    def test_the_maintainer_scripts_are_shell(self):
        for name in ("mqttd.postinst", "mqttd.postrm"):
            path = os.path.join(ROOT, "packaging/debian", name)
            done = subprocess.run(["sh", "-n", path], capture_output=True, text=True, check=False)
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            self.assertIn("\n#DEBHELPER#\n", read(f"debian/{name}"))


if __name__ == "__main__":
    unittest.main()
