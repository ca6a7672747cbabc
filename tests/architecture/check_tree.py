#!/usr/bin/env python3
"""Fails on files that break the rules of the tree: size, words, headers, empty folders, unlisted sources.

Usage: check_tree.py [ROOT]
"""

import os
import re
import sys

import tree
from tree import Finding

MAXIMUM_LINES = 600
TEXT_ENDINGS = (".hpp", ".cpp", ".py", ".js", ".sh", ".cmake", ".txt", ".md", ".conf", ".json")
SIZED_ENDINGS = (".hpp", ".cpp", ".py", ".js", ".sh", ".cmake")
TEXT_ROOTS = ("common", "tools", "tests", "cmake", "packaging", "docs", ".ci")
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
LISTED_SOURCE = re.compile(r"[\w./${}-]+\.cpp\b")


def check_size(root):
    findings = []
    for path in tree.files(root, TEXT_ROOTS, SIZED_ENDINGS):
        lines = tree.read_text(root, path).count("\n")
        if lines > MAXIMUM_LINES:
            findings.append(Finding(path, 0, f"{lines} lines, {MAXIMUM_LINES} at most: split it"))
    return findings


def check_words(root):
    findings = []
    for path in tree.files(root, TEXT_ROOTS, TEXT_ENDINGS):
        for number, line in enumerate(tree.read_text(root, path).splitlines(), start=1):
            match = UNFINISHED.search(line)
            if match:
                findings.append(Finding(path, number, f"{match.group()}: finish it, or write the limit down where users look"))
    return findings


def check_headers(root):
    """A header opens with a comment that says what it is, and is guarded."""
    findings = []
    for path in tree.files(root, tree.CODE_ROOTS, (".hpp",)):
        lines = tree.read_text(root, path).splitlines()
        if not lines or not lines[0].startswith("//"):
            findings.append(Finding(path, 1, "no opening comment: what is it, who owns it, on which thread, what must it not know"))
        if "#pragma once" not in lines:
            findings.append(Finding(path, 1, "no #pragma once"))
    return findings


def says_nothing(text):
    """True for a CMake list that only comments."""
    return all(not line.strip() or line.strip().startswith("#") for line in text.splitlines())


def check_empty_folders(root):
    findings = []
    for folder, folders, files in tree.walk(root):
        if not folder or folders:
            continue
        if not files:
            findings.append(Finding(folder, 0, "empty folder: remove it"))
        elif files == ["CMakeLists.txt"] and says_nothing(tree.read_text(root, os.path.join(folder, files[0]))):
            findings.append(Finding(folder, 0, "holds nothing but an empty CMakeLists.txt: remove it"))
    return findings


def listed_sources(root):
    """Every .cpp that a CMake list names; a path counts from the list's own folder or from the one above it."""
    listed = set()
    lists = tree.files(root, (*tree.CODE_ROOTS, "cmake"), ("CMakeLists.txt", ".cmake"))
    for path in lists:
        text = re.sub(r"#.*", "", tree.read_text(root, path))
        for name in LISTED_SOURCE.findall(text):
            name = name.replace("${PROJECT_SOURCE_DIR}/", "/")
            for base in (os.path.dirname(path), os.path.dirname(os.path.dirname(path))):
                full = name[1:] if name.startswith("/") else os.path.join(base, name)
                listed.add(os.path.normpath(full))
    return listed


def check_listed(root):
    listed = listed_sources(root)
    return [
        Finding(path, 0, "no CMake list names this file: it is never built")
        for path in tree.files(root, tree.CODE_ROOTS, (".cpp",))
        if path not in listed
    ]


def check(root):
    return check_size(root) + check_words(root) + check_headers(root) + check_empty_folders(root) + check_listed(root)


if __name__ == "__main__":
    sys.exit(tree.report(check(sys.argv[1] if len(sys.argv) > 1 else ".")))
