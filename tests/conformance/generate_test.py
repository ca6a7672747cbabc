"""Tests of the generator of docs/conformance.md."""

import io
import tempfile
import unittest
from contextlib import redirect_stderr
from pathlib import Path

import annotations
import generate
import statements
from statements import ConformanceError


def shown_by(scanner, text):
    return [(shown.id, shown.test) for shown in scanner(text, "tests/unit/x_test.cpp", "unit")]


class Statements(unittest.TestCase):
    def test_a_line_has_four_fields(self):
        one = statements.parse_line("MQTT-1.5.4-1 | both | decode | strings are UTF-8", "f:1")
        self.assertEqual((one.id, one.who, one.area, one.summary), ("MQTT-1.5.4-1", "both", "decode", "strings are UTF-8"))

    def test_wrong_lines_are_refused(self):
        for line in (
            "MQTT-1.5.4-1 | both | decode",
            "MQTT-1.5.4 | both | decode | x",
            "MQTT-1.5.4-1 | broker | decode | x",
            "MQTT-1.5.4-1 | both | decode |",
            "MQTT-1.5.4-1 | both | decode | " + "x" * 141,
        ):
            with self.subTest(line=line), self.assertRaises(ConformanceError):
                statements.parse_line(line, "f:1")

    def test_the_real_lists_are_complete(self):
        folder = Path(__file__).parent
        self.assertEqual(len(statements.read(folder / "statements-5.0.txt")), 251)
        self.assertEqual(len(statements.read(folder / "statements-3.1.1.txt")), 141)


class CppAnnotations(unittest.TestCase):
    def test_all_forms_of_gtest_are_found(self):
        text = """
// shows [MQTT-1.5.4-1] [MQTT311-1.5.3-1]
TEST(Utf8, surrogates_are_refused) {
// shows [MQTT-1.5.4-2]
TEST_F(Utf8Test, nul_is_refused) {
// shows [MQTT-1.5.4-3]
TEST_P(
    Utf8Test,
    bom_is_kept
) {
"""
        self.assertEqual(
            shown_by(annotations.scan_cpp, text),
            [
                ("MQTT-1.5.4-1", "Utf8.surrogates_are_refused"),
                ("MQTT311-1.5.3-1", "Utf8.surrogates_are_refused"),
                ("MQTT-1.5.4-2", "Utf8Test.nul_is_refused"),
                ("MQTT-1.5.4-3", "Utf8Test.bom_is_kept"),
            ],
        )

    def test_an_annotation_goes_on_in_lines_of_ids(self):
        text = "// shows [MQTT-1.5.4-1]\n// [MQTT-1.5.4-2]\n// shows [MQTT-1.5.4-3]\nTEST(A, b) {"
        self.assertEqual(len(shown_by(annotations.scan_cpp, text)), 3)

    def test_an_annotation_without_a_test_is_an_error(self):
        for text in ("// shows [MQTT-1.5.4-1]\n", "// shows [MQTT-1.5.4-1]\n\nTEST(A, b) {", "// shows [MQTT-1.5.4-1]\nint x;"):
            with self.subTest(text=text), self.assertRaises(ConformanceError):
                shown_by(annotations.scan_cpp, text)

    def test_a_wrong_id_is_an_error(self):
        with self.assertRaises(ConformanceError):
            shown_by(annotations.scan_cpp, "// shows [MQTT-1.5.4]\nTEST(A, b) {")

    def test_other_comments_are_left_alone(self):
        self.assertEqual(shown_by(annotations.scan_cpp, "// it shows that [MQTT-1.5.4-1]\n// [MQTT-1.5.4-1]\nTEST(A, b) {"), [])


class PythonAnnotations(unittest.TestCase):
    def test_methods_functions_and_decorators(self):
        text = """
# shows [MQTT-1.5.4-1]
def test_alone():
class Wire(Case):
    # shows [MQTT-1.5.4-2]
    @slow
    def test_method(self):
"""
        self.assertEqual(
            shown_by(annotations.scan_python, text),
            [("MQTT-1.5.4-1", "x_test.test_alone"), ("MQTT-1.5.4-2", "Wire.test_method")],
        )

    def test_an_annotation_without_a_test_is_an_error(self):
        with self.assertRaises(ConformanceError):
            shown_by(annotations.scan_python, "# shows [MQTT-1.5.4-1]\nx = 1\n")


class Vectors(unittest.TestCase):
    def test_the_last_field_has_the_ids(self):
        text = "# name | bytes | [MQTT-1.5.4-3]\nnul | 10 | malformed MQTT-1.5.4-2\nfine MQTT-1.5.4-1 | 20 | ok\n"
        self.assertEqual(shown_by(annotations.scan_vectors, text), [("MQTT-1.5.4-2", "x_test.cpp: nul")])


class Document(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "tests" / "conformance").mkdir(parents=True)
        (self.root / "tests" / "unit").mkdir()
        self.write("conformance/statements-5.0.txt", "MQTT-1.5.4-1 | both | decode | five\nMQTT-3.2.2-4 | client | client | six\n")
        self.write("conformance/statements-3.1.1.txt", "MQTT311-1.5.3-1 | server | decode | three\n")
        self.write("unit/a_test.cpp", "// shows [MQTT-1.5.4-1]\nTEST(A, b) {}\n")

    def write(self, name, text):
        (self.root / "tests" / name).write_text(text, encoding="utf-8")

    def run_it(self, *arguments):
        errors = io.StringIO()
        with redirect_stderr(errors):
            status = generate.main([*arguments, "--root", str(self.root)])
        return status, errors.getvalue()

    def test_the_table_joins_statements_and_tests(self):
        self.assertEqual(self.run_it(), (0, ""))
        text = (self.root / "docs" / "conformance.md").read_text(encoding="utf-8")
        self.assertIn("| MQTT-1.5.4-1 | five | both | unit: `A.b` |", text)
        self.assertIn("| MQTT 5.0 | server | 1 | 1 | 0 |", text)
        self.assertIn("| MQTT 5.0 | client only | 1 | 0 | 1 |", text)
        self.assertIn("## MQTT 3.1.1: statements without a test (1)", text)

    def test_check_notices_a_new_annotation(self):
        self.run_it()
        self.assertEqual(self.run_it("--check"), (0, ""))
        self.write("unit/b_test.cpp", "// shows [MQTT-1.5.4-1]\nTEST(C, d) {}\n")
        status, errors = self.run_it("--check")
        self.assertEqual(status, 1)
        self.assertIn("out of date", errors)

    def test_an_unknown_id_is_an_error(self):
        self.write("unit/b_test.cpp", "// shows [MQTT-9.9.9-9]\nTEST(C, d) {}\n")
        status, errors = self.run_it()
        self.assertEqual(status, 1)
        self.assertIn("tests/unit/b_test.cpp:1: no statement MQTT-9.9.9-9", errors)

    def test_many_tests_are_counted(self):
        cases = "".join(f"// shows [MQTT-1.5.4-1]\nTEST(M, t{number}) {{}}\n" for number in range(6))
        self.write("unit/a_test.cpp", cases)
        self.run_it()
        text = (self.root / "docs" / "conformance.md").read_text(encoding="utf-8")
        self.assertIn("`M.t0`, `M.t1`, `M.t2` and 3 more", text)


if __name__ == "__main__":
    unittest.main()
