#!/usr/bin/env python3
"""Tests of the transcript reader: a comparison that cannot fail would make every transcript pass."""

import unittest

import transcript


class Parse(unittest.TestCase):
    def test_marks_tell_the_parts_apart(self):
        parsed = transcript.parse("t", "# c\nbroker: max_qos 1\n$ a {port}\n> in\nout\n= ! odd\n! err\n? 3\n\n$ b\n")
        self.assertEqual(["max_qos 1"], parsed.config)
        first, second = parsed.steps
        self.assertEqual(("a {port}", ["in"], ["out", "! odd"], ["err"], 3),
                         (first.command, first.stdin, first.stdout, first.stderr, first.status))
        self.assertEqual(("b", [], [], 0, 10), (second.command, second.stdout, second.stderr, second.status, second.line))

    def test_what_belongs_to_no_command_is_refused(self):
        for text in ("out\n", "", "# only a comment\n", "$ a\nbroker: x\n"):
            with self.assertRaises(transcript.TranscriptError):
                transcript.parse("t", text)


class Compare(unittest.TestCase):
    def test_equal_output_has_no_differences(self):
        self.assertEqual([], transcript.differences("stdout", ["a", "b {*} c"], "a\nb x y c\n"))

    def test_any_other_output_has(self):
        for text in ("", "a\n", "a\nb\n", "a\nb c\nmore\n", "a\nxb c\n", "b c\na\n"):
            self.assertNotEqual([], transcript.differences("stdout", ["a", "b{*}c"], text), text)

    def test_the_wildcard_is_the_only_special_text(self):
        self.assertFalse(transcript.matches("a.c", "abc"))
        self.assertFalse(transcript.matches("a*", "aaa"))
        self.assertTrue(transcript.matches("{*}", ""))

    def test_places_are_filled_and_other_braces_stay(self):
        self.assertEqual('-p 5 {"a":1}', transcript.fill('-p {port} {"a":1}', {"port": 5}))


if __name__ == "__main__":
    unittest.main()
