"""Counts, funnels and sweeps of tables, held against evaluate() of each row."""

import datetime
import itertools
import json
import random
import re
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import FUNDING, ROOT

import rfs

DAY = "2017-06-24"
TYPES = pa.schema([*((name, pa.bool_()) for name in ("registered", "joined_call", "interviewed", "supported",
                                                     "on_ballot", "applied")),
                   ("on_ballot_since", pa.date32()), ("office", pa.string()), ("raised", pa.string()),
                   ("plan", pa.string()), ("requested", pa.decimal128(11, 2)), ("county", pa.string())])


@pytest.fixture(scope="module")
def pipeline():
    return rfs.load(FUNDING.with_name("pipeline.rules.json"))


@pytest.fixture(scope="module")
def applicants():
    """Applicants at all stages, of which some are undetermined and some are refused."""
    rng = random.Random(20170424)

    def yes(share):
        return None if rng.random() < 0.02 else rng.random() < share

    return [{"registered": yes(0.98), "joined_call": yes(0.8), "interviewed": yes(0.8), "supported": yes(0.9),
             "on_ballot": yes(0.9), "applied": yes(0.9),
             "on_ballot_since": rng.choice([None, *(datetime.date(2017, 4, day) for day in range(1, 29))]),
             "office": rng.choice(["pta", "pta", "school_board", "state_house", "mayor" if rng.random() < 0.2 else None]),
             "raised": rng.choice(["0.00", "29.99", "30", "150.00", "7500.00", None, "-1" if rng.random() < 0.2 else "1"]),
             "plan": rng.choice(["none", "none", "draft", "thorough", None]),
             "requested": rng.choice([Decimal("20.00"), Decimal("149.99"), Decimal("9999.00"), None]),
             "county": rng.choice(["Adair", "Zavala", None])} for _ in range(1500)]


@pytest.fixture(scope="module")
def outcomes(pipeline, applicants):
    """What evaluate() says of each."""
    return [pipeline.evaluate(facts(pipeline, row), as_of=DAY) for row in applicants]


@pytest.fixture(scope="module")
def forms(applicants):
    table = pa.Table.from_pylist(applicants, TYPES)
    relation = duckdb.connect().from_arrow(table)
    return {"pyarrow": lambda: table, "pandas": lambda: pd.DataFrame(applicants), "polars": lambda: pl.DataFrame(table),
            "categories": lambda: pd.DataFrame(applicants).astype({"office": "category", "county": "category"}),
            "polars categories": lambda: pl.DataFrame(table).with_columns(pl.col("office", "county").cast(pl.Categorical)),
            "duckdb": lambda: relation,
            "reader": lambda: pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=97))}


FORMS = ["pyarrow", "pandas", "polars", "categories", "polars categories", "duckdb", "reader"]


def facts(rules, row):
    return {name: row[name] for name in rules.facts}


def rows(frame):
    """Return the rows of a frame of any kind."""
    made = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, preserve_index=False) if isinstance(
        frame, pd.DataFrame) else pa.table(frame)
    return made.to_pylist()


class Counted:
    """Counts of one decision among some rows, taken one by one."""

    def __init__(self):
        self.statuses, self.reasons = Counter(), Counter()
        self.totals = {"amount": Fraction(0), "least": Fraction(0), "most": Fraction(0)}

    def add(self, decision):
        self.statuses[decision.status] += 1
        for name in decision.unmet if decision.status == "ineligible" else ():
            self.reasons["ineligible", name] += 1
        for name in decision.needed if decision.status == "undetermined" else ():
            self.reasons["undetermined", name] += 1
        for name in self.totals if decision.status != "refused" else ():
            value = getattr(decision, name)
            self.totals[name] = None if value is None or self.totals[name] is None else self.totals[name] + Fraction(value)


def same_totals(row, counted, grants):
    for name, total in counted.totals.items():
        assert row[name] == (total if grants else None), (row, name, total)


@pytest.mark.parametrize("by", [(), ("office",), ("county", "office")], ids=str)
@pytest.mark.parametrize("form", FORMS)
def test_counts(pipeline, applicants, outcomes, forms, form, by):
    counts = pipeline.counts(forms[form](), as_of=DAY, by=by)
    expected = {}
    for row, out in zip(applicants, outcomes):
        for name in out:
            expected.setdefault((name, *(row[one] for one in by)), Counted()).add(out[name])
    found = rows(counts.frame)
    groups = dict.fromkeys(tuple(row[one] for one in by) for row in applicants)
    assert [(row["decision"], *(row[one] for one in by)) for row in found] == [
        (name, *group) for name in pipeline.decisions for group in groups]
    for row in found:
        one = expected[(row["decision"], *(row[name] for name in by))]
        assert row["rows"] == sum(one.statuses.values())
        for status in ("eligible", "ineligible", "undetermined", "refused"):
            assert row[status] == one.statuses[status]
        same_totals(row, one, row["decision"] == "funding")
    reasons = {(row["decision"], *(row[one] for one in by), row["status"], row["reason"]): row["rows"]
               for row in rows(counts.reasons)}
    assert reasons == {(*key, *reason): count for key, one in expected.items() for reason, count in one.reasons.items()}
    assert counts.rows == len(applicants)
    assert 0 < counts.refused == sum(out.refused for out in outcomes)
    assert counts.errors == Counter(problem.code for out in outcomes for problem in out.problems)


@pytest.mark.parametrize("by", [(), ("office",), ("office", "county")], ids=str)
@pytest.mark.parametrize("form", FORMS)
def test_funnel(pipeline, applicants, outcomes, forms, form, by):
    funnel = pipeline.funnel(forms[form](), as_of=DAY, by=by)
    assert funnel.stages == pipeline.decisions
    groups = dict.fromkeys(tuple(row[one] for one in by) for row in applicants)
    expected = {(stage, *group): Counted() for stage in funnel.stages for group in groups}
    ends = Counter()
    for row, out in zip(applicants, outcomes):
        if out.refused:
            ends["refused"] += 1
            continue
        for stage in funnel.stages:
            expected[(stage, *(row[one] for one in by))].add(out[stage])
            if out[stage].status != "eligible":
                ends[out[stage].status] += 1
                break
        else:
            ends["through"] += 1
    found = rows(funnel.frame)
    assert [(row["stage"], *(row[one] for one in by)) for row in found] == list(expected)
    for row in found:
        one = expected[(row["stage"], *(row[name] for name in by))]
        assert (row["entered"], row["reached"], row["dropped"], row["undetermined"]) == (
            sum(one.statuses.values()), *(one.statuses[status] for status in ("eligible", "ineligible", "undetermined")))
        same_totals(row, one, row["stage"] == "funding")
    reasons = {(row["stage"], *(row[one] for one in by), row["status"], row["reason"]): row["rows"]
               for row in rows(funnel.reasons)}
    assert reasons == {(*key, *reason): count for key, one in expected.items() for reason, count in one.reasons.items()}
    # Each applicant has one end.
    assert sum(row["dropped"] for row in found) == ends["ineligible"] > 0
    assert sum(row["undetermined"] for row in found) == ends["undetermined"] > 0
    assert sum(row["reached"] for row in found if row["stage"] == "funding") == ends["through"] > 0
    assert funnel.refused == ends["refused"] > 0 and funnel.rows == len(applicants) == sum(ends.values())


def test_reasons_are_those_of_the_stage(pipeline, applicants, forms):
    """Whoever drops out before is no reason later on: a stage's reasons are never the stage before it."""
    reasons = rows(pipeline.funnel(forms["pyarrow"](), as_of=DAY).reasons)
    assert reasons and not {row["reason"] for row in reasons} & set(pipeline.decisions)


def with_figures(rules, figures):
    """Return rules with other figures, by way of the whole file."""
    read = json.loads(rules.source)
    for name, value in figures.items():
        parameter, _, key = name.rstrip("]").partition("[")
        for dated in read["parameters"][parameter]["values"]:
            if key:
                dated["value"][key]["value"] = value
            else:
                dated["value"] = value
    return rfs.loads(json.dumps(read))


SWEPT = {"average_cost[pta]": ["200.00", "333.33"], "cap_share": ["10%", "15%", "20%"], "threshold_share": ["15%", "1/3"]}


@pytest.fixture(scope="module")
def swept(funding, applicants):
    """What evaluate() says of each for every combination of figures."""
    made = {one: with_figures(funding, dict(zip(SWEPT, one))) for one in itertools.product(*SWEPT.values())}
    return {one: [rules.evaluate(facts(rules, row), as_of=DAY)["funding"] for row in applicants]
            for one, rules in made.items()}


@pytest.mark.parametrize("by", [(), ("office",)], ids=str)
@pytest.mark.parametrize("form", FORMS)
def test_sweep(funding, applicants, swept, forms, form, by):
    given = dict(SWEPT)
    in_a_dict = {"average_cost[pta]": given.pop("average_cost[pta]")}
    sweep = funding.sweep(forms[form](), in_a_dict, **given, as_of=DAY, by=by)
    assert sweep.decision == "funding"
    assert sweep.replaced == {"average_cost[pta]": ("200.00",), "cap_share": ("15%",), "threshold_share": ("15%",)}
    groups = dict.fromkeys(tuple(row[one] for one in by) for row in applicants)
    names = list(sweep.replaced)
    found = rows(sweep.frame)
    assert [tuple(row[name] for name in [*names, *by]) for row in found] == [
        (*one, *group) for one in swept for group in groups]
    at = iter(found)
    for decisions in swept.values():
        expected = {group: Counted() for group in groups}
        for row, decision in zip(applicants, decisions):
            expected[tuple(row[one] for one in by)].add(decision)
        for group in groups:
            row, one = next(at), expected[group]
            assert row["rows"] == sum(one.statuses.values())
            for status in ("eligible", "ineligible", "undetermined", "refused"):
                assert row[status] == one.statuses[status]
            same_totals(row, one, True)
    assert len({row["eligible"] for row in found}) > 1 and len({row["most"] for row in found}) > 1


def test_sweep_of_what_is_known_has_an_amount(funding):
    frame = pd.DataFrame({"office": ["school_board", "pta"], "raised": ["150.00", "0.10"], "plan": ["none", "draft"],
                          "requested": ["1000.00", "0.07"], "on_ballot_since": ["2017-04-24"] * 2})
    sweep = funding.sweep(frame, cap_share=["10%", "1/3"], threshold_share=["0%"], as_of=DAY)
    assert sweep.frame["amount"].tolist() == [Decimal("100.07"), Decimal("333.40")]
    assert sweep.frame["eligible"].tolist() == [2, 2]


EVERY_FORM = ROOT / "tests" / "golden" / "parameters" / "good" / "every_form.rules.json"


@pytest.mark.parametrize(("figure", "values", "replaced"), [
    ("base", ["90.00", Decimal("110.5")], ("100.00", "120.00", "null")),
    ("fraction", ["1 / 3", 1], ("8 / 9",)),
    ("by_place[north, true]", ["1%", "50%"], ("12%",)),
    ("by_place[north,false]", ["1%"], ("10%",)),
    ("by_place[south, *]", ["1%"], ("8%",)),
    ("by_size[4]", [7, "8.00"], ("30.00",)),
    ("day_one", [datetime.date(2017, 6, 1), "2019-01-01"], ("2017-03-01",)),
    ("wait", ["0 days", "900 days"], ("30 days",)),
    ("word", ["open", "closed"], ("open",)),
    ("open_now", [True, False], ("true",)),
], ids=str)
def test_every_form_of_a_figure(figure, values, replaced):
    """The figure is replaced wherever it stands, and nothing else is: what is read in rules with the new text is told by
    another way to write it."""
    rules = rfs.load(EVERY_FORM)
    table = [{"region": region, "size": size, "rural": rural} for region in ("north", "south", "isles", None)
             for size in (1, 4, 9) for rural in (True, False, None)]
    for as_of in ("2017-05-01", "2019-06-01", "2020-12-01"):
        sweep = rules.sweep(pa.Table.from_pylist(table), {figure: values}, as_of=as_of)
        assert sweep.replaced == {figure: replaced}
        for value, found in zip(values, rows(sweep.frame), strict=True):
            read = json.loads(rules.source)
            name, _, keys = figure.rstrip("]").partition("[")
            for dated in read["parameters"][name]["values"]:
                written = value if isinstance(value, bool) else str(value)
                if not keys:
                    dated["value"] = written
                    continue
                holder, path = dated["value"], re.split(", ?", keys)
                for key in path[:-1]:
                    holder = holder[key]
                if isinstance(holder[path[-1]], dict):
                    holder[path[-1]]["value"] = written
                else:
                    holder[path[-1]] = written
            other = rfs.loads(json.dumps(read))
            one = Counted()
            for row in table:
                one.add(other.evaluate(row, as_of=as_of)["grant"])
            for status in ("eligible", "undetermined"):
                assert found[status] == one.statuses[status]
            assert {name: found[name] for name in one.totals} == one.totals


ODD = """
{ "rfs" : 1, "rules": "odd\\u002frules", "note": "ü \\"parameters\\": {\\"share\\": [ 1e400, {}, [] ]} }",
  "x-more": { "parameters": { "share": [ -0.50, [], {}, 12345678901234567890123 ] } }, "currency": "USD",
  "facts": { "asked": { "type": "money" } },
  "param\\u0065ters" : { "shar\\u0065": { "type": "number",
     "values" :\t[ { "value" : "1 / 2" , "from":"1900-01-01", "note": "ß]" } , {"from": "2010-01-01","value":"1 / 3"}] } },
  "decisions": { "grant": { "eligible": "true or asked > 0 USD", "amount": "asked * share", "round": "none" } } }
"""


def test_figures_are_found_in_any_layout():
    rules = rfs.loads(ODD)
    table = pa.table({"asked": ["1.00", "2.00"]})
    for as_of in ("2005-01-01", "2015-01-01"):
        sweep = rules.sweep(table, share=["1 / 7", "0.25"], as_of=as_of)
        assert sweep.replaced == {"share": ("1 / 2", "1 / 3")}
        # No decimal is three sevenths: where one total is none, all are texts.
        assert sweep.frame["amount"].to_pylist() == ["3/7", "3/4"]


def test_wrong_figures(funding):
    table = pa.table({name: pa.nulls(1) for name in funding.facts})

    def refused(figures, **given):
        with pytest.raises(rfs.RuleError) as caught:
            funding.sweep(table, figures, as_of=DAY, **given)
        return caught.value.diagnostics[0]

    wrong = refused(None, cap_shre=["10%"])
    assert (wrong.code, wrong.help) == ("RFS301", "did you mean `cap_share`?")
    wrong = refused({"average_cost[sate_house]": ["1.00"]})
    assert (wrong.code, wrong.help) == ("RFS121", "did you mean `state_house`?")
    assert refused(None, average_cost=["1.00"]).code == "RFS306"
    assert refused({"cap_share[pta]": ["10%"]}).code == "RFS307"
    assert refused({"average_cost[pta, pta]": ["10%"]}).code == "RFS307"
    for name in ("", "[", "cap_share[", "raised", "funding", "\0"):
        assert refused({name: ["10%"]}).code == "RFS301"
    for value in ("ten", "10", "10 USD", "", '"', "10%\",", "\ud800", "\n", "2 months"):
        wrong = refused(None, cap_share=["10%", value])
        assert wrong.severity == "error" and wrong.line == 35, wrong
    # Rules that could fail with a figure are refused as the file would be.
    assert refused(None, cap_share=["-10%"]).code == "RFS505"


@pytest.mark.parametrize(("figures", "error", "message"), [
    ({"cap_share": "10%"}, TypeError, "the values of `cap_share` are a list: found a str"),
    ({"cap_share": 10}, TypeError, "found a int"),
    ({"cap_share": []}, ValueError, "`cap_share` has no values"),
    ({}, ValueError, "name a figure"),
    ({"cap_share": [0.1]}, ValueError, "`cap_share`: expected a str, bool, int, Decimal or date, found a float"),
    ({"cap_share": [None]}, ValueError, "found a NoneType"),
    ({"average_cost[pta]": ["1.00"], "average_cost[ pta ]": ["2.00"]}, ValueError, "are one figure"),
])
def test_figures_of_wrong_types(funding, figures, error, message):
    table = pa.table({name: pa.nulls(1) for name in funding.facts})
    with pytest.raises(error, match=re.escape(message)):
        funding.sweep(table, figures, as_of=DAY)


def test_wrong_names(pipeline, funding):
    table = pa.table({name: pa.nulls(1) for name in pipeline.facts})
    for call, code, text in [
            (lambda: pipeline.funnel(table, as_of=DAY, stages=["fundin"]), "RFS301", "did you mean `funding`?"),
            (lambda: pipeline.sweep(table, cap_share=["1%"], as_of=DAY), "RFS704", 'decision="funding"'),
            (lambda: pipeline.sweep(table, cap_share=["1%"], as_of=DAY, decision="fundin"), "RFS301",
             "did you mean `funding`?"),
            (lambda: pipeline.counts(table, as_of=DAY, by="ofice"), "RFS611", "did you mean `office`?"),
            (lambda: pipeline.counts(table.append_column("rows", [[1]]), as_of=DAY, by="rows"), "RFS613", "rename it"),
            (lambda: pipeline.counts(table.append_column("list", [[[1]]]), as_of=DAY, by="list"), "RFS612",
             "one value a row"),
            (lambda: pipeline.counts(table.append_column("x", [[1]]).append_column("x", [[1]]), as_of=DAY, by="x"),
             "RFS613", "rename one of them")]:
        with pytest.raises(rfs.RuleError) as caught:
            call()
        assert caught.value.diagnostics[0].code == code and text in caught.value.diagnostics[0].help
    for options, message in [({"stages": []}, "names no decision"),
                             ({"stages": ["funding", "funding"]}, "two of the stages"), ({"by": ["office", "office"]}, "named twice")]:
        with pytest.raises(ValueError, match=message):
            pipeline.funnel(table, as_of=DAY, **options)
    with pytest.raises(TypeError, match="expected a table"):
        funding.counts([{"office": "pta"}], as_of=DAY)
    with pytest.raises(TypeError, match="collect"):
        funding.counts(pl.LazyFrame({"office": ["pta"]}), as_of=DAY)


SIDE_BY_SIDE = """{ "rfs": 1, "rules": "side-by-side", "facts": { "a": { "type": "bool" }, "b": { "type": "bool" } },
  "decisions": { "last": { "eligible": "a and second.eligible" }, "first": { "eligible": "a" },
                 "second": { "eligible": "b and first.eligible" }, "other": { "eligible": "b and not(first.eligible)" } } }"""


def test_the_road_of_the_file(pipeline):
    table = pa.table({"a": [True, True, False, None], "b": [True, False, True, True]})
    rules = rfs.loads(SIDE_BY_SIDE)
    with pytest.raises(rfs.RuleError, match="does not build on"):
        rules.funnel(table, as_of=DAY)
    named = rules.funnel(table, as_of=DAY, stages=["first", "second", "last"])
    # The order in the file says nothing where decisions build on each other.
    found = rfs.loads(SIDE_BY_SIDE.replace("b and not(first.eligible)", "last.eligible")).funnel(table, as_of=DAY)
    assert found.stages == ("first", "second", "last", "other")
    assert rows(found.frame)[:3] == rows(named.frame)
    assert [row["reached"] for row in rows(found.frame)] == [2, 1, 1, 1]
    # What a decision wants not to hold is no stage before it.
    facts_only = SIDE_BY_SIDE.partition('"decisions"')[0]
    other = rfs.loads(facts_only + '''"decisions": {
        "inside": { "eligible": "a" }, "out": { "eligible": "b and not(inside.eligible)" } } }''')
    with pytest.raises(rfs.RuleError, match="`out` does not build on `inside`"):
        other.funnel(table, as_of=DAY)
    with pytest.raises(rfs.RuleError, match="decide nothing"):
        rfs.loads(facts_only + '"definitions": { "c": "a and b" } }').funnel(table, as_of=DAY)


@pytest.mark.parametrize("form", ["pyarrow", "pandas", "polars", "reader"])
def test_tables_without_rows(pipeline, forms, form):
    whole = forms[form]()
    empty = (whole.schema.empty_table().to_reader() if form == "reader" else whole[:0])
    funnel = pipeline.funnel(empty, as_of=DAY)
    assert [row["entered"] for row in rows(funnel.frame)] == [0] * 7 and len(rows(funnel.reasons)) == 0
    empty = (whole.schema.empty_table().to_reader() if form == "reader" else whole[:0])
    assert rows(pipeline.counts(empty, as_of=DAY, by="office").frame) == []


def test_kinds_of_frames(pipeline, forms):
    for form, kind in [("pandas", pd.DataFrame), ("polars", pl.DataFrame), ("pyarrow", pa.Table), ("duckdb", pa.Table)]:
        funnel = pipeline.funnel(forms[form](), as_of=DAY)
        sweep = pipeline.sweep(forms[form](), cap_share=["15%"], decision="funding", as_of=DAY)
        for frame in (funnel.frame, funnel.reasons, sweep.frame, pipeline.counts(forms[form](), as_of=DAY).frame):
            assert isinstance(frame, kind)


def test_options_reach_the_table(funding):
    frame = pd.DataFrame({"race": ["pta", "pta"], "cash": [30.0, 0.1 + 0.2], "day": ["2017-06-24", "2017-05-01"],
                          "n": [1, 1]}, index=[7, 7])
    options = {"columns": {"office": "race", "raised": "cash"}, "unknown": ["plan", "requested", "on_ballot_since"]}
    assert funding.counts(frame, as_of="day", by="race", **options).errors == {"RFS604": 1}
    counts = funding.counts(frame, as_of="day", by=["n", "race"], floats="nearest", threads=1, **options)
    assert counts.refused == 0 and counts.frame[["n", "race", "rows"]].values.tolist() == [[1, "pta", 2]]


def test_what_is_shown(pipeline, funding, forms):
    funnel = pipeline.funnel(forms["pandas"](), as_of=DAY)
    assert repr(funnel).startswith("<rfs.Funnel of run-for-something/pipeline: 1,500 rows, ")
    assert re.search(r"\n  stage +entered +reached +dropped +undetermined +least +most\n  interest +1,", repr(funnel))
    hostile = pa.table({**{name: pa.nulls(1) for name in funding.facts}, "<b>": ["<script>"]})
    counts = funding.counts(hostile, as_of=DAY, by="<b>")
    assert "<script>" in repr(counts) and "&lt;script&gt;" in counts._repr_html_()
    assert "<script>" not in counts._repr_html_() and "<b>" not in counts._repr_html_()
    sweep = funding.sweep(hostile, cap_share=["15%"], as_of=DAY)
    assert repr(sweep).startswith("<rfs.Sweep of funding of run-for-something/funding: cap_share (in the file 15%)\n")


def test_charts(pipeline, funding, forms):
    """The charts are valid Vega-Lite and draw the numbers of the frames."""
    pytest.importorskip("altair")
    funnel = pipeline.funnel(forms["pyarrow"](), as_of=DAY)
    drawn = funnel.plot().to_dict()
    assert drawn["encoding"]["y"]["sort"] == list(funnel.stages)
    bars = {(one["stage"], one["outcome"]): one["applicants"] for one in drawn["data"]["values"]}
    ends = ("reached", "dropped", "undetermined")
    assert bars == {(row["stage"], end): row[end] for row in rows(funnel.frame) for end in ends}
    drawn = pipeline.funnel(forms["pyarrow"](), as_of=DAY, by="county").plot().to_dict()
    assert drawn["encoding"]["row"]["title"] == "county"
    figures = {"cap_share": ["10%", "15%"], "threshold_share": ["10%", "15%"], "waiting_period": ["1 month", "2 months"],
               "average_cost[pta]": ["1.00"]}
    for count in (1, 2, 3):
        for by in ((), "office"):
            sweep = funding.sweep(forms["pyarrow"](), dict(list(figures.items())[:count]), as_of=DAY, by=by)
            for what in ("eligible", "most"):
                values = sweep.plot(what).to_dict()["data"]["values"]
                assert [Fraction(str(one["value"])) for one in values] == [
                    Fraction(row[what]) for row in rows(sweep.frame)]
    with pytest.raises(ValueError, match="up to three figures"):
        funding.sweep(forms["pyarrow"](), figures, as_of=DAY).plot()
    with pytest.raises(ValueError, match="not 'eligable'"):
        sweep.plot("eligable")
    with pytest.raises(ValueError, match="no amount to draw"):
        funding.sweep(forms["pyarrow"](), cap_share=["15%"], as_of=DAY).plot("amount")


@pytest.mark.parametrize(("missing", "call", "extra"), [
    ("pyarrow", "rules.counts(table, as_of='2017-06-24')", "rfs[pandas]"),
    ("altair", "rules.sweep(table, cap_share=['1%'], as_of='2017-06-24').plot()", "rfs[plots]")])
def test_extras_are_named(missing, call, extra):
    program = (f"import sys; sys.modules['{missing}'] = None\nimport polars, rfs\nrules = rfs.load({str(FUNDING)!r})\n"
               f"table = polars.DataFrame({{name: [None] for name in rules.facts}})\n{call}")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and f"pip install {extra}" in done.stderr.splitlines()[-1]
