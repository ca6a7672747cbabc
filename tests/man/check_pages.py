#!/usr/bin/env python3
"""Checks the manual pages: their form, and that their generated parts are what the programs say.

  --lint           the form of all pages, as man and mandoc see it
  --table PROGRAM  the options of mqttd.conf(5) are those that PROGRAM prints, which is tests/man/option_section.cpp
  --tool PROGRAM   options and exit codes of the tool's page are those of its --help-all; may be repeated
  --help-of PROGRAM  the page names exactly the options of the program's --help; may be repeated
  --update         write the generated parts instead of comparing them
"""

import argparse
import os
import re
import shutil
import subprocess
import sys

import help_text

BEGIN = '.\\" begin {}: written by tests/man/check_pages.py --update\n'
END = '.\\" end {}\n'
# .It Fl t , Fl -topic Ar TOPIC: in mdoc, Fl adds the first dash.
PAGE_OPTION = re.compile(r"\bFl (-?[a-zA-Z][\w-]*)")
HELP_OPTION = re.compile(r"^ +(?:(-\w), )?(--[\w-]+)", re.MULTILINE)
# References between our own pages; others may not be installed here.
REFERENCE = re.compile(r"^\.Xr (mqtt[\w.-]*) (\d)", re.MULTILINE)
# What mandoc says about the machine instead of the page.
ABOUT_THE_MACHINE = ("referenced manual not found", "outdated mandoc.db")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def pages(root):
    folder = os.path.join(root, "man")
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if re.search(r"\.\d$", name))


def page_of(root, program):
    name = os.path.basename(program)
    return next(path for path in pages(root) if re.fullmatch(re.escape(name) + r"\.\d", os.path.basename(path)))


def output_of(*command):
    run = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {run.returncode}: {run.stderr}")
    return run.stdout


def complaints(*command):
    """What a formatter says about a page; the formatted page is thrown away."""
    environment = dict(os.environ, LC_ALL="C.UTF-8", MANWIDTH="80", MANROFFSEQ="")
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, stdin=subprocess.DEVNULL)
    said = run.stderr if "-Z" in command else run.stdout + run.stderr
    if run.returncode and not said:
        said = f"{command[0]} ended with {run.returncode}"
    return [line for line in said.splitlines() if line and not any(words in line for words in ABOUT_THE_MACHINE)]


def lint(root):
    findings = []
    for page in pages(root):
        text = read(page)
        findings += complaints("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page)
        if shutil.which("mandoc"):
            findings += complaints("mandoc", "-Tlint", page)
        for name, section in REFERENCE.findall(text):
            if not os.path.isfile(os.path.join(root, "man", f"{name}.{section}")):
                findings.append(f"{page}: there is no page {name}({section})")
        if not re.search(r"^\.Sh EXAMPLES$", text, re.MULTILINE):
            findings.append(f"{page}: no EXAMPLES")
    return findings


def replaced(page, text, part, wanted):
    """The page's text with this part between its two lines."""
    begin, end = BEGIN.format(part), END.format(part)
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise SystemExit(f"{page}: the lines around the {part} must each stand there once:\n{begin}{end}")
    before, rest = text.split(begin)
    return before + begin + wanted + end + rest.split(end)[1]


def put(page, parts, update):
    """Findings when a part differs; with update it is written and there are none."""
    text = fresh = read(page)
    for part, wanted in parts.items():
        if not wanted.strip():
            raise SystemExit(f"{page}: the program says nothing about {part}")
        fresh = replaced(page, fresh, part, wanted)
    if fresh == text:
        return []
    if update:
        with open(page, "w", encoding="utf-8") as file:
            file.write(fresh)
        return []
    return [f"{page}: its {' or '.join(parts)} are not what the program says", f"hint: {' '.join(sys.argv)} --update"]


def tool_parts(tool):
    said = output_of(tool, "--help-all")
    parts = {"options": help_text.options(said), "exit codes": help_text.exit_codes(said)}
    return {part: "".join(f"{line}\n" for line in lines) for part, lines in parts.items()}


def compare_help(page, program):
    described = {f"-{name}" for name in PAGE_OPTION.findall(read(page))}
    offered = {name for names in HELP_OPTION.findall(output_of(program, "--help")) for name in names if name}
    if not offered:
        raise SystemExit(f"{program} --help names no options")
    findings = [f"{page}: {option} of --help is missing" for option in sorted(offered - described)]
    return findings + [f"{page}: {option} is not in --help" for option in sorted(described - offered)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root")
    parser.add_argument("--lint", action="store_true")
    parser.add_argument("--table")
    parser.add_argument("--tool", action="append", default=[])
    parser.add_argument("--help-of", action="append", default=[])
    parser.add_argument("--update", action="store_true")
    arguments = parser.parse_args()
    root, findings = arguments.root, []
    if arguments.table:
        page = os.path.join(root, "man", "mqttd.conf.5")
        findings += put(page, {"options": output_of(arguments.table)}, arguments.update)
    for tool in arguments.tool:
        findings += put(page_of(root, tool), tool_parts(tool), arguments.update)
    for program in arguments.help_of:
        findings += compare_help(page_of(root, program), program)
    if arguments.lint:
        findings += lint(root)
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
