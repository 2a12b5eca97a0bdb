"""The funding rule on one day as a programmer writes it with NumPy, and applicants for it: int64 cents, days and codes
of words."""

import datetime

import numpy as np

OFFICES = np.array(["pta", "school_board", "city_council", "state_house", "state_senate"])
PLANS = np.array(["none", "draft", "thorough"])
CAPS = np.array([20000, 100000, 1000000, 5000000, 15000000]) * 15 // 100
AS_OF = datetime.date(2017, 6, 24)
LAST_START = (datetime.date(2017, 4, 24) - datetime.date(1970, 1, 1)).days


def applicants(random, rows):
    """Draw applicants: codes of words, days since 1970, and cents."""
    office = random.integers(0, len(OFFICES), rows)
    return {"office": office, "plan": random.integers(0, len(PLANS), rows),
            "since": LAST_START - 100 + random.integers(0, 200, rows),
            "raised": random.integers(0, 2 * CAPS[office]), "requested": random.integers(0, 2 * CAPS[office])}


def by_hand(given):
    """Return who is eligible, and their cents."""
    cap = CAPS[given["office"]]
    eligible = (given["since"] <= LAST_START) & ((given["raised"] >= cap) | (given["plan"] == 2))
    return eligible, np.where(eligible, np.minimum(given["requested"], cap), 0)
