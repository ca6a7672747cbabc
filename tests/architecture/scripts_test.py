#!/usr/bin/env python3
"""The scripts that judge a build: the joined report of tests/run.sh, and the order and the budget of clang-tidy."""

import contextlib
import importlib.util
import io
import os
import subprocess
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def load(path):
    spec = importlib.util.spec_from_file_location(os.path.basename(path).removesuffix(".py"), os.path.join(ROOT, path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


report = load("tests/report.py")
run_tidy = load("cmake/run_tidy.py")

CASE = '<testcase name="{name}" status="{status}"/>'


class FolderTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


class Report(FolderTest):
    def stage(self, name, **cases):
        lines = [CASE.format(name=case, status=status) for case, status in cases.items()]
        return self.write(f"test-report-{name}.xml", f"<testsuite>{''.join(lines)}</testsuite>")

    def run_report(self, *paths):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            status = report.main([os.path.join(self.folder, "all.xml"), *paths])
        return status, said.getvalue().splitlines()

    def test_all_passed(self):
        status, lines = self.run_report(self.stage("dev", a="run", b="run"), self.stage("tsan", a="run"))
        self.assertEqual((status, lines[-1]), (0, "3 passed, 0 failed"))

    def test_a_failure_is_named_with_its_stage(self):
        status, lines = self.run_report(self.stage("dev", a="run"), self.stage("fuzz", packet="fail"))
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))
        self.assertIn("failed: fuzz: packet (fail)", lines)

    def test_a_test_that_did_not_run_counts_as_failed(self):
        status, lines = self.run_report(self.stage("dev", a="run", b="notrun", c="disabled"))
        self.assertEqual((status, lines[-1]), (1, "1 passed, 2 failed"))

    def test_a_stage_without_a_report_counts_as_failed(self):
        status, lines = self.run_report(self.stage("dev", a="run"), os.path.join(self.folder, "test-report-tsan.xml"))
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))

    def test_no_test_at_all_is_no_success(self):
        status, lines = self.run_report(self.stage("dev"))
        self.assertEqual((status, lines[-1]), (1, "0 passed, 0 failed"))


class TidyOrder(FolderTest):
    def git(self, *words):
        names = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", "-C", self.folder, *names, *words], check=True, capture_output=True)

    def test_what_changed_last_goes_first(self):
        self.git("init", "-q")
        for name in ("old.cpp", "middle.cpp", "new.cpp"):
            self.write(name, name)
            self.git("add", name)
            self.git("commit", "-q", "-m", name)
        self.write("old.cpp", "changed and not committed")
        self.assertEqual(
            run_tidy.newest_first(self.folder, ["middle.cpp", "new.cpp", "old.cpp"]), ["old.cpp", "new.cpp", "middle.cpp"]
        )

    def test_without_a_repository_the_names_decide(self):
        self.assertEqual(run_tidy.newest_first(self.folder, ["b.cpp", "a.cpp"]), ["a.cpp", "b.cpp"])

    def test_nothing_begins_after_the_deadline(self):
        path, seconds, findings = run_tidy.check("/bin/false", self.folder, self.folder, "a.cpp", time.monotonic() - 1)
        self.assertEqual((path, seconds, findings), ("a.cpp", None, ""))

    def test_a_finding_is_returned(self):
        tidy = self.write("tidy", "#!/bin/sh\necho 'a.cpp:1:1: error: a finding'\nexit 1\n")
        os.chmod(tidy, 0o755)
        _, _, findings = run_tidy.check(tidy, self.folder, self.folder, "a.cpp", time.monotonic() + 60)
        self.assertIn("a finding", findings)


if __name__ == "__main__":
    unittest.main()
