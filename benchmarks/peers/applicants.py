"""The applicants that all engines decide, and what is right for each of them.

Columns of integers: office and plan as places in OFFICES and PLANS, days since 1970-01-01, cents. Engines make of them
what they read best. The right answers are worked out row by row in Python's integers and dates, and share no code with
any engine; `check_with_rule_file` holds them to the tests that stand in the rule file.
"""

import datetime
import json
import shutil
from decimal import Decimal
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
RULE_FILE = ROOT / "rules" / "run-for-something" / "funding.rules.json"

# The rule's figures, as the engines are given them.
OFFICES = {"pta": 200, "school_board": 1000, "city_council": 10000, "state_house": 50000, "state_senate": 150000}
PLANS = ("none", "draft", "thorough")
SHARE = Decimal("0.15")
MONTHS = 2
AS_OF = datetime.date(2017, 6, 24)
# The last day from which two months have passed on AS_OF: what a programmer works out once instead of for each row.
LATEST_START = datetime.date(2017, 4, 24)

# The share of an office in cents, which is the threshold and the cap.
CAPS = {office: int(SHARE * 100 * cost) for office, cost in OFFICES.items()}
EPOCH = datetime.date(1970, 1, 1)
COLUMNS = {"office": "<i1", "plan": "<i1", "since": "<i4", "raised": "<i8", "requested": "<i8"}


class Applicants:
    """`rows` applicants, in columns named as in COLUMNS."""

    def __init__(self, folder, rows):
        self.folder = Path(folder)
        self.rows = rows
        for name, kind in COLUMNS.items():
            # Read and not mapped, so that no engine pays for the first touch of a page.
            setattr(self, name, np.fromfile(self.folder / name, dtype=kind, count=rows))

    def records(self):
        """Yields a dict a row: words, a date, cents."""
        offices = tuple(OFFICES)
        days = {day: EPOCH + datetime.timedelta(days=day) for day in np.unique(self.since).tolist()}
        for office, plan, since, raised, requested in zip(*(getattr(self, name).tolist() for name in COLUMNS)):
            yield {"office": offices[office], "plan": PLANS[plan], "since": days[since], "raised": raised,
                   "requested": requested}


def generate(folder, rows):
    """Writes the columns and the right answers, one file each; where this file has written them, nothing is done."""
    complete, source = folder / "complete", Path(__file__).read_text()
    if complete.exists() and complete.read_text() == source:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    random = np.random.Generator(np.random.PCG64(2017))
    caps = np.array(list(CAPS.values()))
    office = random.integers(0, len(OFFICES), rows)
    plan = random.integers(0, len(PLANS), rows)
    since = (datetime.date(2017, 1, 1) - EPOCH).days + random.integers(0, 200, rows)
    # A tenth raised the share to a cent; the others up to twice the share, as they ask for up to twice the cap.
    raised = np.where(random.integers(0, 10, rows) == 0, caps[office] + random.integers(-1, 2, rows),
                      random.integers(0, 2 * caps[office]))
    requested = random.integers(0, 2 * caps[office])
    for (name, kind), values in zip(COLUMNS.items(), (office, plan, since, raised, requested)):
        values.astype(kind).tofile(folder / name)
    eligible, cents = np.empty(rows, "<i1"), np.empty(rows, "<i8")
    for i, applicant in enumerate(Applicants(folder, rows).records()):
        eligible[i], cents[i] = decide_exactly(applicant, AS_OF)
    eligible.tofile(folder / "eligible")
    cents.tofile(folder / "cents")
    complete.write_text(source)


def decide_exactly(applicant, as_of):
    """Returns whether `applicant` is eligible on the day `as_of`, and for how many cents."""
    month = applicant["since"].month - 1 + MONTHS
    first = datetime.date(applicant["since"].year + month // 12, month % 12 + 1, 1)
    last = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    end = first.replace(day=min(applicant["since"].day, last.day))
    cost = 100 * OFFICES[applicant["office"]]
    enough = 100 * applicant["raised"] >= 15 * cost
    if as_of >= end and (enough or applicant["plan"] == "thorough"):
        return True, min(100 * applicant["requested"], 15 * cost) // 100
    return False, 0


def check_with_rule_file():
    """Raises ValueError where the exact answers are not those of the tests in the rule file."""
    names = {"since": "on_ballot_since"}
    for test in json.loads(RULE_FILE.read_text())["tests"]:
        facts, funding = test["facts"], test["expect"]["funding"]
        if funding["status"] not in ("eligible", "ineligible"):
            continue
        applicant = {name: facts[names.get(name, name)] for name in COLUMNS}
        for name in ("raised", "requested"):
            applicant[name] = int(Decimal(applicant[name]) * 100)
        applicant["since"] = datetime.date.fromisoformat(applicant["since"])
        found = decide_exactly(applicant, datetime.date.fromisoformat(test["as_of"]))
        wanted = (funding["status"] == "eligible", int(Decimal(funding["amount"]) * 100))
        if found != wanted:
            raise ValueError(f"{RULE_FILE.name}: the test {test['name']!r} expects {wanted}, found {found}")
