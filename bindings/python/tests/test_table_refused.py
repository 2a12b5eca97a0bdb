"""Wrong tables: an exception that says the repair, or an error of the row; nothing is dropped or taken for something else."""

import datetime
import inspect

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from table_rows import records

import rfs

AS_OF = "2017-06-24"
COLUMNS = {"office": ["pta", "school_board"], "on_ballot_since": ["2017-04-24", "2017-04-24"], "raised": ["30.00", "149.99"],
           "plan": ["none", "draft"], "requested": ["500.00", "20.00"]}
LIBRARIES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


@pytest.fixture(params=LIBRARIES)
def make(request):
    return LIBRARIES[request.param]


def refusal(rules, table, **options):
    with pytest.raises(rfs.RuleError) as caught:
        rules.evaluate_table(table, **{"as_of": AS_OF, **options})
    return caught.value.diagnostics


def without(name):
    return {key: value for key, value in COLUMNS.items() if key != name}


def errors(rules, table, **options):
    return [row["error"] for row in records(rules.evaluate_table(table, **{"as_of": AS_OF, **options}).frame)]


@pytest.mark.parametrize(("change", "code", "words", "repair"), [
    ({"raised": [True, False]}, "RFS612", "expected a column of money for `raised`, found `raised` of bool", "decimal128(38, 2)"),
    ({"raised": [datetime.date(2017, 4, 24)] * 2}, "RFS612", "found `raised` of date32", "decimal128(38, 2)"),
    ({"raised": [[1], [2]]}, "RFS612", "list", "decimal128(38, 2)"),
    ({"raised": [b"1", b"2"]}, "RFS612", "binary", "decimal128(38, 2)"),
    ({"plan": [1, 2]}, "RFS612", "found `plan` of int64", "cast it to utf8"),
    ({"on_ballot_since": [20170424, 20170424]}, "RFS612", "expected a column of date", "cast it to date32"),
    ({"on_ballot_since": [datetime.datetime(2017, 4, 24, tzinfo=datetime.timezone.utc)] * 2}, "RFS612",
     "timestamp[", "in the zone that counts"),
])
def test_wrong_types(funding, make, change, code, words, repair):
    (one,) = refusal(funding, make({**COLUMNS, **change}))
    assert one.code == code and words in one.message and repair in one.help


def test_a_percent_is_not_guessed(kinds, make):
    for share in (15, 0.15):
        (one,) = refusal(kinds, make({"rate": [share]}), unknown=[name for name in kinds.facts if name != "rate"])
        assert one.code == "RFS612" and "could both mean 15%" in one.help


def test_missing_columns(funding, make):
    (one,) = refusal(funding, make(without("raised")))
    assert one.code == "RFS611" and "`raised`" in one.message and "`unknown`" in one.help
    (one,) = refusal(funding, make({**without("raised"), "raisd": ["1", "2"]}))
    assert "did you mean the column `raisd`" in one.help
    (one,) = refusal(funding, make(COLUMNS), as_of="applied_on")
    assert one.code == "RFS611" and "`applied_on`" in one.message


def test_misspelt_options(funding, make):
    assert [one.code for one in refusal(funding, make(COLUMNS), columns={"raisd": "plan"})] == ["RFS601"]
    (one,) = refusal(funding, make(without("raised")), columns={"raised": "total"})
    assert one.code == "RFS611" and "`total`" in one.message
    (one,) = refusal(funding, make(without("plan")), unknown=["plam"])[:1]
    assert one.code == "RFS601" and "`plan`" in one.help
    (one,) = refusal(funding, make(COLUMNS), unknown=["plan"])
    assert one.code == "RFS613" and "`plan`" in one.message


def test_all_mistakes_are_told_at_once(funding, make):
    assert [one.code for one in refusal(funding, make({"raised": [True, False], "plan": [1, 2]}))] == [
        "RFS611", "RFS611", "RFS612", "RFS612", "RFS611"]


@pytest.mark.parametrize("values", [["a", 1], [1, "a"], [1.5, "a", None], [datetime.date(2017, 4, 24), "x"], [object(), object()],
                                    [1 + 2j, 2], [10**30, 1.5]], ids=str)
def test_mixed_objects(funding, values):
    """A column of pandas whose values are of no one type is refused as a whole: no value is taken for another."""
    frame = pd.DataFrame({name: [column[0]] * len(values) for name, column in COLUMNS.items()})
    frame["raised"] = pd.Series(values, dtype=object)
    (one,) = refusal(funding, frame)
    assert one.code == "RFS612" and "`raised`" in one.message and "\n" not in one.message


def test_mixed_texts_refuse_their_rows(funding, make):
    found = errors(funding, make({**COLUMNS, "raised": ["n/a", "149.99"]}))
    assert found[0].startswith("RFS602: `raised`: expected an amount of money, found `n/a`") and not isinstance(found[1], str)


@pytest.mark.parametrize(("change", "code"), [
    ({"raised": ["-0.01", "1"]}, "RFS603"), ({"raised": [-1, 1]}, "RFS603"), ({"raised": [-0.5, 1.0]}, "RFS603"),
    ({"raised": [float("inf"), 1.0]}, "RFS602"), ({"raised": [float("-inf"), 1.0]}, "RFS602"),
    ({"raised": [0.1 + 0.2, 1.0]}, "RFS604"), ({"raised": [1e300, 1.0]}, "RFS603"), ({"raised": ["", "1"]}, "RFS602"),
    ({"raised": ["$1", "1"]}, "RFS602"), ({"raised": ["1,000.00", "1"]}, "RFS602"), ({"raised": ["1 EUR", "1"]}, "RFS609"),
    ({"office": ["PTA", "pta"]}, "RFS605"), ({"on_ballot_since": ["24.4.2017", "2017-04-24"]}, "RFS602"),
    ({"on_ballot_since": [datetime.datetime(2017, 4, 24, 9), datetime.datetime(2017, 4, 24)]}, "RFS602"),
])
def test_rows_are_refused_alone(funding, make, change, code):
    result = funding.evaluate_table(make({**COLUMNS, **change}), as_of=AS_OF)
    first, second = records(result.frame)
    assert first["error"].startswith(code + ": ") and first["funding_status"] == "refused" and first["funding_amount"] is None
    assert second["error"] is None and second["funding_status"] != "refused"
    assert (result.refused, result.errors) == (1, {code: 1})


def test_every_problem_of_a_row_is_told(funding, make):
    (first, _) = errors(funding, make({**COLUMNS, "raised": ["x", "1"], "plan": ["y", "none"]}))
    assert "RFS602: `raised`" in first and "; RFS605: `plan`" in first


def test_duplicate_names(funding):
    table = pa.table([*COLUMNS.values(), ["1", "2"]], names=[*COLUMNS, "raised"])
    assert [one.code for one in refusal(funding, table)] == ["RFS613"]
    frame = pd.DataFrame(COLUMNS)
    frame = pd.concat([frame, frame[["raised"]]], axis=1)
    assert [one.code for one in refusal(funding, frame)] == ["RFS613"]
    with pytest.raises(rfs.RuleError, match="two columns are named `1`"):
        funding.evaluate_table(pd.DataFrame({**COLUMNS, "1": 1, 1: 1}), as_of=AS_OF)


def test_empty_frames(funding, make):
    """No rows are no mistake; a column of no type is one of nulls."""
    empty = make({name: [] for name in COLUMNS})
    result = funding.evaluate_table(empty, as_of=AS_OF)
    assert (result.rows, len(result.frame)) == (0, 0)
    assert list(pa.table(result.frame).column_names)[:3] == ["funding_status", "funding_amount", "error"]
    appended = funding.evaluate_table(empty, as_of=AS_OF, append=True).frame
    assert len(appended) == 0 and appended.shape[1] == 8
    assert {one.code for one in refusal(funding, make({}))} == {"RFS611"}


def test_empty_batches(funding):
    batch = pa.record_batch(COLUMNS)
    pieces = pa.Table.from_batches([batch[:0], batch[:1], batch[:0], batch[1:], batch[:0]])
    assert funding.evaluate_table(pieces, as_of=AS_OF).rows == 2
    none = pa.Table.from_batches([], schema=batch.schema)
    assert funding.evaluate_table(none, as_of=AS_OF).frame.num_rows == 0
    assert funding.evaluate_table(pl.concat([pl.DataFrame(COLUMNS)[:0]] * 3), as_of=AS_OF).rows == 0


# Earlier releases of polars have no rows without columns.
BARE = {"pandas": lambda: pd.DataFrame(index=["a", "b"]), "pyarrow": lambda: pa.table({"x": [1, 2]}).select([]),
        **({"polars": lambda: pl.DataFrame(height=2)} if "height" in inspect.signature(pl.DataFrame).parameters else {})}


@pytest.mark.parametrize("library", BARE)
@pytest.mark.parametrize("append", [True, False])
def test_rows_without_columns(funding, library, append):
    result = funding.evaluate_table(BARE[library](), as_of=AS_OF, unknown=list(funding.facts), append=append)
    assert [row["funding_status"] for row in records(result.frame)] == ["undetermined"] * 2
    assert refusal(funding, BARE[library]())[0].code == "RFS611"


# Columns of their libraries; some releases export them as a stream of Arrow, which a table is taken from.
SERIES = [pd.Series([1, 2]), pl.Series([1, 2]), pa.chunked_array([[1, 2]])]


@pytest.mark.parametrize("table", [None, 1, "raised", [], {}, COLUMNS, np.zeros((2, 2)), [COLUMNS], pl.LazyFrame(COLUMNS), iter(()),
                                   *(one for one in SERIES if not hasattr(one, "__arrow_c_stream__"))],
                         ids=lambda one: type(one).__name__)
def test_no_tables(funding, table):
    with pytest.raises(TypeError, match="expected a table|collect"):
        funding.evaluate_table(table, as_of=AS_OF)


@pytest.mark.parametrize("column", [one for one in SERIES if hasattr(one, "__arrow_c_stream__")], ids=lambda one: type(one).__module__)
def test_a_column_is_no_table(funding, column):
    assert refusal(funding, column)[0].message == "expected a table of columns, found an array of another type"


def test_streams_that_are_none(funding):
    class Wrong:
        def __init__(self, stream):
            self.stream = stream

        def __arrow_c_stream__(self, requested_schema=None):
            return self.stream

    for other in (None, 1, pa.array([1]).__arrow_c_array__()[1], pa.schema([]).__arrow_c_schema__()):
        with pytest.raises(TypeError, match="no capsule of a stream"):
            funding.evaluate_table(Wrong(other), as_of=AS_OF)
    once = Wrong(pa.table(COLUMNS).__arrow_c_stream__())
    assert funding.evaluate_table(once, as_of=AS_OF).rows == 2
    with pytest.raises(ValueError, match="read before"):
        funding.evaluate_table(once, as_of=AS_OF)

    class Raising:
        def __arrow_c_stream__(self, requested_schema=None):
            raise KeyError("no stream")

    with pytest.raises(KeyError, match="no stream"):
        funding.evaluate_table(Raising(), as_of=AS_OF)


@pytest.mark.parametrize(("options", "error", "words"), [
    ({"floats": "round"}, ValueError, 'floats is "exact" or "nearest", not "round"'),
    ({"unmet": "set"}, ValueError, 'unmet is "text", "list" or "columns", not "set"'),
    ({"output": ["unmt"]}, ValueError, 'not "unmt"'), ({"output": "unmet"}, TypeError, "lists of names"),
    ({"unknown": "plan"}, TypeError, "lists of names"), ({"threads": 0}, ValueError, "threads"),
    ({"threads": -1}, ValueError, "threads"), ({"threads": 10**9}, ValueError, "threads"),
    ({"as_of": None}, TypeError, "as_of is a day"), ({"as_of": 20170624}, TypeError, "as_of is a day"),
    ({"as_of": datetime.datetime(2017, 6, 24, 12)}, ValueError, "midnight"),
    ({"columns": {"raised": 1}}, TypeError, None), ({"columns": [("raised",)]}, ValueError, None), ({"unknown": [1]}, TypeError, None),
    ({"list": {}}, TypeError, "list"),
])
def test_wrong_options(funding, options, error, words):
    with pytest.raises(error, match=words):
        funding.evaluate_table(pa.table(COLUMNS), **{"as_of": AS_OF, **options})


def test_as_of_must_be_given(funding):
    with pytest.raises(TypeError, match="as_of"):
        funding.evaluate_table(pa.table(COLUMNS))
    assert [one.code for one in refusal(funding, pa.table(COLUMNS), as_of="")] == ["RFS610"]
