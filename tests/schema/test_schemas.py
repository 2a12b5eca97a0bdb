"""Holds the JSON Schemas of rules/schema/ to the rfs command, on every file of the repository and on generated mistakes.

What rfs accepts, a schema accepts; where rfs refuses the shape of a file, its schema refuses it as far as a schema can
say. What rfs writes is valid by the schemas of outcomes and diagnostics. That the committed files are those that the code
writes is tested by `ctest -R schema`.
"""

import copy
import json
import os
import subprocess
import sys
import tempfile
import unittest
from collections import Counter
from functools import lru_cache
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from command import RFS, environment  # noqa: E402

GOLDEN = ROOT / "tests" / "golden"
SECONDS = 300

# Golden bad files of 1xx that a schema cannot refuse, each with what it would have to know.
BEYOND_A_SCHEMA = {
    "RFS106": "two maps must not share a name",
    "RFS112": "the order of two values",
    "RFS113": "the keys of another object",
    "RFS115": "the types of an expression's operands",
    "RFS117": "the order of dates",
    "RFS118": "the order of dates",
    "RFS120": "the type of another declaration",
    "RFS121": "the words of another declaration",
    "RFS124": "the type of an expression",
    "RFS125": "the order of two values",
    "RFS126": "the number of inputs",
}

# Codes that a schema can always give, but for the cases of BY_TYPE.
OF_SHAPE = {"RFS101", "RFS102", "RFS103", "RFS104", "RFS105", "RFS107", "RFS108", "RFS109", "RFS110", "RFS114", "RFS116",
            "RFS122", "RFS123"}

# What the type of an expression decides: a definition that is no condition has no texts, money is rounded to money.
BY_TYPE = {("definitions", "value"): "RFS101", ("decisions", "amount"): "RFS123", ("decisions", "round"): "RFS123"}

# Every key of the tables, and every form that a value may have.
FULL = {
    "$schema": "urn:rfs:schema:rules:1",
    "rfs": 1,
    "rules": "test/full-1",
    "version": "1",
    "title": {"en": "All keys", "es": "Todas las claves"},
    "currency": "USD",
    "month_end": "clamp",
    "effective": {"from": "2020-01-01", "until": "2030-01-01", "note": "ten years"},
    "read_on": "applied",
    "sources": {"act 1": {"title": "The act", "url": "https://example.org", "published": "2020-01-01",
                          "retrieved": "2024-02-29"}, "board": {"title": "The board"}},
    "allow": [{"code": "RFS801", "at": "decisions.points.eligible", "reason": "read here only", "until": "2099-01-01"}],
    "note": ["anything"],
    "x-owner": {"team": 1},
    "facts": {
        "applied": {"type": "date", "min": "2020-01-01", "max": "2029-12-31", "ask": "When?", "can_change": "no"},
        "member": {"type": "bool", "title": "A member", "met": "You are.", "unmet": "Join by {as_of + 2 months}.",
                   "default": False, "given_by": "records"},
        "kind": {"type": "choice", "of": ["trip", "book", "new car"], "default": "trip", "ask": {"en": "Which?"}},
        "size": {"type": "integer", "min": 0, "max": "9", "default": "least", "can_change": "up"},
        "rate": {"type": "number", "places": 3, "min": "-1.5", "max": 2, "default": ["1 +", "0.5"]},
        "share": {"type": "percent", "places": 1, "min": "0%", "max": "50%", "default": "most"},
        "cost": {"type": "money", "min": 0, "max": "1000.00 USD", "default": "10 USD"},
        "lasts": {"type": "months", "min": "1 month", "max": "P2Y", "default": "2 months"},
        "waits": {"type": "days", "min": "0 days", "max": "P90D", "default": "1 day"},
        "town": {"type": "text", "default": "'nowhere'", "given_by": "staff"},
        "bills": {"type": "list", "of": "money", "max_items": 20, "ask": "Which bills?", "default": [], "given_by": "staff"},
        "marks": {"type": "list", "of": {"type": "number", "min": "-1.5", "max": 2, "places": 1, "note": "one decimal"}},
        "trips": {"type": "list", "max_items": 9, "can_change": "up", "fields": {
            "left": "date", "to": {"type": "choice", "of": ["sea", "hills"], "default": "sea"},
            "fare": {"type": "money", "min": "1.00", "max": 50, "places": 2, "default": "least", "x-by": "train"}}},
    },
    "parameters": {
        "top": {"type": "money", "min": "0.00", "max": "500.00", "places": 2, "title": "The most", "values": [
            {"from": "2019-01-01", "until": "2025-01-01", "value": "100.00", "source": ["board", "act 1"]},
            {"from": "2025-01-01", "value": {"value": "330 USD / 3", "source": "act 1"}, "source": "board"}]},
        "line": {"type": "percent", "values": [{"from": "2019-01-01", "value": "15%"},
                                               {"from": "2026-01-01", "value": ["1 /", "8"]}]},
        "by_kind": {"type": "number", "by": ["kind"], "values": [{"from": "2019-01-01", "value": {
            "trip": 1, "book": "1.5", "*": {"value": "8 / 9", "source": "act 1"}}}]},
        "by_two": {"type": "money", "by": ["kind", "size"], "beyond": "clamp", "values": [{"from": "2019-01-01", "value": {
            "trip": {"1": "5.00", "2": None}, "*": {"1": 7}}}]},
        "by_three": {"type": "days", "by": ["kind", "member", "size"], "beyond": "clamp", "values": [
            {"from": "2019-01-01", "value": {"*": {"true": {"1": "9 days"}, "false": {"1": "P8D", "3": "1 day"}}}}]},
        "word": {"type": "choice", "of": ["low", "high"], "values": [{"from": "2019-01-01", "value": "low"}]},
        "open": {"type": "bool", "values": [{"from": "2019-01-01", "value": True}]},
        "last": {"type": "date", "values": [{"from": "2019-01-01", "value": "2029-01-01"}]},
        "span": {"type": "months", "values": [{"from": "2019-01-01", "value": "1 year"}]},
        "heads": {"type": "integer", "values": [{"from": "2019-01-01", "value": 3}]},
        "place": {"type": "text", "values": [{"from": "2019-01-01", "value": "here, \"or\" there"}]},
        "tax": {"type": "schedule", "of": "money", "gives": "percent", "min": "0%", "max": "50%", "places": 1, "values": [
            {"from": "2019-01-01", "value": [{"from": "0.00", "value": "10%"},
                                             {"from": 1000, "value": "1 / 8", "source": "act 1"},
                                             {"from": "5000.00 USD", "value": None, "source": ["board"]}]}]},
        "tier": {"type": "schedule", "of": "integer", "gives": ["few", "many"], "by": ["kind"], "values": [
            {"from": "2019-01-01", "value": {"trip": [{"from": 0, "value": "few"}, {"from": "9", "value": "many"}],
                                             "book": None, "*": [{"from": 0, "value": "few"}]}},
            {"from": "2027-01-01", "value": None}]},
    },
    "definitions": {
        "used": ["by_kind[kind] + rate + share", "+ line + heads"],
        "in_time": {"value": "as_of <= last and applied + span > as_of", "title": "In {{time}}", "met": "Yes: {last}.",
                    "unmet": "No: {'a } brace'}.", "source": "board"},
        "named": {"value": "town = place or word = 'low' or open", "title": "Named", "source": ["board"]},
        "days_left": "by_three[kind, member, size] + waits",
        "months_left": "lasts + 1 month",
        "taxed": "marginal(tax, cost) + 1 USD",
        "tiered": "bracket(tier[kind], size)",
        "fee": {"title": "The fee", "source": "board", "table": {
            "hit": "unique", "inputs": ["kind", ["cost -", "1 USD"]], "gives": "money", "otherwise": ["1 USD", "* 2"],
            "rows": [["'trip'", ["< 10 USD,", "top"], "1 USD"],
                     {"row": ["not('trip')", "-", "cost"], "source": ["act 1"], "note": "others"}]}},
        "extra": {"table": {"hit": "collect sum", "inputs": ["size"], "gives": "integer", "rows": [["> 5", "1"]]}},
        "hits": {"table": {"hit": "collect count", "inputs": ["size"], "gives": "integer", "rows": [["[1..9]"], ["> 5"]]}},
        "sort": {"table": {"hit": "first", "inputs": ["size"], "gives": ["few", "many"],
                           "rows": [["> 5", "'many'"], ["-", "'few'"]]}},
        "far": {"value": "sum(trips[to = 'sea'].fare) + sum(bills) > 10 USD and count(marks) < 3", "title": "Far"},
        "fares": "for t in trips return t.fare",
    },
    "decisions": {
        "grant": {"title": "A grant", "eligible": "in_time and named and member", "amount": "min(top, cost, by_two[kind, size])",
                  "round": "half_even to 0.05 USD", "met": "Granted.", "unmet": "Not granted.", "source": ["act 1", "board"]},
        "points": {"eligible": ["grant.eligible", "or used > 3"], "amount": "max(0, used + 3)", "round": "down to 1"},
        "gift": {"eligible": "member", "amount": "top", "round": "none"},
    },
    "tests": [
        {"name": "one", "as_of": "2024-05-06", "facts": {"applied": "2024-05-01", "member": True, "size": 1, "cost": None,
                                                         "bills": [], "marks": [1, None], "trips": [{"fare": "2.00"}]},
         "expect": {"grant": {"status": "eligible", "least": "0.00", "most": "7.00", "amount": None, "met": ["in_time"],
                              "unmet": [], "undetermined": [], "needed": ["cost"], "missing": [],
                              "conditions": {"in_time": True}},
                    "used": {"least": "1", "most": "2"}, "in_time": True, "months_left": "3 months",
                    "fares": ["2.00", None], "far": True},
         "fix": {"used": "3.333", "in_time": True}, "note": "not run here"},
        {"name": "two", "as_of": "2024-05-06", "facts": {"size": 1},
         "expect": {"grant": {"conditions": ["in_time", {"name": "named", "wanted": True, "is": None}, "member"],
                              "missing": [{"parameter": "by_two", "key": ["trip", 2], "date": "2024-05-06"}]}}},
        {"name": "three", "as_of": "2024-05-06", "facts": {"size": "x"}, "expect": {"error": "RFS602"}},
    ],
}

# One text in so many is tried; with 1 in the environment, all of them.
EVERY = int(os.environ.get("RFS_SCHEMA_EVERY", "11"))

# What is put in the place of every value.
KINDS = [None, True, 7, 2.5, "word", [], {}]
TEXTS = ["", "word", "two words", " lead", "trail ", "A-b.c_9", "a/b", "é", "w" * 64, "w" * 65, "Upper", "as_of", "if", "null",
         "months", "least", "1", "-1", "1.50", "1e3", "1,250.00", "$5", "15%", "150 %", "5 USD", "5 EUR", "5 usd", "USD",
         "XXX", "2024-02-29", "2024-02-30", "2024-2-1", "0000-01-01", "24 April 2017", "2 months", "1 year", "P2M", "P1Y2M", "P",
         "2months", "90 days", "P90D", "eligible", "clamp", "any", "no", "staff", "money", "list", "schedule", "none",
         "up to 1", "down to 0.01 USD", "nearest 1", "down to -1", "{as_of}", "a { b", "a } b", "{{a}}", "{'}'}", "size + 1",
         "size ; 1", "'open", "RFS602", "RFS1"]


def words(*arguments):
    done = subprocess.run([RFS, *arguments], capture_output=True, env=environment(), timeout=SECONDS, check=False)
    return done.stdout.decode("utf-8")


@lru_cache(None)
def schema(name):
    return json.loads((ROOT / "rules" / "schema" / f"{name}-1.schema.json").read_text(encoding="utf-8"))


@lru_cache(None)
def validator(name, part=""):
    whole = schema(name)
    known = Registry().with_resource(whole["$id"], Resource.from_contents(whole))
    return Draft202012Validator({"$ref": whole["$id"] + part}, registry=known,
                                format_checker=Draft202012Validator.FORMAT_CHECKER)


def accepts(name, value):
    return validator(name).is_valid(value)


def complaint(name, value):
    error = next(iter(validator(name).iter_errors(value)), None)
    return "" if error is None else f"{error.json_path}: {error.message[:300]}"


def as_json(path):
    """Returns the value of a file, or None where it is no JSON (or has a key twice)."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None


def rule_files():
    return sorted(path for folder in ("rules", "tests/golden", "examples") for path in (ROOT / folder).rglob("*.rules.json"))


def test_files():
    return sorted(path for folder in ("rules", "tests/golden", "examples") for path in (ROOT / folder).rglob("*.tests.json"))


def check(values, end=".rules.json", beside=()):
    """Returns for each value, in order, the codes of the errors that rfs finds in it."""
    with tempfile.TemporaryDirectory(prefix="rfs-schema-") as folder:
        for name, text in beside:
            (Path(folder) / name).write_text(text, encoding="utf-8")
        for index, value in enumerate(values):
            (Path(folder) / f"{index:06}{end}").write_text(json.dumps(value), encoding="utf-8")
        report = json.loads(words("check", "--format", "json", folder))
    out = [None] * len(values)
    for file in report["files"]:
        name = Path(file["file"]).name
        if name.endswith(end) and name[:6].isdigit():
            out[int(name[:6])] = [one["code"] for one in file["findings"] if one["severity"] == "error"]
    assert None not in out
    return out


def places(value, path=()):
    """Yields the path of every value inside of a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def changed(value, path, edit):
    """Returns a copy in which `edit(container, key)` has been made at a path."""
    out = copy.deepcopy(value)
    at = out
    for key in path[:-1]:
        at = at[key]
    edit(at, path[-1])
    return out


def rename(to):
    def edit(container, key):
        items = list(container.items())
        container.clear()
        container.update((to if old == key else old, value) for old, value in items)
    return edit


def mutants(value, every):
    """Yields (what was done, the changed value): misspelt, missing and strange keys, other values of every kind, and of
    the texts one in `every`."""
    count = 0
    for path in places(value):
        is_member = isinstance(path[-1], str)
        if is_member:
            key = path[-1]
            yield (path, "without"), changed(value, path, lambda at, last: at.pop(last))
            for to in {key[:-1], key + "s", key[1:] + key[:1], key.upper(), "x-" + key, "note", "as_of", "if", ""} - {key}:
                yield (path, f"as {to!r}"), changed(value, path, rename(to))
        found = value
        for key in path:
            found = found[key]
        texts = TEXTS if isinstance(found, str) else TEXTS[:2]
        for index, other in enumerate(KINDS + texts):
            count += 1
            if other != found and (index < len(KINDS) or count % every == 0):
                def put(at, last, other=other):
                    at[last] = copy.deepcopy(other)
                yield (path, repr(other)), changed(value, path, put)


def of_file(path):
    return str(path.relative_to(ROOT))


class Files(unittest.TestCase):
    def test_schemas_are_schemas(self):
        for name in ("rules", "tests", "outcome", "diagnostic"):
            Draft202012Validator.check_schema(schema(name))
            self.assertEqual(schema(name)["$id"], f"urn:rfs:schema:{name}:1")

    def test_every_key_is_described(self):
        def walk(part, at):
            for key, one in part.get("properties", {}).items() if "required" in part or "additionalProperties" in part else ():
                if part.get("additionalProperties") is False and at != "$defs.reading":
                    self.assertTrue(one.get("description", "").endswith("."), f"{at}.{key}")
            for key, one in part.get("$defs", {}).items():
                walk(one, f"$defs.{key}")
        for name in ("rules", "tests", "outcome", "diagnostic"):
            walk(schema(name), name)

    def test_the_file_of_all_keys_has_all(self):
        """So that the mutants are made of every key of the language."""
        def keys(value):
            if isinstance(value, dict):
                yield from value
            for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
                yield from keys(inner)
        whole = schema("rules")
        for at, part in {"": whole, **whole["$defs"]}.items():
            self.assertLessEqual(set(part.get("properties", {})), set(keys(FULL)), at)

    def test_good_files(self):
        rules = [path for path in rule_files() if "bad" not in path.parts]
        tests = [path for path in test_files() if "bad" not in path.parts]
        self.assertGreater(len(rules), 12)
        self.assertGreater(len(tests), 2)
        for name, paths in (("rules", rules), ("tests", tests)):
            for path in paths:
                with self.subTest(file=of_file(path)):
                    self.assertEqual(complaint(name, as_json(path)), "")

    def test_bad_files(self):
        """A golden bad file of 1xx is refused, or a schema cannot say what is wrong; what rfs accepts is accepted."""
        refused, accepted = Counter(), set()
        for path in rule_files():
            code = path.name[:6]
            if path.parent.name != "bad" or not code.startswith("RFS1") or path.with_suffix("").with_suffix(
                    ".limits.json").exists():
                continue
            if accepts("rules", as_json(path)):
                accepted.add(code)
            else:
                refused[code] += 1
        self.assertEqual(accepted, set(BEYOND_A_SCHEMA))
        self.assertGreater(len(refused), 10)

    def test_bad_applicants_have_good_rules(self):
        for path in sorted((GOLDEN / "facts" / "bad").glob("*.rules.json")):
            with self.subTest(file=of_file(path)):
                self.assertEqual(complaint("rules", as_json(path)), "")


class Mutants(unittest.TestCase):
    """The loader and the schema on the same generated mistakes."""

    def compare(self, name, cases, found):
        agreed, wrong = Counter(), []
        for (what, value), codes in zip(cases, found):
            accepted = accepts(name, value)
            shape = sorted(OF_SHAPE & set(codes))
            agreed["refused" if not accepted else "accepted"] += 1
            if not codes and not accepted:
                wrong.append(f"refused by the schema only: {what}: {complaint(name, value)}")
            elif shape and accepted and not self.excused(what, shape):
                wrong.append(f"accepted by the schema, {', '.join(shape)} by rfs: {what}")
        self.assertEqual(wrong, [], "\n".join(wrong[:40]) + f"\n{len(wrong)} of {len(cases)}")
        self.assertGreater(agreed["accepted"], len(cases) // 50)
        self.assertGreater(agreed["refused"], len(cases) // 4)
        print(f"{name}: {len(cases)} mutants, {dict(agreed)}", file=sys.stderr)

    @staticmethod
    def excused(what, codes):
        path, _ = what
        return codes == [BY_TYPE.get((path[0], path[-1]))]

    def test_rules(self):
        self.assertEqual(check([FULL]), [[]])
        self.assertEqual(complaint("rules", FULL), "")
        cases = list(mutants(FULL, EVERY))
        self.compare("rules", cases, check([value for _, value in cases]))

    def test_tests(self):
        rules = {key: value for key, value in FULL.items() if key != "tests"}
        tests = {"$schema": "urn:rfs:schema:tests:1", "rfs": 1, "rules": "full.rules.json", "tests": FULL["tests"]}
        cases = list(mutants(tests, EVERY))
        self.compare("tests", cases, check([value for _, value in cases], ".tests.json",
                                           [("full.rules.json", json.dumps(rules))]))


class Written(unittest.TestCase):
    """What rfs writes is valid, and every part of the schemas occurs."""

    def test_diagnostics(self):
        report = json.loads(words("check", "--format", "json", str(ROOT / "tests" / "golden"), str(ROOT / "rules"), "no/such"))
        self.assertEqual(list(validator("diagnostic", "#/$defs/report").iter_errors(report)), [])
        findings = [one for file in report["files"] for one in file["findings"]]
        for finding in findings:
            self.assertTrue(accepts("diagnostic", finding), finding)
        self.assertGreater(len({one["code"] for one in findings}), 60)
        self.assertTrue(any(one["fixes"] for one in findings) and any(one["labels"] for one in findings))
        self.assertTrue(any(one["file"] is None for one in findings))
        self.assertFalse(accepts("diagnostic", {**findings[0], "code": "RFS999"}))
        self.assertFalse(accepts("diagnostic", {**findings[0], "more": 1}))
        self.assertEqual({key: schema("diagnostic")[key] for key in schema("outcome")["$defs"]["diagnostic"]},
                         schema("outcome")["$defs"]["diagnostic"])

    def applicants(self):
        """Yields the arguments of `rfs evaluate` for every golden applicant, and for every test and part of it."""
        for rules in rule_files():
            stem = rules.name.removesuffix(".rules.json")
            day = rules.with_name(stem + ".as_of")
            day = day.read_text(encoding="utf-8").strip() if day.exists() else "2020-06-15"
            for facts in sorted(rules.parent.glob(stem + ".*facts.json")):
                yield rules, facts.read_text(encoding="utf-8"), day
            content = as_json(rules)
            if rules.parent.name == "bad" or content is None:
                continue
            yield rules, "{}", day
            beside = rules.with_name(stem + ".tests.json")
            tests = content.get("tests", []) + (as_json(beside)["tests"] if beside.exists() else [])
            for index, test in enumerate(tests):
                facts = dict(list(test["facts"].items())[:index % (len(test["facts"]) + 1)])
                for given in [test["facts"], facts][:1 + (index < 12)]:
                    yield rules, json.dumps(given), test["as_of"]

    def test_outcomes(self):
        seen, members = Counter(), Counter()
        with tempfile.TemporaryDirectory(prefix="rfs-schema-") as folder:
            path = Path(folder) / "facts.json"
            for rules, facts, day in list(self.applicants()):
                path.write_text(facts, encoding="utf-8")
                outcome = json.loads(words("evaluate", str(rules), "--facts", str(path), "--as-of", day, "--format", "json"))
                self.assertEqual(complaint("outcome", outcome), "", f"{of_file(rules)} {facts} {day}")
                seen["outcomes"] += 1
                members.update(key for key in ("facts", "definitions", "parameters", "assumed", "errors") if outcome.get(key))
                for figure in outcome.get("parameters", {}).values():
                    members[type(figure["source"]).__name__] += 1
                for decision in outcome.get("decisions", {}).values():
                    seen[decision["status"]] += 1
                    members.update(key for key, value in decision.items() if value)
        for status in ("eligible", "ineligible", "undetermined", "refused"):
            self.assertGreater(seen[status], 5, seen)
        for member in ("facts", "definitions", "parameters", "assumed", "errors", "amount", "least", "most", "conditions", "met",
                       "unmet", "undetermined", "needed", "missing", "str", "NoneType"):
            self.assertGreater(members[member], 0, f"{member} in {members}")
        print(f"outcomes: {dict(seen)}", file=sys.stderr)

    def test_refused_input(self):
        bad = GOLDEN / "shape" / "bad" / "RFS101_unknown_key.rules.json"
        good = ROOT / "rules" / "run-for-something" / "funding.rules.json"
        for arguments in ((bad,), (good, "--as-of", "tomorrow"), (good, "--facts", bad / "none"), ("no/such.rules.json",)):
            outcome = json.loads(words("evaluate", *map(str, arguments), "--format", "json"))
            self.assertEqual(complaint("outcome", outcome), "", arguments)
            self.assertTrue(outcome["errors"])
        self.assertFalse(accepts("outcome", {"format": 1, "engine": "0.1.0", "errors": []}))

    def test_all_forms(self):
        """The file of all keys: figures with two sources, a figure that is not on file, a default that is bounds."""
        with tempfile.TemporaryDirectory(prefix="rfs-schema-") as folder:
            path = Path(folder) / "full.rules.json"
            path.write_text(json.dumps(FULL), encoding="utf-8")
            facts = Path(folder) / "facts.json"
            facts.write_text(json.dumps({"applied": "2024-05-01", "member": True, "size": 2, "kind": "trip", "town": None}))
            outcome = json.loads(words("evaluate", str(path), "--facts", str(facts), "--as-of", "2024-05-06", "--format", "json"))
            report = json.loads(words("check", "--format", "json", str(path)))
        self.assertEqual(list(validator("diagnostic", "#/$defs/report").iter_errors(report)), [])
        allowed = [one["allowed"] for one in report["files"][0]["findings"] if "allowed" in one]
        self.assertEqual(allowed, [{"reason": "read here only", "until": "2099-01-01"}])
        self.assertEqual(complaint("outcome", outcome), "")
        self.assertEqual(outcome["parameters"]["top"]["source"], ["board", "act 1"])
        self.assertTrue(outcome["decisions"]["grant"]["missing"])


if __name__ == "__main__":
    unittest.main()
