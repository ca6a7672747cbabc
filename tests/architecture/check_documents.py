#!/usr/bin/env python3
"""Fails on documents that name what is not there: links, paths in backticks, functions written `Class::function`.

Usage: check_documents.py [ROOT]
"""

import glob
import os
import re
import sys

import tree
from tree import Finding

LINK = re.compile(r"\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
MEMBER = re.compile(r"([A-Z]\w+)::(\w+)")
PATH = re.compile(r"(?:common|tools|tests|docs|packaging|cmake|man)/[\w.*/-]*")


def documents(root):
    found = [name for name in sorted(os.listdir(root)) if name.endswith(".md")]
    return found + tree.files(root, ("docs", "tests"), (".md",))


def lines_of(root, path):
    """(number, line) outside of blocks of code."""
    inside = False
    for number, line in enumerate(tree.read_text(root, path).splitlines(), start=1):
        if line.startswith("```"):
            inside = not inside
        elif not inside:
            yield number, line


def check_links(root):
    findings = []
    for path in documents(root):
        for number, line in lines_of(root, path):
            for target in LINK.findall(line):
                target = target.split("#")[0]
                if not target or "://" in target or target.startswith("mailto:"):
                    continue
                if not os.path.exists(os.path.join(root, os.path.dirname(path), target)):
                    findings.append(Finding(path, number, f"the link leads nowhere: {target}"))
    return findings


def check_paths(root):
    findings = []
    for path in documents(root):
        for number, line in lines_of(root, path):
            for quoted in QUOTED.findall(line):
                if PATH.fullmatch(quoted) and not glob.glob(os.path.join(root, quoted)):
                    findings.append(Finding(path, number, f"there is no {quoted}"))
    return findings


def check_members(root):
    """A function of a class has to stand in a header or source that has the class as well."""
    texts = [tree.read_text(root, path) for path in tree.sources(root)]
    findings = []
    for path in documents(root):
        for number, line in lines_of(root, path):
            for quoted in QUOTED.findall(line):
                for owner, member in MEMBER.findall(quoted):
                    defined = re.compile(rf"\b(?:class|struct|enum class) {owner}\b")
                    named = re.compile(rf"\b{member}\b")
                    if not any(defined.search(text) and named.search(text) for text in texts):
                        findings.append(Finding(path, number, f"the code has no {owner}::{member}"))
    return findings


def check(root):
    return check_links(root) + check_paths(root) + check_members(root)


if __name__ == "__main__":
    sys.exit(tree.report(check(sys.argv[1] if len(sys.argv) > 1 else ".")))
