"""Lists in tables: columns of lists, JSON as text, and child tables, each row held against evaluate()."""

import datetime
import decimal
import json
import random

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from table_rows import OUTPUT, compare, records

import rfs

DAY = datetime.date(2020, 1, 1)
D = decimal.Decimal
RULES = """{
  "rfs": 1, "rules": "gifts", "currency": "USD",
  "facts": {
    "member": { "type": "bool" },
    "gifts": { "type": "list", "max_items": 8, "fields": {
      "amount": { "type": "money", "min": "-50.00", "max": "5000.00" }, "state": { "type": "choice", "of": ["aa", "bb"] },
      "donor": "text", "given": "date", "share": { "type": "percent", "default": "5%" } } },
    "amounts": { "type": "list", "of": { "type": "money", "max": "900.00" }, "max_items": 5, "default": [] }
  },
  "definitions": {
    "total": "sum(gifts[state = 'aa'].amount)", "number": "count(gifts)", "donors": "count(distinct(gifts.donor))",
    "last": "max(gifts.given, empty: date(2000, 1, 1))", "most": "max(gifts.share, empty: 0%)", "others": "sum(amounts)"
  },
  "decisions": { "grant": { "eligible": "member and total >= 100 USD and donors >= 1 and last >= date(2001, 1, 1)",
                            "amount": "max(0 USD, min(total, 1000 USD)) + others", "round": "down to 0.01 USD" } }
}"""
VALUES = {"amount": [D("10.50"), D("250.00"), D("99.99"), D("-50.00"), D("-50.01")], "state": ["aa", "bb", "aa", "cc"],
          "donor": ["ann", "a name of more than twelve bytes", "ü"],
          "given": [datetime.date(2017, 4, 24), datetime.date(2000, 12, 31)]}
AMOUNTS = [D("12.50"), D("0.00"), D("900.00"), D("900.01")]
LIBRARIES = ["pandas", "polars", "pyarrow", "duckdb"]
ITEM = pa.struct({"amount": pa.decimal128(9, 2), "state": pa.utf8(), "donor": pa.utf8(), "given": pa.date32()})


@pytest.fixture(scope="module")
def rules():
    return rfs.loads(RULES, "gifts.rules.json")


def applicants(seed, nulls, count=60):
    """Applicants as evaluate() takes them, their keys beside."""
    random_ = random.Random(seed)

    def value(values):
        return None if nulls and random_.random() < 0.06 else random_.choice(values)

    return [{"member": True, "amounts": [value(AMOUNTS) for _ in range(random_.choice([0, 0, 1, 3]))],
             "gifts": [{name: value(values) for name, values in VALUES.items()} for _ in range(random_.randrange(8))]}
            for _ in range(count)]


def keys_of(count, kind):
    order = list(range(count))
    random.Random(count).shuffle(order)
    return [f"no {key}" for key in order] if kind == "text" else order


def frame(library, columns, types):
    """A table of columns of Python's values. A relation of DuckDB reads a table that must live."""
    table = pa.table({name: pa.array(values, types.get(name)) for name, values in columns.items()})
    if library == "pandas":
        return table.to_pandas(types_mapper=lambda type_: None if pa.types.is_nested(type_) else pd.ArrowDtype(type_))
    if library == "polars":
        return pl.from_arrow(table)
    return duckdb.from_arrow(table) if library == "duckdb" else table


@pytest.mark.parametrize("nulls", [False, True])
@pytest.mark.parametrize("library", LIBRARIES)
def test_columns_of_lists(rules, library, nulls):
    for seed in range(3):
        given = applicants(seed, nulls)
        if nulls:
            for one in given[::7]:
                one["gifts"] = None
            for one in given[3::9]:
                one["gifts"] = [None, *(one["gifts"] or [])][:8]
        columns = {name: [one[name] for one in given] for name in ("member", "gifts", "amounts")}
        table = frame(library, columns, {"gifts": pa.list_(ITEM), "amounts": pa.list_(pa.decimal128(9, 2))})
        result = rules.evaluate_table(table, as_of=DAY, unknown=["gifts.share"], output=OUTPUT)
        for one in given:
            for item in one["gifts"] or []:
                if item is not None:
                    item["share"] = None
        assert compare(rules, result, given, DAY) > 0


@pytest.mark.parametrize("make", [pa.list_, pa.large_list], ids=["list", "large_list"])
@pytest.mark.parametrize("layout", ["whole", "chunks", "slice"])
def test_layouts_of_lists(rules, make, layout):
    given = applicants(5, True)
    amounts = pa.array([one["amounts"] for one in given], pa.list_(pa.decimal128(9, 2))).cast(make(pa.float64()))
    arrays = {"member": pa.array([True] * 60), "amounts": amounts,
              "gifts": pa.array([one["gifts"] for one in given], make(ITEM))}
    table = pa.table(arrays)
    if layout == "chunks":
        table = pa.concat_tables([table.slice(0, 1), table.slice(1, 30), table.slice(31)])
    if layout == "slice":
        table, given = table.slice(7, 40), given[7:47]
    assert compare(rules, rules.evaluate_table(table, as_of=DAY, output=OUTPUT), given, DAY) > 0


def test_dictionaries_in_lists(rules):
    given = applicants(6, True)
    items = pa.array([one["gifts"] for one in given], pa.list_(ITEM))
    flat = items.flatten()
    fields = {name: flat.field(name).dictionary_encode() if name in ("state", "donor") else flat.field(name)
              for name in ("amount", "state", "donor", "given")}
    lists = pa.ListArray.from_arrays(items.offsets, pa.StructArray.from_arrays(list(fields.values()), list(fields)))
    table = pa.table({"member": [True] * 60, "gifts": lists, "amounts": [one["amounts"] for one in given]})
    assert compare(rules, rules.evaluate_table(table, as_of=DAY, output=OUTPUT), given, DAY) > 0


def test_json_as_text(rules):
    given = applicants(7, True)
    text = [json.dumps(one["gifts"], default=str) for one in given]
    table = pl.DataFrame({"member": [True] * 60, "gifts": text})
    for one in given:
        del one["amounts"]
    assert compare(rules, rules.evaluate_table(table, as_of=DAY, output=OUTPUT), given, DAY) > 0
    (row,) = records(rules.evaluate_table(pl.DataFrame({"member": [True], "gifts": ["5"]}), as_of=DAY).frame)
    assert row["error"].startswith("RFS602: `gifts`: expected a list, found a single value")


@pytest.mark.parametrize("kind", ["text", "number", "dictionary"])
@pytest.mark.parametrize("library", LIBRARIES)
def test_child_tables(rules, library, kind):
    for seed in range(3):
        given = applicants(seed, True)
        keys = keys_of(len(given), kind if kind == "number" else "text")
        rows = [(key, item) for key, one in zip(keys, given) for item in one["gifts"]]
        # The table's order is any, but of one applicant it is the list's.
        places = sorted(range(len(rows)), key=lambda at: (random.Random(at // 3 * 7 + seed).random(), at))
        rows = [rows[at] for at in places]
        by_key = {key: [item for own, item in rows if own == key] for key in keys}
        for key, one in zip(keys, given):
            one["gifts"] = by_key[key]
        key_type = {"text": pa.utf8(), "number": pa.int16(), "dictionary": pa.dictionary(pa.int32(), pa.utf8())}[kind]
        child = frame(library, {"who": [key for key, _ in rows],
                                **{name: [item[name] for _, item in rows] for name in VALUES}},
                      {"who": key_type, "amount": pa.decimal128(9, 2)})
        amounts = frame(library, {"id": [key for key, one in zip(keys, given) for _ in one["amounts"]],
                                  "value": [value for one in given for value in one["amounts"]]},
                        {"id": key_type, "value": pa.decimal128(9, 2)})
        table = frame(library, {"id": keys, "member": [True] * len(given)},
                      {"id": pa.int64() if kind == "number" else pa.large_utf8()})
        result = rules.evaluate_table(table, as_of=DAY, key="id", lists={"gifts": (child, "who"), "amounts": amounts},
                                      columns={"amounts": "value"}, output=OUTPUT)
        assert result.notes == []
        assert compare(rules, result, given, DAY) > 0


def child(**columns):
    return pl.DataFrame({"id": [1], "amount": [100], "state": ["aa"], "donor": ["ann"], "given": [DAY], **columns})


def decide(rules, gifts, ids=(1, 2), **options):
    table = pl.DataFrame({"id": list(ids), "member": [True] * len(ids)})
    return rules.evaluate_table(table, **{"as_of": DAY, "key": "id", "lists": {"gifts": gifts}, **options})


def refused(rules, *given, **options):
    with pytest.raises(rfs.RuleError) as caught:
        decide(rules, *given, **options)
    (one,) = caught.value.diagnostics
    return one


def test_no_rows_is_the_empty_list(rules):
    assert decide(rules, child(), output=["definitions"]).frame["number"].to_list() == [1, 0]
    empty = child().clear()
    assert decide(rules, empty, output=["definitions"]).frame["number"].to_list() == [0, 0]


@pytest.mark.parametrize("form", ["table", "reader"])
def test_child_tables_are_counted(rules, form):
    """counts(), funnel() and sweep() take lists as evaluate_table() does; readers are read whole."""
    given = applicants(7, False)
    for one in given[10:]:  # of most, nothing is refused
        one["gifts"] = [{**item, "state": "aa", "amount": max(item["amount"], D(0))} for item in one["gifts"]]
        one["amounts"] = [min(value, D(900)) for value in one["amounts"]]
    keys = list(range(len(given)))
    people = pa.table({"id": keys, "member": [True] * len(given), "half": [key % 2 for key in keys]})
    rows = [(key, item) for key, one in zip(keys, given) for item in one["gifts"]]
    gifts = pa.table({"who": pa.array([key for key, _ in rows], pa.int64()),
                      **{name: [item[name] for _, item in rows] for name in VALUES}})
    amounts = pa.table({"id": [key for key, one in zip(keys, given) for _ in one["amounts"]],
                        "value": [value for one in given for value in one["amounts"]]})

    def options():
        made = [one.to_reader(7) if form == "reader" else one for one in (people, gifts, amounts)]
        return made[0], {"as_of": DAY, "by": "half", "key": "id", "columns": {"amounts": "value"},
                         "lists": {"gifts": (made[1], "who"), "amounts": made[2]}}

    one_by_one = [rules.evaluate(one, as_of=DAY) for one in given]
    statuses = [["refused" if out.refused else out["grant"].status for out in one_by_one[half::2]] for half in (0, 1)]
    granted = [sum(out["grant"].amount for out in one_by_one[half::2] if not out.refused) for half in (0, 1)]
    assert len({*statuses[0], *statuses[1]}) == 3
    table, named = options()
    counted = records(rules.counts(table, **named).frame)
    assert [[row[status] for row in counted] for status in ("eligible", "refused")] == [
        [one.count(status) for one in statuses] for status in ("eligible", "refused")]
    assert [row["amount"] for row in counted] == granted
    table, named = options()
    assert [row["reached"] for row in records(rules.funnel(table, **named).frame)] == [
        one.count("eligible") for one in statuses]
    lower = rfs.loads(RULES.replace("total >= 100 USD", "total >= threshold").replace(
        '"definitions"', '"parameters": { "threshold": { "type": "money", "values": [{ "from": "2000-01-01", "value": "100.00" }] }'
        ' }, "definitions"').replace('"currency"', '"effective": { "from": "2000-01-01" }, "currency"'))
    table, named = options()
    swept = records(lower.sweep(table, threshold=["100.00", "0.00"], **named).frame)
    assert [row["eligible"] for row in swept[:2]] == [one.count("eligible") for one in statuses]
    assert sum(row["eligible"] for row in swept[2:]) > sum(row["eligible"] for row in swept[:2])
    gifts = gifts.append_column("more", gifts["who"]).set_column(0, "who", pa.array([99] * len(rows)))
    table, named = options()
    with pytest.raises(rfs.RuleError, match="RFS615"):
        rules.counts(table, **{**named, "lists": {**named["lists"], "gifts": (gifts, "who")}})


def test_null_lists(rules):
    table = pa.table({"member": [True], "gifts": pa.array([None], pa.list_(ITEM))})
    assert records(rules.evaluate_table(table, as_of=DAY, output=["needed"]).frame)[0]["grant_needed"] == ["gifts"]
    result = rules.evaluate_table(table, as_of=DAY, output=["definitions"], null_lists="empty")
    assert records(result.frame)[0]["number"] == 0


def test_orphans(rules):
    gifts = child(id=[1, 3, None], amount=[1, 2, 3], state=["aa"] * 3, donor=["ann"] * 3, given=[DAY] * 3)
    one = refused(rules, gifts)
    assert (one.code, one.message) == ("RFS615", "a row of the child table for `gifts` has no key: row 3")
    one = refused(rules, gifts[:2])
    assert one.code == "RFS615" and one.message.endswith("has a key that no applicant has: `3`") and "`ignore`" in one.help
    assert decide(rules, gifts, orphans="ignore", output=["definitions"]).frame["number"].to_list() == [1, 0]


def test_keys_that_do_not_tell_apart(rules):
    one = refused(rules, child(), ids=[1, 2, 2])
    assert (one.code, one.message) == ("RFS616", "two applicants have the key `2`")
    assert refused(rules, child(), ids=[1, None]).code == "RFS616"
    result = decide(rules, child(), ids=[1, None], orphans="ignore", output=["definitions"])
    assert result.frame["number"].to_list() == [1, None]


def test_orphans_end_a_stream(rules):
    table = pa.table({"id": [1, 2], "member": [True, True]})
    result = rules.evaluate_table(table.to_reader(), as_of=DAY, key="id", lists={"gifts": child(id=[9])})
    reader = result.frame
    assert reader.read_next_batch().num_rows == 2
    with pytest.raises(pa.ArrowInvalid, match="RFS615: a row of the child table for `gifts` has a key that no"):
        reader.read_next_batch()


@pytest.mark.parametrize(("change", "code", "words", "repair"), [
    ({"id": [1.0]}, "RFS612", "expected a column of keys, found `id` of float64", "cast it to int64 or utf8"),
    ({"id": ["1"]}, "RFS612", "expected keys that are text, as those of other tables are, found `id` of int64", "to utf8"),
    ({"amount": [True]}, "RFS612", "expected a column of money for `gifts.amount`, found `amount` of bool", "decimal128"),
    ({"donor": None}, "RFS611", "no column for the field `gifts.donor`", "`unknown`"),
])
def test_wrong_columns(rules, change, code, words, repair):
    gifts = child(**{name: values for name, values in change.items() if values is not None})
    gifts = gifts.drop([name for name, values in change.items() if values is None])
    one = refused(rules, gifts)
    assert one.code == code and words in one.message and repair in one.help, one


def test_names(rules):
    gifts = child().rename({"state": "stat"})
    one = refused(rules, gifts)
    assert one.code == "RFS611" and "did you mean the column `stat`?" in one.help
    assert decide(rules, gifts, columns={"gifts.state": "stat"}).rows == 2
    frame = decide(rules, gifts.drop("stat"), unknown=["gifts.state"], output=["needed"]).frame
    assert frame["grant_needed"].to_list() == [["gifts[1].state"], []]
    with pytest.raises(rfs.RuleError) as caught:
        decide(rules, gifts, columns={"gifts.sttae": "stat"}, unknown=["gifts.state"])
    assert (caught.value.diagnostics[0].code, caught.value.diagnostics[0].help) == ("RFS601", "did you mean `state`?")
    with pytest.raises(rfs.RuleError) as caught:
        decide(rules, child(), lists={"gift": child()})
    assert caught.value.diagnostics[0].help == "did you mean `gifts`?"
    with pytest.raises(rfs.RuleError, match="the option `key` is given, and no child table"):
        decide(rules, child(), lists={})


def test_places_in_errors(rules):
    gifts = child(id=[2, 1, 2], amount=["1", "2", "x"], state=["aa"] * 3, donor=["ann"] * 3, given=[DAY] * 3)
    first, second = decide(rules, gifts).frame["error"].to_list()
    assert first is None and second.startswith("RFS602: `gifts[2].amount`: expected an amount of money, found `x`")


def test_floats(rules):
    gifts = child(amount=[100.004])
    error = decide(rules, gifts).frame["error"].to_list()[0]
    assert error.startswith("RFS604: `gifts[1].amount`") and "`floats`" in error
    almost = child(amount=[0.1 + 0.2])
    assert decide(rules, almost).frame["error"].to_list()[0] is not None
    result = decide(rules, almost, floats="nearest", output=["definitions"])
    assert result.assumed == {"gifts": 1} and result.frame["total"].to_list()[0] == D("0.30")


def test_nan_is_unknown_in_frames_of_pandas_alone(rules):
    nothing = child(amount=[float("nan")])
    assert decide(rules, nothing).frame["error"].to_list()[0].startswith("RFS602: `gifts[1].amount`")
    frame = decide(rules, nothing.to_pandas(), output=["needed"]).frame
    assert frame["grant_needed"].to_list()[0] == ["gifts[1].amount"]


def test_columns_that_are_not_read(rules):
    table = pa.table({"member": [True], "gifts": pa.array([[{"amount": 1, "zip": 5}]])})
    result = rules.evaluate_table(table, as_of=DAY, unknown=["gifts.state", "gifts.donor", "gifts.given"])
    assert [note.message for note in result.notes] == ["no fact is named like these columns, which are not read: `gifts.zip`"]


def test_calls_that_are_mistakes(rules):
    table = pl.DataFrame({"id": [1], "member": [True]})
    with pytest.raises(TypeError, match="lists needs the key of the applicants"):
        rules.evaluate_table(table, as_of=DAY, lists={"gifts": child()})
    with pytest.raises(TypeError, match="expected a table"):
        rules.evaluate_table(table, as_of=DAY, key="id", lists={"gifts": [{"id": 1}]})
    for option in ("orphans", "null_lists"):
        with pytest.raises(ValueError, match=option):
            decide(rules, child(), **{option: "x"})
