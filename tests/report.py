#!/usr/bin/env python3
"""Joins the JUnit reports of the stages of tests/run.sh into one, names what failed, and ends with "N passed, N failed".

A test that did not run counts as failed. Usage: report.py JOINED REPORT...; exit status 1 when anything failed or
nothing ran.
"""

import sys
import xml.etree.ElementTree as xml


def stage_of(path):
    """build/test-report-dev.xml → dev"""
    return path.rsplit("test-report-", 1)[-1].removesuffix(".xml")


def join(paths):
    """(one <testsuites> element, passed, names of the failed)"""
    joined, passed, failed = xml.Element("testsuites"), 0, []
    for path in paths:
        stage = stage_of(path)
        try:
            suite = xml.parse(path).getroot()
        except (OSError, xml.ParseError) as error:
            failed.append(f"{stage}: no report: {error}")
            continue
        suite.set("name", stage)
        joined.append(suite)
        for case in suite.iter("testcase"):
            if case.get("status") == "run":
                passed += 1
            else:
                failed.append(f"{stage}: {case.get('name')} ({case.get('status')})")
    return joined, passed, failed


def main(arguments):
    target, *paths = arguments
    joined, passed, failed = join(paths)
    xml.ElementTree(joined).write(target, encoding="utf-8", xml_declaration=True)
    for name in failed:
        print(f"failed: {name}")
    print(f"report: {target}")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
