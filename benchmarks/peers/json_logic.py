"""The rule in JSON Logic, for the engines that read it: numbers of currency units."""

from applicants import LATEST_START, OFFICES


def rule():
    """Returns the rule, which gives `[eligible, amount]`. It knows no months: 2017-04-24 is 20170424."""
    cost = 0
    for office, amount in reversed(OFFICES.items()):
        cost = {"if": [{"===": [{"var": "office"}, office]}, amount, cost]}
    # Compared as `share <= raised`: json-logic-engine 5.0.7 compiles `raised >= share` to a comparison with the office.
    share = {"*": [0.15, cost]}
    eligible = {"and": [{"<=": [{"var": "since"}, int(f"{LATEST_START:%Y%m%d}")]},
                        {"or": [{"<=": [share, {"var": "raised"}]}, {"===": [{"var": "plan"}, "thorough"]}]}]}
    floor = {"floor": [{"*": [{"min": [{"var": "requested"}, share]}, 100]}]}
    return {"if": [eligible, [True, {"/": [floor, 100]}], [False, 0]]}
