"""Findings of the checker, and the error that carries them."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, repr=False)
class Diagnostic:
    """One finding: what is wrong, where, and the repair. str() shows it with the line and a caret."""

    code: str
    """Like "RFS401"; docs/reference/diagnostics has a page for each."""
    severity: str
    """"error", "warning" or "note"."""
    message: str
    """What is wrong, in one line."""
    file: str | None
    """The path or name of the file; None where the finding has no place in one."""
    line: int | None
    """The line, from 1."""
    column: int | None
    """The column, from 1."""
    path: str
    """Where in the rule file, like "definitions.enough", or the name of a fact."""
    help: str
    """The repair in words; may be empty."""
    rendered: str = field(compare=False)
    """What str() shows."""
    details: dict[str, Any] = field(compare=False, hash=False)
    """The finding as `rfs check --format json` writes it, with labels and fixes."""

    @classmethod
    def _of(cls, text: str, rendered: str) -> Diagnostic:
        read = json.loads(text)
        return cls(read["code"], read["severity"], read["message"], read.get("file"), read.get("line"),
                   read.get("column"), read.get("path") or "", read.get("help") or "", rendered.rstrip("\n"), read)

    def __str__(self) -> str:
        return self.rendered

    def __repr__(self) -> str:
        place = f" at {self.file}:{self.line}:{self.column}" if self.file and self.line else ""
        return f"<rfs.Diagnostic {self.code} {self.severity}{place}: {self.message}>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.rendered)}</pre>"


class RuleError(ValueError):
    """A rule file, a date or a calculation was refused. str() shows every finding with its line and a caret."""

    diagnostics: list[Diagnostic]
    """The findings, warnings too."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        errors = [one for one in self.diagnostics if one.severity == "error"] or self.diagnostics
        return "\n\n".join(str(one) for one in errors)
