"""A transcript: commands and what they must print, as one would see them in a terminal.

    # comment
    broker: allow_anonymous false      a line of the broker's configuration; without any, the broker takes everybody
    $ mqtt-pub -p {port} -t a -m x     a command, run by sh
    > word 1                           a line of its standard input (else it is empty)
    some text                          a line of stdout
    ! mqtt-pub: error: {*}             a line of stderr; {*} stands for any text within a line
    ? 4                                its exit status, when it is not 0
"""

import re
from dataclasses import dataclass, field

ANY = "{*}"


class TranscriptError(Exception):
    """The transcript itself is wrong."""


@dataclass
class Step:
    """One command with everything it must do."""

    line: int
    command: str
    stdin: list = field(default_factory=list)
    stdout: list = field(default_factory=list)
    stderr: list = field(default_factory=list)
    status: int = 0


@dataclass
class Transcript:
    path: str
    config: list
    steps: list


def _after(text, mark):
    """The rest of a line after its mark and one blank."""
    return text[len(mark):].removeprefix(" ")


def parse(path, text):
    """Returns the Transcript, or raises TranscriptError with the line."""
    config, steps = [], []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("#"):
            continue
        if line.startswith("$ "):
            steps.append(Step(number, line[2:]))
        elif line.startswith("broker:"):
            if steps:
                raise TranscriptError(f"{path}:{number}: the broker is configured before the first command")
            config.append(_after(line, "broker:"))
        elif not steps:
            if line:
                raise TranscriptError(f"{path}:{number}: output without a command")
        elif line.startswith(">"):
            steps[-1].stdin.append(_after(line, ">"))
        elif line.startswith("!"):
            steps[-1].stderr.append(_after(line, "!"))
        elif line.startswith("?"):
            steps[-1].status = int(_after(line, "?"))
        elif line:
            steps[-1].stdout.append(_after(line, "=") if line.startswith("=") else line)
    if not steps:
        raise TranscriptError(f"{path}: no command")
    return Transcript(path, config, steps)


def fill(text, places):
    """Replaces {name} of the known places; other braces stay."""
    for name, value in places.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def matches(expected, line):
    """Whether a line is what is expected, {*} standing for any text."""
    pattern = ".*".join(re.escape(part) for part in expected.split(ANY))
    return re.fullmatch(pattern, line) is not None


def differences(name, expected, text):
    """What is wrong with an output, as lines to print; empty when nothing is."""
    lines = text.splitlines()
    same = len(lines) == len(expected) and all(map(matches, expected, lines))
    if same:
        return []
    found = [f"  {name}, expected:"] + [f"    {line}" for line in expected] + [f"  {name}, got:"]
    return found + [f"    {line}" for line in lines]
