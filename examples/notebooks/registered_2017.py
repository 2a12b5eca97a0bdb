"""People who registered with Run for Something in its first two months, made up around the figures that were published:
8,000 registered, more than 500 interviews were held, 1 % are on the ballot. All other shares are illustrative.

The same seed makes the same people. `python registered_2017.py > registered.csv` writes them as a table."""

import csv
import datetime
import random
import sys

REGISTERED = 8_000
JOINED_CALL = 2_150  # illustrative
INTERVIEWED = 530  # "more than 500"
SUPPORTED = 390  # illustrative
ON_BALLOT = REGISTERED // 100
FIRST_DAY = datetime.date(2017, 1, 20)

# Illustrative: how many run for what, and what a campaign has raised at most.
OFFICES = {"pta": (10, 80), "school_board": (40, 400), "city_council": (30, 3_500), "state_house": (15, 15_000),
           "state_senate": (5, 40_000)}


def registered(seed=2017):
    """Return the people, a dict for each. What nobody has written down is None."""
    rng = random.Random(seed)
    people = [{"person": number, "registered_on": FIRST_DAY + datetime.timedelta(days=rng.randrange(60)),
               "registered": True, "joined_call": False, "interviewed": False, "supported": False, "on_ballot": False,
               "on_ballot_since": None, "applied": False,
               "office": rng.choices(list(OFFICES), [share for share, _ in OFFICES.values()])[0],
               "raised": None, "plan": None, "requested": None} for number in range(1, REGISTERED + 1)]
    reached = people
    for step, count in [("joined_call", JOINED_CALL), ("interviewed", INTERVIEWED), ("supported", SUPPORTED),
                        ("on_ballot", ON_BALLOT)]:
        reached = sorted(rng.sample(reached, count), key=lambda one: one["person"])
        for person in reached:
            person[step] = True
    for person in reached:
        most = OFFICES[person["office"]][1]
        person["applied"] = rng.random() < 0.9
        if rng.random() < 0.95:
            person["on_ballot_since"] = FIRST_DAY + datetime.timedelta(days=rng.randrange(30, 130))
        if rng.random() < 0.95:
            person["raised"] = f"{rng.randrange(100 * most) / 100:.2f}"
        if rng.random() < 0.95:
            person["plan"] = rng.choice(["none", "draft", "draft", "thorough"])
        person["requested"] = f"{rng.randrange(1, 20) * most // 10}.00"
    return people


if __name__ == "__main__":
    writer = csv.DictWriter(sys.stdout, registered()[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(registered())
