"""Holds each operator and function of the language to the places that CONTRIBUTING.md names for it."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPERATORS = ROOT / "include" / "rfs" / "typed" / "tree.hpp"
FUNCTIONS = ROOT / "include" / "rfs" / "typed" / "functions.hpp"
TABLES = ROOT / "tests" / "tables"

# Where each operator is named as `Op::name`. What a `switch` lacks, the compiler names as well.
PLACES = ["include/rfs/impl/program/lower.ipp", "tests/reference/reference.cpp"]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def operators():
    body = re.search(r"enum class Op : std::uint8_t \{(.*?)\n\};", read(OPERATORS), re.DOTALL).group(1)
    names = re.findall(r"^  (\w+)", body, re.MULTILINE)
    return [name for name in names if name != "error"]


def functions():
    return re.findall(r'^    \{"(\w+)", "', read(FUNCTIONS), re.MULTILINE)


class Operators(unittest.TestCase):
    def report(self, findings):
        if findings:
            self.fail("\n" + "\n".join(findings))

    def test_the_tables_are_read(self):
        self.assertIn("plus_months", operators())
        self.assertIn("round_half_even", functions())

    def test_each_operator_is_everywhere(self):
        texts = {place: read(place) for place in PLACES}
        texts["tests/reference/reference.cpp"] += read("tests/reference/lists.cpp")
        self.report([
            f"`{name}` is not in {place}" for name in operators() for place, text in texts.items()
            if not re.search(rf"\bOp::{name}\b", text)
        ])

    def test_each_function_has_a_line_in_the_tables(self):
        lines = "\n".join(path.read_text(encoding="utf-8") for path in TABLES.glob("*.csv"))
        self.report([f"`{name}`: no line in tests/tables" for name in functions() if f"{name}(" not in lines])

    def test_each_function_is_generated(self):
        generator = read("tests/differential/generator.cpp")
        self.report([
            f"`{name}`: not made by tests/differential/generator.cpp" for name in functions()
            if not re.search(rf"\b{name}\b|\b{name.removeprefix('round_')}\b", generator)
        ])


if __name__ == "__main__":
    unittest.main()
