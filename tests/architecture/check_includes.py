#!/usr/bin/env python3
"""Fails when a file includes what its folder must not know. Usage: check_includes.py [ROOT]"""

import os
import re
import sys

import include_rules as rules
import tree
from tree import Finding

CLOCK_READ = re.compile(r"\b(?:steady|system|high_resolution)_clock::now\b|\bclock_gettime\b|\bgettimeofday\b")


def area_of(path):
    """The most specific area a file belongs to, and its rule."""
    best = max((name for name in rules.AREAS if path == name or path.startswith(name + "/")), key=len, default=None)
    return best, rules.AREAS.get(best)


def library_of(path):
    """The folder whose own files may always be included: a library, a tool or the tests."""
    parts = path.split("/")
    return "tests" if parts[0] == "tests" else "/".join(parts[:2])


def external_of(name):
    """The external library an angle include belongs to; "" for the standard library, "system" for the system's."""
    for prefix, library in rules.EXTERNAL.items():
        if name.startswith(prefix):
            return library
    return "system" if name.endswith(".h") else ""


def check_quoted(root, path, include, area):
    if not os.path.isfile(os.path.join(root, include.name)):
        return f'"{include.name}" is no file: quote includes from the repository root'
    name = area_of(path)[0]
    allowed = (name if area.pure else library_of(path), *area.project)
    if not any(include.name.startswith(folder + "/") for folder in allowed):
        return f"{name} must not include {include.name}: allowed are {', '.join(allowed)}"
    return None


def check_angle(path, include, area):
    library = external_of(include.name)
    name = area_of(path)[0]
    if library == "system" and not area.system:
        return f"{name} must not include <{include.name}>: no headers of the operating system here"
    if library not in ("", "system", *area.external):
        return f"{name} must not include <{include.name}>: {library} is not for this folder"
    if area.pure and include.name in rules.IMPURE:
        return f"{name} must not include <{include.name}>: no sockets, clocks, threads, files or randomness here"
    return None


def check_areas(root):
    """Every include against the table."""
    findings = []
    for path in tree.sources(root):
        _, area = area_of(path)
        if area is None:
            findings.append(Finding(path, 0, "no rule for this folder: add it to include_rules.py"))
            continue
        for include in tree.includes(root, path):
            if (path, include.name) in rules.EXCEPTIONS:
                continue
            message = check_quoted(root, path, include, area) if include.quoted else check_angle(path, include, area)
            if message:
                findings.append(Finding(path, include.line, message))
    return findings


def check_clocks(root):
    """Time is an argument in pure code."""
    findings = []
    for path in tree.sources(root):
        _, area = area_of(path)
        if area is None or not area.pure:
            continue
        for number, line in enumerate(tree.read_text(root, path).splitlines(), start=1):
            if CLOCK_READ.search(line):
                findings.append(Finding(path, number, "reads a clock: take the time as an argument"))
    return findings


def check_boost_headers(root):
    """Boost stays out of the public headers of the libraries."""
    findings = []
    for path in tree.files(root, ("common",), (".hpp",)):
        allowed = any(path == name or (name.endswith("/") and path.startswith(name)) for name in rules.BOOST_IN_HEADERS)
        for include in tree.includes(root, path):
            if include.name.startswith("boost/") and not allowed:
                findings.append(Finding(path, include.line, f"public header includes <{include.name}>: keep Boost in the .cpp"))
    return findings


def check_own_header(root):
    """A source file includes its own header before anything else, which proves the header self-contained."""
    findings = []
    for path in tree.sources(root):
        own = path[: -len(".cpp")] + ".hpp"
        if not path.endswith(".cpp") or not os.path.isfile(os.path.join(root, own)):
            continue
        found = tree.includes(root, path)
        if not found or found[0].name != own:
            findings.append(Finding(path, found[0].line if found else 1, f'include "{own}" first'))
    return findings


def mqttd_folder(path):
    """The folder of mqttd that a file counts as, or None outside of those folders."""
    if path in rules.MQTTD_FILE_LAYERS:
        return rules.MQTTD_FILE_LAYERS[path]
    parts = path.split("/")
    return parts[2] if parts[:2] == ["tools", "mqttd"] and len(parts) > 3 else None


def check_mqttd_layers(root):
    """Inside mqttd includes go down the layers, and between the folders of one layer in one direction."""
    layer = {name: depth for depth, names in enumerate(rules.MQTTD_LAYERS) for name in names}
    findings, sideways = [], {}
    for path in tree.files(root, ("tools/mqttd",), (".hpp", ".cpp")):
        user = mqttd_folder(path)
        if user is None:
            continue
        if user not in layer:
            findings.append(Finding(path, 0, f"mqttd/{user} has no layer: add it to MQTTD_LAYERS"))
            continue
        for include in tree.includes(root, path):
            used = mqttd_folder(include.name)
            if used is None or used == user or used not in layer or (path, include.name) in rules.EXCEPTIONS:
                continue
            if layer[used] < layer[user]:
                findings.append(Finding(path, include.line, f"mqttd/{user} must not include mqttd/{used}: it is above"))
            elif layer[used] == layer[user]:
                sideways.setdefault((user, used), (path, include.line))
    for (user, used), (path, line) in sorted(sideways.items()):
        if user < used and (used, user) in sideways:
            other = "{}:{}".format(*sideways[(used, user)])
            findings.append(Finding(path, line, f"mqttd/{user} and mqttd/{used} include each other (see {other})"))
    return findings


def check(root):
    return (
        check_areas(root) + check_clocks(root) + check_boost_headers(root) + check_own_header(root) + check_mqttd_layers(root)
    )


if __name__ == "__main__":
    sys.exit(tree.report(check(sys.argv[1] if len(sys.argv) > 1 else ".")))
