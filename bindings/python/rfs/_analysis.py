"""What a table of applicants comes to: counts and amounts by decision, and where applicants drop out on the way."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rfs import _summary
from rfs._core import Rules
from rfs._tally import STATUSES, Tally, arrow, evaluator, like, meant, names_of, parts, refusal


@dataclass(frozen=True, repr=False, eq=False)
class Counts:
    """What a table of applicants came to, decision by decision. Made by Rules.counts()."""

    rules: Rules
    """The rules that decided."""
    frame: Any
    """A row for each decision, and for each group where there are any: how many `rows` there are and how many of each
    status, and the total `amount` with the `least` and the `most` that it can be. The total is not known while one
    of its amounts is not; refused applicants have none."""
    reasons: Any
    """A row for each reason: of the ineligible a condition that they do not meet, of the undetermined a fact that is
    needed, and how many `rows` have it. An applicant may have several, and has none who is undetermined only because a
    figure is not on file."""
    rows: int
    """How many applicants there were."""
    refused: int
    """How many of them were refused: their facts, or their day, break their declarations."""
    errors: dict[str, int]
    """How often each code of a diagnostic refused one."""
    _table: Any = field(repr=False)

    def __repr__(self) -> str:
        return _summary.text(_summary.counted("Counts", self), self._table)

    def _repr_html_(self) -> str:
        return _summary.html(_summary.counted("Counts", self), self._table)


@dataclass(frozen=True, repr=False, eq=False)
class Funnel:
    """How far a table of applicants came on a road of decisions, and where they dropped out. Made by Rules.funnel()."""

    rules: Rules
    """The rules that decided."""
    stages: tuple[str, ...]
    """The decisions, in their order on the road."""
    frame: Any
    """A row for each stage, and for each group where there are any: how many `entered` it, which are those who
    reached the one before; how many `reached` it, `dropped` out or are `undetermined` at it; and the total `amount`
    granted at it, with the `least` and the `most` that it can be. Applicants who are refused enter nothing."""
    reasons: Any
    """A row for each reason why applicants who entered a stage did not reach it: of the ineligible a condition that
    they do not meet, of the undetermined a fact that is needed, and how many `rows` have it."""
    rows: int
    """How many applicants there were."""
    refused: int
    """How many of them were refused: their facts, or their day, break their declarations."""
    errors: dict[str, int]
    """How often each code of a diagnostic refused one."""
    _table: Any = field(repr=False)
    _by: tuple[str, ...] = field(repr=False)

    def plot(self) -> Any:
        """Return a chart of Altair: a bar for each stage, as long as those who entered it (`pip install
        rfs[plots]`)."""
        from rfs import _plots
        return _plots.funnel_chart(self._table.to_pylist(), self.stages, self._by)

    def __repr__(self) -> str:
        return _summary.text(_summary.counted("Funnel", self), self._table)

    def _repr_html_(self) -> str:
        return _summary.html(_summary.counted("Funnel", self), self._table)


def counts(self: Rules, table: Any, /, *, as_of: str | datetime.date, by: str | Iterable[str] = (),
           columns: Mapping[str, str] | None = None, unknown: Iterable[str] = (), key: str | None = None,
           lists: Mapping[str, Any] | None = None, orphans: Literal["refuse", "ignore"] = "refuse",
           null_lists: Literal["unknown", "empty"] = "unknown", floats: Literal["exact", "nearest"] = "exact",
           threads: int | None = None) -> Counts:
    """Count what a table of applicants comes to: statuses, reasons, and total amounts, exactly.

    `by` names columns of the table, one or several: the counts are then those of each group of rows that have the same
    values there. The other options are those of evaluate_table(). A reader of pyarrow is read batch by batch, so that a
    table may be larger than memory; with tables of `lists` it is read whole. The results are frames of the kind that was
    given; pyarrow is needed for all kinds.
    """
    tally = Tally(names_of(by), self.decisions, "decision", ("rows", *STATUSES))
    evaluate = evaluator(self, as_of, columns, unknown, floats, threads, key, lists, orphans, null_lists)
    for part, results in parts(table, evaluate, tally, whole=bool(lists)):
        for name in self.decisions:
            tally.add(name, part, results, name)
    made = tally.table()
    return Counts(self, like(table, made), like(table, tally.reasons()), tally.rows, tally.refused, dict(tally.errors),
                  made)


def funnel(self: Rules, table: Any, /, *, as_of: str | datetime.date, stages: Iterable[str] | None = None,
           by: str | Iterable[str] = (), columns: Mapping[str, str] | None = None, unknown: Iterable[str] = (),
           key: str | None = None, lists: Mapping[str, Any] | None = None, orphans: Literal["refuse", "ignore"] = "refuse",
           null_lists: Literal["unknown", "empty"] = "unknown", floats: Literal["exact", "nearest"] = "exact",
           threads: int | None = None) -> Funnel:
    """Count how far a table of applicants comes on a road of decisions, and where and why they drop out.

    The stages are the decisions of the file, where each has the one before it among its conditions; `stages` names
    decisions where the file has no such order, or another part of them is meant. Whoever is eligible at a stage
    enters the next one, so that each applicant drops out at one stage, is undetermined at one, has come through, or
    was refused.

    `by` names columns of the table, one or several: the funnel is then that of each group of rows that have the same
    values there. The other options are those of evaluate_table(). A reader of pyarrow is read batch by batch, with
    tables of `lists` whole. The results are frames of the kind that was given; pyarrow is needed for all kinds.
    """
    road = _road(self) if stages is None else _named_stages(self, stages)
    tally = Tally(names_of(by), road, "stage", ("entered", "reached", "dropped", "undetermined"))
    evaluate = evaluator(self, as_of, columns, unknown, floats, threads, key, lists, orphans, null_lists)
    pc = arrow().compute
    for part, results in parts(table, evaluate, tally, whole=bool(lists)):
        standing = pc.not_equal(results[f"{road[0]}_status"].cast("string"), "refused")
        for name in road:
            part, results = part.filter(standing), results.filter(standing)
            tally.add(name, part, results, name)
            standing = pc.equal(results[f"{name}_status"].cast("string"), "eligible")
    made = tally.table()
    return Funnel(self, road, like(table, made), like(table, tally.reasons()), tally.rows, tally.refused,
                  dict(tally.errors), made, tally.by)


def _road(rules: Rules) -> tuple[str, ...]:
    """Return the decisions in the order in which they build on each other. RuleError where one does not build on the
    one before it."""
    before = {name: {one for one in conditions if one in rules.decisions}
              for name, conditions in wanted_conditions(rules).items()}
    road: list[str] = []
    while len(road) < len(before):
        road.append(next(name for name in before if name not in road and before[name] <= set(road)))
    for first, second in zip(road, road[1:]):
        if first not in before[second]:
            raise refusal("RFS704", f"`{second}` does not build on `{first}`: it has no condition `{first}.eligible`",
                          f'name the stages in their order, like stages=["{first}", "{second}"]', "stages")
    if not road:
        raise refusal("RFS704", "the rules decide nothing", "add a decision", "stages")
    return tuple(road)


def wanted_conditions(rules: Rules) -> dict[str, list[str]]:
    """Return for each decision the names of the conditions that it wants to hold."""
    # What conditions there are does not depend on the day; this one is the first that the rules hold on.
    day = json.loads(rules.source, parse_int=str).get("effective", {}).get("from", "1900-01-01")
    out = rules.evaluate(as_of=day)
    return {name: [one.name for one in out[name].conditions if one.wanted] for name in out}


def _named_stages(rules: Rules, stages: Iterable[str]) -> tuple[str, ...]:
    names = tuple(stages) if not isinstance(stages, str) else (stages,)
    for at, name in enumerate(names):
        if name not in rules.decisions:
            raise refusal("RFS301", f"unknown decision `{name}` among the stages",
                          meant(name, rules.decisions, "the decisions are"), "stages")
        if name in names[:at]:
            raise ValueError(f"`{name}` is two of the stages")
    if not names:
        raise ValueError("stages names no decision")
    return names
