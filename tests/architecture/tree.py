"""The source tree as the architecture checks see it: which files there are, what they include, how a finding looks."""

import os
import re
from dataclasses import dataclass

CODE_ROOTS = ("common", "tools", "tests")
SKIPPED_FOLDERS = {".git", "build", "node_modules", "__pycache__", ".cache"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


@dataclass(frozen=True)
class Finding:
    """One broken rule: where, what, and what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self):
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: error: {self.message}"


@dataclass(frozen=True)
class Include:
    line: int
    name: str
    quoted: bool


def read_text(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def walk(root, start=""):
    """Yields (folder, folders, files) below start, relative to root, without what the build made."""
    top = os.path.join(root, start) if start else root
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        relative = os.path.relpath(folder, root)
        yield ("" if relative == "." else relative), list(folders), sorted(files)


def files(root, starts, endings):
    """The files below the folders `starts` that have one of the endings, sorted, relative to root."""
    found = []
    for start in starts:
        for folder, _, names in walk(root, start):
            found += [os.path.join(folder, name) for name in names if name.endswith(endings)]
    return sorted(found)


def sources(root):
    """Every C++ file of the project."""
    return files(root, CODE_ROOTS, (".hpp", ".cpp"))


def includes(root, path):
    """The #include lines of one file, in order."""
    found = []
    for number, line in enumerate(read_text(root, path).splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            found.append(Include(number, match.group(1) or match.group(2), match.group(1) is not None))
    return found


def report(findings):
    """Prints the findings in order and returns the exit code."""
    for finding in sorted(findings, key=lambda f: (f.path, f.line, f.message)):
        print(finding)
    return 1 if findings else 0
