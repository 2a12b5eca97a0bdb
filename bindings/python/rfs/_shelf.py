"""Files of rules whose structure changes with the date."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from rfs import _core, _show
from rfs._core import Outcome, Rules
from rfs._diagnostics import Diagnostic
from rfs._explanation import Explanation
from rfs._table import TableOutcome, table_outcome


class Shelf:
    """The files of one set of rules whose structure changes with the date, each for days of its own. Immutable; any number
    of threads may use one. Made by load() of a folder, or of rules that were loaded; it can be pickled.

    Files that hold on one day, that are of different names, or that declare a fact with different types raise
    RuleError."""

    __slots__ = ("_shelf",)

    def __init__(self, files: Iterable[Rules]) -> None:
        self._shelf = _core.shelf(list(files))

    @property
    def name(self) -> str:
        """What the files are called."""
        return self.files[0].name

    @property
    def files(self) -> tuple[Rules, ...]:
        """The files, in the order of their days."""
        return self._shelf.files

    @property
    def windows(self) -> tuple[tuple[datetime.date, datetime.date], ...]:
        """The first and the last day on which each of the files holds."""
        day = datetime.date.fromisoformat
        return tuple((day(first), day(last)) for first, last in self._shelf.windows)

    @property
    def facts(self) -> dict[str, str]:
        """What an applicant can give to any of the files: the type of each fact by its name."""
        return {name: type_ for file in self.files for name, type_ in file.facts.items()}

    @property
    def decisions(self) -> tuple[str, ...]:
        """The names of the decisions of all files."""
        return tuple(dict.fromkeys(name for file in self.files for name in file.decisions))

    @property
    def findings(self) -> list[Diagnostic]:
        """What the checker said of the files, and of days between them on which none holds: warnings and notes."""
        return self._shelf.findings

    def at(self, as_of: str | datetime.date, /) -> Rules:
        """Return the file in force on a day. RuleError says on which days there is one."""
        return self._shelf.at(as_of)

    def evaluate(self, facts: Mapping[str, object] | None = None, /, *, as_of: str | datetime.date,
                 floats: Literal["exact", "nearest"] = "exact", **given: object) -> Outcome:
        """Decide about one applicant by the file in force on a day: at(as_of).evaluate(...). `Outcome.rules` is that file,
        which takes the facts that it declares and no others."""
        return self.at(as_of).evaluate(facts, as_of=as_of, floats=floats, **given)

    def explain(self, facts: Mapping[str, object] | None = None, /, *, as_of: str | datetime.date,
                floats: Literal["exact", "nearest"] = "exact", lang: str = "", **given: object) -> Explanation:
        """Decide about one applicant on a day and tell why: evaluate(...).explain(lang=lang)."""
        return self.evaluate(facts, as_of=as_of, floats=floats, **given).explain(lang=lang)

    def evaluate_table(self, table: Any, /, *, as_of: str | datetime.date, columns: Mapping[str, str] | None = None,
                       unknown: Iterable[str] = (), key: str | None = None,
                       lists: Mapping[str, Any] | None = None, orphans: Literal["refuse", "ignore"] = "refuse",
                       null_lists: Literal["unknown", "empty"] = "unknown",
                       floats: Literal["exact", "nearest"] = "exact",
                       output: Iterable[Literal["least", "most", "unmet", "needed", "conditions", "definitions"]] = (),
                       unmet: Literal["text", "list", "columns"] | None = None, append: bool = False,
                       threads: int | None = None, progress: bool = False) -> TableOutcome:
        """Decide about each row of a table as Rules.evaluate_table does, by the file in force on its day.

        Where `as_of` names a column, the results have the columns of all files: null where the file of a row's day does
        not have one, numbers with the decimals of all. A day on which no file holds refuses its row (RFS606), with the
        status "refused" for the decisions of the last file. The table has columns for the facts of all files; `unknown`
        and `columns` may name those of any, and so may `lists`: of a table of items each file reads the fields that it
        declares. On one day that day's file decides, as at(as_of).evaluate_table(...)."""
        return table_outcome(self, self._shelf, table, as_of, columns, unknown, floats, output, unmet, append, threads,
                             progress, key, lists, orphans, null_lists)

    @property
    def _lists(self) -> dict[str, tuple[str, ...]]:
        """The fields of each list of records that any of the files declares."""
        out: dict[str, tuple[str, ...]] = {}
        for file in self.files:
            for name, fields in file._lists.items():
                out[name] = tuple(dict.fromkeys((*out.get(name, ()), *fields)))
        return out

    def __reduce__(self) -> tuple[type[Shelf], tuple[tuple[Rules, ...]]]:
        return Shelf, (self.files,)

    def __repr__(self) -> str:
        return _show.shelf_text(self)

    def _repr_html_(self) -> str:
        return _show.shelf_html(self)
