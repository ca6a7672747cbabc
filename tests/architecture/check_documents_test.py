#!/usr/bin/env python3
"""What a document names and the tree does not have is found; what it has is not."""

import unittest

import check_documents as checks
from fixture import TreeTest

CONNECTION = "// What.\n#pragma once\nclass Connection {\n    void on_bytes();\n};\n"


class Documents(TreeTest):
    def setUp(self):
        super().setUp()
        self.write("tools/mqttd/connection/connection.hpp", CONNECTION)

    def test_what_is_there_is_fine(self):
        self.write("docs/decisions/0001-a.md", "[up](../../ARCHITECTURE.md) [out](https://example.org/x)\n")
        self.write("ARCHITECTURE.md", "[why](docs/decisions/0001-a.md#choice) `Connection::on_bytes` `tools/mqttd/connection`\n")
        self.assert_clean(checks.check(self.root))

    def test_a_link_that_leads_nowhere(self):
        self.write("README.md", "See [the guide](docs/guide.md).\n")
        self.assert_found(checks.check(self.root), "README.md", "leads nowhere: docs/guide.md")

    def test_a_function_that_was_renamed(self):
        self.write("ARCHITECTURE.md", "`Connection::on_input` reads.\n")
        self.assert_found(checks.check(self.root), "ARCHITECTURE.md", "no Connection::on_input")

    def test_a_class_that_is_gone(self):
        self.write("docs/walk.md", "`Reactor::on_bytes` reads.\n")
        self.assert_found(checks.check(self.root), "docs/walk.md", "no Reactor::on_bytes")

    def test_a_path_that_is_gone(self):
        self.write("CONTRIBUTING.md", "Add a row to `tools/mqttd/config/table.cpp`.\n")
        self.assert_found(checks.check(self.root), "CONTRIBUTING.md", "no tools/mqttd/config/table.cpp")

    def test_a_path_may_be_a_pattern(self):
        self.write("CONTRIBUTING.md", "`tools/mqttd/connection/conn*.hpp`\n")
        self.assert_clean(checks.check(self.root))

    def test_blocks_of_code_are_left_alone(self):
        self.write("README.md", "```\n[x](nowhere) `tools/gone`\n```\n")
        self.assert_clean(checks.check(self.root))


if __name__ == "__main__":
    unittest.main()
