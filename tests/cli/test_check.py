"""rfs check."""

import hashlib
import os

from command import BROKEN, DONE, INVALID, ROOT, RULES, CommandTest


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
        self.write("idle.rules.json", RULES.replace('"cost":  ', '"idle": { "type": "bool" }, "cost":  '))
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
