"""Tables of applicants: data frames and other tables of Arrow, in and out."""

from __future__ import annotations

import contextlib
import datetime
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from rfs import _core, _show
from rfs._core import Rules, TableStream
from rfs._diagnostics import Diagnostic, RuleError

# Batches of so many rows where a bar shows how far they are.
_ROWS_OF_A_STEP = 1 << 18


class TableOutcome:
    """What came of a table of applicants: the results, and counts of them. Made by Rules.evaluate_table() and
    Shelf.evaluate_table().

    Where the results are read batch by batch, the counts are those of the batches that were read."""

    __slots__ = ("_frame", "_rules", "_stream")

    def __init__(self, rules: Any, frame: Any, stream: TableStream) -> None:
        self._rules, self._frame, self._stream = rules, frame, stream

    @property
    def frame(self) -> Any:
        """The results, one row for each applicant, in order: a frame of the kind that was given."""
        return self._frame

    @property
    def rules(self) -> Rules | Any:
        """The rules that decided; a Shelf where one did."""
        return self._rules

    @property
    def rows(self) -> int:
        """How many applicants were decided or refused."""
        return self._counts("rows")

    @property
    def refused(self) -> int:
        """How many were refused: their facts, or their day, break their declarations."""
        return self._counts("refused")

    @property
    def statuses(self) -> dict[str, dict[str, int]]:
        """For each decision, how many came out with each status."""
        return self._counts("statuses")

    @property
    def unmet(self) -> dict[str, dict[str, int]]:
        """For each decision and condition, how many are ineligible because of it. One applicant may have several."""
        return self._counts("unmet")

    @property
    def errors(self) -> dict[str, int]:
        """How often each code of a diagnostic refused an applicant."""
        return self._counts("errors")

    @property
    def assumed(self) -> dict[str, int]:
        """For each fact that had any, how many floats were taken for the nearest step."""
        return self._counts("assumed")

    @property
    def notes(self) -> list[Diagnostic]:
        """What was noticed when the columns were found: those that no fact is named like."""
        return self._stream.notes

    def _counts(self, name: str) -> Any:
        return self._stream.summary()[name]

    def __repr__(self) -> str:
        return _show.table_text(self)

    def _repr_html_(self) -> str:
        return _show.table_html(self)


def evaluate_table(self: Rules, table: Any, /, *, as_of: str | datetime.date, columns: Mapping[str, str] | None = None,
                   unknown: Iterable[str] = (), key: str | None = None,
                   lists: Mapping[str, Any] | None = None, orphans: Literal["refuse", "ignore"] = "refuse",
                   null_lists: Literal["unknown", "empty"] = "unknown", floats: Literal["exact", "nearest"] = "exact",
                   output: Iterable[Literal["least", "most", "unmet", "needed", "conditions", "definitions"]] = (),
                   unmet: Literal["text", "list", "columns"] | None = None, append: bool = False,
                   threads: int | None = None, progress: bool = False) -> TableOutcome:
    """Decide about each row of a table.

    The table is a frame of pandas (with pyarrow: `pip install rfs[pandas]`) or polars, a table or reader of pyarrow, a
    relation of DuckDB, or anything else with `__arrow_c_stream__`. Columns are found by the names of facts; `columns`
    names those that are called otherwise, fact by fact; `unknown` lists the facts that the table does not have, on
    purpose. A null says that a fact is not known, and so does NaN in a frame of pandas. Columns of text are read in the
    form that rule files have; an integer of a money fact counts whole units of the currency. `as_of` is the day to decide
    on, or the name of the column that has each row's.

    A list is a column of lists, of structs or of values, or of JSON as text; fields of its items are named like
    `gifts.amount` in `columns` and `unknown`. Or it is a table of its own, with a row for each item: `key` names the
    column that tells applicants apart, and `lists={"gifts": gifts}` gives the tables, as `(gifts, "candidate")` where
    their column of keys has another name. Such a table is read whole. An applicant without rows has the empty list. A row
    without a key or with one that no applicant has refuses the call, unless `orphans="ignore"`; two applicants with one
    key refuse it too. A null in a column of lists is an unknown list, or the empty one with `null_lists="empty"`.

    `floats="exact"` takes a float where its shortest decimal has at most 15 digits and no more decimals than the fact;
    `floats="nearest"` also takes one within a millionth of a step of the fact, as that step, and counts it as assumed.

    The results are `<decision>_status`, `<decision>_amount` and `error`, which says why a row was refused; refused rows
    disturb no others. `output` asks for more: "least" and "most" of the amount, "unmet" conditions, "needed" facts,
    "conditions", "definitions". `unmet` says how names are written: "text" joins them (in frames of pandas where nothing
    is said), "list" lists them (elsewhere), "columns" has a bool for each condition. `append=True` puts the results
    behind the columns that were given.

    The results are a frame of the kind that was given: pandas with its index, polars, else a table of pyarrow, and where
    pyarrow is not installed an object with `__arrow_c_stream__`. A RecordBatchReader of pyarrow gives another, which
    decides a batch when it is asked for one, so that a table may be larger than memory.

    `threads` limits how many rows are decided at once, to all cores where nothing is said; the interpreter's lock is
    released. `progress=True` shows a bar (`pip install rfs[progress]`).

    Columns that are missing, misspelt or of a type that cannot be read raise RuleError before the first row is decided.
    """
    return table_outcome(self, self, table, as_of, columns, unknown, floats, output, unmet, append, threads, progress,
                         key, lists, orphans, null_lists)


def table_outcome(rules: Any, decider: Rules | _core.Shelf, table: Any, as_of: str | datetime.date,
                  columns: Mapping[str, str] | None, unknown: Iterable[str], floats: str, output: Iterable[str],
                  unmet: str | None, append: bool, threads: int | None, progress: bool, key: str | None = None,
                  lists: Mapping[str, Any] | None = None, orphans: str = "refuse",
                  null_lists: str = "unknown") -> TableOutcome:
    """Decide a table by `decider`, which is what `rules` are made of."""
    if isinstance(unknown, str) or isinstance(output, str):
        raise TypeError("unknown and output are lists of names: found a str")
    if threads is not None and not 1 <= threads <= 256:
        raise ValueError(f"threads is 1 to 256, or None for all cores, not {threads}")
    source = source_of(table)
    named = dict(columns or {})
    wanted = {*rules.facts, *named.values(), *([as_of] if isinstance(as_of, str) else []), *([key] if key else [])}
    children = [_child(rules, fact, given, key, named) for fact, given in (lists or {}).items()]
    with _bar(progress, source) as advance:
        stream = _core.evaluate_table(decider, source.stream(wanted, progress), as_of, list(named.items()), list(unknown),
                                      key or "", children, orphans, null_lists, floats, source.nan_is_unknown,
                                      list(output), unmet or source.unmet, append,
                                      threads or 0, advance)
        if source.at_once:
            stream.pull()
    return TableOutcome(rules, source.results(stream, append), stream)


def _child(rules: Any, fact: str, given: Any, key: str | None,
           named: Mapping[str, str]) -> tuple[str, object, str, bool]:
    """Return a child table as the compiled part takes it."""
    table, own_key = given if isinstance(given, tuple) else (given, key)
    if not isinstance(key, str) or not isinstance(own_key, str):
        raise TypeError("lists needs the key of the applicants: key=\"id\"; where a child table's column of keys is named "
                        "otherwise, lists={\"gifts\": (gifts, \"its_id\")}")
    source = source_of(table)
    wanted = {own_key, fact, *rules._lists.get(fact, ()), *named.values()}
    return fact, source.whole(wanted), own_key, source.nan_is_unknown


class _Source:
    """A table as its library has it; this one any with `__arrow_c_stream__`."""

    unmet = "list"
    nan_is_unknown = False
    at_once = True

    def __init__(self, table: Any) -> None:
        self.table = table

    def rows(self) -> int | None:
        return None

    def stream(self, wanted: set[str], in_steps: bool) -> object:
        return self.table.__arrow_c_stream__()

    def whole(self, wanted: set[str]) -> object:
        """Return a stream that stays readable while others are opened."""
        # A connection of DuckDB has one result open at a time.
        if hasattr(self.table, "to_arrow_table"):
            return self.table.to_arrow_table().__arrow_c_stream__()
        return self.stream(wanted, False)

    def results(self, stream: TableStream, append: bool) -> Any:
        try:
            import pyarrow  # type: ignore[import-untyped,unused-ignore]
        except ImportError:
            return stream
        return pyarrow.table(stream)


class _ArrowTable(_Source):
    """A table of pyarrow."""

    def rows(self) -> int | None:
        return int(self.table.num_rows)

    def stream(self, wanted: set[str], in_steps: bool) -> object:
        if in_steps:
            return self.table.to_reader(max_chunksize=_ROWS_OF_A_STEP).__arrow_c_stream__()
        return self.table.__arrow_c_stream__()


class _ArrowReader(_Source):
    """A reader of pyarrow, of which the results are another."""

    at_once = False

    def results(self, stream: TableStream, append: bool) -> Any:
        import pyarrow  # type: ignore[import-untyped,unused-ignore]
        return pyarrow.RecordBatchReader.from_stream(stream)


class _PolarsFrame(_Source):
    """A frame of polars."""

    def rows(self) -> int | None:
        return int(self.table.height)

    def stream(self, wanted: set[str], in_steps: bool) -> object:
        if in_steps and self.table.height > _ROWS_OF_A_STEP:
            import polars
            return polars.concat(self.table.iter_slices(_ROWS_OF_A_STEP), rechunk=False).__arrow_c_stream__()
        return self.table.__arrow_c_stream__()

    def results(self, stream: TableStream, append: bool) -> Any:
        import polars
        frame = polars.DataFrame(stream)
        # The columns that were given need not go to Arrow and back.
        return self.table.hstack(frame.get_columns()[self.table.width:]) if append else frame


class _PandasFrame(_Source):
    """A frame of pandas. Only columns that are read go to Arrow: others may hold what Arrow has no type for."""

    unmet = "text"
    nan_is_unknown = True

    def rows(self) -> int | None:
        return len(self.table)

    def stream(self, wanted: set[str], in_steps: bool) -> object:
        try:
            import pyarrow  # type: ignore[import-untyped,unused-ignore]
        except ImportError:
            raise ImportError("a frame of pandas is read through pyarrow, which is not installed: "
                              "pip install rfs[pandas]") from None
        names = [str(name) for name in self.table.columns]
        nothing = pyarrow.nulls(len(self.table))
        columns = [arrow_of(name, self.table.iloc[:, at]) if name in wanted else nothing
                   for at, name in enumerate(names)]
        # With a column of its own, a table without columns has rows as well.
        table = pyarrow.Table.from_arrays([*columns, nothing], [*names, ""]).select(range(len(names)))
        return _ArrowTable(table).stream(wanted, in_steps)

    def results(self, stream: TableStream, append: bool) -> Any:
        import pandas  # type: ignore[import-untyped,unused-ignore]
        import pyarrow  # type: ignore[import-untyped,unused-ignore]

        def type_of(type_: Any) -> Any:
            # Decimals, days and lists stay columns of Arrow; as objects of Python they would cost more than deciding.
            plain = pyarrow.types.is_dictionary(type_) or pyarrow.types.is_string(type_)
            return None if plain else pandas.ArrowDtype(type_)

        table = pyarrow.table(stream)
        if append:
            table = table.select(range(self.table.shape[1], table.num_columns))
        frame = table.to_pandas(types_mapper=type_of)
        frame.index = self.table.index
        return pandas.concat([self.table, frame], axis=1) if append else frame


def arrow_of(name: str, column: Any) -> Any:
    """Return a column of pandas as Arrow has it. NaN among floats is left as it is, which costs nothing; a column of NaN
    alone, which files without a value give for any fact, has no type."""
    import pyarrow  # type: ignore[import-untyped,unused-ignore]
    floats = column.dtype.kind == "f"
    if floats and column[:1].isna().all() and column.isna().all():
        return pyarrow.nulls(len(column))
    try:
        return pyarrow.array(column, from_pandas=not floats)
    except (pyarrow.ArrowException, TypeError, ValueError, OverflowError) as why:
        reason = " ".join(str(why).split())
        message = f"the column `{name}` of {column.dtype} has values of no one type: {reason}"
        help_ = "make them of one type, like `frame[name].astype(str)`"
        raise RuleError([Diagnostic("RFS612", "error", message, None, None, None, name, help_,
                                    f"error[RFS612]: {message}\n  = help: {help_}", {})]) from why


def source_of(table: Any) -> _Source:
    def is_a(module: str, *names: str) -> bool:
        found = sys.modules.get(module)
        return found is not None and isinstance(table, tuple(getattr(found, name) for name in names))

    if is_a("pandas", "DataFrame"):
        return _PandasFrame(table)
    if is_a("polars", "DataFrame"):
        return _PolarsFrame(table)
    if is_a("pyarrow", "Table"):
        return _ArrowTable(table)
    if is_a("pyarrow", "RecordBatchReader"):
        return _ArrowReader(table)
    if is_a("polars", "LazyFrame"):
        raise TypeError("a LazyFrame has no rows yet: collect() it")
    if hasattr(table, "__arrow_c_stream__"):
        return _Source(table)
    raise TypeError("expected a table: a frame of pandas or polars, a table or reader of pyarrow, a relation of DuckDB, or "
                    f"anything with __arrow_c_stream__; found a {type(table).__name__}")


@contextlib.contextmanager
def _bar(wanted: bool, source: _Source) -> Iterator[Callable[[int | None], None] | None]:
    """Show how many rows are decided, where that is wanted."""
    if not wanted:
        yield None
        return
    try:
        import tqdm  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise ImportError("progress=True shows a bar of tqdm, which is not installed: "
                          "pip install rfs[progress]") from None
    bar = tqdm.tqdm(total=source.rows(), unit=" rows", unit_scale=True)

    def advance(rows: int | None) -> None:
        if rows is None:
            bar.close()
        else:
            bar.update(rows - bar.n)

    # The bar of a reader goes on while the results are read.
    with bar if source.at_once else contextlib.nullcontext():
        yield advance
