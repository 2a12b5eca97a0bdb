"""polars: cents in Int64 with Enum and Date, or a frame as files give it, with text, timestamps and doubles.

The number of threads is POLARS_MAX_THREADS, which is read when polars is imported: the one that starts this sets it.
"""

import numpy as np
import polars as pl
from applicants import CAPS, LATEST_START, OFFICES, PLANS


def frame(applicants, form):
    """Returns the applicants as a frame: `cents` or `doubles`."""
    office = pl.Series("office", np.array(list(OFFICES))[applicants.office])
    plan = pl.Series("plan", np.array(PLANS)[applicants.plan])
    since = pl.Series("since", applicants.since).cast(pl.Date)
    if form == "cents":
        return pl.DataFrame([office.cast(pl.Enum(list(OFFICES))), since, pl.Series("raised", applicants.raised),
                             plan.cast(pl.Enum(PLANS)), pl.Series("requested", applicants.requested)])
    return pl.DataFrame([office, since.cast(pl.Datetime("us")), pl.Series("raised", applicants.raised / 100), plan,
                         pl.Series("requested", applicants.requested / 100)])


def prepare(applicants, form, threads):
    if pl.thread_pool_size() != threads:
        raise RuntimeError(f"polars has {pl.thread_pool_size()} threads and not {threads}")
    return frame(applicants, form).lazy(), {"cents": by_cents, "doubles": by_doubles}[form]()


def decide(data):
    applicants, columns = data
    return applicants.select(columns).collect(engine="streaming")  # the faster of the two


def answers(result):
    amount = result["amount"]
    return result["eligible"].to_numpy(), (amount if amount.dtype == pl.Int64 else (amount * 100).round()).to_numpy()


def by_cents():
    shares = pl.lit(pl.Series(list(CAPS.values())))
    return expressions(shares.gather(pl.col("office").to_physical()), lambda amount: amount)


def by_doubles():
    cost = pl
    for office, amount in OFFICES.items():
        cost = cost.when(pl.col("office") == office).then(float(amount))
    return expressions(0.15 * cost, lambda amount: (amount * 100).floor() / 100)


def expressions(share, rounded):
    eligible = (pl.col("since") <= LATEST_START) & ((pl.col("raised") >= share) | (pl.col("plan") == "thorough"))
    amount = pl.when(eligible).then(rounded(pl.min_horizontal("requested", share))).otherwise(0)
    return [eligible.alias("eligible"), amount.alias("amount")]
