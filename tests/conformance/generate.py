#!/usr/bin/env python3
"""Writes docs/conformance.md: each normative statement of MQTT 3.1.1 and 5.0 with the tests that show it.

    generate.py           write the document
    generate.py --check   exit 1 when the document is not what would be written, or an annotation is wrong
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import annotations  # noqa: E402
import statements  # noqa: E402
from statements import ConformanceError  # noqa: E402

VERSIONS = (("MQTT 5.0", "statements-5.0.txt"), ("MQTT 3.1.1", "statements-3.1.1.txt"))
NAMED_TESTS = 3  # of one statement and kind; more are counted

HEAD = """# Conformance

Each numbered normative statement of MQTT 5.0 and 3.1.1, in our own words, with the tests that show it. This page is
generated: `python3 tests/conformance/generate.py` writes it from `tests/conformance/statements-*.txt` and the
annotations of the tests (`tests/conformance/README.md`), and a test fails when it is out of date.

*who* is who must obey: the server, the client, or both. `mqttd` answers for the server, `mqtt-pub` and `mqtt-sub` for
the client. Ids of 3.1.1 are written `MQTT311-…`, because 5.0 gives many of the same numbers other meanings.
"""


def collect(root):
    """[(version, [Statement])] and {id: [Shown]}; raises ConformanceError for an annotation with an unknown id."""
    folder = Path(root) / "tests" / "conformance"
    lists = [(version, statements.read(folder / name)) for version, name in VERSIONS]
    known = {statement.id: [] for _, of_version in lists for statement in of_version}
    for shown in annotations.scan(Path(root) / "tests"):
        if shown.id not in known:
            raise ConformanceError(f"{shown.where}: no statement {shown.id} (see tests/conformance/statements-*.txt)")
        known[shown.id].append(shown)
    return lists, known


def tests_cell(shown):
    """`kind: test, test and n more` for each kind of test."""
    by_kind = {}
    for one in shown:
        names = by_kind.setdefault(one.kind, [])
        if one.test not in names:
            names.append(one.test)
    parts = []
    for kind, names in by_kind.items():
        more = f" and {len(names) - NAMED_TESTS} more" if len(names) > NAMED_TESTS else ""
        parts.append(f"{kind}: " + ", ".join(f"`{name}`" for name in names[:NAMED_TESTS]) + more)
    return "; ".join(parts)


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def totals(lists, shown):
    rows = []
    for version, of_version in lists:
        for label, who in (("server", ("server", "both")), ("client only", ("client",))):
            mine = [one for one in of_version if one.who in who]
            tested = sum(1 for one in mine if shown[one.id])
            rows.append([version, label, str(len(mine)), str(tested), str(len(mine) - tested)])
    return table(["version", "concerns", "statements", "with a test", "without"], rows)


def render(lists, shown):
    """The whole document."""
    lines = [HEAD, "## Totals", ""] + totals(lists, shown)
    for version, of_version in lists:
        rows = [[one.id, one.summary, one.who, tests_cell(shown[one.id])] for one in of_version if shown[one.id]]
        lines += ["", f"## {version}", ""] + table(["id", "summary", "who", "tests"], rows)
    for version, of_version in lists:
        untested = [one for one in of_version if not shown[one.id]]
        lines += ["", f"## {version}: statements without a test ({len(untested)})", ""]
        rows = [[one.id, one.summary, one.who, one.area] for one in untested]
        lines += table(["id", "summary", "who", "where it is checked"], rows) if rows else ["None."]
    return "\n".join(lines) + "\n"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when out of date")
    parser.add_argument("--root", default=Path(__file__).resolve().parents[2], help="root of the source tree")
    options = parser.parse_args(argv)
    document = Path(options.root) / "docs" / "conformance.md"
    try:
        text = render(*collect(options.root))
    except ConformanceError as error:
        print(f"generate.py: error: {error}", file=sys.stderr)
        return 1
    if not options.check:
        document.parent.mkdir(exist_ok=True)
        document.write_text(text, encoding="utf-8")
        return 0
    if not document.exists() or document.read_text(encoding="utf-8") != text:
        print(f"generate.py: error: {document} is out of date; run tests/conformance/generate.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
