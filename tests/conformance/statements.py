"""The lists of normative statements: reads statements-*.txt.

Knows the form of these files only, nothing about tests or documents.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ID = re.compile(r"MQTT(?:311)?-\d+(?:\.\d+){1,2}-\d+")
WHO = ("server", "client", "both")
LONGEST_SUMMARY = 140


class ConformanceError(Exception):
    """Something in the lists or annotations is wrong; the text says what, where, and what to do."""


@dataclass(frozen=True)
class Statement:
    id: str
    who: str
    area: str
    summary: str


def parse_line(line, where):
    """One Statement out of `id | who | area | summary`."""
    fields = [field.strip() for field in line.split("|")]
    if len(fields) != 4:
        raise ConformanceError(f"{where}: four fields separated by '|' expected, got {len(fields)}")
    statement = Statement(*fields)
    if not ID.fullmatch(statement.id):
        raise ConformanceError(f"{where}: \"{statement.id}\" is not the id of a statement")
    if statement.who not in WHO:
        raise ConformanceError(f"{where}: who must be server, client or both (got \"{statement.who}\")")
    if not statement.area or not statement.summary:
        raise ConformanceError(f"{where}: area and summary must not be empty")
    if len(statement.summary) > LONGEST_SUMMARY:
        raise ConformanceError(f"{where}: the summary is longer than {LONGEST_SUMMARY} characters")
    return statement


def read(path):
    """All statements of one file, in its order; raises ConformanceError, also for an id listed twice."""
    found = {}
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        where = f"{path}:{number}"
        statement = parse_line(line, where)
        if statement.id in found:
            raise ConformanceError(f"{where}: {statement.id} is listed twice")
        found[statement.id] = statement
    return list(found.values())
