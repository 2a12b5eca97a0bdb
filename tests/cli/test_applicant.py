"""rfs evaluate and rfs explain: one applicant."""

import datetime
import hashlib
import json

from command import (BROKEN, DONE, FAILED, GIVEN, INVALID, NOT_PASSED, RULES, UNDETERMINED, CommandTest)

DAY = ("--as-of", "2024-05-06")
OUTCOME = ("format", "rules", "version", "digest", "engine", "as_of", "currency", "facts", "decisions", "definitions",
           "parameters", "assumed", "errors")
DECISION = ("status", "amount", "least", "most", "conditions", "met", "unmet", "undetermined", "needed", "missing")


class Outcome(CommandTest):
    def outcome(self, *words, verb="evaluate", code=DONE):
        return self.run_rfs(verb, "half.rules.json", "--format", "json", *words, code=code).json()

    def test_keys_stand_in_their_order(self):
        out = self.outcome(*GIVEN)
        self.assert_keys(out, *OUTCOME)
        self.assert_keys(out["decisions"], "half")
        half = out["decisions"]["half"]
        self.assert_keys(half, *DECISION)
        for condition in half["conditions"]:
            self.assert_keys(condition, "name", "wanted", "is", "text")
        self.assert_keys(out["definitions"], "is_member", "a_trip", "enough")
        self.assert_keys(out["definitions"]["a_trip"], "type", "value")
        self.assert_keys(out["parameters"]["highest"], "value", "from", "source")

    def test_eligible(self):
        out = self.outcome(*GIVEN)
        self.assertEqual((out["format"], out["rules"], out["version"], out["as_of"], out["currency"]),
                         (1, "test/half", "7", "2024-05-06", "USD"))
        self.assertEqual(out["engine"], self.run_rfs("--version").out.split()[1])
        self.assertEqual(out["facts"], {"member": True, "cost": "50.00"})
        half = out["decisions"]["half"]
        self.assertEqual((half["status"], half["amount"], half["least"], half["most"]),
                         ("eligible", "25.00", "25.00", "25.00"))
        self.assertEqual((half["unmet"], half["undetermined"], half["needed"], half["missing"]), ([], [], [], []))
        self.assertEqual(half["met"], ["is_member", "a_trip", "enough"])
        self.assertEqual(out["parameters"], {"highest": {"value": "100.00", "from": "2020-01-01", "source": "board"}})
        self.assertEqual(out["definitions"]["is_member"], {"type": "bool", "value": True})
        self.assertEqual(out["errors"], [])

    def test_the_digest_is_that_of_the_bytes(self):
        digest = "sha256:" + hashlib.sha256(RULES.encode()).hexdigest()
        self.assertEqual(self.outcome(*GIVEN)["digest"], digest)
        crlf = RULES.replace("\n", "\r\n").encode()
        self.write("half.rules.json", crlf)
        self.assertEqual(self.outcome(*GIVEN)["digest"], "sha256:" + hashlib.sha256(crlf).hexdigest())

    def test_ineligible(self):
        out = self.outcome(*DAY, "--set", "member=false", "--set", "cost=50")
        half = out["decisions"]["half"]
        self.assertEqual((half["status"], half["amount"], half["unmet"]), ("ineligible", "0.00", ["is_member"]))

    def test_undetermined(self):
        half = self.outcome(*DAY, "--set", "cost=50")["decisions"]["half"]
        self.assertEqual((half["status"], half["amount"], half["least"], half["most"]),
                         ("undetermined", None, "0.00", "25.00"))
        self.assertEqual((half["undetermined"], half["needed"]), (["is_member"], ["member"]))

    def test_a_default_is_assumed_and_null_is_unknown(self):
        self.assertEqual(len(self.outcome(*GIVEN)["assumed"]), 1)
        out = self.outcome(*GIVEN, "--set", "kind=null")
        self.assertEqual((out["assumed"], out["decisions"]["half"]["needed"]), ([], ["kind"]))

    def test_without_money_the_currency_is_said_all_the_same(self):
        self.write("plain.rules.json", '{"rfs":1,"rules":"plain","facts":{"a":{"type":"bool"}},'
                                       '"decisions":{"d":{"eligible":"a"}}}')
        out = self.run_rfs("evaluate", "plain.rules.json", "--format", "json", *DAY, code=DONE).json()
        self.assertEqual([key for key in OUTCOME if key in out], list(out))

    def test_a_refused_applicant(self):
        out = self.outcome(*DAY, "--set", "cost=1000.01", "--set", "nobody=1", code=INVALID)
        self.assertEqual(sorted(error["code"] for error in out["errors"]), ["RFS601", "RFS603"])
        self.assertEqual(out["decisions"]["half"]["status"], "refused")


class Words(CommandTest):
    def test_evaluate(self):
        done = self.run_rfs("evaluate", "half.rules.json", *GIVEN, code=DONE)
        self.assertEqual(done.out.splitlines()[0], "half: eligible, $25.00")
        self.assertNotIn("half:", done.err)

    def test_explain(self):
        done = self.run_rfs("explain", "half.rules.json", *DAY, "--set", "member=false", "--set", "cost=50", code=DONE)
        for part in ("Half (test/half, version 7)", "as of 6 May 2024", "Half of it (half): ineligible, $0.00",
                     "no   Join first.  (is_member)", "highest = $100.00, from 1 January 2020", "The board"):
            self.assertIn(part, done.out)
        self.assertEqual(done.err, "")

    def test_today_is_the_day_and_is_said(self):
        self.write("half.rules.json", RULES.replace(', "until": "2030-01-01"', ""))
        before = datetime.datetime.now(datetime.timezone.utc).date()
        done = self.run_rfs("evaluate", "half.rules.json", "--set", "cost=50", "--format", "json", code=DONE)
        after = datetime.datetime.now(datetime.timezone.utc).date()
        self.assertIn(done.json()["as_of"], (str(before), str(after)))
        self.assertIn(f"as of {done.json()['as_of']} (today)", done.err)


class ExitCodes(CommandTest):
    def check(self, code, *words):
        for verb in ("evaluate", "explain"):
            self.run_rfs(verb, "half.rules.json", *DAY, *words, code=code)

    def test_decisions_alone_do_not_fail(self):
        self.check(DONE, "--set", "member=false")
        self.check(DONE)

    def test_fail_ineligible(self):
        self.check(NOT_PASSED, "--set", "member=false", "--fail-ineligible")
        self.check(DONE, "--set", "member=false", "--fail-undetermined")
        self.check(DONE, "--set", "member=true", "--set", "cost=50", "--fail-ineligible", "--fail-undetermined")

    def test_fail_undetermined(self):
        self.check(UNDETERMINED, "--fail-undetermined")
        self.check(UNDETERMINED, "--fail-undetermined", "--fail-ineligible")
        self.check(DONE, "--fail-ineligible")

    def test_refused_wins(self):
        self.check(INVALID, "--set", "cost=-1", "--fail-ineligible", "--fail-undetermined")


class Facts(CommandTest):
    def evaluate(self, *words, **options):
        return self.run_rfs("evaluate", "half.rules.json", *DAY, *words, **options)

    def refused(self, code, *words, **options):
        done = self.evaluate(*words, **options)
        self.assertEqual((done.code, done.out), (INVALID, ""), done.err)
        self.assertIn(f"error[{code}]", done.err)
        self.assertEqual(done.err.count("\x1b"), 0)
        out = self.evaluate(*words, "--format", "json", **options)
        self.assertEqual(out.code, INVALID)
        self.assertIn(code, [error["code"] for error in out.json()["errors"]])
        return done

    def test_from_a_file(self):
        self.write("a.json", '{"member": true, "cost": "50.00"}')
        self.assertIn("eligible, $25.00", self.evaluate("--facts", "a.json", code=DONE).out)

    def test_from_standard_input(self):
        done = self.evaluate("--facts", "-", stdin='{"member":true,"cost":50}', code=DONE)
        self.assertIn("eligible, $25.00", done.out)

    def test_set_wins_over_a_file(self):
        self.write("a.json", '{"member": true, "cost": "50.00"}')
        self.assertIn("eligible, $10.00", self.evaluate("--facts", "a.json", "--set", "cost=20", code=DONE).out)
        self.assertIn("undetermined", self.evaluate("--facts", "a.json", "--set", "member=null", code=DONE).out)

    def test_rules_from_standard_input(self):
        done = self.run_rfs("evaluate", "-", *GIVEN, stdin=RULES, code=DONE)
        self.assertIn("eligible, $25.00", done.out)
        done = self.run_rfs("evaluate", "-", *GIVEN, stdin=BROKEN, code=INVALID)
        self.assertIn("<stdin>:", done.err)

    def test_standard_input_cannot_be_both(self):
        self.assert_usage(self.run_rfs("explain", "-", "--facts", "-", *DAY, stdin=RULES), "both")

    def test_set_is_a_name_and_a_value(self):
        self.assert_usage(self.evaluate("--set", "cost"), "--set takes name=value, found `cost`")
        self.assert_usage(self.evaluate("--set", "=5"), "--set takes name=value, found `=5`")
        self.assert_usage(self.evaluate("--set", "cost=1", "--set", "cost=2"), "--set gives `cost` twice")
        self.refused("RFS602", "--set", "cost=")
        self.refused("RFS602", "--set", "cost=a=b")

    def test_facts_that_nobody_declared(self):
        done = self.refused("RFS601", "--set", "membre=true")
        self.assertIn("did you mean `member`?", done.err)
        self.refused("RFS601", "--set", "half=1")

    def test_values_that_cannot_be_read(self):
        for one in ("cost=fifty", "cost=1,000", "cost=$5", "cost= 5", "cost=0x10", "cost=NaN", "member=yes",
                    "member=1", "member=TRUE", "kind=Trip"):
            self.refused("RFS605" if one.startswith("kind") else "RFS602", "--set", one)

    def test_values_out_of_range(self):
        self.refused("RFS603", "--set", "cost=1000.01")
        self.refused("RFS603", "--set", "cost=-0.01")
        self.refused("RFS604", "--set", "cost=0.001")
        self.refused("RFS609", "--set", "cost=5.00 EUR")
        self.evaluate("--set", "cost=1000.00 USD", code=DONE)

    def test_every_problem_is_told(self):
        done = self.evaluate("--set", "cost=x", "--set", "nobody=1", "--set", "member=maybe", code=INVALID)
        self.assertEqual(done.err.count("error["), 3)

    def test_files_that_hold_no_object(self):
        for text in ("[]", "[1]", "5", '"a"', "null", "true"):
            self.write("a.json", text)
            self.refused("RFS607", "--facts", "a.json")
        for text, code in (("", "RFS003"), ("{", "RFS003"), ("{,}", "RFS002"), ('{"cost":1,"cost":2}', "RFS004"),
                           ('{"cost":1} x', "RFS002")):
            self.write("a.json", text)
            self.refused(code, "--facts", "a.json")

    def test_values_of_the_wrong_shape(self):
        for text in ('{"cost":[]}', '{"cost":{}}', '{"cost":true}', '{"member":"maybe"}', '{"kind":5}'):
            self.write("a.json", text)
            self.assertEqual(self.evaluate("--facts", "a.json").code, INVALID, text)

    def test_a_bad_day(self):
        for day in ("2024-02-30", "2024-5-6", "today", "06.05.2024", "2024-05-06T00:00", " 2024-05-06", "99999-01-01"):
            for verb in ("evaluate", "explain"):
                done = self.run_rfs(verb, "half.rules.json", "--as-of", day, code=INVALID)
                self.assertIn("error[RFS610]", done.err)
                self.assertEqual(done.out, "")
        for day in ("2019-12-31", "2030-01-01"):
            done = self.run_rfs("evaluate", "half.rules.json", "--as-of", day, code=INVALID)
            self.assertIn("error[RFS606]", done.err)
        for day in ("2020-01-01", "2029-12-31"):
            self.run_rfs("evaluate", "half.rules.json", "--as-of", day, code=DONE)

    def test_json_says_what_it_can_where_there_are_no_rules(self):
        self.write("bad.rules.json", BROKEN)
        for name, code in (("bad.rules.json", "RFS301"), ("none.rules.json", "RFS701")):
            out = self.run_rfs("evaluate", name, *DAY, "--format", "json", code=INVALID).json()
            self.assert_keys(out, "format", "engine", "errors")
            self.assertEqual(out["errors"][0]["code"], code)

    def test_words_of_people_cannot_write_to_the_terminal(self):
        done = self.evaluate("--set", "kind=\x1b[2J", code=INVALID)
        self.assertNotIn("\x1b", done.err)
        done = self.run_rfs("evaluate", "half.rules.json", "--as-of", "\x1b[2J", code=INVALID)
        self.assertNotIn("\x1b", done.err)
        for words in (("\x1b[2J",), ("check", "--\x1b[2J"), ("check", "half.rules.json", "--format", "\x1b[2J"),
                      ("evaluate", "half.rules.json", "--set", "\x1b[2J"), ("check", "\x1b[2J")):
            done = self.run_rfs(*words)
            self.assertNotIn("\x1b", done.out + done.err, words)

    def test_options_that_are_not_utf8(self):
        done = self.evaluate("--set", b"kind=\xff\xfe", code=INVALID)
        done.err.encode("utf-8")
        out = self.evaluate("--set", b"\xff=1", "--format", "json", code=INVALID)
        json.loads(out.raw.decode("utf-8"))
        out = self.run_rfs("evaluate", b"\xff.rules.json", "--format", "json", code=INVALID)
        json.loads(out.raw.decode("utf-8"))
        self.assertEqual(self.run_rfs(b"\xff").code, FAILED)
