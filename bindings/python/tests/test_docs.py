"""The documentation says what the package does: examples are run, and the reference is the one that help() shows."""

import doctest
import runpy

import pandas as pd
import pytest
from conftest import ROOT

import rfs

# Frames are shown as pandas 3 prints them.
PAGES = [page for page in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
         if "```pycon" in page.read_text() and (pd.__version__ >= "3" or "import pandas" not in page.read_text())]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages(page):
    failed, ran = doctest.testfile(str(page), module_relative=False, encoding="utf-8", globs={"rfs": rfs},
                                   optionflags=doctest.ELLIPSIS)
    assert ran > 0 and failed == 0, "what is printed above differs"


def test_docstring():
    failed, ran = doctest.testmod(rfs, extraglobs={"rfs": rfs})
    assert ran > 0 and failed == 0, "what is printed above differs"


def test_reference_is_fresh():
    page = runpy.run_path(str(ROOT / "scripts" / "python_reference"))["page"]()
    assert (ROOT / "docs" / "reference" / "python.md").read_text() == page, "write it anew with scripts/python_reference"
