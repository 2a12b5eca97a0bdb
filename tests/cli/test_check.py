"""rfs check."""

import hashlib
import json
import os

from command import BROKEN, DONE, INVALID, ROOT, RULES, CommandTest

IDLE = RULES.replace('"cost":  ', '"idle": { "type": "bool" }, "cost":  ')


def allowing(**entry):
    """Rules with a fact that nothing reads, and that allowed."""
    given = {"code": "RFS804", "at": "facts.idle", "reason": "for the statistics", **entry}
    return IDLE.replace('"version"', f'"allow": [{json.dumps(given)}], "version"', 1)


class Check(CommandTest):
    def test_a_good_file(self):
        done = self.run_rfs("check", "half.rules.json", code=DONE)
        self.assertEqual((done.out, done.err), ("", "1 file checked: 0 errors, 0 warnings, 0 notes\n"))

    def test_a_bad_file(self):
        self.write("bad.rules.json", BROKEN)
        done = self.run_rfs("check", "bad.rules.json", code=INVALID)
        self.assertTrue(done.out.startswith("error[RFS301]: "), done.out)
        line = next(n for n, text in enumerate(BROKEN.split("\n"), 1) if "highets" in text)
        column = BROKEN.split("\n")[line - 1].index("highets") + 1
        self.assertIn(f"--> bad.rules.json:{line}:{column}", done.out)
        self.assertIn("did you mean `highest`?", done.out)
        self.assertEqual(done.err, "1 file checked: 1 error, 0 warnings, 0 notes\n")

    def test_json(self):
        self.write("bad.rules.json", BROKEN)
        done = self.run_rfs("check", "--format", "json", "half.rules.json", "bad.rules.json", code=INVALID)
        out = done.json()
        self.assert_keys(out, "format", "files", "errors", "warnings", "notes")
        self.assertEqual((out["format"], out["errors"], out["warnings"], out["notes"]), (1, 1, 0, 0))
        self.assertEqual([file["file"] for file in out["files"]], ["half.rules.json", "bad.rules.json"])
        for file, text in zip(out["files"], (RULES, BROKEN)):
            self.assert_keys(file, "file", "digest", "findings")
            self.assertEqual(file["digest"], "sha256:" + hashlib.sha256(text.encode()).hexdigest())
        self.assertEqual(out["files"][0]["findings"], [])
        finding, = out["files"][1]["findings"]
        self.assert_keys(finding, "code", "severity", "message", "file", "line", "column", "end_line", "end_column", "path",
                         "label", "labels", "help", "fixes")
        self.assertEqual((finding["code"], finding["severity"], finding["file"], finding["path"]),
                         ("RFS301", "error", "bad.rules.json", "decisions.half.amount"))
        self.assertEqual(done.err, "")
        self.assertTrue(done.out.endswith("}\n"))

    def test_several_files_end_with_the_highest_code(self):
        self.write("bad.rules.json", BROKEN)
        self.run_rfs("check", "half.rules.json", "bad.rules.json", code=INVALID)
        self.run_rfs("check", "bad.rules.json", "half.rules.json", code=INVALID)

    def test_warnings_do_not_fail(self):
        self.write("idle.rules.json", IDLE)
        done = self.run_rfs("check", "idle.rules.json", code=DONE)
        self.assertIn("[RFS804]", done.out)
        self.assertNotIn("error[", done.out)

    def test_folders_are_searched_and_sorted(self):
        self.write("b/deep/z.rules.json", RULES)
        self.write("b/a.rules.json", RULES)
        self.write("b/a.tests.json", '{"rfs":1,"rules":"a.rules.json","tests":[]}')
        self.write("b/other.json", "not json")
        out = self.run_rfs("check", "--format", "json", "b", code=DONE).json()
        self.assertEqual([file["file"] for file in out["files"]],
                         ["b/a.rules.json", "b/a.tests.json", "b/deep/z.rules.json"])

    def test_a_file_given_twice_is_checked_once(self):
        done = self.run_rfs("check", "half.rules.json", ".", "./half.rules.json", code=DONE)
        self.assertEqual(done.err, "1 file checked: 0 errors, 0 warnings, 0 notes\n")

    def test_links_in_a_circle_end(self):
        os.symlink(".", self.folder / "again")
        done = self.run_rfs("check", ".", code=DONE)
        self.assertEqual(done.err, "1 file checked: 0 errors, 0 warnings, 0 notes\n")

    def test_tests_are_checked(self):
        self.write("half.tests.json", '{"rfs":1,"rules":"half.rules.json","tests":[{"name":"a","as_of":"2024-05-06",'
                                      '"facts":{"member":true},"expect":{"hafl":{"status":"eligible"}}}]}')
        done = self.run_rfs("check", ".", code=INVALID)
        self.assertIn("`hafl`", done.out)
        self.assertIn("half.tests.json:1:", done.out)

    def test_rules_that_are_wrong_are_reported_once(self):
        self.write("half.rules.json", BROKEN)
        self.write("half.tests.json", '{"rfs":1,"rules":"half.rules.json","tests":[]}')
        self.assertEqual(self.run_rfs("check", ".", code=INVALID).out.count("error[RFS301]"), 1)
        self.assertEqual(self.run_rfs("check", "half.tests.json", code=INVALID).out.count("error[RFS301]"), 1)

    def test_the_rules_of_this_repository(self):
        self.run_rfs("check", str(ROOT / "rules"), code=DONE)


class Tests(CommandTest):
    """What is wrong with tests is found without running them."""

    def rules_with(self, **changes):
        test = {"name": "a", "as_of": "2024-05-06", "facts": {"membr": True},
                "expect": {"half": {"status": "ineligible"}}, **changes}
        return RULES.replace('"version"', f'"tests": [{json.dumps(test)}],\n"version"', 1)

    def test_facts_that_are_not_declared(self):
        self.write("a.rules.json", self.rules_with())
        out = self.run_rfs("check", "--format", "json", "a.rules.json", code=INVALID).json()
        finding, = out["files"][0]["findings"]
        line = self.rules_with().split("\n")[finding["line"] - 1]
        self.assertEqual((finding["code"], finding["path"], finding["help"]),
                         ("RFS601", "tests[0].facts.membr", "did you mean `member`?"))
        self.assertEqual(line[finding["column"] - 1:finding["end_column"] - 1], '"membr"')
        done = self.run_rfs("test", "a.rules.json", code=INVALID)
        self.assertIn("error[RFS601]", done.err)
        self.assertIn("a.rules.json: not run\n", done.out)

    def test_facts_that_are_not_declared_in_a_test_file(self):
        test = {"name": "a", "as_of": "2024-05-06", "facts": {"membr": True, "": 1}, "expect": {}}
        self.write("half.tests.json", json.dumps({"rfs": 1, "rules": "half.rules.json", "tests": [test]}))
        done = self.run_rfs("check", ".", code=INVALID)
        self.assertEqual(done.out.count("error[RFS601]"), 2)
        self.assertIn("half.tests.json:1:", done.out)

    def test_refusals_that_are_expected(self):
        for expect in ({"error": "RFS601"}, {"half": {"status": "refused"}}):
            self.write("a.rules.json", self.rules_with(expect=expect))
            self.run_rfs("check", "a.rules.json", code=DONE)
            self.run_rfs("test", "a.rules.json", code=DONE)


class Input(CommandTest):
    def test_standard_input(self):
        done = self.run_rfs("check", "-", stdin=RULES, code=DONE)
        self.assertEqual((done.out, done.err), ("", "1 file checked: 0 errors, 0 warnings, 0 notes\n"))
        done = self.run_rfs("check", "-", stdin=BROKEN, code=INVALID)
        self.assertIn("--> <stdin>:", done.out)
        out = self.run_rfs("check", "--format", "json", "half.rules.json", "-", "-", stdin=BROKEN, code=INVALID).json()
        self.assertEqual([(file["file"], len(file["findings"])) for file in out["files"]],
                         [("half.rules.json", 0), ("<stdin>", 1)])
        self.assertEqual(out["files"][1]["digest"], "sha256:" + hashlib.sha256(BROKEN.encode()).hexdigest())

    def test_standard_input_that_is_wrong(self):
        self.assertIn("error[RFS003]", self.run_rfs("check", "-", stdin="", code=INVALID).out)
        self.assertIn("error[RFS001]", self.run_rfs("check", "-", stdin=b"\xff", code=INVALID).out)
        done = self.run_rfs("check", "-", preexec_fn=lambda: os.close(0), code=INVALID)
        self.assertIn("error[RFS701]: cannot read standard input", done.out)

    def test_a_file_with_that_name(self):
        self.write("-", BROKEN)
        self.assertIn("-->", self.run_rfs("check", "./-", stdin=RULES, code=INVALID).out)
        self.run_rfs("check", "-", stdin=RULES, code=DONE)

    def test_pipes_in_folders_are_no_files(self):
        os.mkfifo(self.folder / "pipe.rules.json")
        os.mkfifo(self.folder / "pipe.tests.json")
        for verb in ("check", "test", "fmt"):
            self.run_rfs(verb, ".", code=DONE)
        self.run_rfs("test", "half.rules.json", code=DONE)

    def test_links_that_lead_nowhere_are_told(self):
        os.symlink("nowhere", self.folder / "a.rules.json")
        for verb in ("check", "test", "fmt"):
            done = self.run_rfs(verb, ".", code=INVALID)
            self.assertIn("error[RFS701]", done.out + done.err)


class Levels(CommandTest):
    def test_the_least_that_fails(self):
        self.write("idle.rules.json", IDLE)
        self.run_rfs("check", "--fail-level", "error", "idle.rules.json", code=DONE)
        self.run_rfs("check", "--fail-level", "warning", "idle.rules.json", code=INVALID)
        self.run_rfs("check", "--fail-level", "note", "idle.rules.json", code=INVALID)
        self.run_rfs("check", "--fail-level", "note", "half.rules.json", code=DONE)
        self.write("bad.rules.json", BROKEN)
        for level in ("error", "warning", "note"):
            self.run_rfs("check", "--fail-level", level, "bad.rules.json", code=INVALID)


class Allowances(CommandTest):
    def check(self, text, *codes):
        """Checks rules as strictly as may be; returns what stands for people, having met the codes in JSON."""
        self.write("a.rules.json", text)
        done = self.run_rfs("check", "--format", "json", "--fail-level", "note", "a.rules.json")
        findings = done.json()["files"][0]["findings"]
        self.assertEqual([finding["code"] for finding in findings if "allowed" not in finding], list(codes))
        self.assertEqual(done.code, INVALID if codes else DONE)
        return self.run_rfs("check", "a.rules.json"), [finding for finding in findings if "allowed" in finding]

    def test_what_is_allowed_does_not_count(self):
        done, allowed = self.check(allowing())
        self.assertEqual((done.out, done.err), ("", "1 file checked: 0 errors, 0 warnings, 0 notes, 1 allowed\n"))
        self.assertEqual(allowed[0]["allowed"], {"reason": "for the statistics", "until": None})
        self.assertEqual(self.run_rfs("check", "--format", "github", "a.rules.json", code=DONE).out, "")

    def test_a_place_holds_for_all_below_it(self):
        self.check(allowing(at="facts"))
        self.check(allowing(at="facts.id"), "RFS805", "RFS804")
        self.check(allowing(at="facts.idle.type"), "RFS805", "RFS804")

    def test_until_a_day(self):
        _, allowed = self.check(allowing(until="9999-12-31"))
        self.assertEqual(allowed[0]["allowed"]["until"], "9999-12-31")
        done, _ = self.check(allowing(until="2001-01-01"), "RFS806", "RFS804")
        self.assertIn("the allowance of RFS804 at `facts.idle` ended on 2001-01-01", done.out)
        self.assertIn("a.rules.json:2:", done.out)

    def test_of_nothing(self):
        done, _ = self.check(allowing(at="facts.cost"), "RFS805", "RFS804")
        self.assertIn("warning[RFS805]: there is no RFS804 at `facts.cost` to allow", done.out)
        # Whether it has ended does not matter then.
        self.check(allowing(at="facts.cost", until="2001-01-01"), "RFS805", "RFS804")

    def test_errors_are_never_allowed(self):
        for code in ("RFS301", "RFS805", "RFS806", "RFS899", "804", ""):
            done, _ = self.check(allowing(code=code), "RFS116" if code not in ("RFS805", "RFS806") else "RFS111")
            self.assertEqual(done.code, INVALID)

    def test_entries_that_are_wrong(self):
        self.check(allowing(reason=" "), "RFS111")
        self.check(allowing(at=""), "RFS111")
        self.check(allowing(until="soon"), "RFS111")
        self.check(allowing(untill="2099-01-01"), "RFS101")
        self.check(RULES.replace('"version"', '"allow": [{}], "version"', 1), "RFS102", "RFS102", "RFS102")
        self.check(RULES.replace('"version"', '"allow": {}, "version"', 1), "RFS103")


class Github(CommandTest):
    def test_lines(self):
        self.write("a:b,c %.rules.json", BROKEN)
        done = self.run_rfs("check", "--format", "github", "a:b,c %.rules.json", "none", code=INVALID)
        nowhere, bad = done.out.splitlines()
        line = next(n for n, text in enumerate(BROKEN.split("\n"), 1) if "highets" in text)
        column = BROKEN.split("\n")[line - 1].index("highets") + 1
        self.assertEqual(bad, f"::error file=a%3Ab%2Cc %25.rules.json,line={line},col={column},endLine={line},"
                              f"endColumn={column + 6},title=RFS301::unknown name `highets`%0A"
                              "help: did you mean `highest`?")
        self.assertEqual(nowhere, "::error file=none,title=RFS701::there is no file or folder `none`")
        self.assertEqual(done.err, "1 file checked: 2 errors, 0 warnings, 0 notes\n")

    def test_levels(self):
        self.write("a.rules.json", IDLE)
        done = self.run_rfs("check", "--format", "github", "a.rules.json", code=DONE)
        self.assertTrue(done.out.startswith("::warning "), done.out)

    def test_names_cannot_write_commands(self):
        self.write("a.rules.json", RULES.replace('"version"', '"\\n::set-output name=x::y": 1, "version"'))
        done = self.run_rfs("check", "--format", "github", "a.rules.json", code=INVALID)
        self.assertTrue(all(line.startswith("::error file=a.rules.json,") for line in done.out.splitlines()), done.out)


class Nothing(CommandTest):
    """Paths that lead to no rules."""

    def test_no_file(self):
        done = self.run_rfs("check", "none.rules.json", code=INVALID)
        self.assertIn("error[RFS701]: there is no file or folder `none.rules.json`", done.out)
        out = self.run_rfs("check", "--format", "json", "none.rules.json", "half.rules.json", code=INVALID).json()
        self.assertEqual([(file["file"], file["digest"] is None) for file in out["files"]],
                         [("none.rules.json", True), ("half.rules.json", False)])
        self.assertEqual(out["files"][0]["findings"][0]["code"], "RFS701")

    def test_a_folder_without_rules(self):
        (self.folder / "empty").mkdir()
        done = self.run_rfs("check", "empty", code=INVALID)
        self.assertIn("error[RFS702]: there are no rule files in `empty`", done.out)
        self.assertIn("`.rules.json`", done.out)

    def test_an_empty_path(self):
        self.assertIn("error[RFS701]", self.run_rfs("check", "", code=INVALID).out)

    def test_a_folder_with_the_name_of_a_file(self):
        (self.folder / "odd.rules.json").mkdir()
        self.assertIn("RFS702", self.run_rfs("check", "odd.rules.json", code=INVALID).out)
        self.run_rfs("check", ".", code=DONE)
