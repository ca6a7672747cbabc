"""A small tree of files in a temporary folder, and assertions on what a check says about it."""

import os
import tempfile
import unittest

HEADER = "// What it is.\n#pragma once\n"


class TreeTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.root = self._folder.name

    def write(self, path, text=HEADER):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)

    def include(self, path, *names):
        """Writes a file that includes the names; project files named are written too."""
        lines = []
        for name in names:
            quoted = name.startswith(("common/", "tools/", "tests/"))
            lines.append(f'#include "{name}"\n' if quoted else f"#include <{name}>\n")
            if quoted and not os.path.exists(os.path.join(self.root, name)):
                self.write(name)
        self.write(path, (HEADER if path.endswith(".hpp") else "") + "".join(lines))

    def assert_clean(self, findings):
        self.assertEqual([str(finding) for finding in findings], [])

    def assert_found(self, findings, path, words):
        """Exactly one finding, in this file, that says these words."""
        self.assertEqual(len(findings), 1, [str(finding) for finding in findings])
        self.assertEqual(findings[0].path, path)
        self.assertIn(words, findings[0].message)
