"""Folders of rule files of one name, each for days of its own: check, evaluate, explain and batch."""

import csv
import io
import json

from command import DONE, INVALID, UNDETERMINED, CommandTest, parse_json

EARLY = """{
  "rfs": 1, "rules": "town/grant", "version": "2017.1", "currency": "USD",
  "effective": { "until": "2018-07-01" },
  "facts": { "raised": { "type": "money", "min": "0.00" }, "resident": { "type": "bool" } },
  "definitions": { "lives_here": { "value": "resident", "title": "Lives here" } },
  "decisions": { "grant": { "eligible": "lives_here", "amount": "raised", "round": "down to 0.01 USD" } }
}
"""
# Another structure: donors are counted instead, an amount finer than a cent, and a decision more.
LATE = """{
  "rfs": 1, "rules": "town/grant", "version": "2018.1", "currency": "USD",
  "effective": { "from": "2018-07-01", "until": "2020-01-01" },
  "facts": { "raised": { "type": "money", "min": "0.00" }, "donors": { "type": "integer", "min": 0 } },
  "definitions": {
    "supported": { "value": "donors >= 10", "title": "Has ten donors" },
    "known": { "value": "raised >= 100 USD", "title": "Raised $100.00" }
  },
  "decisions": {
    "grant": { "eligible": "supported", "amount": "raised / 8", "round": "down to 0.001 USD" },
    "visit": { "eligible": "known" }
  }
}
"""


class ShelfTest(CommandTest):
    def setUp(self):
        super().setUp()
        self.write("grant/2017.rules.json", EARLY)
        self.write("grant/2018.rules.json", LATE)


class Applicants(ShelfTest):
    def outcome(self, *words, code=DONE):
        return self.run_rfs("evaluate", "grant", "--format", "json", *words, code=code).json()

    def test_the_file_of_the_day_decides(self):
        out = self.outcome("--as-of", "2018-06-30", "--set", "raised=100.00", "--set", "resident=true")
        self.assertEqual((out["version"], out["decisions"]["grant"]["amount"]), ("2017.1", "100.00"))
        self.assert_keys(out["decisions"], "grant")
        out = self.outcome("--as-of", "2018-07-01", "--set", "raised=100.00", "--set", "donors=10")
        self.assertEqual((out["version"], out["decisions"]["grant"]["amount"]), ("2018.1", "12.50"))
        self.assert_keys(out["decisions"], "grant", "visit")

    def test_a_fact_of_the_other_file_is_unknown_to_it(self):
        out = self.outcome("--as-of", "2018-07-01", "--set", "resident=true", code=INVALID)
        self.assertEqual([error["code"] for error in out["errors"]], ["RFS601"])

    def test_a_day_of_no_file_is_refused(self):
        out = self.outcome("--as-of", "2020-01-01", code=INVALID)
        self.assertEqual([(error["code"], error["message"]) for error in out["errors"]], [(
            "RFS606", "the files of `town/grant` hold from 1900-01-01 to 2019-12-31, not on 2020-01-01")])
        done = self.run_rfs("evaluate", "grant", "--as-of", "July", code=INVALID)
        self.assertIn("RFS610", done.err)
        self.assertEqual(done.out, "")

    def test_explain_takes_the_same_file(self):
        done = self.run_rfs("explain", "grant", "--as-of", "2018-07-01", "--set", "donors=9", code=DONE)
        self.assertIn("town/grant, version 2018.1", done.out)
        self.assertIn("Has ten donors", done.out)
        self.run_rfs("explain", "grant", "--as-of", "2018-07-01", "--fail-undetermined", code=UNDETERMINED)

    def test_a_mistake_in_any_file_refuses_all(self):
        self.write("grant/2017.rules.json", EARLY.replace('"resident",', '"residnt",'))
        done = self.run_rfs("evaluate", "grant", "--as-of", "2018-07-01", "--set", "donors=10", code=INVALID)
        self.assertIn("grant/2017.rules.json", done.err)

    def test_folders_below_are_other_shelves(self):
        self.write("grant/old/2018.rules.json", LATE.replace("2018.1", "draft"))
        out = self.outcome("--as-of", "2018-07-01", "--set", "raised=100.00", "--set", "donors=10")
        self.assertEqual(out["version"], "2018.1")

    def test_a_folder_without_rules(self):
        self.write("empty/readme.txt", "nothing")
        self.assertIn("RFS702", self.run_rfs("evaluate", "empty", code=INVALID).err)


class Check(ShelfTest):
    def findings(self, *words, code=DONE):
        out = self.run_rfs("check", "--format", "json", *words, code=code).json()
        return [(file["file"], finding["code"]) for file in out["files"] for finding in file["findings"]]

    def test_windows_that_touch(self):
        self.assertEqual(self.findings("grant"), [])
        self.run_rfs("check", "--fail-level", "note", "grant", code=DONE)

    def test_an_overlap(self):
        self.write("grant/2017.rules.json", EARLY.replace("2018-07-01", "2018-07-02"))
        self.assertEqual(self.findings("grant", code=INVALID), [("grant/2018.rules.json", "RFS707")])
        paths = ("grant/2017.rules.json", "grant/2018.rules.json")
        self.assertEqual(self.findings(*paths, code=INVALID), [("grant/2018.rules.json", "RFS707")])
        # One file alone, and standard input, are no shelf; nor is a folder in which another file has errors.
        self.assertEqual(self.findings("grant/2018.rules.json"), [])
        self.write("grant/2019.rules.json", "{}")
        self.assertNotIn(("grant/2018.rules.json", "RFS707"), self.findings("grant", code=INVALID))
        (self.folder / "grant/2019.rules.json").unlink()
        done = self.run_rfs("check", "-", stdin=EARLY.replace("2018-07-01", "2018-07-02"), code=DONE)
        self.assertNotIn("RFS707", done.out)
        done = self.run_rfs("evaluate", "grant", "--as-of", "2018-07-01", code=INVALID)
        self.assertIn("RFS707", done.err)

    def test_the_last_day_taken_for_the_end(self):
        self.write("grant/2017.rules.json", EARLY.replace("2018-07-01", "2018-06-30"))
        self.assertEqual(self.findings("grant"), [("grant/2018.rules.json", "RFS807")])
        self.run_rfs("check", "--fail-level", "warning", "grant", code=INVALID)
        # A gap does not refuse the shelf.
        self.run_rfs("evaluate", "grant", "--as-of", "2018-07-01", "--set", "donors=10", code=DONE)

    def test_a_gap_that_is_allowed(self):
        self.write("grant/2017.rules.json", EARLY.replace("2018-07-01", "2017-07-01"))
        allowance = {"code": "RFS807", "at": "effective", "reason": "no grants in that year"}
        self.write("grant/2018.rules.json", json.dumps({**json.loads(LATE), "allow": [allowance]}))
        self.run_rfs("check", "--fail-level", "warning", "grant", code=DONE)
        allowance["until"] = "2020-01-01"
        self.write("grant/2018.rules.json", json.dumps({**json.loads(LATE), "allow": [allowance]}))
        self.assertEqual(sorted(self.findings("grant")), [("grant/2018.rules.json", "RFS806"),
                                                          ("grant/2018.rules.json", "RFS807")])

    def test_other_names_and_other_folders_are_other_shelves(self):
        self.write("grant/copy.rules.json", EARLY.replace("town/grant", "town/copy"))
        self.write("grant/below/2018.rules.json", LATE)
        self.assertEqual(self.findings("."), [])

    def test_a_fact_of_two_types(self):
        self.write("grant/2018.rules.json", LATE.replace('"type": "integer", "min": 0', '"type": "number", "min": 0'))
        self.assertEqual(self.findings("grant"), [])
        self.write("grant/2017.rules.json", EARLY.replace('"resident": { "type": "bool" }',
                                                          '"resident": { "type": "bool" }, "donors": { "type": "date" }'))
        self.assertIn(("grant/2018.rules.json", "RFS708"), self.findings("grant", code=INVALID))


class Batch(ShelfTest):
    CSV = ("id,on,raised,resident,donors\n"
           "1,2018-07-01,100.00,,10\n"
           "2,2018-06-30,100.00,true,\n"
           "3,2020-01-01,100.00,true,10\n"
           "4,2019-12-31,80.00,,3\n"
           "5,,100.00,true,10\n"
           "6,2017-05-01,x,true,10\n")
    STATUSES = ["eligible", "eligible", "refused", "ineligible", "refused", "refused"]

    def test_rows_by_the_file_of_their_day(self):
        self.write("people.csv", self.CSV)
        done = self.run_rfs("batch", "grant", "people.csv", "--as-of", "on", "--format", "ndjson", code=DONE)
        rows = [parse_json(line) for line in done.out.splitlines()]
        for row in rows:
            self.assert_keys(row, "grant_status", "grant_amount", "visit_status", "error")
        self.assertEqual([row["grant_status"] for row in rows], self.STATUSES)
        self.assertEqual([row["grant_amount"] for row in rows], ["12.50", "100.00", None, "0.00", None, None])
        self.assertEqual([row["visit_status"] for row in rows],
                         ["eligible", None, "refused", "ineligible", "refused", None])
        self.assertEqual(rows[2]["error"], "line 4: RFS606: the files of `town/grant` hold from 1900-01-01 to 2019-12-31, "
                                           "not on 2020-01-01 (evaluate on a day inside, or add the file of that day)")
        self.assertIn("RFS610", rows[4]["error"])
        self.assertIn("line 7: RFS602: `raised`", rows[5]["error"])
        self.assertIn("6 rows, 3 refused\ngrant: 2 eligible, 1 ineligible\nvisit: 1 eligible, 1 ineligible\n"
                      "refused: line 4: RFS606", done.err)
        self.assertIn("`id`", done.err)
        self.assertNotIn("`donors`", done.err)

    def test_csv_has_one_header(self):
        self.write("people.csv", self.CSV)
        done = self.run_rfs("batch", "grant", "people.csv", "--as-of", "on", "--output", "unmet,definitions", code=DONE)
        header, *rows = csv.reader(io.StringIO(done.out))
        self.assertEqual(header, ["grant_status", "grant_amount", "grant_unmet", "lives_here", "visit_status", "visit_unmet",
                                  "supported", "known", "error"])
        self.assertEqual(rows[0], ["eligible", "12.50", "", "", "eligible", "", "true", "true", ""])
        self.assertEqual(rows[1], ["eligible", "100.00", "", "true", "", "", "", "", ""])
        self.assertEqual(rows[3], ["ineligible", "0.00", "supported", "", "ineligible", "known", "false", "false", ""])

    def test_every_row_as_its_file_decides_it(self):
        days = ["2018-06-30", "2018-07-01", "2017-01-01", "2019-12-31"]
        people = [{"on": days[i * 7 % 4], "raised": f"{i % 200}.00", "resident": i % 3 == 0, "donors": i % 20}
                  for i in range(3000)]
        text = "".join(json.dumps(one) + "\n" for one in people)
        for output in ([], ["--output", "outcome"], ["--output", "least,most,needed"]):
            both = self.run_rfs("batch", "grant", "--as-of", "on", *output, "--threads", "2", stdin=text, code=DONE)
            both = [parse_json(line) for line in both.out.splitlines()]
            self.assertEqual(len(both), len(people))
            for file, own in (("2017", lambda day: day < "2018-07-01"), ("2018", lambda day: day >= "2018-07-01")):
                some = [at for at, one in enumerate(people) if own(one["on"])]
                alone = self.run_rfs("batch", f"grant/{file}.rules.json", "--as-of", "on", *output, code=DONE,
                                     stdin="".join(json.dumps(people[at]) + "\n" for at in some))
                for at, line in zip(some, alone.out.splitlines(), strict=True):
                    expected = parse_json(line)
                    self.assertEqual({key: both[at][key] for key in expected}, expected)

    def test_members_that_other_files_read(self):
        text = '{"on": "2018-06-30", "raised": "1.00", "resident": true, "donors": "many"}\n'
        done = self.run_rfs("batch", "grant", "--as-of", "on", stdin=text, code=DONE)
        self.assertEqual(done.json()["grant_status"], "eligible")  # the file of that day does not read `donors`
        done = self.run_rfs("batch", "grant", "--as-of", "on", stdin=text.replace("many", "1") * 2, code=DONE)
        self.assertEqual(done.err, "2 rows\ngrant: 2 eligible\n")
        done = self.run_rfs("batch", "grant", "--as-of", "on", "--unknown", "donors", code=DONE,
                            stdin=text.replace(', "donors": "many"', ""))
        self.assertEqual(done.json()["grant_status"], "eligible")

    def test_options_are_those_of_all_files(self):
        self.write("people.csv", self.CSV)
        done = self.run_rfs("batch", "grant", "people.csv", "--as-of", "on", "--unknown", "residnt", code=INVALID)
        self.assertEqual(done.err.count("RFS601"), 1)
        self.assertEqual(done.out, "")
        self.write("people.csv", self.CSV.replace("donors", "givers"))
        done = self.run_rfs("batch", "grant", "people.csv", "--as-of", "on", code=INVALID)
        self.assertIn("no column for the fact `donors`", done.err)
        done = self.run_rfs("batch", "grant", "people.csv", "--as-of", "on", "--map", "donors=givers", "--format", "ndjson",
                            code=DONE)
        self.assertEqual([parse_json(line)["grant_status"] for line in done.out.splitlines()], self.STATUSES)

    def test_columns_that_files_hold_differently(self):
        self.write("grant/2018.rules.json", LATE.replace('"raised / 8", "round": "down to 0.001 USD"', '"donors"'))
        self.write("people.csv", self.CSV)
        done = self.run_rfs("batch", "grant", "people.csv", "--as-of", "on", code=INVALID)
        self.assertIn("two files would write different columns named `grant_amount`", done.err)

    def test_one_day_for_all(self):
        self.write("people.csv", "raised,resident\n5.00,true\n")
        done = self.run_rfs("batch", "grant", "people.csv", "--as-of", "2018-06-30", code=DONE)
        self.assertEqual(done.out, "grant_status,grant_amount,error\neligible,5.00,\n")
        self.assertIn("RFS606", self.run_rfs("batch", "grant", "people.csv", "--as-of", "2020-01-01", code=INVALID).err)


class Lists(CommandTest):
    """Files of lists, of which each file of a folder reads the fields that it declares."""

    def setUp(self):
        super().setUp()
        def file(name, effective, fields, rest):
            self.write(f"gifts/{name}.rules.json", json.dumps({
                "rfs": 1, "rules": "gifts", "currency": "USD", "effective": effective,
                "facts": {"gifts": {"type": "list", "fields": fields}} if fields else {"member": {"type": "bool"}}, **rest}))
        file("early", {"until": "2018-07-01"},
             {"amount": "money", "local": "bool", "share": {"type": "percent", "default": "5%"}},
             {"definitions": {"total": "sum(gifts[local].amount)"},
              "decisions": {"grant": {"eligible": "total >= 10 USD", "amount": "max(0 USD, total)", "round": "none"}}})
        file("middle", {"from": "2018-07-01", "until": "2020-01-01"},
             {"amount": "money", "donor": "text", "share": {"type": "percent", "default": "6%"}},
             {"definitions": {"donors": "count(distinct(gifts.donor))"},
              "decisions": {"grant": {"eligible": "donors >= 2", "amount": "10 USD * donors", "round": "none"}}})
        file("late", {"from": "2020-01-01"}, None, {"decisions": {"grant": {"eligible": "member"}}})
        self.gifts = [{"who": who, "amount": amount, "local": local, "donor": donor, "share": "5%", "other": 1}
                      for who, amount, local, donor in [("a", "10.00", True, "ann"), ("b", "20.00", False, "bo"),
                                                        ("a", "30.00", False, "cy"), ("b", "40.00", True, "di")]]
        self.people = "id,on,member\na,2018-06-30,\nb,2018-07-01,\nc,2018-07-01,\nd,2020-01-01,true\n"

    def batch(self, *options, gifts=None, people=None, code=DONE):
        self.write("gifts.ndjson", "".join(json.dumps(gift) + "\n" for gift in (gifts or self.gifts)))
        self.write("people.csv", people or self.people)
        return self.run_rfs("batch", "gifts", "people.csv", "--as-of", "on", "--key", "id", "--list",
                            "gifts=gifts.ndjson:who", "--format", "ndjson", *options, code=code)

    def test_each_file_reads_its_fields(self):
        done = self.batch()
        rows = [parse_json(line) for line in done.out.splitlines()]
        self.assertEqual([row["grant_status"] for row in rows], ["eligible", "eligible", "ineligible", "eligible"])
        self.assertEqual([row["grant_amount"] for row in rows], ["10.00", "20.00", "0.00", None])
        self.assertIn("`other`", done.err)
        self.assertNotIn("`donor`", done.err)

    def test_the_same_as_whole_outcomes(self):
        rows = [parse_json(line) for line in self.batch("--output", "outcome").out.splitlines()]
        self.assertEqual([row["decisions"]["grant"]["status"] for row in rows],
                         ["eligible", "eligible", "ineligible", "eligible"])
        self.assertEqual(rows[1]["definitions"]["donors"]["value"], "2")

    def test_one_day_has_one_file(self):
        people = "id,on\na,2018-06-30\nb,2018-07-01\n"
        self.write("people.csv", people)
        self.write("gifts.ndjson", "".join(json.dumps(gift) + "\n" for gift in self.gifts))
        done = self.run_rfs("batch", "gifts", "people.csv", "--as-of", "2018-07-01", "--key", "id", "--list",
                            "gifts=gifts.ndjson:who", "--format", "ndjson", code=DONE)
        self.assertEqual([parse_json(line)["grant_amount"] for line in done.out.splitlines()], ["20.00", "20.00"])

    def test_keys_are_those_of_all_files(self):
        for output in ((), ("--output", "outcome")):
            orphan = [*self.gifts, {**self.gifts[0], "who": "z"}]
            done = self.batch(*output, gifts=orphan, code=INVALID)
            self.assertEqual(done.err.count("RFS615"), 1, done.err)
            self.assertIn("a row of the child table for `gifts` has a key that no applicant has: `z`", done.err)
            # A row that no file decides has a key too, and so has one of a file without lists.
            self.batch(*output, gifts=orphan, people=self.people + "z,1800-01-01,\n")
            self.batch(*output, gifts=orphan, people=self.people + "z,2021-01-01,\n")
            for again in ("a,2018-07-01,\n", "a,2021-01-01,\n", "a,1800-01-01,\n"):
                done = self.batch(*output, people=self.people + again, code=INVALID)
                self.assertIn("RFS616", done.err)

    def test_defaults_that_files_do_not_share(self):
        without = [{name: gift[name] for name in gift if name != "share"} for gift in self.gifts]
        done = self.batch(gifts=without, code=INVALID)
        self.assertIn("gifts.ndjson line 1: `share` is not given, and files of the folder have other defaults for it",
                      done.err)
        self.assertIn("did you mean `gifts`?", self.batch("--list", "gift=gifts.ndjson:who", code=INVALID).err)
