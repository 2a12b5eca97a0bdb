"""A program as a user would type it; `mypy --strict` accepts it, and test_typing.py runs it."""

import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars

import rfs


def grant(rules: rfs.Rules, facts: dict[str, object], day: datetime.date) -> Decimal | Fraction:
    outcome: rfs.Outcome = rules.evaluate(facts, as_of=day, floats="nearest", office="school_board")
    decision: rfs.Decision = outcome["funding"]
    if decision.status == "undetermined":
        needed: tuple[str, ...] = decision.needed
        raise LookupError(", ".join(needed))
    conditions: list[rfs.Condition] = [one for one in decision.conditions if one.holds is not True]
    if conditions or decision.amount is None:
        print(outcome.explain(lang=""))
    return decision.amount or Decimal(0)


def main(path: Path) -> None:
    findings: list[rfs.Diagnostic] = rfs.check(path)
    failed: list[rfs.TestResult] = [one for one in rfs.test(path) if not one.passed]
    assert not findings and not failed
    try:
        rules = rfs.load(path)
    except rfs.RuleError as error:
        print(error.diagnostics[0].line)
        raise
    facts: dict[str, object] = {"raised": 150.0, "requested": Decimal(500), "plan": "draft",
                                "on_ballot_since": datetime.date(2017, 4, 24)}
    assert grant(rules, facts, datetime.date(2017, 6, 24)) == 150
    table: rfs.TableOutcome = rules.evaluate_table(polars.DataFrame(facts), as_of="2017-06-24", unknown=["office"],
                                                   output=["unmet"], unmet="list")
    assert table.rows == sum(table.statuses["funding"].values()) == 1
    counts: rfs.Counts = rules.counts(polars.DataFrame(facts), as_of="2017-06-24", unknown=["office"], by="plan")
    funnel: rfs.Funnel = rules.funnel(polars.DataFrame(facts), as_of="2017-06-24", unknown=["office"], stages=["funding"])
    sweep: rfs.Sweep = rules.sweep(polars.DataFrame(facts), {"average_cost[pta]": [Decimal(100), "150.00"]},
                                   cap_share=["10%", "20%"], as_of=datetime.date(2017, 6, 24), unknown=["office"])
    assert counts.rows == funnel.rows == 1 and sweep.replaced["cap_share"] == ("15%",)
    answer: rfs.Calculation = rfs.calc("15% * 1000 USD", rules=rules)
    assert str(answer) == "$150.00"


if __name__ == "__main__":
    main(Path(__file__).resolve().parents[3] / "rules" / "run-for-something" / "funding.rules.json")
