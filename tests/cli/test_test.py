"""rfs test."""

import json

from command import BROKEN, DONE, INVALID, NOT_PASSED, ROOT, RULES, CommandTest


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
