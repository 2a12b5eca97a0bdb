"""What a table of applicants would come to with other figures."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rfs import _summary
from rfs._calc import text_of
from rfs._core import Rules
from rfs._figures import Figures
from rfs._tally import AMOUNTS, STATUSES, Tally, arrow, batches, evaluator, kept, like, meant, names_of, parts, refusal


@dataclass(frozen=True, repr=False, eq=False)
class Sweep:
    """What a table of applicants comes to for every combination of figures. Made by Rules.sweep()."""

    rules: Rules
    """The rules whose figures were replaced."""
    decision: str
    """The decision that is counted."""
    replaced: dict[str, tuple[str, ...]]
    """For each figure that was replaced what the file has, date by date."""
    frame: Any
    """A row for each combination, and for each group where there are any: a column for each figure; how many `rows`
    there are and how many of each status; and the total `amount`, exactly, with the `least` and the `most` that it
    can be."""
    _table: Any = field(repr=False)
    _by: tuple[str, ...] = field(repr=False)

    def plot(self, what: Literal["eligible", "ineligible", "undetermined", "amount", "least", "most"] = "eligible"
             ) -> Any:
        """Return a chart of Altair of one of the columns (`pip install rfs[plots]`): of one figure bars, of two a
        grid, of three a grid for each value of the third."""
        from rfs import _plots
        return _plots.sweep_chart(self._table.to_pylist(), list(self.replaced), self._by, what)

    def _title(self) -> str:
        figures = ", ".join(f"{name} (in the file {', '.join(values)})" for name, values in self.replaced.items())
        return f"rfs.Sweep of {self.decision} of {self.rules.name}: {figures}"

    def __repr__(self) -> str:
        return _summary.text(self._title(), self._table)

    def _repr_html_(self) -> str:
        return _summary.html(self._title(), self._table)


def sweep(self: Rules, table: Any, figures: Mapping[str, Iterable[object]] | None = None, /, *,
          as_of: str | datetime.date, decision: str | None = None, by: str | Iterable[str] = (),
          columns: Mapping[str, str] | None = None, unknown: Iterable[str] = (), key: str | None = None,
          lists: Mapping[str, Any] | None = None, orphans: Literal["refuse", "ignore"] = "refuse",
          null_lists: Literal["unknown", "empty"] = "unknown", floats: Literal["exact", "nearest"] = "exact",
          threads: int | None = None, **given: Iterable[object]) -> Sweep:
    """Count what a table of applicants would come to if figures of the rules were others: for every combination of
    their values how many are eligible, and the total amount, exactly.

    Figures come by keyword, in a dict, or both: `cap_share=["10%", "15%"]`, `{"average_cost[school_board]":
    ["900.00"]}`. A value is a str in the form that rule files have, a bool, an int, a Decimal or a date; it is read,
    and the rules are checked with it, as if it stood in the file, in the place of each value that the parameter has
    there. What the file has is in `replaced`.

    `decision` says what is counted where the rules decide several things. `by` names columns of the table: the counts
    are then those of each group of rows that have the same values there. The other options are those of
    evaluate_table(). The results are a frame of the kind that was given; pyarrow is needed for all kinds.

    RuleError tells of a parameter that is not there and of a value that is wrong.
    """
    values = {name: _values(name, one) for name, one in {**(figures or {}), **given}.items()}
    if not values:
        raise ValueError("name a figure and its values, like cap_share=[\"10%\", \"15%\"]")
    counted = _decision(self, decision)
    found = Figures(self, list(values))
    named = names_of(by)
    clash = [name for name in values if name in {*named, "rows", *STATUSES, *AMOUNTS}]
    if clash:
        raise refusal("RFS613", f"the figure `{clash[0]}` is named like a column of the results", "rename one of them",
                      "by")
    pa = arrow()
    # Every combination reads all rows; what is read but once is kept.
    read = list(batches(table, whole=bool(lists)))
    children = {fact: (kept(one[0]), one[1]) if isinstance(one, tuple) else kept(one)
                for fact, one in (lists or {}).items()}
    combinations = list(itertools.product(*values.values()))
    labels = [str(at) for at in range(len(combinations))]
    tally = Tally(named, labels, "combination", ("rows", *STATUSES))
    # All rules are checked before the first ones decide.
    for label, rules in zip(labels, [found.rules_with(dict(zip(values, one))) for one in combinations]):
        evaluate = evaluator(rules, as_of, columns, unknown, floats, threads, key, children, orphans, null_lists)
        for part in read:
            for groups, results in parts(part, evaluate, tally, reasons=False):
                tally.add(label, groups, results, counted)
    counts = tally.table()
    numbers = [int(label) for label in counts["combination"].to_pylist()]
    figure_columns = [pa.array([text_of(name, combinations[number][at]) for number in numbers], pa.string())
                      for at, name in enumerate(values)]
    made = pa.table([*figure_columns, *counts.columns[1:]], [*values, *counts.column_names[1:]])
    return Sweep(self, counted, found.replaced(), like(table, made), made, named)


def _values(name: str, values: Iterable[object]) -> list[object]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise TypeError(f"the values of `{name}` are a list: found a {type(values).__name__}")
    out = list(values)
    if not out:
        raise ValueError(f"`{name}` has no values")
    return out


def _decision(rules: Rules, named: str | None) -> str:
    if named is None and len(rules.decisions) == 1:
        return rules.decisions[0]
    if named is None:
        raise refusal("RFS704", "the rules decide several things, or nothing", "say which is counted, like "
                      f'decision="{rules.decisions[-1] if rules.decisions else ""}"', "decision")
    if named not in rules.decisions:
        raise refusal("RFS301", f"unknown decision `{named}`", meant(named, rules.decisions, "the decisions are"),
                      "decision")
    return named
