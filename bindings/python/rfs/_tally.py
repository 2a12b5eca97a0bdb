"""Counts of what a table of applicants comes to, by any label and by groups of rows; held in tables of Arrow."""

from __future__ import annotations

import decimal
import difflib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

from rfs._core import Rules
from rfs._diagnostics import Diagnostic, RuleError
from rfs._table import TableOutcome, arrow_of, source_of

STATUSES = ("eligible", "ineligible", "undetermined", "refused")
AMOUNTS = ("amount", "least", "most")
_PLAIN_DIGITS = 38

# What evaluates a part of a table, with reasons or without.
Evaluate = Callable[[Any, bool], TableOutcome]


class Tally:
    """Statuses, amounts and reasons, by a label and by groups."""

    def __init__(self, by: tuple[str, ...], labels: Iterable[str], label: str, count_names: tuple[str, ...]) -> None:
        self.by, self.labels, self.label, self.count_names = by, tuple(labels), label, count_names
        clash = [name for name in by if name in {label, "status", "reason", "rows", *count_names, *AMOUNTS}]
        if clash:
            raise refusal("RFS613", f"the column `{clash[0]}` to group by is named like a result", "rename it", "by")
        self.rows = self.refused = 0
        self.errors: Counter[str] = Counter()
        self.groups: dict[tuple[Any, ...], None] = {} if by else {(): None}
        self._statuses: dict[Any, Counter[str]] = {}
        self._totals: dict[Any, dict[str, Any]] = {}
        self._granting: set[str] = set()
        self._reasons: Counter[Any] = Counter()
        self._types: list[Any] = []
        self._scale = 0

    def grouped(self, part: Any) -> Any:
        """Return the columns to group by of a part of the table, as a table of Arrow, and remember the groups."""
        pa = arrow()
        given = [str(name) for name in (part.column_names if isinstance(part, pa.Table) else part.columns)]
        for name in self.by:
            if given.count(name) != 1:
                raise _no_column(name, given)
        arrays = [_plain(name, _column(part, name, given.index(name))) for name in self.by]
        self._types = [one.type for one in arrays]
        out = pa.table([*arrays, pa.compute.cumulative_sum(pa.repeat(1, len(part)))], [*_keys(self.by), "row"])
        if self.by:
            # In the order in which they are met.
            for one in sorted(_aggregated(out, self.by, [], [("row", "min")]), key=lambda one: one["row_min"]):
                self.groups.setdefault(tuple(one[key] for key in _keys(self.by)))
        return out

    def add(self, label: str, part: Any, results: Any, decision: str) -> None:
        """Add rows' results of a decision under a label."""
        pa, pc = arrow(), arrow().compute
        status = pc.cast(results[f"{decision}_status"], pa.string())
        grants = f"{decision}_amount" in results.column_names
        if grants:
            self._granting.add(label)
        table, functions = part.append_column("status", status), []
        for name in AMOUNTS if grants else ():
            column = results[f"{decision}_{name}"]
            if pa.types.is_decimal(column.type):
                # The sum of all rows may have more digits than one of them.
                self._scale = max(self._scale, column.type.scale)
                column = column.cast(pa.decimal256(76, column.type.scale))
                functions.append((name, "sum"))
            else:
                functions.append((name, "list"))
            functions.append((name, "count"))
            table = table.append_column(name, column)
        for one in _aggregated(table, self.by, ["status"], functions):
            key = (label, *(one[key] for key in _keys(self.by)))
            self._statuses.setdefault(key, Counter())[one["status"]] += one["count_all"]
            if not grants or one["status"] == "refused":
                continue
            totals = self._totals.setdefault(key, dict.fromkeys(AMOUNTS, Fraction(0)))
            for name in AMOUNTS:
                known = one[f"{name}_count"] == one["count_all"]
                totals[name] = totals[name] + _sum(one, name) if known and totals[name] is not None else None
        for kind, names in (("ineligible", "unmet"), ("undetermined", "needed")):
            if f"{decision}_{names}" not in results.column_names:
                continue
            chosen = pc.equal(status, kind)
            self._add_reasons(label, kind, part.filter(chosen), results[f"{decision}_{names}"].filter(chosen))

    def _add_reasons(self, label: str, status: str, part: Any, sets: Any) -> None:
        pa = arrow()
        if not len(sets):
            return
        sets = sets.combine_chunks()
        table = part.take(sets.value_parent_indices()).append_column("reason", sets.flatten().cast(pa.string()))
        for one in _aggregated(table, self.by, ["reason"], []):
            reason = (label, *(one[key] for key in _keys(self.by)), status, one["reason"])
            self._reasons[reason] += one["count_all"]

    def table(self) -> Any:
        """Return a row for each label and group: how many rows, how many of each status that counts are named for,
        and the totals."""
        pa = arrow()
        keys = [(label, *group) for label in self.labels for group in self.groups]
        found = [self._statuses.get(key, Counter()) for key in keys]
        counts = [[sum(one.values()), *(one[status] for status in STATUSES)] for one in found]
        arrays = [pa.array([key[0] for key in keys], pa.string()), *self._group_arrays(keys, 1),
                  *(pa.array([row[at] for row in counts], pa.int64()) for at in range(len(self.count_names)))]
        nothing = dict.fromkeys(AMOUNTS)
        # A group of which nobody came to a stage is granted nothing at it.
        zero = dict.fromkeys(AMOUNTS, Fraction(0))
        for name in AMOUNTS:
            totals = [self._totals.get(key, zero if key[0] in self._granting else nothing)[name] for key in keys]
            arrays.append(_amounts(totals, self._scale))
        return pa.table(arrays, [self.label, *self.by, *self.count_names, *AMOUNTS])

    def reasons(self) -> Any:
        """Return a row for each reason, the most frequent ones of a label and group first."""
        pa = arrow()
        order = {key: at for at, key in enumerate((label, *group) for label in self.labels for group in self.groups)}
        kept = sorted(self._reasons.items(), key=lambda one: (order[one[0][:-2]], one[0][-2], -one[1], one[0][-1]))
        keys = [key for key, _ in kept]
        return pa.table([pa.array([key[0] for key in keys], pa.string()), *self._group_arrays(keys, 1),
                         pa.array([key[-2] for key in keys], pa.string()),
                         pa.array([key[-1] for key in keys], pa.string()),
                         pa.array([count for _, count in kept], pa.int64())],
                        [self.label, *self.by, "status", "reason", "rows"])

    def _group_arrays(self, keys: list[Any], first: int) -> list[Any]:
        return [arrow().array([key[first + at] for key in keys], type_) for at, type_ in enumerate(self._types)]


def parts(table: Any, evaluate: Evaluate, tally: Tally, *, whole: bool = False, reasons: bool = True
          ) -> Iterator[tuple[Any, Any]]:
    """Yield for each part of a table that is in memory at once its columns to group by, and its results. It is read
    whole where it has tables of lists, whose rows may belong to any part."""
    for part in batches(table, whole):
        groups = tally.grouped(part)
        outcome = evaluate(part, reasons)
        tally.rows += outcome.rows
        tally.refused += outcome.refused
        tally.errors.update(outcome.errors)
        yield groups, _results(outcome.frame)


def evaluator(rules: Rules, as_of: Any, columns: Any, unknown: Any, floats: Any, threads: Any, key: Any, lists: Any,
              orphans: Any, null_lists: Any) -> Evaluate:
    """Keep the options of evaluate_table()."""
    unknown = unknown if isinstance(unknown, str) else list(unknown)
    return lambda part, reasons: rules.evaluate_table(
        part, as_of=as_of, columns=columns, unknown=unknown, floats=floats, threads=threads, unmet="list",
        key=key, lists=lists, orphans=orphans, null_lists=null_lists,
        output=["least", "most", "unmet", "needed"] if reasons else ["least", "most"])


def arrow() -> Any:
    """Return pyarrow, with its functions."""
    try:
        import pyarrow  # type: ignore[import-untyped,unused-ignore]
        import pyarrow.compute  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise ImportError("tables are counted with pyarrow, which is not installed: pip install rfs[pandas]") from None
    return pyarrow


def kept(table: Any) -> Any:
    """Return a table that can be read more than once."""
    source_of(table)
    if _is_polars(table) or _is_pandas(table) or isinstance(table, arrow().Table):
        return table
    return next(batches(table, whole=True))


def batches(table: Any, whole: bool = False) -> Iterator[Any]:
    """Yield a table, or where it is a stream its batches, or these as one: frames of pandas and tables of Arrow, always
    one at least."""
    pa = arrow()
    source_of(table)
    if _is_polars(table):
        import polars
        # Arrow has few functions yet for texts in the newest form.
        yield table.to_arrow(compat_level=polars.CompatLevel.oldest())
        return
    if _is_pandas(table) or isinstance(table, pa.Table):
        yield table
        return
    reader = table if isinstance(table, pa.RecordBatchReader) else pa.RecordBatchReader.from_stream(table)
    if whole:
        yield reader.read_all()
        return
    empty = True
    for batch in reader:
        empty = False
        yield pa.Table.from_batches([batch])
    if empty:
        yield reader.schema.empty_table()


def _is_pandas(table: Any) -> bool:
    return "pandas" in sys.modules and isinstance(table, sys.modules["pandas"].DataFrame)


def _is_polars(table: Any) -> bool:
    return "polars" in sys.modules and isinstance(table, sys.modules["polars"].DataFrame)


def names_of(by: str | Iterable[str]) -> tuple[str, ...]:
    """Return the names of columns to group by."""
    names = (by,) if isinstance(by, str) else tuple(by)
    if len(set(names)) < len(names):
        raise ValueError("a column to group by is named twice")
    return names


def like(table: Any, made: Any) -> Any:
    """Return a table of Arrow as the kind of frame that was given."""
    if _is_polars(table):
        import polars
        return polars.DataFrame(made)
    if not _is_pandas(table):
        return made
    import pandas  # type: ignore[import-untyped,unused-ignore]
    pa = arrow()
    out = {}
    for name, column in zip(made.column_names, made.columns):
        plain = pa.types.is_string(column.type) or pa.types.is_integer(column.type) and not column.null_count
        out[name] = column.to_pandas() if plain else pandas.Series(column, dtype=pandas.ArrowDtype(column.type))
    return pandas.DataFrame(out)


def refusal(code: str, message: str, help_: str, path: str) -> RuleError:
    """Return the error that a table or an option is refused with."""
    return RuleError([Diagnostic(code, "error", message, None, None, None, path, help_,
                                 f"error[{code}]: {message}\n --> {path}\n  = help: {help_}", {})])


def meant(name: str, names: Iterable[str], what: str) -> str:
    """Return what a help says of a name that there is not."""
    names = list(names)
    near = difflib.get_close_matches(name, names, 1)
    return f"did you mean `{near[0]}`?" if near else f"{what}: {', '.join(f'`{one}`' for one in names) or 'none'}"


def _no_column(name: str, given: list[str]) -> RuleError:
    if name in given:
        return refusal("RFS613", f"two columns are named `{name}`", "rename one of them", "by")
    return refusal("RFS611", f"no column is named `{name}`, to group by", meant(name, given, "the columns are"), "by")


def _column(part: Any, name: str, at: int) -> Any:
    if isinstance(part, arrow().Table):
        return part.column(at)
    return arrow_of(name, part.iloc[:, at])


def _plain(name: str, column: Any) -> Any:
    """Return a column to group by without a dictionary, which batches may have different ones of."""
    pa = arrow()
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string_view(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.string())
    if pa.types.is_nested(column.type):
        raise refusal("RFS612", f"the column `{name}` of {column.type} cannot be grouped by",
                      "cast it to a type that holds one value a row", "by")
    return column


def _keys(by: tuple[str, ...]) -> list[str]:
    """Columns to group by may have any name, so in tables of ours they have numbers."""
    return [f"by {at}" for at in range(len(by))]


def _aggregated(table: Any, by: tuple[str, ...], also: list[str], functions: list[tuple[str, str]]
                ) -> list[dict[str, Any]]:
    keys = [*_keys(by), *also]
    groups = table.group_by(keys, use_threads=False)
    made: list[dict[str, Any]] = groups.aggregate([*functions, ([], "count_all")]).to_pylist()
    return made


def _sum(one: dict[str, Any], name: str) -> Fraction:
    if f"{name}_sum" in one:
        return Fraction(one[f"{name}_sum"])
    return sum((Fraction(text) for text in one[f"{name}_list"]), Fraction(0))


def _amounts(totals: list[Any], scale: int) -> Any:
    """Return totals as decimals, or as texts where one is no decimal of 38 digits."""
    pa = arrow()
    known = [one for one in totals if one is not None]
    scale = max([scale, *(_decimals(one) for one in known)])
    if any(_decimals(one) < 0 or abs(one) * 10 ** scale >= 10 ** _PLAIN_DIGITS for one in known):
        return pa.array([None if one is None else str(one) for one in totals], pa.string())
    context = decimal.Context(prec=_PLAIN_DIGITS)
    return pa.array([None if one is None else context.divide(one.numerator, one.denominator) for one in totals],
                    pa.decimal128(_PLAIN_DIGITS, scale))


def _decimals(number: Fraction) -> int:
    """Return how many decimals a number has; -1 where they do not end."""
    left, twos, fives = number.denominator, 0, 0
    while left % 2 == 0:
        left, twos = left // 2, twos + 1
    while left % 5 == 0:
        left, fives = left // 5, fives + 1
    return max(twos, fives) if left == 1 else -1


def _results(frame: Any) -> Any:
    """Return a frame of results as a table of Arrow."""
    pa = arrow()
    if _is_pandas(frame):
        return pa.table({name: frame[name] for name in frame.columns if name != "error"})
    return frame
