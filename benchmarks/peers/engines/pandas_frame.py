"""pandas: cents in int64 with categories and dates, or a frame as files give it, with text, timestamps and doubles."""

import numpy as np
import pandas as pd
from applicants import CAPS, LATEST_START, OFFICES, PLANS

LATEST = pd.Timestamp(LATEST_START)


def frame(applicants, form):
    """Returns the applicants as a frame: `cents` or `doubles`."""
    office = pd.Categorical.from_codes(applicants.office, list(OFFICES))
    plan = pd.Categorical.from_codes(applicants.plan, list(PLANS))
    since = applicants.since.astype("datetime64[D]").astype("datetime64[s]")
    if form == "cents":
        return pd.DataFrame({"office": office, "since": since, "raised": applicants.raised, "plan": plan,
                             "requested": applicants.requested})
    return pd.DataFrame({"office": office.astype("str"), "since": since, "raised": applicants.raised / 100,
                         "plan": plan.astype("str"), "requested": applicants.requested / 100})


def prepare(applicants, form, threads):
    return {"cents": by_cents, "doubles": by_doubles}[form], frame(applicants, form)


def decide(data):
    decide_frame, applicants = data
    return decide_frame(applicants)


def answers(result):
    amount = result["amount"].to_numpy()
    return result["eligible"].to_numpy(), amount if amount.dtype == np.int64 else np.rint(amount * 100)


def by_cents(df):
    share = pd.Series(np.array(list(CAPS.values()))[df["office"].cat.codes.to_numpy()], index=df.index)
    eligible = (df["since"] <= LATEST) & ((df["raised"] >= share) | (df["plan"] == "thorough"))
    return pd.DataFrame({"eligible": eligible, "amount": np.minimum(df["requested"], share).where(eligible, 0)})


def by_doubles(df):
    # By category, because a map over text is a Python call a row.
    share = 0.15 * df["office"].astype("category").map(OFFICES).astype(float)
    eligible = (df["since"] <= LATEST) & ((df["raised"] >= share) | (df["plan"] == "thorough"))
    amount = np.floor(np.minimum(df["requested"], share) * 100) / 100
    return pd.DataFrame({"eligible": eligible, "amount": amount.where(eligible, 0)})
