#!/usr/bin/env python3
"""Each broken rule of the tree, in a tree made for it, is found; a tree in order is not."""

import os
import unittest

import check_tree as checks
from fixture import TreeTest


class Tree(TreeTest):
    def test_a_tree_in_order_has_no_findings(self):
        self.write("common/base/log.hpp")
        self.write("common/base/log.cpp", '#include "common/base/log.hpp"\n')
        self.write("common/base/CMakeLists.txt", "midge_library(base SOURCES log.cpp)\n")
        self.assert_clean(checks.check(self.root))

    def test_what_the_build_made_is_not_looked_at(self):
        self.write("build/dev/CMakeFiles/check.cpp", "// FIX" + "ME\n" * 700)
        os.makedirs(os.path.join(self.root, "build/empty"))
        self.assert_clean(checks.check(self.root))

    def test_a_file_of_601_lines_is_found(self):
        self.write("tools/mqttd/app/long.py", "x = 1\n" * 600)
        self.assert_clean(checks.check_size(self.root))
        self.write("tools/mqttd/app/long.py", "x = 1\n" * 601)
        self.assert_found(checks.check_size(self.root), "tools/mqttd/app/long.py", "601 lines, 600 at most")

    def test_words_of_unfinished_work_are_found(self):
        self.write("docs/guide.md", "a\nFIX" + "ME later\n")
        findings = checks.check_words(self.root)
        self.assert_found(findings, "docs/guide.md", "finish it")
        self.assertEqual(findings[0].line, 2)

    def test_a_header_without_guard_is_found(self):
        self.write("common/base/log.hpp", "// What it is.\n")
        self.assert_found(checks.check_headers(self.root), "common/base/log.hpp", "no #pragma once")

    def test_a_header_without_opening_comment_is_found(self):
        self.write("common/base/log.hpp", "#pragma once\n")
        self.assert_found(checks.check_headers(self.root), "common/base/log.hpp", "no opening comment")

    def test_an_empty_folder_is_found(self):
        os.makedirs(os.path.join(self.root, "tools/mqttd/later"))
        self.assert_found(checks.check_empty_folders(self.root), "tools/mqttd/later", "empty folder")

    def test_a_folder_with_an_empty_list_is_found(self):
        self.write("tests/later/CMakeLists.txt", "# Tests of this kind.\n")
        self.assert_found(checks.check_empty_folders(self.root), "tests/later", "nothing but an empty CMakeLists.txt")

    def test_a_source_that_no_list_names_is_found(self):
        self.write("common/base/log.cpp", "")
        self.write("common/base/CMakeLists.txt", "midge_library(base SOURCES clock.cpp) # log.cpp\n")
        self.assert_found(checks.check_listed(self.root), "common/base/log.cpp", "never built")

    def test_a_list_counts_from_its_folder_the_one_above_and_the_root(self):
        self.write("tools/mqttd/app/broker.cpp", "")
        self.write("tools/mqttd/app/sources.cmake", "list(APPEND mqttd_sources app/broker.cpp)\n")
        self.write("tools/mqttd/main.cpp", "")
        self.write("tools/mqttd/CMakeLists.txt", "midge_tool(mqttd SOURCES main.cpp)\n")
        self.write("tests/support/bytes.cpp", "")
        self.write("tests/unit/CMakeLists.txt", "set(s ${PROJECT_SOURCE_DIR}/tests/support/bytes.cpp)\n")
        self.assert_clean(checks.check_listed(self.root))


if __name__ == "__main__":
    unittest.main()
