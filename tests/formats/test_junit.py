"""`rfs test --junit` against the schema of JUnit reports that pytest holds its own reports to."""

import json
import sys
import unittest
from pathlib import Path

import xmlschema

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from command import BROKEN, DONE, INVALID, NOT_PASSED, CommandTest  # noqa: E402
from test_test import tests_file  # noqa: E402

SCHEMA = xmlschema.XMLSchema(Path(sys.prefix) / "junit-10.xsd")


class Junit(CommandTest):
    def report(self, *words, code):
        """Runs tests; returns the report, which the schema accepts."""
        self.run_rfs("test", "--junit", "report.xml", *words, code=code)
        text = (self.folder / "report.xml").read_text(encoding="utf-8")
        SCHEMA.validate(text)
        return text

    def test_the_schema_can_refuse(self):
        for text in ("<testsuites><testcase name='a'/></testsuites>", "<testsuites><testsuite name='a'/></testsuites>"):
            self.assertFalse(SCHEMA.is_valid(text))

    def test_nothing_to_run(self):
        self.report("half.rules.json", code=DONE)
        self.report("--run", "none", ".", code=DONE)

    def test_passed_failed_and_not_run(self):
        self.write("half.tests.json", tests_file("25.00", "25.01", "7.00"))
        self.write("z.rules.json", BROKEN)
        self.write("z.tests.json", "[")
        text = self.report(".", code=INVALID)
        for element in ("<testcase", "<failure", "<error"):
            self.assertIn(element, text)

    def test_paths_that_lead_nowhere(self):
        self.assertIn('type="RFS701"', self.report("none", code=INVALID))

    def test_names_of_strangers(self):
        names = ["<&>\"' ]]>", "\x00\x1b\x7f\ufffe\uffff", "\U0001f600", "\n\t ", "", "x" * 100_000]
        tests = json.loads(tests_file(*["1.00"] * len(names)))
        for name, test in zip(names, tests["tests"]):
            test["name"] = name
        self.write("half.tests.json", json.dumps(tests))
        self.report(".", code=NOT_PASSED)

    def test_the_rules_and_golden_files_of_this_repository(self):
        self.report(str(ROOT / "rules"), code=DONE)
        self.report(str(ROOT / "tests" / "golden"), code=INVALID)


if __name__ == "__main__":
    unittest.main()
