"""Tables of applicants: kinds of frames in and out, options, streams, and what is told of a table."""

import ctypes
import datetime
import inspect
import subprocess
import sys
import threading
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from table_rows import records

import rfs

AS_OF = "2017-06-24"
COLUMNS = {"name": ["Ann", "Bo", "Cy", "Di"], "office": ["school_board", "pta", "school_board", "mayor"],
           "on_ballot_since": [datetime.date(2017, 4, 24)] * 3 + [None], "raised": [150.0, 0.1, None, 30.0],
           "plan": ["draft", "none", None, "none"], "requested": [500, 500, 20, 0]}
STATUSES = ["eligible", "ineligible", "undetermined", "refused"]


class Exported:
    """Any table of another library: all that is known of it is how it exports itself."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


FRAMES = {"pandas": (lambda: pd.DataFrame(COLUMNS), pd.DataFrame), "polars": (lambda: pl.DataFrame(COLUMNS), pl.DataFrame),
          "pyarrow": (lambda: pa.table(COLUMNS), pa.Table), "record batch": (lambda: pa.record_batch(COLUMNS), pa.Table),
          "duckdb": (lambda: duckdb.from_arrow(pa.table(COLUMNS)), pa.Table), "any": (lambda: Exported(pa.table(COLUMNS)), pa.Table)}


@pytest.fixture(params=FRAMES)
def frame(request):
    return FRAMES[request.param][0]()


def table(**columns):
    return pa.table({**COLUMNS, **columns})


@pytest.mark.parametrize("kind", FRAMES)
def test_kinds(funding, kind):
    make, out = FRAMES[kind]
    result = funding.evaluate_table(make(), as_of=AS_OF)
    assert type(result.frame) is out
    rows = records(result.frame)
    assert list(rows[0]) == ["funding_status", "funding_amount", "error"]
    assert [row["funding_status"] for row in rows] == STATUSES
    assert [row["funding_amount"] for row in rows] == [Decimal("150.00"), Decimal("0.00"), None, None]
    assert [row["error"] is None for row in rows] == [True, True, True, False]
    assert rows[3]["error"].startswith("RFS605: `office`: expected one of its options, found `mayor`")


def test_append(funding, frame):
    result = funding.evaluate_table(frame, as_of=AS_OF, append=True)
    rows = records(result.frame)
    assert list(rows[0]) == [*COLUMNS, "funding_status", "funding_amount", "error"]
    assert [(row["name"], row["funding_status"]) for row in rows] == list(zip(COLUMNS["name"], STATUSES))
    with pytest.raises(rfs.RuleError, match="RFS613.*`funding_status`"):
        funding.evaluate_table(result.frame, as_of=AS_OF, append=True)
    # Without appending there is no clash.
    assert funding.evaluate_table(result.frame, as_of=AS_OF).rows == 4


def test_types(funding):
    in_pandas = funding.evaluate_table(pd.DataFrame(COLUMNS), as_of=AS_OF, output=["unmet"]).frame
    assert isinstance(in_pandas["funding_status"].dtype, pd.CategoricalDtype)
    assert in_pandas["funding_amount"].dtype == pd.ArrowDtype(pa.decimal128(38, 2))
    assert in_pandas["funding_amount"].sum() == Decimal("150.00")
    assert in_pandas["funding_unmet"].tolist()[:2] == ["", "raised_enough; thorough_plan"]
    in_polars = funding.evaluate_table(pl.DataFrame(COLUMNS), as_of=AS_OF, output=["unmet"]).frame
    assert dict(in_polars.schema) == {"funding_status": pl.Categorical, "funding_amount": pl.Decimal(38, 2),
                                      "funding_unmet": pl.List(pl.String), "error": pl.String}
    in_arrow = funding.evaluate_table(table(), as_of=AS_OF).frame.schema
    assert str(in_arrow.field("funding_status").type) == "dictionary<values=string, indices=int8, ordered=0>"
    assert in_arrow.field("funding_amount").type == pa.decimal128(38, 2)


@pytest.mark.parametrize("index", [["a", "b", "c", "d"], [7, 7, 7, 7], pd.MultiIndex.from_product([["x"], [1, 2, 3, 4]], names=["raised", "n"]),
                                   pd.date_range("2020-01-01", periods=4)], ids=["names", "duplicates", "levels", "days"])
@pytest.mark.parametrize("append", [True, False])
def test_pandas_index(funding, index, append):
    frame = pd.DataFrame(COLUMNS, index=index)
    before = frame.copy(deep=True)
    found = funding.evaluate_table(frame, as_of=AS_OF, append=append).frame
    pd.testing.assert_index_equal(found.index, frame.index)
    assert found["funding_status"].tolist() == STATUSES
    pd.testing.assert_frame_equal(frame, before)


def test_pandas_columns_that_arrow_has_no_type_for(funding):
    """They are not read, and stay as they are."""
    odd = [object(), 1, "x", [1]]
    frame = pd.DataFrame({**COLUMNS, "odd": pd.Series(odd, dtype=object), 2017: 1, ("a", "b"): 2})
    result = funding.evaluate_table(frame, as_of=AS_OF, append=True)
    assert result.frame["odd"].tolist() == odd
    assert list(result.frame.columns)[-6:] == ["odd", 2017, ("a", "b"), "funding_status", "funding_amount", "error"]
    assert result.notes[0].message.endswith("`name`, `odd`, `2017`, `('a', 'b')`")


def test_polars_keeps_its_columns(funding):
    frame = pl.DataFrame(COLUMNS).with_columns(pl.col("office").cast(pl.Categorical), pl.lit(1).cast(pl.Int128).alias("odd"))
    appended = funding.evaluate_table(frame, as_of=AS_OF, append=True).frame
    assert appended.select(frame.columns).equals(frame) and appended.schema["office"] == pl.Categorical


@pytest.mark.parametrize(("options", "columns"), [
    ({"output": ["least", "most"]}, ["least", "most"]),
    ({"output": ["needed", "unmet"]}, ["unmet", "needed"]),
    ({"output": ("unmet",), "unmet": "columns"}, ["unmet_waited", "unmet_raised_enough", "unmet_thorough_plan"]),
    ({"output": {"conditions"}}, ["condition_waited", "condition_raised_enough", "condition_thorough_plan"]),
])
def test_output(funding, frame, options, columns):
    found = list(records(funding.evaluate_table(frame, as_of=AS_OF, **options).frame)[0])
    assert found == ["funding_status", "funding_amount", *(f"funding_{name}" for name in columns), "error"]


def test_definitions(funding, frame):
    row = records(funding.evaluate_table(frame, as_of=AS_OF, output=["definitions"]).frame)[0]
    assert (row["race_cost"], row["waited"], row["thorough_plan"]) == (Decimal("1000.00"), True, False)


def test_forms_of_unmet(funding, frame):
    def unmet(**options):
        return [row["funding_unmet"] for row in records(funding.evaluate_table(frame, as_of=AS_OF, output=["unmet"], **options).frame)]

    lists, texts = [[], ["raised_enough", "thorough_plan"], [], None], ["", "raised_enough; thorough_plan", "", None]
    assert unmet() == (texts if isinstance(frame, pd.DataFrame) else lists)
    assert unmet(unmet="list") == lists
    assert unmet(unmet="text") == texts


def test_nan(funding):
    """From pandas NaN says that a value is not known; elsewhere a null does, and NaN is refused."""
    raised = [float("nan"), None, 1.0, float("inf")]
    assert records(funding.evaluate_table(pd.DataFrame({**COLUMNS, "raised": raised, "office": "pta"}), as_of=AS_OF).frame)[0]["error"] is None
    for other in (pl.DataFrame({**COLUMNS, "raised": raised}), table(raised=raised)):
        rows = records(funding.evaluate_table(other, as_of=AS_OF).frame)
        assert rows[0]["error"] == "RFS602: `raised`: expected a number, found NaN (give a null for what is not known)"
        assert rows[1]["error"] is None and "RFS602: `raised`: expected a number, found infinity" in rows[3]["error"]


@pytest.mark.parametrize("kind", ["float64", "Float64", "object"])
def test_a_column_without_a_value(funding, kind):
    """A file whose column is empty gives NaN, whatever the fact is."""
    frame = pd.DataFrame(COLUMNS).assign(plan=pd.Series([None] * 4, dtype=kind), on_ballot_since=float("nan"))
    result = funding.evaluate_table(frame[:3], as_of=AS_OF, output=["needed"], unmet="list")
    assert list(records(result.frame)[2]["funding_needed"]) == ["on_ballot_since", "raised", "plan"]


def test_floats(funding):
    applicants = table(raised=[150.0, 0.1 + 0.2, 149.99999999999997, 1.005])
    exact = funding.evaluate_table(applicants, as_of=AS_OF)
    assert (exact.refused, exact.assumed) == (3, {})
    assert "`floats` to `nearest`" in records(exact.frame)[1]["error"]
    nearest = funding.evaluate_table(applicants, as_of=AS_OF, floats="nearest")
    assert (nearest.refused, nearest.assumed) == (1, {"raised": 2})
    assert "within a millionth" in records(nearest.frame)[3]["error"]


@pytest.mark.parametrize("as_of", [AS_OF, datetime.date(2017, 6, 24), datetime.datetime(2017, 6, 24), pd.Timestamp(AS_OF), "day"])
def test_days(funding, as_of):
    days = [AS_OF, "2017-06-23", None, "1999-01-01"]
    rows = records(funding.evaluate_table(table(day=days), as_of=as_of).frame)
    if as_of != "day":
        assert [row["funding_status"] for row in rows] == STATUSES
        return
    # Bo is refused nothing; the others' days are what they are.
    assert [row["funding_status"] for row in rows] == ["eligible", "ineligible", "refused", "refused"]
    assert rows[2]["error"].startswith("RFS610: `as_of`: expected a date, found a null")


def test_columns_and_unknown(funding):
    applicants = table().rename_columns(["name", "office", "on_ballot_since", "total", "plan", "requested"]).drop_columns(["plan"])
    result = funding.evaluate_table(applicants, as_of=AS_OF, columns={"raised": "total"}, unknown=["plan"], output=["needed"])
    assert [row["funding_status"] for row in records(result.frame)] == ["eligible", "undetermined", "undetermined", "refused"]
    assert records(result.frame)[1]["funding_needed"] == ["plan"]
    assert [one.message for one in result.notes] == ["no fact is named like these columns, which are not read: `name`"]


def test_what_is_told(funding):
    result = funding.evaluate_table(table(), as_of=AS_OF)
    assert (result.rules, result.rows, result.refused) == (funding, 4, 1)
    assert result.statuses == {"funding": dict.fromkeys(STATUSES, 1)}
    assert result.unmet == {"funding": {"waited": 0, "raised_enough": 1, "thorough_plan": 1}}
    assert (result.errors, result.assumed) == ({"RFS605": 1}, {})
    assert repr(result) == (
        "<rfs.TableOutcome of run-for-something/funding: 4 rows\n"
        "  funding: 1 eligible, 1 ineligible, 1 undetermined, 1 refused\n"
        "    unmet: 1 raised_enough, 1 thorough_plan\n"
        "  errors: 1 RFS605\n"
        "  no fact is named like these columns, which are not read: `name`>")
    shown = funding.evaluate_table(table(**{"<b>": [1] * 4}), as_of=AS_OF)._repr_html_()
    assert "1 ineligible" in shown and "&lt;b&gt;" in shown and "<b>`" not in shown
    with pytest.raises(TypeError):
        rfs._core.TableStream()


def test_reader(funding):
    """A reader is answered by a reader, which asks for no batch before its own is asked for."""
    given = []

    def batches():
        for i in range(3):
            given.append(i)
            yield pa.record_batch(COLUMNS)

    reader = pa.RecordBatchReader.from_batches(table().schema, batches())
    result = funding.evaluate_table(reader, as_of=AS_OF, append=True)
    assert type(result.frame) is pa.RecordBatchReader and given == [] and result.rows == 0
    first = result.frame.read_next_batch()
    assert (first.num_rows, given, result.rows, result.refused) == (4, [0], 4, 1)
    rest = result.frame.read_all()
    assert (rest.num_rows, given, result.rows) == (8, [0, 1, 2], 12)
    assert rest.column_names[:2] == ["name", "office"]


def test_larger_than_memory(funding):
    """What is held at a time are batches, not tables."""
    batch = pa.table({name: values * 5000 for name, values in COLUMNS.items()}).combine_chunks().to_batches()[0]
    reader = pa.RecordBatchReader.from_batches(batch.schema, (batch for _ in range(300)))
    result = funding.evaluate_table(reader, as_of=AS_OF, output=["unmet"])
    before, most, rows = pa.total_allocated_bytes(), 0, 0
    for piece in result.frame:
        rows += piece.num_rows
        most = max(most, pa.total_allocated_bytes() - before)
    assert (rows, result.rows) == (6_000_000, 6_000_000)
    assert most < 10 * batch.nbytes


def test_errors_of_a_reader(funding):
    def batches():
        yield pa.record_batch(COLUMNS)
        raise KeyError("the disk is gone")

    reader = funding.evaluate_table(pa.RecordBatchReader.from_batches(table().schema, batches()), as_of=AS_OF).frame
    assert reader.read_next_batch().num_rows == 4
    with pytest.raises(Exception, match="the disk is gone"):
        reader.read_next_batch()
    with pytest.raises(ValueError, match="the disk is gone"):
        funding.evaluate_table(Exported(pa.RecordBatchReader.from_batches(table().schema, batches())), as_of=AS_OF)


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_progress(funding, kind, capsys):
    rows = 600_000
    big = pa.table({name: pa.array([values[0]] * rows) for name, values in COLUMNS.items()})
    frame = {"pandas": big.to_pandas, "polars": lambda: pl.DataFrame(big), "pyarrow": lambda: big}[kind]()
    result = funding.evaluate_table(frame, as_of=AS_OF, progress=True)
    shown = capsys.readouterr().err
    assert "100%" in shown and "600k/600k" in shown and result.statuses["funding"]["eligible"] == rows
    plain = funding.evaluate_table(frame, as_of=AS_OF)
    assert pa.table(plain.frame).equals(pa.table(result.frame)) or kind == "pandas"
    assert capsys.readouterr().err == ""


def test_progress_of_a_reader(funding, capsys):
    result = funding.evaluate_table(table().to_reader(max_chunksize=1), as_of=AS_OF, progress=True)
    assert result.frame.read_all().num_rows == 4
    assert "4.00 rows [" in capsys.readouterr().err


def test_an_error_meanwhile_is_raised(funding, monkeypatch):
    class Bar:
        n = 0

        def __init__(self, **_):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def update(self, _):
            raise ZeroDivisionError("the bar broke")

    monkeypatch.setitem(sys.modules, "tqdm", type(sys)("tqdm"))
    sys.modules["tqdm"].tqdm = Bar
    with pytest.raises(ZeroDivisionError, match="the bar broke"):
        funding.evaluate_table(table(), as_of=AS_OF, progress=True)
    reader = funding.evaluate_table(table().to_reader(), as_of=AS_OF, progress=True).frame
    with pytest.raises(Exception, match="the bar broke"):
        reader.read_all()


def test_what_is_not_installed(funding, monkeypatch):
    """What is optional is named with the command that installs it; without pyarrow there is still a stream."""
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ImportError, match=r"pip install rfs\[progress\]"):
        funding.evaluate_table(table(), as_of=AS_OF, progress=True)
    given = pl.DataFrame(COLUMNS)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"pip install rfs\[pandas\]"):
        funding.evaluate_table(pd.DataFrame(COLUMNS), as_of=AS_OF)
    assert funding.evaluate_table(given, as_of=AS_OF).frame["funding_status"].to_list() == STATUSES
    result = funding.evaluate_table(Exported(given), as_of=AS_OF)
    assert result.rows == 4
    assert pl.DataFrame(result.frame)["funding_status"].to_list() == STATUSES
    with pytest.raises(ValueError, match="read before"):
        result.frame.__arrow_c_stream__()


def test_only_what_is_given_is_imported():
    program = ("import sys, rfs, polars\nrules = rfs.loads('{\"rfs\": 1, \"rules\": \"x\", \"facts\": {\"x\": {\"type\": \"bool\"}}, "
               "\"decisions\": {\"d\": {\"eligible\": \"x\"}}}')\n"
               "print(rules.evaluate_table(polars.DataFrame({'x': [True]}), as_of='2020-01-01').statuses['d']['eligible'])\n"
               "print([name for name in ('pandas', 'pyarrow', 'duckdb', 'tqdm') if name in sys.modules])")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["1", "[]"]


def stream_in(capsule):
    """The members of a stream of Arrow's C interface: the second is the function that gets the next batch."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return (ctypes.c_void_p * 5).from_address(pointer(capsule, b"arrow_array_stream"))


class Unlocked(Exported):
    """A table without rows. That it ends is PyGILState_Check() answering 0: who asks for a batch and holds the lock of the
    interpreter meanwhile gets 1, which is an error."""

    def __arrow_c_stream__(self, requested_schema=None):
        capsule = super().__arrow_c_stream__(requested_schema)
        stream_in(capsule)[1] = ctypes.cast(ctypes.pythonapi.PyGILState_Check, ctypes.c_void_p).value
        return capsule


def test_the_lock_is_released(funding):
    """Python goes on while a table is decided, whoever reads the results, and whether that one holds the lock or not."""
    assert funding.evaluate_table(Unlocked(table()), as_of=AS_OF, threads=1).rows == 0
    for kind in (ctypes.PYFUNCTYPE, ctypes.CFUNCTYPE):  # a function that is called with the lock, and one without
        results = rfs._core.evaluate_table(funding, Unlocked(table()).__arrow_c_stream__(), AS_OF, [], [], "",
                                           [], "refuse", "unknown", "exact", False, [], "list", False, 1, None)
        capsule, batch = results.__arrow_c_stream__(), (ctypes.c_void_p * 10)()
        stream = stream_in(capsule)
        next_batch = kind(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(stream[1])
        assert next_batch(ctypes.addressof(stream), ctypes.addressof(batch)) == 0


def test_threads_on_the_same_rules(funding):
    wanted = records(funding.evaluate_table(table(), as_of=AS_OF).frame)
    found = []

    def decide():
        for _ in range(50):
            found.append(records(funding.evaluate_table(table(), as_of=AS_OF, threads=2).frame))

    threads = [threading.Thread(target=decide) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200 and all(one == wanted for one in found)


def test_help(funding):
    assert str(inspect.signature(rfs.Rules.evaluate_table)).startswith("(self: 'Rules', table: 'Any', /, *, as_of: ")
    assert inspect.getdoc(funding.evaluate_table).startswith("Decide about each row of a table.")
    assert rfs.Rules.evaluate_table.__qualname__ == "Rules.evaluate_table"
