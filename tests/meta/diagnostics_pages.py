"""Holds the catalogue of diagnostics to its pages and its golden bad files, both ways."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODES = ROOT / "include" / "rfs" / "diag" / "codes.hpp"
PAGES = ROOT / "docs" / "reference" / "diagnostics"
GOLDEN = ROOT / "tests" / "golden"

# Codes that no input can show, and why.
WITHOUT_GOLDEN = {
    "RFS901": "a mistake of rfs itself has no input that shows it",
    **{code: "columns are given by programs; tests/unit/batch"
       for code in ("RFS611", "RFS612", "RFS613", "RFS614", "RFS615", "RFS616")},
}


def catalogue():
    """Returns {code: title} from the enumeration and the table under it, which must agree."""
    text = CODES.read_text(encoding="utf-8")
    body = re.search(r"enum class Code[^{]*\{(.*?)\n\};", text, re.DOTALL).group(1)
    numbers = {name: int(number) for name, number in re.findall(r"^\s*(\w+)\s*=\s*(\d+),", body, re.MULTILINE)}
    titles = dict(re.findall(r'\{Code::(\w+),\s*"((?:[^"\\]|\\.)*)"\}', text))
    return numbers, titles


def code_text(number):
    return f"RFS{number:03d}"


class DiagnosticsPages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.numbers, cls.titles = catalogue()
        cls.codes = {code_text(number): cls.titles.get(name) for name, number in cls.numbers.items()}

    def report(self, findings):
        if findings:
            self.fail(f"\n{len(findings)} of {len(self.codes)} codes:\n" + "\n".join(findings))

    def test_numbers_are_unique_and_the_table_is_complete(self):
        self.assertGreater(len(self.numbers), 0)
        self.assertEqual(len(set(self.numbers.values())), len(self.numbers))
        self.assertEqual(set(self.numbers), set(self.titles))
        self.assertEqual(list(self.numbers.values()), sorted(self.numbers.values()))

    def test_titles_follow_the_rules_for_words(self):
        self.report([
            f"{code}: `{title}`" for code, title in self.codes.items()
            if title and (title.endswith(".") or "\n" in title or (title[0].isupper() and not title.startswith("JSON")))
        ])

    def test_every_code_has_a_page(self):
        findings = []
        for code, title in self.codes.items():
            page = PAGES / f"{code}.md"
            if not page.is_file():
                findings.append(f"{code}: no page docs/reference/diagnostics/{code}.md")
                continue
            text = page.read_text(encoding="utf-8")
            heading = f"# {code}: {title}"
            if text.split("\n", 1)[0] != heading:
                findings.append(f"{code}: the page should begin with `{heading}`")
            if "```" not in text:
                findings.append(f"{code}: the page shows no example")
        self.report(findings)

    def test_every_code_has_a_golden_bad_file(self):
        found = {path.name[:6] for path in GOLDEN.glob("*/bad/RFS[0-9][0-9][0-9]*")}
        self.report([
            f"{code}: no tests/golden/<topic>/bad/{code}*"
            for code in self.codes if code not in found and code not in WITHOUT_GOLDEN
        ])

    def test_no_page_or_golden_file_is_left_over(self):
        strays = [path for path in PAGES.glob("RFS*.md") if path.stem not in self.codes]
        strays += [path for path in GOLDEN.glob("*/bad/RFS*") if path.name[:6] not in self.codes]
        self.report([f"{path.relative_to(ROOT)}: no such code" for path in strays])

    def test_the_index_of_pages_is_fresh(self):
        run = subprocess.run([sys.executable, ROOT / "scripts" / "diagnostics_index", "--check"], capture_output=True,
                             text=True, check=False)
        self.assertEqual(run.returncode, 0, run.stderr)

    def test_every_page_shows_the_mistake_and_its_repair(self):
        self.report([
            f"{code}: the page has no `## Repair` or fewer than 15 lines" for code in self.codes
            if code not in WITHOUT_GOLDEN and (PAGES / f"{code}.md").is_file()
            and not ("\n## Repair\n" in (text := (PAGES / f"{code}.md").read_text(encoding="utf-8"))
                     and text.count("\n") >= 15)
        ])

    def test_what_is_excused_exists(self):
        self.assertLessEqual(set(WITHOUT_GOLDEN), set(self.codes))


if __name__ == "__main__":
    unittest.main()
