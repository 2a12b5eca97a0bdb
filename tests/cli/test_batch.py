"""`rfs batch`: files of applicants in, results in the same order out."""

import csv
import io
import itertools
import json
import os
import pty
import random
import re
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

from command import DONE, FAILED, INVALID, RFS, RULES, SECONDS, CommandTest, environment, parse_json

DAY = ("--as-of", "2024-05-06")
GOOD = '{"member":true,"cost":"50.00"}'
GOOD_RESULT = {"half_status": "eligible", "half_amount": "25.00", "error": None}
MOST = 1 << 20


def most_memory(pid):
    """Returns the most bytes that a process had in memory so far; what wait4() tells begins with those of this one."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        raise unittest.SkipTest("this system does not tell")
    return int(re.search(r"^VmHWM:\s*(\d+) kB$", status.read_text(), re.MULTILINE)[1]) << 10


class BatchTest(CommandTest):
    def batch(self, rows, *options, code=DONE, day=DAY):
        """Runs the rows through standard input; returns the results."""
        self.done = self.run_rfs("batch", "half.rules.json", *day, *options, stdin=rows, code=code)
        return [parse_json(line) for line in self.done.out.splitlines()]

    def csv(self, text, *options, code=DONE, day=DAY):
        """The same of CSV, in and out."""
        self.done = self.run_rfs("batch", "half.rules.json", *day, "--from", "csv", *options, stdin=text, code=code)
        return list(csv.DictReader(io.StringIO(self.done.out, newline="")))

    def assert_refused(self, rows, *parts, **given):
        """The wrong input is a finding before any result."""
        self.batch(rows, *given.pop("options", ()), code=INVALID, **given)
        self.assertEqual(self.done.out, "")
        for part in parts:
            self.assertIn(part, self.done.err)


class Results(BatchTest):
    def test_a_line_for_a_line(self):
        rows = f'{GOOD}\n{{"member":false,"cost":50}}\n{{"member":true}}\n{{"cost":"$5"}}\n'
        self.assertEqual(self.batch(rows), [
            GOOD_RESULT,
            {"half_status": "ineligible", "half_amount": "0.00", "error": None},
            {"half_status": "undetermined", "half_amount": None, "error": None},
            {"half_status": "refused", "half_amount": None,
             "error": "line 4: RFS602: `cost`: expected an amount of money, found `$5` "
                      "(write it like `1000.00`: no currency sign, no thousands separator, no blanks)"}])
        self.assertEqual(self.done.out.splitlines()[0],
                         '{"half_status":"eligible","half_amount":"25.00","error":null}')

    def test_the_summary(self):
        self.batch(f'{GOOD}\n{{"cost":"$5"}}\n{{"member":1,"cost":"x"}}\n{GOOD}\n')
        self.assertEqual(self.done.err.splitlines()[:2], ["4 rows, 2 refused", "half: 2 eligible"])
        self.assertIn("refused: line 2: RFS602", self.done.err)
        self.assertIn("refused: line 3: RFS602", self.done.err)
        self.assertIn("errors: 3 RFS602", self.done.err)
        self.assertNotIn("\x1b", self.done.err)
        self.batch("nonsense\n" * 1234)
        self.assertIn("1,234 rows, 1,234 refused", self.done.err)
        self.assertIn("refused: and 1,229 more", self.done.err)

    def test_output(self):
        everything = ("--output", "least,most", "--output", "unmet,needed,conditions,definitions")
        member, open_cost = self.batch('{"member":false,"cost":"5"}\n{"member":true}\n', *everything)
        self.assert_keys(member, "half_status", "half_amount", "half_least", "half_most", "half_unmet", "half_needed",
                         "half_condition_is_member", "half_condition_a_trip", "half_condition_enough", "is_member",
                         "a_trip", "enough", "error")
        self.assertEqual(member["half_unmet"], ["is_member", "enough"])
        self.assertEqual((member["half_least"], member["half_most"], member["half_needed"]), ("0.00", "0.00", []))
        self.assertEqual((member["is_member"], member["a_trip"], member["enough"]), (False, True, False))
        self.assertEqual((open_cost["half_least"], open_cost["half_most"]), ("0.00", "100.00"))
        self.assertEqual((open_cost["half_needed"], open_cost["enough"]), (["cost"], None))
        only, = self.batch(GOOD, "--output", "most")
        self.assert_keys(only, "half_status", "half_amount", "half_most", "error")

    def test_output_in_csv(self):
        row, = self.csv("member,cost\nfalse,5\n", "--output", "unmet,needed,definitions")
        self.assertEqual(row, {"half_status": "ineligible", "half_amount": "0.00",
                               "half_unmet": "is_member; enough", "half_needed": "", "is_member": "false",
                               "a_trip": "true", "enough": "false", "error": ""})

    def test_values_as_evaluate_writes_them(self):
        self.write("values.rules.json", """{
          "rfs": 1, "rules": "test/values", "currency": "USD", "month_end": "clamp",
          "facts": { "n": { "type": "number" }, "p": { "type": "percent" }, "m": { "type": "money", "places": 4,
                     "min": "-1000" }, "d": { "type": "date" }, "c": { "type": "choice", "of": ["a b", "c"] },
                     "t": { "type": "months" }, "w": { "type": "days" } },
          "definitions": { "n2": "n * 2", "half_p": "p / 2", "cents": "m / 2", "whole": "m * 100", "third": "m / 3",
                           "next": "d + 1 month", "choice": "c", "t2": "t + 1 month", "w2": "w + 1 day",
                           "yes": "n > 0" },
          "decisions": { "any": { "eligible": "n > 0" } }
        }""")
        facts = [{"n": n, "p": p, "m": m, "d": "2024-01-31", "c": c, "t": "2 months", "w": "90 days"}
                 for n, p, m, c in [("1.5", "15%", "10.00", "c"), ("-0.000001", "0.5%", "-0.0005", "a b"),
                                    ("999999999", "100%", "12.3456", "c"), ("0", "0%", "0", "a b")]]
        rows = "".join(json.dumps(one) + "\n" for one in facts)
        done = self.run_rfs("batch", "values.rules.json", *DAY, "--output", "definitions", stdin=rows, code=DONE)
        for given, line in zip(facts, done.out.splitlines(), strict=True):
            self.write("facts.json", json.dumps(given))
            want = self.run_rfs("evaluate", "values.rules.json", *DAY, "--facts", "facts.json", "--format",
                                "json").json()
            got = parse_json(line)
            for name, definition in want["definitions"].items():
                self.assertEqual(got[name], definition["value"], (name, given))

    def test_the_outcome(self):
        rows = [GOOD, '{"member":null,"cost":"7"}', '{"cost":"5","kind":"book"}', '{"cost":"$5","kind":7}']
        outcomes = self.batch("\n".join(rows), "--output", "outcome")
        for row, outcome in zip(rows, outcomes, strict=True):
            want = self.run_rfs("evaluate", "half.rules.json", *DAY, "--facts", "-", "--format", "json",
                                stdin=row).json()
            self.assertEqual(list(outcome), list(want))
            for error in want["errors"]:
                error.update(message="line 4: " + error["message"], file=None, line=None, column=None, end_line=None,
                             end_column=None)
            self.assertEqual(outcome, want)
        broken, = self.batch("\n\n{]\n", "--output", "outcome")
        self.assert_keys(broken, "format", "engine", "errors")
        self.assertRegex(broken["errors"][0]["message"], r"\Aline 3: expected .* at column 2\Z")
        self.assertIn("refused: line 3: RFS00", self.done.err)


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


class SameAsEvaluate(BatchTest):
    def rows(self, count):
        chance = random.Random(5)
        values = {"member": [True, False, None, "true", 1], "kind": ["trip", "book", None, "tripp", 7],
                  "cost": ["50.00", 50, 50.5, "10", "10.01", "1000.00", "1000.01", "-1", "1.001", "1e1", 1e2, None, "",
                           "1,0", [1], {"a": 1}, "é", "50.00 USD", "50.00 EUR"]}
        for _ in range(count):
            row = {name: chance.choice(some) for name, some in values.items() if chance.random() < 0.85}
            names = list(row)
            chance.shuffle(names)
            text = json.dumps({name: row[name] for name in names}, ensure_ascii=chance.random() < 0.5,
                              separators=chance.choice([(",", ":"), (", ", ": "), (" ,\t", " :")]))
            yield text if chance.random() < 0.95 else text[:-1]

    def test_each_row(self):
        rows = list(self.rows(120))
        results = self.batch("\n".join(rows), "--threads", "2", "--output", "least,most,unmet,needed")
        statuses = set()
        for number, (row, result) in enumerate(zip(rows, results, strict=True), 1):
            with self.subTest(row=row):
                outcome = self.run_rfs("evaluate", "half.rules.json", *DAY, "--facts", "-", "--format", "json",
                                       stdin=row).json()
                statuses.add(result["half_status"])
                if result["half_status"] == "refused":
                    self.assertTrue(result["error"].startswith(f"line {number}: "))
                    for error in outcome["errors"]:
                        self.assertIn(error["code"] + ": " + error["message"], result["error"])
                    self.assertEqual(result["error"].count("RFS"), len(outcome["errors"]))
                    continue
                self.assertEqual(outcome["errors"], [])
                half = outcome["decisions"]["half"]
                self.assertEqual(result, {**{"half_" + name: half[name] for name in
                                             ("status", "amount", "least", "most", "unmet", "needed")}, "error": None})
        self.assertEqual(statuses, {"eligible", "ineligible", "undetermined", "refused"})

    def test_plain_lines_are_read_as_others(self):
        """A line that is read quickly, and the same with an escape in a name that is not read, come out the same."""
        for row in self.rows(200):
            if not is_json(row) or row == "{}":
                continue
            slow = row[:-1] + ',"\\u0069d":1}'
            fast = row[:-1] + ',"id":1}'
            (one,), (two,) = self.batch(fast), self.batch(slow)
            self.assertEqual(one, two, row)


class Order(BatchTest):
    def test_threads(self):
        rows = [f'{{"cost":"{i % 1000}.{i % 100:02}","member":{"true" if i % 3 else "false"}'
                + (',"kind":"book"}' if i % 7 == 0 else "}") if i % 11 else "broken" for i in range(60_000)]
        text = "\n".join(rows)
        self.batch(text, "--threads", "1")
        one = self.done
        self.assertEqual(one.out.count("\n"), len(rows))
        for threads in ("2", "5"):
            self.batch(text, "--threads", threads)
            self.assertEqual(self.done.err, one.err)
            self.assertTrue(self.done.out == one.out, "the order differs")  # a diff of so many rows takes minutes
        for number, line in enumerate(one.out.splitlines(), 1):
            self.assertEqual(f'"line {number}: ' in line, number % 11 == 1)

    def test_no_memory_is_kept(self):
        """All rows are answered, the input still open: what the process held at most is far less than they are."""
        if any(name in RFS.read_bytes() for name in (b"__asan_init", b"__tsan_init")):
            self.skipTest("sanitizers keep what is freed")
        rows = (GOOD + "\n").encode() * 1000
        for times, *options in ((8000,), (300, "--output", "outcome"),
                                (1000, "--format", "csv", "--output", "least,most,unmet,needed")):
            with subprocess.Popen([RFS, "batch", "half.rules.json", *DAY, "--threads", "2", *options], cwd=self.folder,
                                  env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as process:
                feeder = threading.Thread(target=lambda: [process.stdin.write(rows) for _ in range(times)])
                feeder.start()
                answered, wanted = 0, 1000 * times + ("csv" in options)
                while answered < wanted and (piece := os.read(process.stdout.fileno(), 1 << 20)):
                    answered += piece.count(b"\n")
                feeder.join()
                self.assertEqual(answered, wanted, options)
                memory = most_memory(process.pid)
                process.stdin.close()
                self.assertIn(f"{1000 * times:,} rows\n".encode(), process.stderr.read())
                self.assertEqual(process.wait(SECONDS), DONE)
            self.assertLess(memory, 64 << 20, options)


class Names(BatchTest):
    def test_map(self):
        row = '{"paid":"50.00","member":true}'
        self.assertEqual(self.batch(row, "--map", "cost=paid"), [GOOD_RESULT])
        self.assertEqual(self.csv("paid,member\n50.00,true\n", "--map", "cost=paid")[0]["half_amount"], "25.00")
        self.assertNotIn("RFS614", self.done.err)

    def test_a_mapped_name_hides_the_fact_of_that_name(self):
        row = '{"paid":"50.00","member":true,"cost":"1.00"}'
        self.assertEqual(self.batch(row, "--map", "cost=paid"), [GOOD_RESULT])
        self.assertIn("are not read: `cost`", self.done.err)

    def test_one_column_for_two_facts(self):
        fee = '"fee": { "type": "money", "max": "9999.00" }, "cost": '
        self.write("half.rules.json", RULES.replace('"cost": ', fee).replace("cost / 2", "fee / 5"))
        self.assertEqual(self.batch('{"member":true,"paid":"50.00"}', "--map", "cost=paid", "--map", "fee=paid"),
                         [{**GOOD_RESULT, "half_amount": "10.00"}])

    def test_unknown(self):
        self.assertEqual(self.batch('{"member":true}', "--unknown", "cost")[0]["half_status"], "undetermined")
        self.assertNotIn("RFS611", self.done.err)
        self.assertEqual(self.batch('{}', "--unknown", "cost,member")[0]["half_status"], "undetermined")
        self.assertEqual(self.batch(GOOD, "--unknown", "kind")[0]["half_status"], "undetermined")  # despite its default
        refused, = self.batch(GOOD, "--unknown", "cost")
        self.assertIn("line 1: RFS613: `cost` is given, and `--unknown` says that it is not", refused["error"])

    def test_an_absent_fact_has_its_default_and_a_null_has_not(self):
        rows = '{"member":true,"cost":"50.00","kind":null}\n' + GOOD + "\n"
        self.assertEqual([row["half_status"] for row in self.batch(rows * 2)], ["undetermined", "eligible"] * 2)
        self.assertEqual(self.csv("member,cost\ntrue,50\n")[0]["half_status"], "eligible")
        self.assertEqual(self.csv("member,cost,kind\ntrue,50,\n")[0]["half_status"], "undetermined")

    def test_many_sets_of_absent_facts(self):
        names = [f"x{i}" for i in range(9)]
        facts = ", ".join(f'"{name}": {{ "type": "integer", "default": {i} }}' for i, name in enumerate(names))
        self.write("many.rules.json", f"""{{ "rfs": 1, "rules": "test/many", "facts": {{ {facts} }},
          "definitions": {{ "sum": "{' + '.join(names)}" }},
          "decisions": {{ "any": {{ "eligible": "sum > 0" }} }} }}""")
        rows, want = "", []
        for chosen in itertools.product((True, False), repeat=len(names)):
            given = {name: 100 for name, is_given in zip(names, chosen) if is_given}
            rows += json.dumps(given) + "\n"
            want.append(str(sum(given.get(name, i) for i, name in enumerate(names))))
        done = self.run_rfs("batch", "many.rules.json", *DAY, "--output", "definitions", stdin=rows * 2, code=DONE)
        self.assertEqual([parse_json(line)["sum"] for line in done.out.splitlines()], want * 2)
        self.assertIn("1,024 rows\nany: 1,024 eligible\n", done.err)

    def test_names_that_are_no_facts_are_told_once(self):
        self.batch(f'{{"id":1,"cost":"5"}}\n{GOOD}\n{{"id":"é","name":"Zoë","cost":"5"}}\n')
        self.assertEqual(self.done.err.count("RFS614"), 1)
        self.assertIn("are not read: `id`, `name`\n", self.done.err)

    def test_a_fact_that_no_row_gives_is_told(self):
        self.batch('{"member":true,"csot":"50.00"}\n')
        self.assertIn("warning[RFS611]: no row gives `cost`", self.done.err)
        self.assertIn("did you mean `--map cost=csot`?", self.done.err)
        self.assertNotIn("`kind`: the fact", self.done.err)  # it has a default

    def test_wrong_names(self):
        for options, code, message in (
                (("--map", "csot=paid"), "RFS601", "unknown fact `csot` in `--map`"),
                (("--unknown", "member,csot"), "RFS601", "unknown fact `csot` in `--unknown`"),
                (("--map", "cost=a", "--map", "cost=b"), "RFS613", "`--map` gives two columns for the fact `cost`"),
                (("--map", "cost=paid", "--unknown", "cost"), "RFS613", "`--unknown` names `cost`")):
            self.assert_refused(GOOD, f"error[{code}]: {message}", options=options)


class Days(BatchTest):
    def test_a_column_of_days(self):
        rows = '{"cost":"50","member":true,"on":"2024-05-06"}\n{"cost":"50","member":true,"on":"2019-12-31"}\n' \
               '{"cost":"50","member":true,"on":"31.12.2024"}\n{"cost":"50","member":true}\n' \
               '{"cost":"50","member":true,"on":20240506}\n'
        for output in ((), ("--output", "outcome")):
            self.batch(rows, *output, day=("--as-of", "on"))
            lines = self.done.out.splitlines()
            self.assertIn('eligible"', lines[0])
            self.assertIn("RFS606", lines[1])
            self.assertIn("line 2: ", lines[1])
            for line in lines[2:]:
                self.assertIn("RFS610", line)
                self.assertIn("`as_of`: expected a date, found ", line)
            self.assertIn("5 rows, 4 refused", self.done.err)
            self.assertNotIn("RFS614", self.done.err)

    def test_a_column_of_days_in_csv(self):
        rows = self.csv("on,cost,member\n2024-05-06,50,true\n2019-12-31,50,true\n,50,true\n", day=("--as-of", "on"))
        self.assertEqual([row["half_status"] for row in rows], ["eligible", "refused", "refused"])

    def test_the_day_of_a_fact(self):
        self.write("since.rules.json", """{ "rfs": 1, "rules": "test/since", "facts": { "since": { "type": "date" } },
          "decisions": { "any": { "eligible": "as_of = since" } } }""")
        done = self.run_rfs("batch", "since.rules.json", "--as-of", "since", stdin='{"since":"2024-01-01"}', code=DONE)
        self.assertEqual(parse_json(done.out), {"any_status": "eligible", "error": None})

    def test_days_that_are_wrong(self):
        for day in ("2024-13-01", "2024-5-6", "6/5/2024", "20240506"):
            self.assert_refused(GOOD, f"error[RFS610]: expected a date or a column, found `{day}`",
                                day=("--as-of", day))
        self.assert_usage(self.run_rfs("batch", "half.rules.json"), "expected DAY")
        self.assert_usage(self.run_rfs("batch", "half.rules.json", "--as-of", ""), "--as-of: expected a value")
        done = self.run_rfs("batch", "half.rules.json", "--from", "csv", "--as-of", "onn", stdin="on,cost,member\n",
                            code=INVALID)
        self.assertIn("no column is named `onn`, which `--as-of` names", done.err)
        self.assertIn("did you mean `on`?", done.err)


class Csv(BatchTest):
    def test_cells(self):
        for text, status, amount in (
                ("cost,member\n50.00,true\n", "eligible", "25.00"),
                ("cost,member\r\n50.00,true\r\n", "eligible", "25.00"),
                ("cost,member\n50.00,true", "eligible", "25.00"),
                ('"cost","member"\n"50.00","true"\n', "eligible", "25.00"),
                ("\ufeffcost,member\n50.00,true\n", "eligible", "25.00"),
                ('\ufeff"cost",member\n50.00,true\n', "eligible", "25.00"),
                ("cost,member\n\n50.00,true\n\n\n", "eligible", "25.00"),
                ("cost,member\r\n\r\n50.00,true\r\n\r\n", "eligible", "25.00"),
                ('note,cost,member\n"a, ""b""\nc\r\nd",50.00,true\n', "eligible", "25.00"),
                ('note,cost,member\n"",50.00,true\n', "eligible", "25.00"),
                ('cost,member,note\n50.00,true,"é\n"\n', "eligible", "25.00"),
                ("cost,member\n,true\n", "undetermined", ""),
                ('cost,member\n"",true\n', "undetermined", ""),
                ("cost,member\n50.00,\n", "undetermined", "")):
            with self.subTest(text=text):
                rows = self.csv(text)
                self.assertEqual([(row["half_status"], row["half_amount"], row["error"]) for row in rows],
                                 [(status, amount, "")])

    def test_cells_that_are_refused_with_their_repair(self):
        for cells, message, repair in (
                ("$50,true", "`cost`: expected an amount of money, found `$50`", "no currency sign"),
                ('"1,000.00",true', "`cost`: expected an amount of money, found `1,000.00`", "no thousands separator"),
                (" 50,true", "`cost`: expected an amount of money, found ` 50`", "no blanks"),
                ("50,yes", "`member`: expected true or false, found `yes`", "write `true` or `false`"),
                ("50,TRUE", "`member`: expected true or false, found `TRUE`", "write `true` or `false`"),
                ("1000.01,true", "`cost`: expected a value from 0.00 to 1000.00", "correct the value"),
                ("50", "RFS607: expected 2 cells, as the header has, found 1", "put cells with commas in quotes"),
                ("1,000.00,true", "RFS607: expected 2 cells, as the header has, found 3", "in quotes"),
                ('5"0,true', "RFS607: a quote stands inside a cell that does not begin with one", "double quotes"),
                ('"50"0,true', "RFS607: text stands behind the quotes of a cell", "double quotes")):
            with self.subTest(cells=cells):
                one, two, three = self.csv(f"cost,member\n50,true\n{cells}\n50,true\n")
                self.assertEqual((one["half_amount"], three["half_amount"]), ("25.00", "25.00"))
                self.assertEqual((two["half_status"], two["half_amount"]), ("refused", ""))
                self.assertTrue(two["error"].startswith("line 3: "), two["error"])
                self.assertIn(message, two["error"])
                self.assertIn(repair, two["error"])

    def test_an_open_quote(self):
        one, two = self.csv('cost,member\n50,true\n50,"true\n50,true\n50,true\n')
        self.assertEqual(one["half_status"], "eligible")
        self.assertIn("line 3: RFS607: the quote of a cell is not closed", two["error"])

    def test_lines_are_counted_within_quotes(self):
        rows = self.csv('cost,member,note\n50,true,"a\nb\nc"\n\n50,no,\n')
        self.assertTrue(rows[1]["error"].startswith("line 6: "), rows[1]["error"])

    def test_headers(self):
        for header, code, message in (
                ("", "RFS607", "there is no header"),
                ("\n", "RFS607", "the first line is empty"),
                ("cost,cost,member\n", "RFS613", "two columns are named `cost`"),
                ("id,id,cost,member\n", "RFS613", "two columns are named `id`"),
                ("csot,member\n", "RFS611", "did you mean the column `csot`? give `--map cost=csot`"),
                ("member\n", "RFS611", "no column for the fact `cost`"),
                ("cost;member\n50;true\n", "RFS613", "semicolons"),
                ('"cost,member\n50,true\n', "RFS607", "the quote of a cell is not closed"),
                (b"c\xffst,member\n", "RFS607", "the header is not UTF-8")):
            with self.subTest(header=header):
                self.assert_refused(header, f"error[{code}]", message, options=("--from", "csv"))
        self.csv("cost,member\n")
        self.assertEqual((self.done.out, self.done.err), ("half_status,half_amount,error\n", "0 rows\n"))

    def test_options_that_the_header_lacks(self):
        self.assert_refused("cost,member\n", "no column is named `paid`, which `--map` gives for the fact `cost`",
                            options=("--from", "csv", "--map", "cost=paid"))
        self.assert_refused("cost,member\n", "`--unknown` names `cost`, which has the column `cost`",
                            options=("--from", "csv", "--unknown", "cost"))

    def test_ignored_columns_are_told_once(self):
        self.csv("id,cost,member,name\n1,50,true,x\n2,50,true,\n")
        self.assertEqual(self.done.err.count("RFS614"), 1)
        self.assertIn("are not read: `id`, `name`\n", self.done.err)

    def test_by_the_name_of_the_file(self):
        self.write("rows.csv", "cost,member\n50,true\n")
        self.write("rows.txt", GOOD)
        done = self.run_rfs("batch", "half.rules.json", "rows.csv", *DAY, code=DONE)
        self.assertEqual(done.out, "half_status,half_amount,error\neligible,25.00,\n")
        done = self.run_rfs("batch", "half.rules.json", "rows.txt", *DAY, "--format", "csv", code=DONE)
        self.assertEqual(done.out, "half_status,half_amount,error\neligible,25.00,\n")
        done = self.run_rfs("batch", "half.rules.json", "rows.csv", *DAY, "--format", "ndjson", code=DONE)
        self.assertEqual(parse_json(done.out), GOOD_RESULT)
        done = self.run_rfs("batch", "half.rules.json", "rows.csv", *DAY, "--from", "ndjson", code=DONE)
        self.assertIn("2 rows, 2 refused", done.err)

    def test_chunks(self):
        """Rows with quotes and line breaks across the pieces in which a file is read."""
        text, want = "cost,member,note\n", []
        chance = random.Random(3)
        for i in range(30_000):
            note = "".join(chance.choice(['x', '\n', ',', '""', '\r\n']) for _ in range(chance.randrange(60)))
            text += f'{i % 1000},{"true" if i % 2 else "false"},"{note}"\n'
            want.append("eligible" if i % 2 and i % 1000 > 10 else "ineligible")
        self.assertTrue([row["half_status"] for row in self.csv(text, "--threads", "3")] == want)

    def test_other_bytes(self):
        one, two = self.csv(b"cost,member,kind\n50,true,tr\xffp\n50,true,\x00\n")
        self.assertIn("line 2: RFS605", one["error"])
        self.assertIn("line 3: RFS605", two["error"])
        self.done.raw.decode("utf-8")  # what is written is UTF-8 whatever was read


class Ndjson(BatchTest):
    def test_empty(self):
        for text in ("", "\n", " \r\n\t\n", "\ufeff", "\ufeff\n"):
            self.assertEqual(self.batch(text), [])
            self.assertTrue(self.done.err.startswith("0 rows\n"))

    def test_lines(self):
        for text in (GOOD, GOOD + "\n", GOOD + "\r\n", "\n\n" + GOOD + "\n \n", "\ufeff" + GOOD, " " + GOOD + " \t\n",
                     '{"m\\u0065mber":true,"cost":"5\\u0030.00"}', '{"member":true,"cost":50.00}',
                     '{"member":true,"cost":5e1}', '{"x":{"a":[1,"}"]},"member":true,"cost":"50.00"}'):
            self.assertEqual(self.batch(text), [GOOD_RESULT], text)

    def test_lines_that_are_refused(self):
        for row in ("x", "[]", "1", '"a"', "null", "{", "}", "{]", '{"cost"}', '{"cost":}', '{"cost":1,}',
                    '{"cost":01}', '{"cost":1.}', '{"cost":.5}', '{"cost":+1}', '{"cost":-}', '{"cost":1e}',
                    '{"cost":tru}', '{"cost":nul}', '{"cost":NaN}', '{"cost":"a\tb"}', '{"cost":"\\x"}',
                    '{"cost":"5","cost":"5"}', '{"id":1,"id":2}', GOOD + GOOD, GOOD + ",", "{'cost':1}",
                    '{"cost":1 "member":true}', b'{"cost":"\xff"}', b'{"\xff":1}', b'{"id":"\xed\xa0\x80"}',
                    '{"cost":"5', b'{"a":"\x00"}', '{"a":' * 100, '{"cost":' + "9" * 2000 + "}"):
            with self.subTest(row=row):
                row = row.encode() if isinstance(row, str) else row
                refused, good = self.batch(row + b"\n" + GOOD.encode() + b"\n")
                self.assertEqual(good, GOOD_RESULT)
                self.assertEqual(refused["half_status"], "refused")
                self.assertRegex(refused["error"], r"\Aline 1: RFS\d\d\d: ")

    def test_lines_that_are_long(self):
        padded = '{"id":"' + "x" * (MOST - len(GOOD) - 9) + '",' + GOOD[1:]
        self.assertEqual(len(padded) + 1, MOST)
        rows = self.batch(f"{padded}\n{GOOD}\n x{padded}\n{GOOD}\n" + " " * (3 * MOST) + GOOD + f"\n{GOOD}\n{padded}")
        self.assertEqual([row["half_status"] for row in rows],
                         ["eligible", "eligible", "refused", "eligible", "refused", "eligible", "eligible"])
        self.assertIn("line 3: RFS006: expected at most 1048576 bytes a row, found more", rows[2]["error"])
        self.assertIn("line 5: RFS006", rows[4]["error"])

    def test_hostile_names(self):
        row = "{" + ",".join(f'"n{i}":{i}' for i in range(5000)) + "," + GOOD[1:]
        self.assertEqual(self.batch(row + "\n" + GOOD), [GOOD_RESULT] * 2)
        self.assertIn("and 980 more", self.done.err)
        refused, = self.batch('{"\\u001b[31m":1,"cost":"\\u001b[31m"}')
        self.assertIn("\x1b[31m", refused["error"])
        self.assertNotIn("\x1b", self.done.err)


class Streams(BatchTest):
    def run_to(self, stdout, rows=GOOD + "\n"):
        return subprocess.run([RFS, "batch", "half.rules.json", *DAY], cwd=self.folder, env=environment(),
                              input=(rows * 50_000).encode(), stdout=stdout, stderr=subprocess.PIPE, timeout=SECONDS,
                              check=False)

    def test_a_closed_pipe_ends_quietly(self):
        read, write = os.pipe()
        os.close(read)
        done = self.run_to(write)
        os.close(write)
        self.assertEqual((done.returncode, done.stderr), (DONE, b""))

    @unittest.skipUnless(Path("/dev/full").exists(), "no /dev/full")
    def test_a_full_disk_is_told(self):
        with open("/dev/full", "wb") as full:
            done = self.run_to(full)
        self.assertEqual(done.returncode, FAILED)
        self.assertIn(b"rfs: cannot write to standard output", done.stderr)

    def test_a_row_is_answered_while_the_input_is_open(self):
        with subprocess.Popen([RFS, "batch", "half.rules.json", *DAY], cwd=self.folder, env=environment(),
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            for _ in range(3):
                process.stdin.write(GOOD.encode() + b"\n" + GOOD[:9].encode())
                process.stdin.flush()
                self.assertEqual(parse_json(process.stdout.readline().decode()), GOOD_RESULT)
                process.stdin.write(GOOD[9:].encode() + b"\n")
                process.stdin.flush()
                self.assertEqual(parse_json(process.stdout.readline().decode()), GOOD_RESULT)
            process.stdin.close()
            self.assertIn(b"6 rows", process.stderr.read())
            self.assertEqual(process.stdout.read(), b"")

    def test_files(self):
        self.write("rows.ndjson", GOOD + "\n")
        self.write("half.copy.json", (self.folder / "half.rules.json").read_text())
        named = self.run_rfs("batch", "half.rules.json", "rows.ndjson", *DAY, code=DONE)
        dashed = self.run_rfs("batch", "half.rules.json", "-", *DAY, stdin=GOOD, code=DONE)
        piped = self.run_rfs("batch", "-", "rows.ndjson", *DAY, stdin=(self.folder / "half.rules.json").read_bytes())
        self.assertEqual((named.out, named.err), (dashed.out, dashed.err))
        self.assertEqual((named.out, named.err), (piped.out, piped.err))
        done = self.run_rfs("batch", "half.rules.json", "none.ndjson", *DAY, code=INVALID)
        self.assertIn("error[RFS701]: cannot read `none.ndjson`: No such file or directory", done.err)
        for name in (".", "/proc/self/mem"):
            if Path(name).exists():
                done = self.run_rfs("batch", "half.rules.json", name, *DAY, code=INVALID)
                self.assertIn(f"error[RFS701]: cannot read `{name}`: ", done.err)
                done = self.run_rfs("batch", "half.rules.json", name, *DAY, "--from", "csv", code=INVALID)
                self.assertTrue(done.out == "" and "RFS701" in done.err)

    def test_progress_on_a_terminal(self):
        pid, terminal = pty.fork()
        if pid == 0:
            try:
                os.chdir(self.folder)
                code = f"import sys, time\nfor i in range(4):\n  print('{GOOD}', flush=True)\n  time.sleep(0.3)\n"
                command = '"$PYTHON" -c "$CODE" | "$RFS" batch half.rules.json --as-of 2024-05-06 > out.ndjson'
                os.execve("/bin/sh", ["sh", "-c", command],
                          environment(PYTHON=sys.executable, CODE=code, RFS=str(RFS)))
            finally:
                os._exit(127)
        shown = b""
        end = time.monotonic() + SECONDS
        try:
            while time.monotonic() < end and (block := os.read(terminal, 1 << 16)):
                shown += block
        except OSError:  # Linux says so where the other end is gone
            pass
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), DONE)
        self.assertRegex(shown.decode(), r"\r[234] rows\x1b\[K")
        self.assertTrue(shown.decode().replace("\r\n", "\n").endswith("\r\x1b[K4 rows\nhalf: 4 eligible\n"), shown)


GIFTS = """{
  "rfs": 1, "rules": "test/gifts", "currency": "USD",
  "facts": {
    "member": { "type": "bool" },
    "gifts": { "type": "list", "max_items": 5, "fields": {
      "amount": "money", "state": { "type": "choice", "of": ["aa", "bb"], "default": "aa" }, "donor": "text", "ok": {
      "type": "bool", "default": "amount > 5 USD" } } },
    "fines": { "type": "list", "of": "money", "default": [] }
  },
  "definitions": { "total": "sum(gifts[state = 'aa' and ok].amount)", "number": "count(gifts)", "paid": "sum(fines)",
                   "donors": "count(distinct(gifts.donor))" },
  "decisions": { "grant": { "eligible": "member and donors >= 1", "amount": "total + paid", "round": "none" } }
}"""
PEOPLE = 'id,member\nx 1,true\nx2,true\nx3,true\n'
ROWS = ("who,amount,state,donor,ok\n"
        "x2,10,aa,ann,true\n\"x 1\",5.50,aa,bob,true\nx2,20,bb,bob,true\nx2,30,aa,ann,\n")


class Lists(BatchTest):
    def lists(self, people, *options, code=DONE, **files):
        """Decides people by GIFTS; returns the results. Files have their name's last `_` for the point."""
        self.write("gifts.rules.json", GIFTS)
        for name, text in files.items():
            self.write(".".join(name.rsplit("_", 1)), text)
        self.done = self.run_rfs("batch", "gifts.rules.json", *DAY, *options, stdin=people, code=code)
        out = self.done.out
        return list(csv.DictReader(io.StringIO(out, newline=""))) if "csv" in options else \
            [parse_json(line) for line in out.splitlines()]

    def evaluated(self, facts):
        self.write("facts.json", json.dumps(facts))
        return self.run_rfs("evaluate", "gifts.rules.json", *DAY, "--facts", "facts.json", "--format", "json",
                            code=None).json()

    def test_rows_of_a_file(self):
        rows = self.lists(PEOPLE, "--from", "csv", "--key", "id", "--list", "gifts=rows.csv:who", "--output",
                          "needed,definitions", rows_csv=ROWS)
        self.assertEqual([row["number"] for row in rows], ["1", "3", "0"])
        self.assertEqual([row["total"] for row in rows], ["5.50", "", "0.00"])
        self.assertEqual([row["grant_needed"] for row in rows], ["", "gifts[3].ok", ""])
        self.assertEqual([row["grant_status"] for row in rows], ["eligible", "eligible", "ineligible"])

    def test_the_same_as_evaluate(self):
        for outcome, seed in itertools.product((False, True), range(8)):
            with self.subTest(outcome=outcome, seed=seed):
                self.compare_with_evaluate(random.Random(seed), outcome)

    def compare_with_evaluate(self, chance, outcome):
        def some(values):
            return chance.choice([*values, None])

        people, gifts, fines = [], [], []
        for number in range(40):
            key = f"id {number}"
            own = [{name: value for name, value in (("amount", some(["5.00", 7, "10000000000", True])),
                                                    ("state", some(["aa", "bb", "cc"])), ("donor", some(["ann", "bob"])),
                                                    ("ok", some([True, False])))
                    if value is not True or name == "ok"} for _ in range(chance.choice([0, 1, 2, 6]))]
            for gift in own:
                if chance.random() < 0.3:
                    gift.pop("state")
            paid = [some(["1.00", 2]) for _ in range(chance.choice([0, 0, 2]))]
            people.append(({"id": key, "member": some([True, False])}, own, paid))
            gifts += [{"who": key, **gift} for gift in own]
            fines += [{"id": key, "fines": fine} for fine in paid]
        # In the file each applicant's rows keep their order among others'.
        gifts.sort(key=lambda gift: int(gift["who"][3:]) % 5)
        for gift in gifts:
            gift.setdefault("ok", None)  # its default is an expression
        def lines(rows):
            return "".join(json.dumps(row) + "\n" for row in rows)
        options = ["--key", "id", "--list", "gifts=gifts.ndjson:who", "--list", "fines=fines.ndjson", "--threads", "2"]
        options += ["--output", "outcome" if outcome else "needed,definitions"]
        found = self.lists(lines(person for person, _, _ in people), *options, gifts_ndjson=lines(gifts),
                           fines_ndjson=lines(fines))
        # Arrays in the applicants' rows say the same.
        in_rows = [{"member": person["member"], "gifts": [{**gift, "ok": gift.get("ok")} for gift in own], "fines": paid}
                   for person, own, paid in people]
        arrays = self.lists(lines(in_rows), "--output", "outcome" if outcome else "needed,definitions")
        statuses = set()
        for result, other, facts in zip(found, arrays, in_rows, strict=True):
            want = self.evaluated(facts)
            grant = want["decisions"]["grant"]
            statuses.add(grant["status"])
            for row in (result, other):
                if outcome:
                    # A row of a file has all fields, those too that an array leaves away.
                    facts_of_row = {} if row is result else {"facts": row["facts"]}
                    self.assertEqual({**row, "errors": [one["code"] for one in row["errors"]], "facts": facts_of_row},
                                     {**want, "errors": [one["code"] for one in want["errors"]],
                                      "facts": {} if row is result else {"facts": want["facts"]}})
                    continue
                self.assertEqual((row["grant_status"], row["grant_amount"]), (grant["status"], grant["amount"]))
                self.assertEqual(re.findall(r"(RFS\d{3}): (`[^`]*`)", row["error"] or ""),
                                 [(one["code"], one["message"].split(":")[0]) for one in want["errors"]])
                if grant["status"] != "refused":
                    self.assertEqual(row["grant_needed"], grant["needed"])
                    self.assertEqual(row["number"], want["definitions"]["number"]["value"])
        self.assertTrue({"refused", "eligible"} <= statuses, statuses)

    def test_names_of_columns(self):
        rows = self.lists(PEOPLE, "--from", "csv", "--key", "id", "--list", "gifts=rows.csv:who", "--map",
                          "gifts.state=st", "--unknown", "gifts.donor", "--output", "definitions",
                          rows_csv="who,amount,st,ok,zip\nx2,10,bb,true,5\n")
        self.assertEqual([row["total"] for row in rows], ["0.00"] * 3)
        self.assertIn("no field of `gifts` is named like these columns of its child table, which are not read: `zip`",
                      self.done.err)

    def test_orphans(self):
        options = ("--from", "csv", "--key", "id", "--list", "gifts=rows.csv:who")
        orphan = ROWS + "x9,1,aa,ann,true\n"
        rows = self.lists(PEOPLE, *options, code=INVALID, rows_csv=orphan)
        self.assertEqual(len(rows), 3)  # they were decided before that could be known
        self.assertIn("error[RFS615]: a row of the child table for `gifts` has a key that no applicant has: `x9`",
                      self.done.err)
        self.lists(PEOPLE, *options, "--orphans", "ignore", rows_csv=orphan)
        rows = self.lists(PEOPLE, *options, code=INVALID, rows_csv=ROWS + ",1,aa,ann,true\n")
        self.assertEqual(rows, [])
        self.assertIn("error[RFS615]: a row of the child table for `gifts` has no key: row 5", self.done.err)
        self.lists(PEOPLE, *options, "--orphans", "ignore", rows_csv=ROWS + ",1,aa,ann,true\n")

    def test_keys_that_do_not_tell_apart(self):
        options = ("--from", "csv", "--key", "id", "--list", "gifts=rows.csv:who")
        for output in ((), ("--output", "outcome", "--format", "ndjson")):
            self.lists(PEOPLE + "x2,false\n", *options, *output, code=INVALID, rows_csv=ROWS)
            self.assertIn("error[RFS616]: two applicants have the key `x2`", self.done.err)
            self.lists(PEOPLE + ",false\n", *options, *output, code=INVALID, rows_csv=ROWS)
            self.assertIn("error[RFS616]: an applicant has no key", self.done.err)
            self.lists(PEOPLE + ",false\n", *options, *output, "--orphans", "ignore", rows_csv=ROWS)
        self.lists('{"id":[1],"member":true}\n', "--key", "id", "--list", "gifts=rows.csv:who", "--orphans", "ignore",
                   rows_csv=ROWS)
        self.assertIn("RFS616: expected a key, found an array", self.done.out)

    def test_files_that_cannot_be_read(self):
        def refused(words, *options, **files):
            self.assertEqual(self.lists(PEOPLE, "--from", "csv", "--key", "id", *options, code=INVALID, **files), [])
            self.assertIn(words, self.done.err)
        refused("cannot read `none.csv`", "--list", "gifts=none.csv")
        refused("rows.csv: there is no header", "--list", "gifts=rows.csv", rows_csv="")
        refused("has no column of keys named `id`", "--list", "gifts=rows.csv", rows_csv=ROWS)
        refused("no column for the field `gifts.donor`", "--list", "gifts=rows.csv", rows_csv="id,amount\n")
        refused("no list is named `gift`", "--list", "gift=rows.csv:who", rows_csv=ROWS)
        refused("rows.csv line 2: expected 5 cells", "--list", "gifts=rows.csv:who", rows_csv=ROWS[:26] + "x2,1\n")
        refused("rows.ndjson line 1: `ok`: expected true or false, found `true`", "--list", "gifts=rows.ndjson",
                rows_ndjson='{"id":"x2","amount":5,"donor":"a","ok":"true"}\n')
        refused("rows.ndjson line 1: `ok` is not given, and its default is an expression", "--list", "gifts=rows.ndjson",
                rows_ndjson='{"id":"x2","amount":"5","donor":"a"}\n')
        refused("rows.ndjson line 2:", "--list", "gifts=rows.ndjson", rows_ndjson='\n{"id":\n')
        refused("no list of records is named `fines`", "--list", "gifts=rows.csv:who", "--map", "fines.x=y", rows_csv=ROWS)
        self.lists(PEOPLE, "--from", "csv", "--map", "gifts.state=y", code=INVALID)
        self.assertIn("`--map` names the field `gifts.state` of no `--list`", self.done.err)

    def test_an_applicant_that_gives_the_list_too(self):
        row, = self.lists('{"id":"x2","member":true,"gifts":[]}\n', "--key", "id", "--list", "gifts=rows.csv:who",
                          "--orphans", "ignore", rows_csv=ROWS)
        self.assertIn("`gifts` is given, and `--list` says that it is not", row["error"])

    def test_json_in_cells(self):
        cell = '"[{""amount"": 5, ""donor"": ""ann"", ""ok"": true}]"'
        rows = self.lists(f"member,gifts\ntrue,{cell}\ntrue,5\ntrue,\n", "--from", "csv", "--output", "needed,definitions")
        self.assertEqual([row["total"] for row in rows], ["5.00", "", ""])
        self.assertIn("RFS602: `gifts`: expected a list, found a single value", rows[1]["error"])
        self.assertEqual(rows[2]["grant_needed"], "gifts")

    def test_what_stands_for_a_list(self):
        for value in ('"[]"', "5", "true", "{}"):
            row, = self.lists('{"member":true,"gifts":%s}\n' % value)
            self.assertIn("RFS602: `gifts`: expected a list, found", row["error"], value)


class Options(BatchTest):
    def test_fail_refused(self):
        self.batch(GOOD, "--fail-refused")
        self.batch(GOOD + "\nx\n", "--fail-refused", code=INVALID)
        self.assertEqual(self.done.out.count("\n"), 2)
        self.batch(GOOD + "\nx\n")
        self.csv("cost,member\n50,yes\n", "--fail-refused", code=INVALID)

    def test_rules_that_are_wrong(self):
        self.write("half.rules.json", RULES.replace("cost / 2", "csot / 2"))
        self.assert_refused(GOOD, "error[RFS301]: unknown name `csot`")
        done = self.run_rfs("batch", "none.rules.json", *DAY, code=INVALID)
        self.assertIn("error[RFS701]", done.err)

    def test_usage(self):
        for options, words in (
                (("--threads", "0"), "--threads: expected a whole number from 1 to 256, found `0`"),
                (("--threads", "257"), "--threads: expected a whole number from 1 to 256, found `257`"),
                (("--threads", "-1"), "--threads: expected a whole number from 1 to 256, found `-1`"),
                (("--threads", "two"), "--threads: expected a whole number from 1 to 256, found `two`"),
                (("--threads", "99999999999999999999"), "--threads: expected a whole number"),
                (("--from", "xml"), "--from: expected ndjson or csv, found `xml`"),
                (("--format", "json"), "--format: expected ndjson or csv, found `json`"),
                (("--map", "cost"), "--map takes fact=column, found `cost`"),
                (("--map", "=cost"), "--map takes fact=column, found `=cost`"),
                (("--map", "cost="), "--map takes fact=column, found `cost=`"),
                (("--output", "unmet,amount"), "definitions or outcome, found `amount`"),
                (("--output", ""), "found ``"),
                (("--output", "outcome,least"), "--output outcome has everything"),
                (("--output", "outcome", "--format", "csv"), "--output outcome is JSON"),
                (("--as-of", "2024-05-07"), "--as-of is given twice"),
                (("--key", "id"), "--key says nothing without --list"),
                (("--list", "gifts=gifts.csv"), "--list needs --key"),
                (("--key", "id", "--list", "gifts"), "--list takes fact=file or fact=file:key, found `gifts`"),
                (("--key", "id", "--list", "gifts="), "--list takes fact=file or fact=file:key, found `gifts=`"),
                (("--key", "id", "--list", "gifts=a.csv:"), "found `gifts=a.csv:`"),
                (("--key", "id", "--list", "gifts=-"), "standard input cannot be read twice"),
                (("--orphans", "drop"), "--orphans: expected refuse or ignore, found `drop`"),
                (("rows.ndjson", "more.ndjson"), "expected nothing more, found `more.ndjson`")):
            with self.subTest(options=options):
                self.assert_usage(self.run_rfs("batch", "half.rules.json", *DAY, *options), words)
        self.assert_usage(self.run_rfs("batch", "-", *DAY), "cannot both be read from standard input")
        self.assert_usage(self.run_rfs("batch"), "expected RULES")

    def test_names_that_clash(self):
        self.write("clash.rules.json", RULES.replace('"is_member":', '"half_status": "member", "is_member":'))
        done = self.run_rfs("batch", "clash.rules.json", *DAY, "--output", "definitions", stdin=GOOD, code=INVALID)
        self.assertIn("error[RFS613]: two columns of the result would be named `half_status`", done.err)
        self.assertEqual(done.out, "")
        self.run_rfs("batch", "clash.rules.json", *DAY, stdin=GOOD, code=DONE)


if __name__ == "__main__":
    unittest.main()
