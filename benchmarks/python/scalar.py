"""One applicant from Python: rfs, the same rule as a plain Python function, and zen-engine.

    python benchmarks/python/scalar.py [RULES]

Each decides the same applicants and returns status, amount and unmet conditions; before anything is timed, all answers
are compared. rfs reads strings, as they come from a form; the function is given integer cents and dates, which is as
fast as Python can have it; zen-engine, where it is installed, is given numbers of currency units and evaluates its
compiled expressions. The rounds of all are interleaved, and ratios are of their medians.
"""

import datetime
import itertools
import json
import random
import statistics
import sys
import time
from calendar import monthrange
from decimal import Decimal
from pathlib import Path

import rfs

try:
    import zen
except ImportError:
    zen = None

RULES = Path(__file__).resolve().parents[2] / "rules" / "run-for-something" / "funding.rules.json"
COST = {"pta": 20000, "school_board": 100000, "city_council": 1000000, "state_house": 5000000, "state_senate": 15000000}
AS_OF = datetime.date(2017, 6, 24)
ROUNDS, CALLS = 15, 6000


def by_hand(facts, as_of):
    """The rule with integer cents."""
    cost = COST[facts["office"]]
    since = facts["on_ballot_since"]
    year, month = since.year, since.month + 2
    if month > 12:
        year, month = year + 1, month - 12
    day = since.day
    if day > 28:
        day = min(day, monthrange(year, month)[1])
    waited = as_of >= datetime.date(year, month, day)
    raised_enough = facts["raised"] * 100 >= 15 * cost
    thorough_plan = facts["plan"] == "thorough"
    if waited and (raised_enough or thorough_plan):
        return "eligible", min(facts["requested"], 15 * cost // 100), ()
    unmet = []
    if not waited:
        unmet.append("waited")
    if not raised_enough and not thorough_plan:
        unmet += ["raised_enough", "thorough_plan"]
    return "ineligible", 0, tuple(unmet)


def applicants():
    """Applicants at both sides of each threshold, who ask for as many different amounts, in an order that is not sorted."""
    out = []
    for office, plan, share, since, asked in itertools.product(
            COST, ("none", "draft", "thorough"), (-1, 0), (datetime.date(2017, 4, 24), datetime.date(2017, 4, 25)),
            range(100)):
        amount = 15 * COST[office] // 100 * (asked + 1) // 80 + len(out)
        out.append({"office": office, "raised": 15 * COST[office] // 100 + share, "plan": plan, "requested": amount,
                    "on_ballot_since": since})
    random.Random(7).shuffle(out)
    return out


def as_text(facts):
    return {**facts, "raised": f"{Decimal(facts['raised']).scaleb(-2)}",
            "requested": f"{Decimal(facts['requested']).scaleb(-2)}",
            "on_ballot_since": facts["on_ballot_since"].isoformat()}


def with_rfs(path):
    rules = rfs.load(path)
    evaluate = rules.evaluate

    def decide(facts):
        funding = evaluate(facts, as_of="2017-06-24")["funding"]
        return funding.status, funding.amount, funding.unmet

    return decide


def with_zen():
    """The rule as one compiled expression of zen-engine, on numbers; the months are counted before, by hand."""
    cost = "".join(f"office == '{office}' ? {cents / 100} : " for office, cents in COST.items()) + "0"
    share = f"0.15 * ({cost})"
    compiled = zen.compile_expression(f"[since <= 20170424, raised >= {share}, plan == 'thorough', min([requested, {share}])]")

    def decide(facts):
        waited, raised_enough, thorough_plan, amount = compiled.evaluate(facts)
        if waited and (raised_enough or thorough_plan):
            return "eligible", amount, ()
        unmet = [] if waited else ["waited"]
        if not raised_enough and not thorough_plan:
            unmet += ["raised_enough", "thorough_plan"]
        return "ineligible", 0, tuple(unmet)

    return decide


def as_units(facts):
    since = facts["on_ballot_since"]
    return {**facts, "raised": facts["raised"] / 100, "requested": facts["requested"] / 100,
            "since": since.year * 10000 + since.month * 100 + since.day, "on_ballot_since": since.isoformat()}


def main(path):
    hand = applicants()
    contestants = {"plain Python": (lambda facts: by_hand(facts, AS_OF), hand),
                   "rfs": (with_rfs(path), [as_text(one) for one in hand])}
    if zen is not None:
        contestants["zen-engine"] = (with_zen(), [as_units(one) for one in hand])
    for name, (decide, inputs) in contestants.items():
        for given, facts in zip(hand, inputs):
            status, cents, unmet = by_hand(given, AS_OF)
            found = decide(facts)
            if (found[0], Decimal(str(found[1])), found[2]) != (status, Decimal(cents).scaleb(0 if name == "plain Python" else -2), unmet):
                sys.exit(f"{name} says {found} of {given}, the function {status, cents, unmet}")
    times = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, (decide, inputs) in contestants.items():
            turns = CALLS // len(inputs)
            begin = time.process_time_ns()
            for _ in range(turns):
                for facts in inputs:
                    decide(facts)
            times[name].append((time.process_time_ns() - begin) / (turns * len(inputs)))
    medians = {name: statistics.median(values) for name, values in times.items()}
    distinct = len({by_hand(one, AS_OF)[1] for one in hand})
    print(f"{len(hand)} applicants, {distinct} different amounts")
    for name, median in medians.items():
        print(f"{name:14} {median:8.0f} ns  {median / medians['plain Python']:6.2f} of plain Python")
    print(json.dumps({"python": sys.version.split()[0], "ns": {name: round(value) for name, value in medians.items()}}))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else RULES)
