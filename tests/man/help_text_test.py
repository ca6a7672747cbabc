#!/usr/bin/env python3
"""What becomes of --help-all in a manual page."""

import unittest

import help_text

HELP = """Usage: mqtt-x -t TOPIC [option...]
Does something.

Connection
  -h, --host HOST     the broker: a name or an address [localhost]
      --retry         try again when connecting fails or the connection is lost,
                      as often as needed
      --session-expiry-interval SECONDS
                      keep the session -x long. Or for ever
  -D, --property PACKET NAME [KEY] VALUE  add a property

Exit codes
  0    success
  27   a time limit that was set
       passed
  128+N  stopped by signal N

Examples
  mqtt-x -t a -m b
"""


class HelpText(unittest.TestCase):
    def test_options(self):
        self.assertEqual(help_text.options(HELP), [
            ".Ss Connection",
            ".Bl -tag -width Ds",
            ".It Fl h , Fl -host Ar HOST",
            "The broker: a name or an address [localhost].",
            ".It Fl -retry",
            "Try again when connecting fails or the connection is lost, as often as needed.",
            ".It Fl -session-expiry-interval Ar SECONDS",
            "Keep the session \\-x long.",
            "Or for ever.",
            ".It Fl D , Fl -property Ar PACKET NAME [KEY] VALUE",
            "Add a property.",
            ".El",
        ])

    def test_exit_codes(self):
        self.assertEqual(help_text.exit_codes(HELP), [
            ".Bl -tag -width Ds",
            ".It 0", "Success.",
            ".It 27", "A time limit that was set passed.",
            ".It 128+N", "Stopped by signal N.",
            ".El",
        ])

    def test_a_text_without_options_gives_nothing(self):
        self.assertEqual(help_text.options("Usage: x\n\nExamples\n  x -t a\n"), [])
        self.assertEqual(help_text.exit_codes("Usage: x\n"), [])

    def test_what_roff_would_read_is_escaped(self):
        self.assertEqual(help_text.paragraph(".conf and \\n"), ["\\&.conf and \\en"])


if __name__ == "__main__":
    unittest.main()
