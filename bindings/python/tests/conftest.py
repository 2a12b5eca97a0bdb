"""What the tests share: the sample rules, and an applicant who is funded."""

import sys
from pathlib import Path

import pytest

import rfs

pytest.register_assert_rewrite("table_rows")
ROOT = Path(__file__).resolve().parents[3]
FUNDING = ROOT / "rules" / "run-for-something" / "funding.rules.json"

# One fact of each type; `fee` has the decimals of its currency, `share` is a number of two decimals.
KINDS = """{
  "rfs": 1, "rules": "kinds", "currency": "USD",
  "facts": {
    "member": { "type": "bool" }, "count": { "type": "integer" }, "share": { "type": "number", "places": 2 },
    "rate": { "type": "percent" }, "fee": { "type": "money" }, "born": { "type": "date" }, "term": { "type": "months" },
    "stay": { "type": "days" }, "office": { "type": "choice", "of": ["pta", "state house"] }, "note": { "type": "text" }
  },
  "definitions": { "m": "member", "c": "count", "s": "share", "r": "rate", "f": "fee", "b": "born", "t": "term", "d": "stay",
                   "o": "office", "n": "note" },
  "decisions": { "pay": { "eligible": "member", "amount": "fee", "round": "none" } }
}"""


@pytest.fixture(scope="session")
def funding():
    return rfs.load(FUNDING)


@pytest.fixture(scope="session")
def kinds():
    return rfs.loads(KINDS, "kinds.rules.json")


@pytest.fixture
def applicant():
    return {"office": "school_board", "raised": "150.00", "plan": "draft", "requested": "500.00",
            "on_ballot_since": "2017-04-24"}


@pytest.fixture(scope="session")
def command():
    """Returns the rfs command that was installed with the package."""
    found = Path(sys.executable).with_name("rfs")
    assert found.exists(), "the wheel was built without CLI11: run scripts/setup, then scripts/venv-python"
    return found
