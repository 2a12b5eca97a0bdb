"""rfs new."""

from command import DONE, CommandTest


class New(CommandTest):
    def test_what_it_makes_passes(self):
        done = self.run_rfs("new", "grant.rules.json", code=DONE)
        self.assertEqual((done.out, done.err),
                         ("grant.rules.json\n", "next: rfs check grant.rules.json and rfs test grant.rules.json\n"))
        done = self.run_rfs("check", "--fail-level", "note", "grant.rules.json", code=DONE)
        self.assertEqual((done.out, done.err), ("", "1 file checked: 0 errors, 0 warnings, 0 notes\n"))
        self.assertIn("grant.rules.json: 3 passed, 0 failed",
                      self.run_rfs("test", "--fail-on-empty", "grant.rules.json", code=DONE).out)
        self.assertEqual(self.run_rfs("fmt", "--check", "grant.rules.json", code=DONE).out, "")

    def test_what_it_makes_decides(self):
        self.run_rfs("new", code=DONE)
        facts = ("--set", "member=true", "--set", "member_since=2025-01-01", "--set", "cost=301.01")
        done = self.run_rfs("evaluate", "starter.rules.json", "--as-of", "2025-07-01", *facts, "--fail-ineligible",
                            "--fail-undetermined", code=DONE)
        self.assertTrue(done.out.startswith("grant: eligible, $150.50\n"), done.out)

    def test_nothing_is_overwritten(self):
        before = (self.folder / "half.rules.json").read_bytes()
        self.assert_usage(self.run_rfs("new", "half.rules.json"), "`half.rules.json` is there already")
        self.assertEqual((self.folder / "half.rules.json").read_bytes(), before)
        (self.folder / "link.rules.json").symlink_to("nowhere")
        self.assert_usage(self.run_rfs("new", "link.rules.json"), "is there already")
        self.assertFalse((self.folder / "nowhere").exists())
        (self.folder / "folder.rules.json").mkdir()
        self.assert_usage(self.run_rfs("new", "folder.rules.json"), "is there already")

    def test_names(self):
        for name in ("grant", "grant.json", ".rules.json", "grant.tests.json"):
            self.assert_usage(self.run_rfs("new", name), f"expected a name that ends in .rules.json, found `{name}`")
        self.assert_usage(self.run_rfs("new", "none/grant.rules.json"), "cannot make `none/grant.rules.json`: ")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["half.rules.json"])

    def test_in_another_folder(self):
        (self.folder / "größe 1").mkdir()
        self.run_rfs("new", "größe 1/ä.rules.json", code=DONE)
        self.run_rfs("check", "größe 1", code=DONE)

    def test_help_says_what_it_does(self):
        self.assertIn("default: starter.rules.json", self.run_rfs("new", "--help", code=DONE).out)
        self.assertEqual(self.run_rfs("new", "--help").code, DONE)
        self.assertFalse((self.folder / "starter.rules.json").exists())
