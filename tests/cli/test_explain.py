"""rfs explain: one explanation in three forms, and in the languages of the file."""

import re

from command import DONE, GIVEN, INVALID, RULES, CommandTest

DAY = ("--as-of", "2024-05-06")
EXPLANATION = ("format", "rules", "version", "digest", "engine", "title", "as_of", "decisions", "definitions", "figures",
               "assumed", "errors")
PLACE = ("kind", "is", "name", "text", "wanted", "decides", "source", "values")


class Explain(CommandTest):
    def explain(self, *words, code=DONE):
        return self.run_rfs("explain", "half.rules.json", *words, code=code)

    def test_human_is_the_default(self):
        self.assertEqual(self.explain(*GIVEN).out, self.explain(*GIVEN, "--format", "human").out)

    def test_outcome_tree_and_figures_stand_in_this_order(self):
        for form in ("human", "markdown"):
            out = self.explain(*DAY, "--set", "cost=50.00", "--format", form).out
            at = [out.lower().index(part) for part in ("undetermined, $0.00 to $25.00", "open:", "conditions", "all of:",
                                                       "member = ?" if form == "human" else "`member` = ?", "needed",
                                                       "assumed", "figures read", "the board")]
            self.assertEqual(at, sorted(at), out)

    def test_json(self):
        out = self.explain(*DAY, "--set", "member=true", "--set", "cost=9.99", "--format", "json").json()
        self.assert_keys(out, *EXPLANATION)
        self.assertEqual((out["format"], out["rules"], out["as_of"]), (1, "test/half", "6 May 2024"))
        half = out["decisions"][0]
        self.assertEqual((half["name"], half["title"], half["status"], half["amount"]),
                         ("half", "Half of it", "ineligible", "$0.00"))
        root, *parts = half["places"]
        self.assertEqual(root, {"kind": "all", "is": False, "parts": [1, 2, 3]})
        for part in parts:
            self.assert_keys(part, *PLACE)
        self.assertEqual([part["decides"] for part in parts], [False, False, True])
        self.assertEqual((parts[2]["source"], parts[2]["values"]), ("cost > 10 USD", [{"name": "cost", "value": "$9.99"}]))
        self.assertEqual(out["figures"], [{"figure": "highest", "value": "$100.00", "from": "1 January 2020",
                                           "sources": ["The board"]}])
        self.assertEqual(out["assumed"], [{"name": "kind", "value": "trip"}])

    def test_a_refused_applicant(self):
        done = self.explain(*DAY, "--set", "cost=-1", "--format", "json", code=INVALID)
        self.assertEqual((done.json()["decisions"], done.json()["errors"][0]["code"], done.err), ([], "RFS603", ""))
        done = self.explain(*DAY, "--set", "cost=-1", "--format", "markdown", code=INVALID)
        self.assertIn("## Refused\n\n- RFS603 `cost`", done.out)
        done = self.explain(*DAY, "--set", "cost=-1", code=INVALID)
        self.assertEqual(done.out, "")
        self.assertIn("error[RFS603]", done.err)

    def test_what_people_wrote_is_no_markup(self):
        self.write("half.rules.json", RULES.replace("Join first.", "<b>Join</b> [first](x) *now*"))
        done = self.explain(*DAY, "--set", "member=false", "--set", "cost=50", "--format", "markdown")
        self.assertIn(r"\<b\>Join\</b\> \[first\](x) \*now\*", done.out)
        self.assertIsNone(re.search(r"(?<!\\)<", done.out))

    def test_languages(self):
        self.write("half.rules.json", RULES.replace('"Join first."', '{ "en": "Join first.", "es": "Hágase socio." }'))
        given = (*DAY, "--set", "member=false", "--set", "cost=50")
        for form in ("human", "markdown", "json"):
            for words, text in ((("--lang", "es"), "Hágase socio."), (("--lang", "en"), "Join first."), ((), "Join first.")):
                done = self.explain(*given, "--format", form, *words)
                self.assertIn(text, done.out)
                self.assertEqual(done.err, "")

    def test_a_language_that_the_file_does_not_speak(self):
        done = self.explain(*GIVEN, "--lang", "fr")
        self.assertEqual(done.out, self.explain(*GIVEN).out)
        self.assertEqual(done.err, 'rfs: no text of the rule file is in the language "fr"; the first of each is shown\n')
        self.assertNotIn("\x1b", self.explain(*GIVEN, "--lang", "\x1b[2J").err)
        self.assert_usage(self.explain(*GIVEN, "--lang", "", code=1), "expected a value")

    def test_formats_that_there_are_not(self):
        self.assert_usage(self.explain(*GIVEN, "--format", "html", code=1), "expected human, json or markdown, found `html`")
        self.assert_usage(self.run_rfs("evaluate", "half.rules.json", *GIVEN, "--format", "markdown"), "markdown")
