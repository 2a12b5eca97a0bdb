"""Single expressions."""

from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from rfs import _core
from rfs._core import Rules
from rfs._values import simplify


class Calculation(NamedTuple):
    """What an expression came to; str() is how people write it."""

    type: Any
    """The name of its type, like "money"; of a choice or a list its declaration, a dict."""
    value: Any
    """The value as outcomes have it: "150.00", True, {"least": …, "most": …}, or None while nothing is known; of a list
    its items, of records dicts."""
    words: str
    """The value as people write it: "$150.00"."""

    def __str__(self) -> str:
        return self.words


def calc(expression: str, given: Mapping[str, object] | None = None, /, *, rules: Rules | None = None,
         facts: Mapping[str, str | Mapping[str, object]] | None = None, let: Mapping[str, str] | None = None,
         month_end: str | None = None, currency: str | None = None, as_of: str | datetime.date | None = None
         ) -> Calculation:
    """Compute one expression of the rule language, exactly.

    `rules` lends its names; `facts` declares more, each by a type ("money") or a declaration ({"type": "money", "min":
    "0.00"}); `given` has their values, and one that it does not have is unknown; `let` names further expressions.
    `month_end` ("clamp" or "next_day") and `currency` are needed where the expression needs them and the rules do not
    say, and so is `as_of`. RuleError tells what is wrong with an expression, ValueError what is wrong with a value.

    >>> str(rfs.calc("15% * 1000 USD"))
    '$150.00'
    """
    day = simplify(as_of)
    if isinstance(day, datetime.datetime):
        raise ValueError("as_of is a day: give its date()")
    declared = [(name, json.dumps({"type": one} if isinstance(one, str) else dict(one)))
                for name, one in (facts or {}).items()]
    values = [(name, json.dumps(cells_of(name, value)) if isinstance(value, (list, tuple)) else text_of(name, value))
              for name, value in (given or {}).items() if simplify(value) is not None]
    type_, value, words = _core.calc(expression, rules, declared, values, list((let or {}).items()), month_end or "",
                                     currency or "", "" if day is None else str(day))
    return Calculation(json.loads(type_), json.loads(value), words)


def cells_of(name: str, value: object) -> object:
    """Return a list, a record or a cell as JSON has it."""
    if isinstance(value, (list, tuple)):
        return [cells_of(f"{name}[{index}]", item) for index, item in enumerate(value, 1)]
    if isinstance(value, dict):
        return {field: cells_of(f"{name}.{field}", cell) for field, cell in value.items()}
    value = simplify(value)
    return value if value is None or isinstance(value, bool) else text_of(name, value)


def text_of(name: str, value: object) -> str:
    """Return a value in the form that rule files have; `name` is whose it is."""
    value = simplify(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, decimal.Decimal)):
        return str(value)
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    raise ValueError(f"`{name}`: expected a str, bool, int, Decimal or date, found a {type(value).__name__}")
