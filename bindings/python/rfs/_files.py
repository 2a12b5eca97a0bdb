"""Rule files: read, checked and tested."""

from __future__ import annotations

import datetime
import os
from typing import Any, NamedTuple

from rfs import _core
from rfs._core import Rules
from rfs._diagnostics import Diagnostic
from rfs._shelf import Shelf


class Failure(NamedTuple):
    """One expectation of a test that was not met."""

    at: str
    """What was expected to be otherwise, like "funding.amount"."""
    message: str
    """Like "expected 150.00, found 0.00"."""
    line: int
    """Where the expectation stands in the file, from 1."""
    column: int
    """Where it stands in the line, from 1."""


class TestResult(NamedTuple):
    """What came of one test."""

    file: str
    """The file that the test stands in."""
    line: int
    """The line, from 1."""
    column: int
    """The column, from 1."""
    name: str
    """The name of the test."""
    failures: tuple[Failure, ...]
    """What was not met; empty where the test passed."""

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.failures


def load(path: str | os.PathLike[str]) -> Rules | Any:
    """Read and check a rule file; or the rule files of a folder, which are versions of one set of rules: a Shelf. RuleError
    shows every mistake in them with line, caret and repair."""
    if os.path.isdir(path):
        return Shelf(_core.load_folder(os.fsencode(path)).files)
    return _core.load(os.fsencode(path))


def loads(text: str | bytes, name: str = "<text>") -> Rules:
    """Check the text of a rule file; `name` stands for the file in what is said of it."""
    return _core.loads(text.encode() if isinstance(text, str) else text, name)


def check(*paths: str | os.PathLike[str]) -> list[Diagnostic]:
    """Return what is to be said of rule files, test files and folders of them, as `rfs check` prints it: errors, warnings
    and notes. Nothing is raised for a mistake in a file. Allowances that end are judged by today's date."""
    return _core.check([os.fsencode(path) for path in paths], datetime.date.today().isoformat())


def test(*paths: str | os.PathLike[str]) -> list[TestResult]:
    """Run the tests in and beside rule files, in test files, and in folders of both, as `rfs test` does. RuleError tells
    what keeps them from running."""
    return [TestResult(file, line, column, name, tuple(Failure(at, message, *where) for at, message, where in failures))
            for file, name, (line, column), failures in _core.test([os.fsencode(path) for path in paths])]


# These are none of pytest's own, which it would take for tests by their names.
TestResult.__test__ = False  # type: ignore[attr-defined]
test.__test__ = False  # type: ignore[attr-defined]
