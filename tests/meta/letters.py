"""Holds the table of capitals and small letters to the Unicode data of the Python that runs the tests."""

import re
import runpy
import unicodedata
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "include" / "rfs" / "impl" / "value" / "letters.hpp"
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "letters"))


def table(name):
    """Returns {letter: partner} as the table has it."""
    text = TABLE.read_text(encoding="utf-8")
    body = re.search(rf"{name} = .*?\{{\n(.*?)\n\}}\);", text, re.DOTALL).group(1)
    pairs = {}
    for row in re.findall(r"\{0x(\w+), 0x(\w+), (\d), (-?\d+)\}", body):
        first, last, step, shift = int(row[0], 16), int(row[1], 16), int(row[2]), int(row[3])
        pairs.update({chr(code): chr(code + shift) for code in range(first, last + 1, step)})
    return pairs


class Letters(unittest.TestCase):
    def hold(self, name, mapping):
        pairs = table(name)
        self.assertGreater(len(pairs), 1300)
        wrong = {letter: other for letter, other in pairs.items() if mapping(letter) != other}
        self.assertEqual(wrong, {}, f"Unicode {unicodedata.unidata_version}")
        # Later versions of Unicode add letters, and have long been done with these.
        settled = [chr(code) for code in (*range(0x0250), *range(0x0370, 0x0530), *range(0x1E00, 0x2000))]
        lacking = [letter for letter in settled if mapping(letter) != pairs.get(letter, letter)]
        self.assertEqual(lacking, [], f"Unicode {unicodedata.unidata_version}")

    def test_capitals(self):
        self.hold("kUpper", SCRIPT["upper"])

    def test_small_letters(self):
        self.hold("kLower", SCRIPT["lower"])


if __name__ == "__main__":
    unittest.main()
