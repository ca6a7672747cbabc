"""Which test shows which statement: reads the annotations of the test sources.

Three forms are understood (README.md beside this file tells them to those who write tests):
`// shows [MQTT-…]` directly above a GoogleTest case, `# shows […]` directly above a Python test, and the ids in
the last field of a line in tests/vectors/*.txt. An annotation without a test below it is an error, not a no-op.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from statements import ID, ConformanceError

CPP_TEST = re.compile(r"(?:TYPED_)?TEST(?:_F|_P)?\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)")
PYTHON_TEST = re.compile(r"\s*(?:async\s+)?def\s+(test\w*)\s*\(")
PYTHON_CLASS = re.compile(r"class\s+(\w+)")
BRACKETED = re.compile(r"\[([^\]]*)\]")
ONLY_BRACKETS = re.compile(r"(?:\[[^\]]*\]\s*)+")


@dataclass(frozen=True)
class Shown:
    """One test shows one statement."""

    id: str
    kind: str  # unit, scenario, system, …: the folder below tests/
    test: str
    where: str  # file:line, for error messages


def ids_of(text, where):
    """The ids in brackets; anything else in brackets is an error."""
    ids = BRACKETED.findall(text)
    if not ids:
        raise ConformanceError(f"{where}: 'shows' is followed by no [id]")
    for statement_id in ids:
        if not ID.fullmatch(statement_id):
            raise ConformanceError(f"{where}: \"[{statement_id}]\" is not the id of a statement")
    return ids


class Block:
    """The run of annotation lines above one test."""

    def __init__(self, marker):
        self.start = re.compile(rf"\s*{marker}\s*shows\s+(\[.*)$")
        self.comment = re.compile(rf"\s*{marker}\s*(.*)$")
        self.text = ""
        self.where = ""

    def take(self, line, where):
        """True when the line belongs to an annotation."""
        if begin := self.start.match(line):
            self.text += begin.group(1) + " "
            self.where = self.where or where
            return True
        more = self.comment.match(line)
        if self.text and more and ONLY_BRACKETS.fullmatch(more.group(1).strip()):
            self.text += more.group(1) + " "
            return True
        return False

    def finish(self):
        """The collected ids and where they stood; the block is empty afterwards."""
        ids, where = ids_of(self.text, self.where), self.where
        self.text = self.where = ""
        return ids, where


def scan_cpp(text, path, kind):
    block = Block("//")
    lines = text.splitlines()
    for index, line in enumerate(lines):
        if block.take(line, f"{path}:{index + 1}") or not block.text:
            continue
        test = CPP_TEST.match(" ".join(part.strip() for part in lines[index : index + 4]))
        if not test:
            raise ConformanceError(f"{block.where}: no TEST directly below this annotation")
        ids, where = block.finish()
        for statement_id in ids:
            yield Shown(statement_id, kind, f"{test.group(1)}.{test.group(2)}", where)
    if block.text:
        raise ConformanceError(f"{block.where}: no TEST directly below this annotation")


def scan_python(text, path, kind):
    block = Block("#")
    scope = Path(path).stem
    for number, line in enumerate(text.splitlines(), start=1):
        if found := PYTHON_CLASS.match(line):
            scope = found.group(1)
        if block.take(line, f"{path}:{number}") or not block.text or line.lstrip().startswith("@"):
            continue
        test = PYTHON_TEST.match(line)
        if not test:
            raise ConformanceError(f"{block.where}: no test function directly below this annotation")
        ids, where = block.finish()
        for statement_id in ids:
            yield Shown(statement_id, kind, f"{scope}.{test.group(1)}", where)
    if block.text:
        raise ConformanceError(f"{block.where}: no test function directly below this annotation")


def scan_vectors(text, path, kind):
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#") or "|" not in line:
            continue
        fields = [field.strip() for field in line.split("|")]
        for statement_id in ID.findall(fields[-1]):
            yield Shown(statement_id, kind, f"{Path(path).name}: {fields[0]}", f"{path}:{number}")


def scan(tests):
    """Every Shown of the tree of tests, in the order of file names."""
    tests = Path(tests)
    for path in sorted(tests.rglob("*")):
        kind = path.relative_to(tests).parts[0]
        if kind == "conformance" or not path.is_file() or "node_modules" in path.parts:
            continue
        shown_as = path.relative_to(tests.parent)
        if path.suffix == ".cpp":
            yield from scan_cpp(path.read_text(encoding="utf-8"), shown_as, kind)
        elif path.suffix == ".py":
            yield from scan_python(path.read_text(encoding="utf-8"), shown_as, kind)
        elif path.suffix == ".txt" and kind == "vectors" and path.name != "CMakeLists.txt":
            yield from scan_vectors(path.read_text(encoding="utf-8"), shown_as, kind)
