"""The command line itself: help, verbs and options that are wrong, the version."""

import re
import subprocess

from command import DONE, FAILED, RFS, VERBS, CommandTest, environment

NOT_BUILT = ("advise", "prove", "generate", "replay", "lsp", "--coverage", "--dates", "--governance",
             "--cobertura", "--threshold", "html")
APPLICANT = {"--facts", "--set", "--as-of", "--format", "--fail-ineligible", "--fail-undetermined"}
OPTIONS = {
    "check": {"--format", "--fail-level"},
    "test": {"--format", "--run", "--junit", "--update", "--fail-on-empty"},
    "fmt": {"--check", "--diff"},
    "new": set(),
    "evaluate": APPLICANT,
    "explain": APPLICANT | {"--lang"},
    "batch": {"--as-of", "--map", "--unknown", "--key", "--list", "--orphans", "--from", "--format", "--output",
              "--threads", "--fail-refused"},
    "calc": {"--rules", "--fact", "--let", "--month-end", "--currency", "--as-of", "--ndjson", "--format"},
}


class Help(CommandTest):
    def test_lists_the_verbs_and_exit_codes(self):
        done = self.run_rfs("--help", code=DONE)
        for verb in VERBS:
            self.assertRegex(done.out, rf"(?m)^  {verb} ")
        for code in "01234":
            self.assertRegex(done.out, rf"\b{code} [a-z]")
        self.assertEqual(done.err, "")

    def test_each_verb_has_an_example_and_its_options(self):
        for verb in VERBS:
            with self.subTest(verb=verb):
                done = self.run_rfs(verb, "--help", code=DONE)
                self.assertRegex(done.out, rf"examples?: rfs {verb} ")
                self.assertEqual(set(re.findall(r"(?m)^  (?:-h,)?(--[a-z-]+)", done.out)), OPTIONS[verb] | {"--help"})
                self.assertEqual(done.err, "")
                self.assertEqual(self.run_rfs(verb, "-h", code=DONE).out, done.out)

    def test_lists_nothing_that_is_not_built(self):
        text = "".join(self.run_rfs(*verb, "--help").out for verb in [(), *((verb,) for verb in VERBS)])
        for word in NOT_BUILT:
            self.assertIsNone(re.search(rf"(?<![\w-]){word}(?![\w-])", text), word)

    def test_its_examples_run(self):
        for command in re.findall(r"(rfs calc [^\[].*)", self.run_rfs("calc", "--help").out):
            with self.subTest(command=command):
                done = subprocess.run(["bash", "-c", 'rfs() { "$RFS" "$@"; }\n' + command], cwd=self.folder,
                                      env=environment(RFS=str(RFS)), capture_output=True, check=False)
                self.assertEqual((done.returncode, done.stderr), (DONE, b""))

    def test_without_words_it_is_shown_and_nothing_is_done(self):
        done = self.run_rfs(code=FAILED)
        self.assertEqual(done.out, "")
        self.assertEqual(done.err, self.run_rfs("--help").out)

    def test_the_version(self):
        done = self.run_rfs("--version", code=DONE)
        self.assertRegex(done.out, r"\Arfs \d+\.\d+\.\d+\n\Z")


class Wrong(CommandTest):
    def test_verbs(self):
        self.assert_usage(self.run_rfs("chek"), "unknown verb `chek`", "did you mean `check`?", "rfs --help")
        self.assert_usage(self.run_rfs("frobnicate"), "unknown verb `frobnicate`")
        self.assert_usage(self.run_rfs("half.rules.json"), "unknown verb")
        self.assert_usage(self.run_rfs(""))

    def test_verbs_that_are_not_built(self):
        for verb in ("advise", "diff", "lsp"):
            self.assert_usage(self.run_rfs(verb, "half.rules.json"), f"unknown verb `{verb}`")

    def test_options(self):
        self.assert_usage(self.run_rfs("-x"), "unknown option `-x`")
        self.assert_usage(self.run_rfs("--verbos"), "unknown option `--verbos`")
        self.assert_usage(self.run_rfs("fmt", "--chek", "half.rules.json"), "did you mean `--check`?")
        self.assert_usage(self.run_rfs("new", "--force", "a.rules.json"), "unknown option `--force`", "rfs new --help")
        for verb in ("check", "test", "evaluate", "explain"):
            done = self.run_rfs(verb, "--fromat", "json", "half.rules.json")
            self.assert_usage(done, "unknown option `--fromat`", "did you mean `--format`?", f"rfs {verb} --help")
            done = self.run_rfs(verb, "half.rules.json", "--fromat=json")
            self.assert_usage(done, "`--fromat`; did you mean `--format`?")
            self.assert_usage(self.run_rfs(verb, "half.rules.json", "-z"), "unknown option `-z`")
        self.assert_usage(self.run_rfs("calc", "--month_end", "clamp", "1"), "did you mean `--month-end`?")

    def test_options_that_are_not_built(self):
        self.assert_usage(self.run_rfs("test", "--coverage", "half.rules.json"), "unknown option `--coverage`")
        self.assert_usage(self.run_rfs("check", "--dates", "half.rules.json"), "unknown option `--dates`")
        self.assert_usage(self.run_rfs("check", "--governance", "half.rules.json"), "unknown option `--governance`")

    def test_formats(self):
        formats = {"check": "human, json, github or sarif", "explain": "human, json or markdown",
                   "batch": "ndjson or csv"}
        for verb in (verb for verb in VERBS if "--format" in OPTIONS[verb]):
            for word in ("xml", "html", "JSON", ""):
                done = self.run_rfs(verb, "1" if verb == "calc" else "half.rules.json", "--format", word)
                self.assert_usage(done, f"--format: expected {formats.get(verb, 'human or json')}, found `{word}`")

    def test_levels(self):
        for word in ("errors", "none", ""):
            done = self.run_rfs("check", "half.rules.json", "--fail-level", word)
            self.assert_usage(done, f"--fail-level: expected error, warning or note, found `{word}`")

    def test_words_that_are_missing(self):
        self.assert_usage(self.run_rfs("check"), "expected PATHS", "rfs check --help")
        self.assert_usage(self.run_rfs("test"), "expected PATHS")
        self.assert_usage(self.run_rfs("fmt"), "expected PATHS")
        self.assert_usage(self.run_rfs("fmt", "--check"), "expected PATHS")
        self.assert_usage(self.run_rfs("evaluate"), "expected RULES")
        self.assert_usage(self.run_rfs("explain", "--as-of", "2024-05-06"), "expected RULES")
        self.assert_usage(self.run_rfs("calc"), "expected an expression, or --ndjson")

    def test_words_too_many(self):
        self.assert_usage(self.run_rfs("evaluate", "half.rules.json", "other"), "expected nothing more, found `other`")
        self.assert_usage(self.run_rfs("calc", "1", "2"), "expected nothing more, found `2`")
        done = self.run_rfs("new", "a.rules.json", "b.rules.json")
        self.assert_usage(done, "expected nothing more, found `b.rules.json`")
        self.assertFalse((self.folder / "a.rules.json").exists())
        self.assert_usage(self.run_rfs("calc", "--ndjson", "1"), "--ndjson reads its expressions from standard input")

    def test_values_that_are_missing(self):
        for option in ("--as-of", "--facts", "--set", "--format"):
            done = self.run_rfs("evaluate", "half.rules.json", option)
            self.assert_usage(done, f"{option}: expected ", "found nothing")
        for option in ("--run", "--junit", "--format"):
            self.assert_usage(self.run_rfs("test", "half.rules.json", option), f"{option}: expected ", "found nothing")
        done = self.run_rfs("check", "half.rules.json", "--fail-level")
        self.assert_usage(done, "--fail-level: expected ", "found nothing")
        self.assert_usage(self.run_rfs("test", "half.rules.json", "--run", ""), "--run: expected a value")
        self.assert_usage(self.run_rfs("test", "half.rules.json", "--junit", ""), "--junit: expected a value")
        self.assert_usage(self.run_rfs("new", ""), "expected a value")
        for option in ("--rules", "--fact", "--let", "--month-end", "--currency", "--as-of"):
            self.assert_usage(self.run_rfs("calc", "1", option), f"{option}: expected ", "found nothing")
        self.assert_usage(self.run_rfs("evaluate", "half.rules.json", "--facts", ""), "--facts: expected a value")
        self.assert_usage(self.run_rfs("evaluate", "half.rules.json", "--as-of", ""), "--as-of: expected a value")

    def test_options_given_twice(self):
        twice = ("--as-of", "2024-05-06", "--as-of", "2024-05-07")
        self.assert_usage(self.run_rfs("evaluate", "half.rules.json", *twice), "--as-of is given twice")
        self.assert_usage(self.run_rfs("calc", "1", *twice), "--as-of is given twice")
        self.assert_usage(self.run_rfs("test", ".", "--run", "a", "--run", "b"), "--run is given twice")
        self.assert_usage(self.run_rfs("test", ".", "--junit", "a", "--junit", "b"), "--junit is given twice")
