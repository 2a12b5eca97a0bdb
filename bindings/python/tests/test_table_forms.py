"""Every form in which libraries export columns, each row held against evaluate(): with nulls and without, in chunks of all
sizes, and cut out of longer tables."""

import datetime
import decimal
import itertools
import random
import re

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from table_rows import OUTPUT, compare

import rfs

DAY = datetime.date(2020, 1, 1)
D = decimal.Decimal
# What columns hold, by fact: values that are taken and values that are refused.
WHOLE = [0, 1, 5, 99, 127]
VALUES = {
    "member": [True, False],
    "count": [*WHOLE, -1],
    "share": [D("0.25"), D("-0.75"), D("12.50"), D("0.00")],
    "fee": [D("150.00"), D("0.01"), D("0.00"), D("-1.00"), D("999999.99")],
    "born": [datetime.date(2017, 4, 24), datetime.date(1970, 1, 1), datetime.date(1900, 2, 28), datetime.date(2020, 2, 29)],
    "rate": ["15%", "0.5%", "0.15", "100%", "x%"],
    "term": ["2 months", "0 months", "1 month", "2", "90 days"],
    "stay": ["90 days", "1 day", "0 days", "90"],
    "office": ["pta", "state house", "senate", ""],
    "note": ["", "a text of more than twelve bytes", "ü", "x" * 4097],
}
FLOATS = [0.0, 150.0, 150.1, 0.25, 0.1 + 0.2, 1 / 3, 0.005, -1.0, 1e15, 1e300, 5e-324, float("inf"), float("-inf")]
TEXTS = {
    "member": ["true", "false", "yes", "True", "1"], "count": ["0", "-7", "7.0", "x", " 1"],
    "share": ["0.25", "-3", "1.234", "1e2", "."], "fee": ["150.00", "150", "$150", "1,500.00", "1.234", "-1", "", "150.00 EUR"],
    "born": ["2017-04-24", "2017-02-29", "24.4.2017", "2017-4-24", "9999-12-31"],
}
STRING_FACTS = ["rate", "term", "stay", "office", "note"]

ARROW_INTS = [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(), pa.int64(), pa.uint64()]
ARROW_TEXTS = [pa.utf8(), pa.large_utf8(), pa.string_view()]
ARROW_DAYS = [pa.date32(), pa.date64(), *(pa.timestamp(unit) for unit in ("s", "ms", "us", "ns"))]
ARROW_DECIMALS = [getattr(pa, kind)(digits, scale) for kind, digits in {
    "decimal32": 9, "decimal64": 18, "decimal128": 38, "decimal256": 76}.items() if hasattr(pa, kind) for scale in (2, 3)]


def fitting(values, type_):
    """The values that a type of Arrow can hold."""
    out = []
    for value in values:
        try:
            pa.array([value], type_)
        except (pa.ArrowInvalid, OverflowError):
            continue
        out.append(value)
    assert out
    return out


def forms():
    """Every (fact, type of Arrow, values as evaluate() is given them)."""
    for fact, texts in [*TEXTS.items(), *((fact, VALUES[fact]) for fact in STRING_FACTS)]:
        for type_ in ARROW_TEXTS:
            yield fact, type_, texts
            if type_ != pa.string_view():  # pyarrow makes no dictionary of views
                yield fact, pa.dictionary(pa.int32(), type_), texts
    for index in ARROW_INTS:
        yield "office", pa.dictionary(index, pa.utf8()), VALUES["office"]
    for fact in VALUES:
        yield fact, pa.null(), [None]
    yield "member", pa.bool_(), VALUES["member"]
    for type_, fact in itertools.product(ARROW_INTS, ("count", "share", "fee")):
        yield fact, type_, fitting([*WHOLE, -1, 10**15], type_)
    for type_, fact in itertools.product(ARROW_DECIMALS, ("count", "share", "fee")):
        yield fact, type_, fitting([*VALUES["share"], *VALUES["fee"], D("0.005"), D("7")], type_)
    for fact in ("count", "share", "fee"):
        yield fact, pa.float64(), [*FLOATS, float("nan")]
        yield fact, pa.float32(), [np.float32(one) for one in FLOATS if abs(one) < 1e30 or one in FLOATS[-2:]]
    for type_ in ARROW_DAYS:
        yield "born", type_, VALUES["born"]
    for type_ in ARROW_DAYS[1:]:
        yield "born", type_, [datetime.datetime(2017, 4, 24), datetime.datetime(2017, 4, 24, 12), datetime.datetime(1969, 7, 20, 20)]


def column(values, type_):
    if pa.types.is_dictionary(type_):
        plain = pa.array(values, type_.value_type).dictionary_encode()
        return pa.DictionaryArray.from_arrays(plain.indices.cast(type_.index_type), plain.dictionary)
    if pa.types.is_timestamp(type_):
        values = [datetime.datetime(one.year, one.month, one.day) if type(one) is datetime.date else one for one in values]
    if type_ == pa.date64():  # pyarrow cuts the time of a datetime off
        stamps = column(values, pa.timestamp("ms"))
        return pa.Array.from_buffers(type_, len(stamps), stamps.cast(pa.int64()).buffers(), stamps.null_count)
    return pa.array(values, type_)


def as_evaluated(fact, values, type_):
    """What evaluate() is given in the place of a column's values. Of one applicant a bool, a count and a number are never
    a str, while a column of text has their text form."""
    is_text = type_ in ARROW_TEXTS or pa.types.is_dictionary(type_)
    if not is_text or fact not in ("member", "count", "share"):
        return values
    words = {"true": True, "false": False} if fact == "member" else {}
    plain = re.compile(r"-?[0-9]+(\.[0-9]+)?")
    return [words.get(one, D(one) if not words and one is not None and plain.fullmatch(one) else one) for one in values]


FORMS = list(forms())
LAYOUTS = ["whole", "chunks", "slice", "slices in chunks"]


def many(values, nulls, seed):
    """Repeat values in no order, with nulls or without."""
    out = [*values * max(3, 12 // len(values)), *([None] * len(values) if nulls else [])]
    random.Random(seed).shuffle(out)
    return out


def arrow_table(name, values, type_, layout):
    """A table of one column, and which of the values it shows."""
    if layout == "whole":
        return pa.table({name: column(values, type_)}), values
    if layout == "slice":
        return pa.table({name: column(values, type_)}).slice(3, len(values) - 5), values[3:-2]
    pieces, shown, at = [], [], 0
    for size in itertools.cycle((1, 0, 5, 2, 9)):
        if at >= len(values):
            break
        part = values[at:at + size]
        made = column(part, type_)
        if layout == "slices in chunks" and len(part) > 1:
            made, part = made.slice(1), part[1:]
        pieces.append(made)
        shown += part
        at += size
    return pa.Table.from_batches([pa.record_batch([piece], [name]) for piece in pieces]), shown


def decide(rules, table, fact, **options):
    return rules.evaluate_table(table, as_of=DAY, unknown=[name for name in rules.facts if name != fact], output=OUTPUT,
                                **options)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("nulls", [True, False], ids=["nulls", "no nulls"])
@pytest.mark.parametrize(("fact", "type_", "values"), FORMS, ids=[f"{fact}-{type_}".replace(" ", "") for fact, type_, _ in FORMS])
def test_pyarrow(kinds, fact, type_, values, nulls, layout):
    table, shown = arrow_table(fact, many(values, nulls, fact), type_, layout)
    shown = as_evaluated(fact, shown, type_)
    compare(kinds, decide(kinds, table, fact), [{fact: value} for value in shown], DAY)
    nearest = decide(kinds, table, fact, floats="nearest")
    compare(kinds, nearest, [{fact: value} for value in shown], DAY, "nearest")


@pytest.mark.parametrize("type_", [pa.bool_(), pa.int64(), pa.float64(), pa.float16(), pa.decimal128(9, 2), pa.date32(),
                                   pa.timestamp("us", "UTC"), pa.time32("s"), pa.duration("s"), pa.month_day_nano_interval(),
                                   pa.binary(), pa.large_binary(), pa.binary_view(), pa.binary(4), pa.list_(pa.int8()),
                                   pa.large_list(pa.int8()), pa.list_(pa.int8(), 2), pa.struct([("x", pa.int8())]),
                                   pa.map_(pa.utf8(), pa.utf8()), pa.run_end_encoded(pa.int32(), pa.int64()),
                                   pa.dictionary(pa.int8(), pa.binary())], ids=str)
def test_what_each_fact_reads(kinds, type_):
    """Of each type, every fact either reads a column or refuses it and says what to cast it to."""
    numbers = ["count", "share", "fee"]
    taken = {"bool": ["member"], "int64": numbers, "double": numbers, "decimal128(9, 2)": numbers,
             "date32[day]": ["born"]}.get(str(type_), [])
    table = pa.table([pa.array([], type_)], names=["x"]) if not pa.types.is_run_end_encoded(type_) else pa.table(
        [pa.RunEndEncodedArray.from_arrays(pa.array([], pa.int32()), pa.array([], pa.int64()))], names=["x"])
    for fact in VALUES:
        options = {"columns": {fact: "x"}, "unknown": [name for name in kinds.facts if name != fact]}
        if fact in taken:
            assert kinds.evaluate_table(table, as_of=DAY, **options).rows == 0
        else:
            with pytest.raises(rfs.RuleError, match="RFS612") as caught:
                kinds.evaluate_table(table, as_of=DAY, **options)
            assert caught.value.diagnostics[0].help


POLARS = [
    ("member", pl.Boolean, VALUES["member"]), ("fee", pl.Null, [None]),
    *((fact, kind, [one for one in WHOLE]) for fact in ("count", "fee") for kind in (
        pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)),
    *((fact, pl.Float64, [*FLOATS, float("nan")]) for fact in ("count", "share", "fee")),
    ("fee", pl.Float32, [np.float32(one) for one in (150.1, 0.25, 1 / 3)]),
    *(("fee", pl.Decimal(digits, 2), VALUES["fee"]) for digits in (9, 18, 38)),
    ("born", pl.Date, VALUES["born"]), *(("born", pl.Datetime(unit), VALUES["born"]) for unit in ("ms", "us", "ns")),
    ("born", pl.String, TEXTS["born"]), ("fee", pl.String, TEXTS["fee"]),
    *((fact, pl.String, VALUES[fact]) for fact in STRING_FACTS), ("office", pl.Categorical, VALUES["office"]),
    ("office", pl.Enum(VALUES["office"]), VALUES["office"]), ("rate", pl.Categorical, VALUES["rate"]),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("nulls", [True, False], ids=["nulls", "no nulls"])
@pytest.mark.parametrize(("fact", "dtype", "values"), POLARS, ids=[f"{fact}-{kind}" for fact, kind, _ in POLARS])
def test_polars(kinds, fact, dtype, values, nulls, layout):
    shown = many(values, nulls, fact)
    plain = pl.Series(fact, [one.item() if isinstance(one, np.float32) else one for one in shown], strict=False,
                      dtype=None if isinstance(dtype, pl.Datetime) else dtype)
    frame = pl.DataFrame({fact: plain.cast(dtype)})
    if layout == "chunks" or layout == "slices in chunks":
        frame = pl.concat([frame[:4], frame[4:4], frame[4:5], frame[5:]], rechunk=False)
        assert frame.n_chunks() > 2
    if layout.startswith("slice"):
        frame, shown = frame.slice(3, len(shown) - 5), shown[3:-2]
    result = decide(kinds, frame, fact)
    assert isinstance(result.frame, pl.DataFrame)
    compare(kinds, result, [{fact: value} for value in shown], DAY)


def nullable(kind):
    return lambda values: pd.array(values, dtype=kind)


def numpy(kind):
    """Columns of numpy have no nulls but NaN and NaT."""
    return lambda values: np.array(values, dtype=kind)


PANDAS = [
    *((fact, f"numpy {kind}", numpy(kind), WHOLE, False) for fact in ("count", "fee") for kind in (
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")),
    ("member", "numpy bool", numpy("bool"), VALUES["member"], False), ("member", "boolean", nullable("boolean"), VALUES["member"], True),
    ("member", "objects", lambda values: np.array(values, object), VALUES["member"], True),
    *((fact, kind, nullable(kind), WHOLE, True) for fact in ("count", "fee") for kind in ("Int8", "Int64", "UInt32", "Float64")),
    *((fact, "numpy float64", numpy("float64"), FLOATS, True) for fact in ("count", "share", "fee")),
    ("fee", "numpy float32", numpy("float32"), [np.float32(one) for one in (150.1, 0.25, 1 / 3)], True),
    ("fee", "decimals", lambda values: np.array(values, object), VALUES["fee"], True),
    ("fee", "decimal128", nullable(pd.ArrowDtype(pa.decimal128(20, 2))), VALUES["fee"], True),
    *(("born", f"datetime64 {unit}", numpy(f"datetime64[{unit}]"), VALUES["born"], True) for unit in ("s", "ms", "us", "ns")),
    ("born", "dates", lambda values: np.array(values, object), VALUES["born"], True),
    ("born", "date32", nullable(pd.ArrowDtype(pa.date32())), VALUES["born"], True),
    *((fact, name, make, texts, True) for fact, texts in [("fee", TEXTS["fee"]), *((fact, VALUES[fact]) for fact in STRING_FACTS)]
      for name, make in {**({} if pd.__version__ < "3" else {"str": nullable("str")}),  # before, "str" makes "None" of None
                         "string[python]": nullable("string[python]"), "string[pyarrow]": nullable("string[pyarrow]"),
                         "category": pd.Categorical, "objects": lambda values: np.array(values, object),
                         "large_string": nullable(pd.ArrowDtype(pa.large_string()))}.items()),
]


# With nulls where the column can have them, and without.
PANDAS_CASES = [pytest.param(*one[:4], nulls, id=f"{one[0]}-{one[1]}-{'nulls' if nulls else 'no nulls'}")
                for one in PANDAS for nulls in (True, False) if one[4] or not nulls]


@pytest.mark.parametrize("layout", ["whole", "chunks", "slice", "steps"])
@pytest.mark.parametrize(("fact", "kind", "make", "values", "nulls"), PANDAS_CASES)
def test_pandas(kinds, fact, kind, make, values, nulls, layout):
    shown = many(values, nulls, fact)
    frame = pd.DataFrame({fact: make(shown)}, index=[f"row {i}" for i in range(len(shown))])
    if layout == "chunks":
        frame = pd.concat([frame[:4], frame[4:4], frame[4:5], frame[5:]])
    elif layout == "slice":
        frame, shown = frame[3:-2], shown[3:-2]
    elif layout == "steps":
        frame, shown = frame[::-2], shown[::-2]
    result = decide(kinds, frame, fact)
    assert list(result.frame.index) == list(frame.index)
    compare(kinds, result, [{fact: value} for value in shown], DAY)


DUCKDB = [
    ("member", "BOOLEAN", VALUES["member"]), ("born", "DATE", VALUES["born"]),
    *(("born", kind, VALUES["born"]) for kind in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")),
    *(("fee", kind, WHOLE) for kind in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
                                        "UBIGINT", "UHUGEINT")),
    *(("fee", kind, VALUES["fee"]) for kind in ("DECIMAL(4,2)", "DECIMAL(9,2)", "DECIMAL(18,2)", "DECIMAL(38,2)", "DECIMAL(18,3)")),
    ("fee", "DOUBLE", [150.0, 150.1, 0.1 + 0.2, 1 / 3, -1.0]), ("share", "DOUBLE", [0.25, 1 / 3]),
    ("office", "ENUM('pta', 'state house', 'senate', '')", VALUES["office"]),
    *((fact, "VARCHAR", VALUES[fact]) for fact in STRING_FACTS), ("fee", "VARCHAR", TEXTS["fee"]),
]


@pytest.mark.parametrize("layout", ["whole", "slice", "views"])
@pytest.mark.parametrize("nulls", [True, False], ids=["nulls", "no nulls"])
@pytest.mark.parametrize(("fact", "kind", "values"), DUCKDB, ids=[f"{fact}-{kind}" for fact, kind, _ in DUCKDB])
def test_duckdb(kinds, fact, kind, values, nulls, layout):
    shown = many([one for one in values if "4,2" not in kind or abs(one) < 100] if "DECIMAL" in kind else values, nulls, fact)
    with duckdb.connect() as database:
        if layout == "views":
            database.execute("SET arrow_output_version = '1.5'")
            database.execute("SET produce_arrow_string_view = true")
        database.execute(f'CREATE TABLE t (i INTEGER, "{fact}" {kind})')
        database.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(shown)))
        relation = database.sql(f'SELECT "{fact}" FROM t ORDER BY i')
        if layout == "slice":
            relation, shown = relation.limit(len(shown) - 5, 3), shown[3:-2]
        result = decide(kinds, relation, fact)
        assert isinstance(result.frame, pa.Table)
    compare(kinds, result, [{fact: value} for value in shown], DAY)


@pytest.mark.parametrize("type_", [*ARROW_DAYS, *ARROW_TEXTS, pa.dictionary(pa.int32(), pa.utf8())], ids=str)
def test_day_of_each_row(funding, applicant, type_):
    days = [datetime.date(2017, 6, 23), datetime.date(2017, 6, 24), datetime.date(1999, 1, 1), datetime.date(2020, 2, 29)] * 9
    written = [str(day) for day in days] if pa.types.is_dictionary(type_) or type_ in ARROW_TEXTS else days
    table = pa.table({"applied_on": column(written, type_), **{name: [value] * len(days) for name, value in applicant.items()}})
    result = funding.evaluate_table(table.slice(1), as_of="applied_on", output=OUTPUT)
    assert result.notes == []
    assert compare(funding, result, [applicant] * (len(days) - 1), days[1:]) == 9


def funding_applicants(rows, nulls, seed=1):
    choose = random.Random(seed)
    made = {"office": ["city_council", "pta", "school_board", "state_house", "state_senate", "mayor"],
            "raised": [D("29.99"), D("30.00"), D("149.99"), D("150.00"), D("1500.00"), D("-0.01")],
            "plan": ["none", "draft", "thorough"], "requested": [D("0.00"), D("20.00"), D("500.00")],
            "on_ballot_since": [datetime.date(2017, 4, 24), datetime.date(2017, 4, 25), datetime.date(2016, 12, 31)]}
    return [{name: None if nulls and choose.random() < 0.2 else choose.choice(values) for name, values in made.items()}
            for _ in range(rows)]


@pytest.mark.parametrize("threads", [1, 3, None])
@pytest.mark.parametrize("nulls", [True, False], ids=["nulls", "no nulls"])
@pytest.mark.parametrize("library", ["pyarrow", "polars", "pandas", "duckdb"])
def test_whole_applicants(funding, library, nulls, threads):
    """More rows than a block of the evaluator has, of all facts at once."""
    applicants = funding_applicants(3000, nulls)
    columns = {name: [one[name] for one in applicants] for name in applicants[0]}
    table = pa.table(columns)
    frame = {"pyarrow": lambda: pa.concat_tables([table[:1000], table[1000:1001], table[1001:]]), "polars": lambda: pl.DataFrame(table),
             "pandas": lambda: pd.DataFrame(columns), "duckdb": lambda: duckdb.from_arrow(table)}[library]()
    result = funding.evaluate_table(frame, as_of="2017-06-24", output=OUTPUT, threads=threads)
    assert compare(funding, result, applicants, "2017-06-24") > 0
