"""rfs calc."""

import json

from command import BROKEN, DONE, INVALID, CommandTest

MEBIBYTE = 1 << 20


class Calc(CommandTest):
    def calc(self, *words):
        done = self.run_rfs("calc", *words, code=DONE)
        self.assertEqual(done.err, "", words)
        return done.out.rstrip("\n")

    def refused(self, code, at, *words):
        done = self.run_rfs("calc", *words, code=INVALID)
        self.assertEqual(done.out, "", words)
        self.assertIn(f"error[{code}]", done.err, words)
        out = self.run_rfs("calc", *words, "--format", "json", code=INVALID)
        error = out.json()
        self.assert_keys(error, "error")
        self.assert_keys(error["error"], "code", "message", "at")
        self.assertEqual((error["error"]["code"], error["error"]["at"]), (code, at), words)
        return done.err

    def test_expressions(self):
        for expression, spoken in (("1 + 1", "2"), ("15% * 1000 USD", "$150.00"), ("1 / 3", "1/3"), ("2 > 1", "yes"),
                                   ("1000 USD / 300 USD", "10/3"), ("2 months + 1 month", "three months"),
                                   ("@'2024-02-29'", "29 February 2024"), ("1 USD / 3 * 3", "$1.00")):
            self.assertEqual(self.calc(expression), spoken, expression)

    def test_expressions_that_look_like_options(self):
        self.assertEqual(self.calc("-1 + 2"), "1")
        self.assertEqual(self.calc("-(1 + 1)"), "-2")
        self.assertEqual(self.calc("-x", "--fact", "x: integer = 2"), "-2")
        self.assertEqual(self.calc("--", "-1"), "-1")

    def test_json(self):
        for expression, answer in (("1 + 1", {"type": "integer", "value": "2"}),
                                   ("2 > 1", {"type": "bool", "value": True}),
                                   ("1 / 3", {"type": "number", "value": "1/3"}),
                                   ("15% * 1000 USD", {"type": "money", "value": "150.00"}),
                                   ("90 days", {"type": "days", "value": "90 days"}),
                                   ("14 months", {"type": "months", "value": "14 months"}),
                                   ("@'2024-02-29'", {"type": "date", "value": "2024-02-29"})):
            out = json.loads(self.calc(expression, "--format", "json"))
            self.assert_keys(out, "type", "value")
            self.assertEqual(out, answer, expression)

    def test_facts(self):
        self.assertEqual(self.calc("x + y", "--fact", "x: integer = 1", "--fact", "y:integer=2"), "3")
        self.assertEqual(self.calc("x", "--fact", "x: money = 1.00", "--currency", "USD"), "$1.00")
        self.assertEqual(self.calc("min(x, 2 USD)", "--fact", "x: money"), "$0.00 to $2.00")
        self.assertEqual(self.calc("x", "--fact", "x: bool"), "?")
        self.assertEqual(self.calc("x * 2", "--fact", 'x: {"type": "integer", "min": 1, "max": 4}'), "2 to 8")
        self.assertEqual(self.calc("k = 'a'", "--fact", 'k: {"type":"choice","of":["a","b"]} = a'), "yes")
        out = json.loads(self.calc("k", "--fact", 'k: {"type":"choice","of":["a","b"]} = a', "--format", "json"))
        self.assertEqual(out, {"type": {"type": "choice", "of": ["a", "b"]}, "value": "a"})
        out = json.loads(self.calc("x * 2", "--fact", 'x: {"type":"integer","min":1,"max":4}', "--format", "json"))
        self.assertEqual(out["value"], {"least": "2", "most": "8"})
        self.assertIsNone(json.loads(self.calc("x", "--fact", "x: bool", "--format", "json"))["value"])

    def test_facts_that_are_wrong(self):
        self.refused("RFS704", "facts", "x", "--fact", "x")
        self.refused("RFS107", "facts.x", "x", "--fact", "x: foo")
        self.refused("RFS602", "given.x", "x", "--fact", "x: integer = a")
        self.refused("RFS603", "given.x", "x", "--fact", 'x: {"type":"integer","max":5} = 6')
        self.refused("RFS106", "facts.x", "x", "--fact", "x: integer", "--fact", "x: integer")
        self.refused("RFS105", "facts.X", "1", "--fact", "X: integer")

    def test_definitions(self):
        self.assertEqual(self.calc("y", "--let", "y = z * 2", "--let", "z = 3"), "6")
        self.refused("RFS303", "let.y:1:1", "y", "--let", "y = y + 1")
        self.refused("RFS704", "let", "1", "--let", "y")
        self.refused("RFS301", "let.y:1:1", "y", "--let", "y = nope")

    def test_month_end(self):
        expression = "@'2024-01-31' + 1 month"
        self.assertEqual(self.calc(expression, "--month-end", "clamp"), "29 February 2024")
        self.assertEqual(self.calc(expression, "--month-end", "next_day"), "1 March 2024")
        words = self.refused("RFS115", "expr:1:15", expression)
        self.assertIn("--month-end clamp", words)
        self.refused("RFS116", "month_end", expression, "--month-end", "last")

    def test_currency(self):
        self.assertEqual(self.calc("x", "--fact", "x: money = 5", "--currency", "JPY").count("5"), 1)
        self.refused("RFS114", "currency", "1", "--currency", "usd")
        self.refused("RFS403", "expr:1:9", "1 USD + 1 EUR")
        self.assertIn("--currency USD", self.refused("RFS114", "facts.x", "x", "--fact", "x: money"))

    def test_as_of(self):
        self.assertEqual(self.calc("as_of", "--as-of", "2024-05-06"), "6 May 2024")
        self.refused("RFS610", "as_of", "as_of", "--as-of", "2024-02-30")
        done = self.run_rfs("calc", "as_of", code=DONE)
        self.assertRegex(done.err, r"\Aas of \d{4}-\d\d-\d\d \(today\)\n\Z")

    def test_lists(self):
        gifts = ('gifts: {"type":"list","fields":{"donor":"text","amount":"money"}} = '
                 '[{"donor":"ann","amount":2},{"donor":"bo","amount":"1.50 USD"},{"donor":"ann","amount":null}]')
        money = ("--currency", "USD", "--fact", gifts)
        for expression, words, spoken in (
                ("sum(xs)", ("--fact", 'xs: {"type":"list","of":"integer"} = [1, 2]'), "3"),
                ("sum(xs)", ("--fact", 'xs: {"type":"list","of":"integer","max":3} '.replace(',"max":3', "")), "?"),
                ("xs[item > 1]", ("--fact", 'xs: {"type":"list","of":"integer"} = [1, 2, 3]'), "[2, 3]"),
                ("xs[item > 9]", ("--fact", 'xs: {"type":"list","of":"integer"} = [1, 2, 3]'), "[]"),
                ("gifts.donor", money, "[ann, bo, ann]"),
                ("gifts.amount", money, "[$2.00, $1.50, ?]"),
                ("gifts[amount > 1 USD]", money, "2 to 3 items"),
                ("group(gifts, by: donor, total: sum(amount), n: count(items))[n = 1]", money,
                 "[{ donor: bo, total: $1.50, n: 1 }]")):
            with self.subTest(expression=expression, words=words):
                self.assertEqual(self.calc(expression, *words), spoken)

    def test_lists_that_are_wrong(self):
        declared = 'xs: {"type":"list","of":"integer"}'
        for value, code in (("5", "RFS602"), ("null", "RFS602"), ("[1, 2", "RFS003"), ("[1] x", "RFS002")):
            self.refused(code, "given.xs", "count(xs)", "--fact", f"{declared} = {value}")
        self.refused("RFS602", "given.xs[2]", "count(xs)", "--fact", f'{declared} = [1, "a"]')
        self.refused("RFS516", "expr:1:1", "max(xs)", "--fact", declared)

    def test_the_day_that_a_list_reads(self):
        days = ("--fact", 'due: {"type":"list","of":"date"} = ["2020-01-01"]')
        for expression in ("count(due[item < as_of])", "for d in due return as_of - d", "[as_of]",
                           "sum(for d in due return as_of - d)"):
            done = self.run_rfs("calc", expression, *days, code=DONE)
            self.assertIn("(today)", done.err, expression)
        self.assertEqual(self.calc("count(due)", *days), "1")

    def test_the_names_of_rules(self):
        given = ("--rules", "half.rules.json", "--as-of", "2024-05-06")
        self.assertEqual(self.calc("highest * 2", *given), "$200.00")
        self.assertEqual(self.calc("min(highest, cost)", *given, "--fact", "cost = 50"), "$50.00")
        self.assertEqual(self.calc("half.amount", *given, "--fact", "cost = 50", "--fact", "member = true"), "$25.00")
        self.refused("RFS106", "facts.cost", "cost", *given, "--fact", "cost: money")
        self.refused("RFS704", "currency", "1", *given, "--currency", "EUR")
        self.refused("RFS606", "as_of", "highest", "--rules", "half.rules.json", "--as-of", "2019-12-31")
        self.refused("RFS601", "given.nope", "1", *given, "--fact", "nope = 1")

    def test_rules_that_cannot_be_used(self):
        self.write("bad.rules.json", BROKEN)
        self.refused("RFS301", "rules", "1", "--rules", "bad.rules.json")
        self.refused("RFS701", "rules", "1", "--rules", "none.rules.json")
        self.refused("RFS701", "rules", "1", "--rules", ".")

    def test_expressions_that_are_wrong(self):
        self.refused("RFS212", "expr:1:1", "")
        self.refused("RFS202", "expr:1:4", "1 +")
        self.refused("RFS301", "expr:1:1", "x")
        self.refused("RFS404", "expr:1:7", "1 USD + 1")
        self.refused("RFS501", "expr:1:1", "1 / x", "--fact", "x: integer")
        self.refused("RFS001", "expr", b"'\xff'")

    def test_expressions_without_end(self):
        self.run_rfs("calc", "(" * 100_000, code=INVALID)
        self.run_rfs("calc", "1" + "+1" * 40_000)
        self.run_rfs("calc", "9" * 2_000, code=INVALID)


class Lines(CommandTest):
    def lines(self, *lines, words=(), code=DONE):
        text = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
        done = self.run_rfs("calc", "--ndjson", *words, stdin=text, code=code)
        self.assertEqual(done.err, "")
        out = [json.loads(line) for line in done.out.split("\n")[:-1]]
        self.assertEqual(len(out), len(lines))
        for one in out:
            self.assertIn(list(one), (["type", "value"], ["error"]))
            if "error" in one:
                self.assertEqual(list(one["error"]), ["code", "message", "at"])
        return out

    def test_each_line_has_its_answer_in_order(self):
        lines = [json.dumps({"expr": f"{n} + 0"}) if n % 3 else "broken" for n in range(200)]
        for n, one in enumerate(self.lines(*lines)):
            self.assertEqual(one.get("value"), str(n) if n % 3 else None)

    def test_everything_that_a_line_may_hold(self):
        one, = self.lines(json.dumps({
            "expr": "if start + 1 month <= as_of then twice else 0 USD",
            "facts": {"x": "money", "start": {"type": "date"}},
            "given": {"x": "1.50", "start": "2024-01-31"}, "let": {"twice": "x * 2"}, "month_end": "clamp",
            "currency": "USD", "as_of": "2024-02-29", "note": "n", "x-mine": 1}))
        self.assertEqual(one, {"type": "money", "value": "3.00"})

    def test_given_values(self):
        one, two, three = self.lines('{"expr":"x","facts":{"x":"integer"},"given":{"x":5}}',
                                     '{"expr":"x","facts":{"x":"bool"},"given":{"x":null}}',
                                     '{"expr":"x","facts":{"x":"bool"}}')
        self.assertEqual((one["value"], two["value"], three["value"]), ("5", None, None))

    def test_lists_as_json(self):
        gifts = {"gifts": {"type": "list", "fields": {"donor": "text", "kind": {"type": "choice", "of": ["a", "b"]}}}}
        items = [{"donor": "ann", "kind": "a"}, {"donor": "bo"}, None]
        out = self.lines(*[json.dumps({"expr": expression, "facts": gifts, "given": {"gifts": items}}) for expression in (
            "gifts", "gifts.kind", "gifts[kind = 'a']", "group(gifts, by: donor, n: count(items)).n",
            "for g in gifts return [g.kind]", "count(gifts)", "1..3")])
        kind = {"type": "choice", "of": ["a", "b"]}
        self.assertEqual(out[0], {"type": {"type": "list", "fields": {"donor": "text", "kind": kind}},
                                  "value": [{"donor": "ann", "kind": "a"}, {"donor": "bo", "kind": None},
                                            {"donor": None, "kind": None}]})
        self.assertEqual(out[1], {"type": {"type": "list", "of": kind}, "value": ["a", None, None]})
        self.assertEqual(out[2]["value"], None)
        self.assertEqual(out[3], {"type": {"type": "list", "of": "integer"}, "value": None})
        self.assertEqual(out[4], {"type": {"type": "list", "of": {"type": "list", "of": kind}}, "value": None})
        self.assertEqual(out[5], {"type": "integer", "value": "3"})
        self.assertEqual(out[6]["error"]["code"], "RFS202")

    def test_lines_that_cannot_be_read(self):
        expected = {
            b"": "RFS003", b"   ": "RFS003", b"not json": "RFS002", b"{": "RFS003", b"[]": "RFS103", b"5": "RFS103",
            b"null": "RFS103", b"{}": "RFS102", b'{"exp":"1"}': "RFS101", b'{"expr":5}': "RFS103",
            b'{"expr":""}': "RFS212",
            b'{"expr":"1","expr":"2"}': "RFS004", b'{"expr":"\xff"}': "RFS001", b"\x00\x01\x02": "RFS002",
            b'{"expr":"1","facts":[]}': "RFS103", b'{"expr":"1","facts":{"x":5}}': "RFS103",
            b'{"expr":"1","given":5}': "RFS103", b'{"expr":"1","given":{"x":1}}': "RFS601",
            b'{"expr":"1","let":[]}': "RFS103", b'{"expr":"1","let":{"y":5}}': "RFS103",
            b'{"expr":"1","as_of":5}': "RFS103",
            b'{"expr":"as_of","as_of":"2024-02-30"}': "RFS610", b'{"expr":"1","currency":"usd"}': "RFS114",
            b'{"expr":"1","month_end":"last"}': "RFS116", b"[" * 100_000: "RFS005", b"x" * (MEBIBYTE + 1): "RFS006",
        }
        lines = [line for bad in expected for line in (bad, b'{"expr":"1"}')]
        out = self.lines(*lines)
        for bad, one, good in zip(expected, out[::2], out[1::2]):
            with self.subTest(line=bad[:40]):
                self.assertEqual(one["error"]["code"], expected[bad])
                self.assertEqual(good, {"type": "integer", "value": "1"})

    def test_where_a_mistake_is(self):
        out = self.lines('{"expr":"1 +"}', '{"expr":"y","let":{"y":"1 + nope"}}', '{"expr":"x","facts":{"x":"foo"}}',
                         '{"expr":"x","facts":{"x":"integer"},"given":{"x":"a"}}')
        self.assertEqual([one["error"]["at"] for one in out], ["expr:1:4", "let.y:1:5", "facts.x", "given.x"])

    def test_a_last_line_without_an_end(self):
        done = self.run_rfs("calc", "--ndjson", stdin='{"expr":"1"}\n{"expr":"2"}', code=DONE)
        self.assertEqual(done.out.count("\n"), 2)
        self.assertEqual(self.run_rfs("calc", "--ndjson", stdin="", code=DONE).out, "")

    def test_windows_line_ends(self):
        done = self.run_rfs("calc", "--ndjson", stdin='{"expr":"1"}\r\n{"expr":"2"}\r\n', code=DONE)
        self.assertEqual([json.loads(line)["value"] for line in done.out.splitlines()], ["1", "2"])

    def test_options_hold_for_every_line(self):
        given = ("--rules", "half.rules.json", "--as-of", "2024-05-06", "--let", "twice = highest * 2")
        out = self.lines('{"expr":"twice"}', '{"expr":"min(cost, twice)","given":{"cost":"5"}}', words=given)
        self.assertEqual([one["value"] for one in out], ["200.00", "5.00"])

    def test_lines_do_not_change_each_other(self):
        out = self.lines('{"expr":"y","let":{"y":"1"}}', '{"expr":"y"}')
        self.assertEqual((out[0]["value"], out[1]["error"]["code"]), ("1", "RFS301"))
