#!/usr/bin/env python3
"""Runs clang-tidy over the sources that changed since it last passed on them, headers and options included.

A file's stamp is a hash over its compile command, the clang-tidy configuration and the content of every file its last
build read (ninja -t deps), so build first. Any finding fails. With --budget no check begins after that many seconds;
what changed last goes first, and what is left over is said and stays due.
Usage: run_tidy.py BUILD_FOLDER SOURCE_ROOT [-j N] [--budget SECONDS]
"""

import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import subprocess
import sys
import time

CHECKED_FOLDERS = ("common/", "tools/")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("build")
    parser.add_argument("root")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--clang-tidy", default="clang-tidy")
    parser.add_argument("--budget", type=float, default=float("inf"), help="seconds after which no check begins")
    return parser.parse_args()


@functools.lru_cache(maxsize=None)
def digest(path):
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except FileNotFoundError:
        return "missing"


def object_dependencies(build):
    """Object file → the files its last build read, from Ninja's own log."""
    text = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=True).stdout
    dependencies, current = {}, None
    for line in text.splitlines():
        if line and not line.startswith(" "):
            current = dependencies.setdefault(line.split(":")[0], [])
        elif line.strip() and current is not None:
            current.append(line.strip())
    return dependencies


def commands(build, root):
    """The compile commands of the product's own sources, one for each file."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    found = {}
    for entry in entries:
        relative = os.path.relpath(entry["file"], root)
        if relative.startswith(CHECKED_FOLDERS):
            found.setdefault(relative, entry)
    return found


def fingerprint(entry, build, root, dependencies):
    """None when the file was never built: then there is nothing to compare with."""
    read = dependencies.get(entry.get("output") or output_of(entry))
    if read is None:
        return None
    own = [os.path.join(root, ".clang-tidy"), os.path.abspath(__file__)]
    parts = [entry["command"], *(digest(os.path.join(build, path)) for path in sorted(read) + own)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def output_of(entry):
    words = entry["command"].split()
    return words[words.index("-o") + 1]


def newest_first(root, paths):
    """By the last commit that touched them; what no commit knows comes first, and the order of names decides the rest."""
    log = subprocess.run(
        ["git", "-C", root, "log", "-n", "200", "--format=", "--name-only", "--diff-filter=AM"],
        capture_output=True, text=True, check=False,
    ).stdout.splitlines()
    position = {}
    for number, name in enumerate(log):
        position.setdefault(name, number)
    changed = subprocess.run(
        ["git", "-C", root, "ls-files", "--modified", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=False,
    ).stdout.splitlines()
    position.update((name, -1) for name in changed)
    return sorted(paths, key=lambda path: (position.get(path, len(log)), path))


def check(tidy, build, root, path, deadline):
    """(path, seconds, findings); seconds is None when it was too late to begin."""
    begin = time.monotonic()
    if begin > deadline:
        return path, None, ""
    run = subprocess.run(
        [tidy, "--quiet", "--warnings-as-errors=*", "-p", build, os.path.join(root, path)],
        capture_output=True, text=True, check=False,
    )
    failed = run.stdout.strip() or (f"{path}: {run.stderr.strip()}" if run.returncode else "")
    return path, time.monotonic() - begin, failed


def main():
    arguments = parse_arguments()
    build, root = os.path.abspath(arguments.build), os.path.abspath(arguments.root)
    stamps = os.path.join(build, "tidy")
    dependencies = object_dependencies(build)
    due = {}
    entries = commands(build, root)
    for path, entry in entries.items():
        mark = fingerprint(entry, build, root, dependencies)
        stamp = os.path.join(stamps, path)
        if mark is None or not os.path.isfile(stamp) or digest(stamp) != hashlib.sha256(mark.encode()).hexdigest():
            due[path] = mark
    print(f"clang-tidy: {len(due)} of {len(entries)} files to check", flush=True)
    failures = left_over = 0
    deadline = time.monotonic() + arguments.budget
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        jobs = [
            pool.submit(check, arguments.clang_tidy, build, root, path, deadline) for path in newest_first(root, due)
        ]
        for number, job in enumerate(concurrent.futures.as_completed(jobs), start=1):
            path, seconds, findings = job.result()
            if seconds is None:
                left_over += 1
                continue
            print(f"[{number}/{len(due)}] {path} ({seconds:.0f} s)", flush=True)
            if findings:
                failures += 1
                print(findings, flush=True)
            elif due[path]:
                os.makedirs(os.path.dirname(os.path.join(stamps, path)), exist_ok=True)
                with open(os.path.join(stamps, path), "w", encoding="utf-8") as file:
                    file.write(due[path])
    if left_over:
        print(f"clang-tidy: {left_over} files left over after {arguments.budget:.0f} s; the next run goes on with them")
    if failures:
        print(f"clang-tidy: findings in {failures} files", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
