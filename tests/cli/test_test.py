"""rfs test."""

import json
import xml.etree.ElementTree as xml

from command import BROKEN, DONE, FAILED, INVALID, NOT_PASSED, ROOT, RULES, CommandTest, environment


def tests_file(*amounts):
    tests = [{"name": f"wants {amount}", "as_of": "2024-05-06", "facts": {"member": True, "cost": "50.00"},
              "expect": {"half": {"status": "eligible", "amount": amount}}} for amount in amounts]
    return json.dumps({"rfs": 1, "rules": "half.rules.json", "tests": tests}, indent=2)


class Test(CommandTest):
    def test_passing(self):
        self.write("half.tests.json", tests_file("25.00"))
        done = self.run_rfs("test", "half.rules.json", code=DONE)
        self.assertIn("half.tests.json: 1 passed, 0 failed\n", done.out)
        self.assertTrue(done.out.endswith("1 passed, 0 failed\n"))
        self.assertEqual(done.err, "")

    def test_failing(self):
        self.write("half.tests.json", tests_file("25.00", "25.01"))
        done = self.run_rfs("test", "half.tests.json", code=NOT_PASSED)
        self.assertIn("failed: wants 25.01  (half.tests.json:", done.out)
        self.assertIn("half.amount: ", done.out)
        self.assertIn("25.01", done.out)
        self.assertTrue(done.out.endswith("1 passed, 1 failed\n"))

    def test_json(self):
        self.write("half.tests.json", tests_file("25.00", "25.01"))
        done = self.run_rfs("test", "--format", "json", "half.tests.json", code=NOT_PASSED)
        out = done.json()
        self.assert_keys(out, "format", "findings", "files", "passed", "failed")
        self.assertEqual((out["format"], out["findings"], out["passed"], out["failed"]), (1, [], 1, 1))
        file, = out["files"]
        self.assert_keys(file, "file", "passed", "failed", "findings", "tests")
        good, bad = file["tests"]
        self.assert_keys(bad, "name", "line", "column", "passed", "failures")
        self.assertEqual((good["name"], good["passed"], good["failures"]), ("wants 25.00", True, []))
        self.assertEqual((bad["name"], bad["passed"]), ("wants 25.01", False))
        failure, = bad["failures"]
        self.assert_keys(failure, "at", "message", "line", "column")
        self.assertEqual(failure["at"], "half.amount")
        lines = tests_file("25.00", "25.01").split("\n")
        self.assertIn("25.01", lines[failure["line"] - 1])
        self.assertEqual(lines[bad["line"] - 1][bad["column"] - 1], "{")
        self.assertEqual(done.err, "")

    def test_tests_in_the_rule_file(self):
        rules = json.loads(RULES)
        rules["tests"] = json.loads(tests_file("25.00"))["tests"]
        self.write("own.rules.json", json.dumps(rules))
        self.assertEqual(self.run_rfs("test", "own.rules.json", code=DONE).out,
                         "own.rules.json: 1 passed, 0 failed\n1 passed, 0 failed\n")

    def test_without_tests(self):
        self.assertEqual(self.run_rfs("test", "half.rules.json", code=DONE).out, "0 passed, 0 failed\n")

    def test_an_expected_refusal(self):
        tests = json.loads(tests_file("25.00"))
        tests["tests"][0]["facts"]["cost"] = "1000.01"
        tests["tests"][0]["expect"] = {"error": "RFS603"}
        self.write("half.tests.json", json.dumps(tests))
        self.run_rfs("test", ".", code=DONE)

    def test_rules_that_are_wrong_are_reported_once(self):
        self.write("half.rules.json", BROKEN)
        self.write("half.tests.json", tests_file("25.00"))
        done = self.run_rfs("test", ".", code=INVALID)
        self.assertEqual(done.err.count("error[RFS301]"), 1)
        self.assertIn("half.rules.json: not run\n", done.out)
        out = self.run_rfs("test", "--format", "json", ".", code=INVALID).json()
        self.assertEqual(sum(len(file["findings"]) for file in out["files"]), 1)

    def test_the_highest_code_wins(self):
        self.write("half.tests.json", tests_file("25.01"))
        self.write("z.rules.json", BROKEN)
        self.run_rfs("test", "half.rules.json", "z.rules.json", code=INVALID)
        self.run_rfs("test", "z.rules.json", "half.rules.json", code=INVALID)

    def test_tests_that_name_no_rules(self):
        self.write("a.tests.json", tests_file("25.00").replace("half.rules.json", "none.rules.json"))
        done = self.run_rfs("test", "a.tests.json", code=INVALID)
        self.assertIn("none.rules.json", done.err)

    def test_paths_that_lead_nowhere(self):
        (self.folder / "empty").mkdir()
        self.assertIn("error[RFS702]", self.run_rfs("test", "empty", code=INVALID).err)
        self.assertIn("error[RFS701]", self.run_rfs("test", "none", code=INVALID).err)
        out = self.run_rfs("test", "--format", "json", "none", code=INVALID).json()
        self.assertEqual([finding["code"] for finding in out["findings"]], ["RFS701"])

    def test_names_cannot_write_to_the_terminal(self):
        self.write("half.tests.json", tests_file("25.01").replace("wants", "\\u001b[2Jwants"))
        self.assertNotIn("\x1b", self.run_rfs("test", "half.rules.json", code=NOT_PASSED).out)

    def test_the_rules_of_this_repository(self):
        self.run_rfs("test", str(ROOT / "rules"), code=DONE)


class Run(CommandTest):
    """--run: which tests."""

    def setUp(self):
        super().setUp()
        self.write("half.tests.json", tests_file("25.00", "25.01"))

    def test_part_of_a_name(self):
        self.run_rfs("test", ".", code=NOT_PASSED)
        self.assertTrue(self.run_rfs("test", "--run", "25.00", ".", code=DONE).out.endswith("1 passed, 0 failed\n"))
        self.assertTrue(self.run_rfs("test", "--run", "01$", ".", code=NOT_PASSED).out.endswith("0 passed, 1 failed\n"))
        self.run_rfs("test", "--run", "^(none|wants 25\\.00)$", ".", code=DONE)
        self.assertEqual(self.run_rfs("test", "--run", "none", ".", code=DONE).out, "0 passed, 0 failed\n")

    def test_patterns_that_are_none(self):
        for pattern, why in (("(", "nmatched"), ("[", "nvalid"), ("a{2,1}", "nvalid"), ("*(", "nvalid"),
                             ("x" * 201, "at most 200 bytes"), (r"(a)\1", "references to groups"),
                             ("a{999}{999}", "repetitions multiply beyond 1000"),
                             ("((a{99}){99}){99}", "repetitions multiply beyond 1000")):
            self.assert_usage(self.run_rfs("test", "--run", pattern, "."), "--run: `", "is no pattern", why)

    def test_patterns_that_would_take_long(self):
        self.write("half.tests.json", tests_file("25.00").replace("wants 25.00", "a" * 50_000))
        for pattern in ("(a|aa)+$", "(a*)*b", "(a+)+(b|$)", "(a|a|a|a)*b"):
            self.assertIn(self.run_rfs("test", "--run", pattern, ".").code, (DONE, FAILED))


class Empty(CommandTest):
    """--fail-on-empty."""

    def test_nothing_to_run(self):
        done = self.run_rfs("test", "--fail-on-empty", "half.rules.json", code=NOT_PASSED)
        self.assertEqual(done.err, "rfs: there is no test to run\n")
        self.write("half.tests.json", tests_file("25.00"))
        self.run_rfs("test", "--fail-on-empty", "half.rules.json", code=DONE)
        self.run_rfs("test", "--fail-on-empty", "--run", "none", "half.rules.json", code=NOT_PASSED)
        self.run_rfs("test", "--run", "none", "half.rules.json", code=DONE)

    def test_what_is_worse_wins(self):
        self.write("bad.rules.json", BROKEN)
        self.run_rfs("test", "--fail-on-empty", "bad.rules.json", code=INVALID)


class Update(CommandTest):
    """--update: what comes out stands where something else was expected, and nothing else changes."""

    def updated(self, name, text, code=DONE):
        self.write(name, text)
        done = self.run_rfs("test", "--update", name, code=code)
        return done, (self.folder / name).read_text(encoding="utf-8")

    def test_expectations(self):
        text = tests_file("25.00", "25.01", "7.00")
        done, after = self.updated("half.tests.json", text)
        self.assertEqual(after, text.replace('"amount": "25.01"', '"amount": "25.00"').replace('"amount": "7.00"',
                                                                                           '"amount": "25.00"'))
        self.assertEqual(done.out, "half.tests.json: 3 passed, 0 failed\n3 passed, 0 failed\n")
        self.assertEqual(done.err.count("updated: half.tests.json:"), 2)
        self.assertIn("wants 25.01: half.amount: expected 25.01, found 25.00\n", done.err)

    def test_every_kind_of_expectation(self):
        tests = json.loads(tests_file("25.00"))
        test = tests["tests"][0]
        test["expect"] = {"half": {"status": "undetermined", "least": "1.00", "most": "2.00", "met": [],
                                   "unmet": ["enough"], "needed": ["cost"], "undetermined": ["a_trip"]},
                          "is_member": False, "a_trip": None}
        _, after = self.updated("half.tests.json", json.dumps(tests))
        self.assertEqual(json.loads(after)["tests"][0]["expect"], {
            "half": {"status": "eligible", "least": "25.00", "most": "25.00", "met": ["is_member", "a_trip", "enough"],
                     "unmet": [], "needed": [], "undetermined": []}, "is_member": True, "a_trip": True})

    def test_refusals(self):
        text = tests_file("25.00").replace('"cost": "50.00"', '"cost": "1000.01"')
        _, after = self.updated("half.tests.json", text)
        self.assertEqual(json.loads(after)["tests"][0]["expect"], {"error": "RFS603"})

    def test_tests_in_the_rule_file(self):
        tests = json.dumps(json.loads(tests_file("1.00"))["tests"])
        text = RULES.replace('"version"', f'"tests": {tests},\n"version"', 1)
        _, after = self.updated("own.rules.json", text)
        self.assertEqual(after, text.replace('"amount": "1.00"', '"amount": "25.00"'))

    def test_only_what_is_run(self):
        self.write("half.tests.json", text := tests_file("1.00", "2.00"))
        self.run_rfs("test", "--update", "--run", "2", "half.tests.json", code=DONE)
        self.assertEqual((self.folder / "half.tests.json").read_text(encoding="utf-8"),
                         text.replace('"amount": "2.00"', '"amount": "25.00"'))

    def test_passing_files_stay(self):
        self.write("half.tests.json", tests_file("25.00"))
        before = (self.folder / "half.tests.json").stat()
        self.run_rfs("test", "--update", ".", code=DONE)
        after = (self.folder / "half.tests.json").stat()
        self.assertEqual((after.st_ino, after.st_mtime_ns), (before.st_ino, before.st_mtime_ns))

    def test_not_in_ci(self):
        self.write("half.tests.json", text := tests_file("1.00"))
        done = self.run_rfs("test", "--update", ".", env=environment(CI="true"))
        self.assert_usage(done, "--update", "refused where CI is set")
        self.assertEqual((self.folder / "half.tests.json").read_text(encoding="utf-8"), text)

    def test_what_is_invalid_stays(self):
        text = tests_file("1.00").replace('"half": {', '"hafl": {')
        done, after = self.updated("half.tests.json", text, INVALID)
        self.assertEqual(after, text)
        self.assertIn("error[RFS705]", done.err)


class Junit(CommandTest):
    """--junit; tests/formats holds the report to a published schema."""

    def report(self, *words, code):
        self.run_rfs("test", "--junit", "report.xml", *words, code=code)
        return xml.parse(self.folder / "report.xml").getroot()

    def test_counts_and_failures(self):
        self.write("half.tests.json", tests_file("25.00", "25.01"))
        self.write("z.rules.json", BROKEN)
        root = self.report(".", code=INVALID)
        self.assertEqual(root.attrib, {"name": "rfs", "tests": "3", "failures": "1", "errors": "1"})
        self.assertEqual([(suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors"))
                          for suite in root], [("half.rules.json", "0", "0", "0"), ("half.tests.json", "2", "1", "0"),
                                               ("z.rules.json", "1", "0", "1")])
        good, bad = root[1]
        self.assertEqual((good.attrib, len(good)), ({"name": "wants 25.00", "classname": "half.tests.json"}, 0))
        failure, = bad
        self.assertEqual((failure.tag, failure.get("message")), ("failure", "half.amount: expected 25.01, found 25.00"))
        self.assertRegex(failure.text, r"\Ahalf\.tests\.json:\d+:\d+  half\.amount: expected 25\.01, found 25\.00\n\Z")
        error, = root[2][0]
        self.assertEqual((error.tag, error.attrib), ("error", {"type": "RFS301", "message": "unknown name `highets`"}))

    def test_names_of_strangers(self):
        name = "<&>\"' ]]> \u0000\u001b\ufffe\ud83d\ude00 \n\t é"
        self.write("half.tests.json", tests_file("25.00").replace("wants 25.00", json.dumps(name)[1:-1]))
        case, = self.report(".", code=DONE)[1]
        self.assertEqual(case.get("name"), "<&>\"' ]]> \ufffd\ufffd\ufffd\U0001f600 \n\t é")

    def test_the_same_twice(self):
        self.write("half.tests.json", tests_file("25.00"))
        self.report(".", code=DONE)
        first = (self.folder / "report.xml").read_bytes()
        self.report(".", code=DONE)
        self.assertEqual((self.folder / "report.xml").read_bytes(), first)

    def test_never_over_rules(self):
        self.write("half.tests.json", text := tests_file("25.00"))
        for name in ("half.rules.json", "half.tests.json", "new.tests.json"):
            self.assert_usage(self.run_rfs("test", "--junit", name, "."), "--junit: expected a file for the report")
        self.assertEqual((self.folder / "half.tests.json").read_text(encoding="utf-8"), text)

    def test_beside_other_output(self):
        self.write("half.tests.json", tests_file("25.01"))
        done = self.run_rfs("test", "--format", "json", "--junit", "report.xml", ".", code=NOT_PASSED)
        self.assertEqual(done.json()["failed"], 1)
        self.assertEqual(xml.parse(self.folder / "report.xml").getroot().get("failures"), "1")
        done = self.run_rfs("test", "--junit", "/dev/stderr", ".", code=NOT_PASSED)
        self.assertTrue(done.err.startswith("<?xml "), done.err)
