"""Why an outcome came out as it did."""

from __future__ import annotations

import json
from typing import Any

from rfs import _show


class Explanation:
    """Why an outcome came out as it did. str() is its text; notebooks show it as HTML; it can be pickled."""

    __slots__ = ("_json", "_markdown", "_text")

    def __init__(self, text: str, markdown: str, json: str) -> None:
        self._text, self._markdown, self._json = text, markdown, json

    def text(self) -> str:
        """Return it for a terminal, as `rfs explain` prints it."""
        return self._text

    def markdown(self) -> str:
        """Return it as Markdown, in which what an applicant wrote cannot become markup."""
        return self._markdown

    def json(self) -> str:
        """Return it as `rfs explain --format json` writes it, in one line."""
        return self._json

    def to_dict(self) -> dict[str, Any]:
        """Return what json() writes, as a dict."""
        read: dict[str, Any] = json.loads(self._json)
        return read

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return self._text.rstrip("\n")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Explanation) and self._json == other._json

    def __hash__(self) -> int:
        return hash(self._json)

    def _repr_html_(self) -> str:
        return _show.explanation_html(self.to_dict())
