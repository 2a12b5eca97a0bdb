"""Figures of a rule file, found in its text and replaced there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from rfs import _core
from rfs._calc import text_of
from rfs._core import Rules
from rfs._tally import meant, refusal
from rfs._values import simplify

_BLANKS = re.compile(r"[ \t\n\r]*")
_FIGURE = re.compile(r"([^\[\]]*)(?:\[(.*)\])?")
# Numbers stay as they are written.
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)

Place = tuple[int, int]


class Figures:
    """The text of a rule file, and where in it the figures stand that are to be replaced.

    A figure is named like a parameter, and where that has a figure for each key with the keys: `cap_share`,
    `average_cost[school_board]`."""

    def __init__(self, rules: Rules, names: list[str]) -> None:
        self._rules = rules
        self._text = rules.source.decode()
        self._places = {name: list(self._find(name)) for name in names}
        met: dict[Place, str] = {}
        for name, places in self._places.items():
            for place in places:
                if met.setdefault(place, name) != name:
                    raise ValueError(f"`{met[place]}` and `{name}` are one figure")

    def replaced(self) -> dict[str, tuple[str, ...]]:
        """Return for each figure what stands in the file, date by date."""
        texts = {name: [self._text[begin:end] for begin, end in places] for name, places in self._places.items()}
        return {name: tuple(json.loads(text) if text[0] == '"' else text for text in found)
                for name, found in texts.items()}

    def rules_with(self, values: Mapping[str, object]) -> Rules:
        """Return the rules in which figures have these values, on every day that the file has one for. RuleError
        tells what is wrong with a value, at its place in the text."""
        text = self._text
        edits = sorted(((place, one) for one in values.items() for place in self._places[one[0]]),
                       key=_place, reverse=True)
        for (begin, end), (name, value) in edits:
            value = simplify(value)
            written = json.dumps(value if isinstance(value, bool) else text_of(name, value))
            text = text[:begin] + written + text[end:]
        return _core.loads(text.encode(), self._rules.path)

    def _find(self, figure: str) -> Iterator[Place]:
        whole = _FIGURE.fullmatch(figure)
        name = whole[1].strip() if whole else figure
        keys = [key.strip().strip("'\"") for key in whole[2].split(",")] if whole and whole[2] is not None else []
        parameters = _members(self._text, _members(self._text, _blanks(self._text, 0)).get("parameters", (-1, -1))[0])
        if name not in parameters:
            raise refusal("RFS301", f"unknown parameter `{name}`", meant(name, parameters, "the parameters are"), name)
        parameter = _members(self._text, parameters[name][0])
        by = json.loads(self._text[slice(*parameter["by"])]) if "by" in parameter else []
        if len(keys) != len(by):
            one = f"`{name}[{', '.join(by)}]`" if by else f"`{name}`"
            what = f"has a figure for each {' and '.join(by)}" if by else "has no keys"
            raise refusal("RFS307" if keys else "RFS306", f"`{name}` {what}", f"name one of its figures like {one}",
                          name)
        found = False
        rows: dict[str, None] = {}
        for _, begin, _ in _parts(self._text, parameter["values"][0]):
            place = self._row(_members(self._text, begin)["value"], keys, rows)
            if place is not None:
                found = True
                yield place
        if not found:
            raise refusal("RFS121", f"`{name}` has no row `{', '.join(keys)}`",
                          meant(", ".join(keys), rows, "the rows are"), name)

    def _row(self, place: Place, keys: list[str], rows: dict[str, None]) -> Place | None:
        """Return where a row's figure stands, if the value that begins there has one; collect what rows there are."""
        for row, one in self._rows(place, len(keys), ()):
            rows[", ".join(row)] = None
            if list(row) == keys:
                return _members(self._text, one[0])["value"] if self._text[one[0]] == "{" else one
        return None

    def _rows(self, place: Place, depth: int, row: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Place]]:
        if depth == 0:
            yield row, place
        elif self._text[place[0]] == "{":
            for name, one in _members(self._text, place[0]).items():
                yield from self._rows(one, depth - 1, (*row, name))


def _place(edit: tuple[Place, Any]) -> Place:
    return edit[0]


def _blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _members(text: str, at: int) -> dict[str, Place]:
    """Return where the values of the members stand of the object that begins at a place."""
    return {str(name): (begin, end) for name, begin, end in _parts(text, at)} if at >= 0 else {}


def _parts(text: str, at: int) -> Iterator[tuple[Any, int, int]]:
    """Yield the name or number of each part of the object or list that begins at a place, and where it begins and
    ends. The text is JSON: the rules were made from it."""
    named, number = text[at] == "{", 0
    at = _blanks(text, at + 1)
    while text[at] not in "]}":
        name: Any = number
        if named:
            name, at = _DECODER.raw_decode(text, at)
            at = _blanks(text, _blanks(text, at) + 1)
        end = _DECODER.raw_decode(text, at)[1]
        yield name, at, end
        number += 1
        at = _blanks(text, end)
        at = _blanks(text, at + 1) if text[at] == "," else at
