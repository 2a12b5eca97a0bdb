"""A million applicants in frames, decided by one core: rfs on frames of pandas, polars and pyarrow, and NumPy by hand.

    python benchmarks/python/table.py [RULES]

The frames have what files give: offices and plans as text and once as categories, days, doubles with cents. The function
by hand is given int64 cents, days and codes of words, works the last day to start from out once, and returns status and
amount. Before anything is timed, all answers are compared. Rounds are interleaved, times are those of the processor, and
ratios are of the medians. `one by one` is a loop over evaluate() with the same values, on fewer rows.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from funding_by_hand import AS_OF, OFFICES, PLANS, applicants, by_hand

import rfs

RULES = Path(__file__).resolve().parents[2] / "rules" / "run-for-something" / "funding.rules.json"
ROWS, ONE_BY_ONE, ROUNDS = 1_000_000, 20_000, 9


def frames(given):
    day = given["since"].astype("datetime64[D]")
    columns = {"office": OFFICES[given["office"]], "plan": PLANS[given["plan"]], "on_ballot_since": day,
               "raised": given["raised"] / 100, "requested": given["requested"] / 100}
    table = pa.table(columns)
    pandas = pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})
    polars = pl.DataFrame(table)
    words = ["office", "plan"]
    return {"pandas": pandas, "pandas, categories": pandas.astype(dict.fromkeys(words, "category")),
            "polars": polars, "polars, categories": polars.with_columns(pl.col(words).cast(pl.Categorical)),
            "pyarrow": table}


def answers(frame):
    table = pa.Table.from_pandas(frame) if isinstance(frame, pd.DataFrame) else pa.table(frame)
    cents = np.array([int(amount.scaleb(2)) for amount in table["funding_amount"].to_pylist()])
    return np.array(table["funding_status"].to_pylist()) == "eligible", cents


def main(path):
    rules, given = rfs.load(path), applicants(np.random.Generator(np.random.PCG64(7)), ROWS)
    right, inputs = by_hand(given), frames(given)
    contestants = {"NumPy by hand": (lambda: by_hand(given), ROWS)}
    for name, frame in inputs.items():
        found = answers(rules.evaluate_table(frame, as_of=AS_OF).frame)
        if not all(np.array_equal(one, other) for one, other in zip(found, right)):
            sys.exit(f"{name} says otherwise than the function by hand")
        contestants[name] = (lambda frame=frame: rules.evaluate_table(frame, as_of=AS_OF, threads=1), ROWS)
    records = inputs["polars"].head(ONE_BY_ONE).to_dicts()
    contestants["one by one"] = (lambda: [rules.evaluate(one, as_of=AS_OF) for one in records], ONE_BY_ONE)
    times = {name: [] for name in contestants}
    for _ in range(ROUNDS):
        for name, (decide, rows) in contestants.items():
            begin = time.process_time_ns()
            decide()
            times[name].append((time.process_time_ns() - begin) / rows)
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        print(f"{name:20} {median:7.1f} ns a row  {1e3 / median:6.2f} million rows/s  "
              f"{median / medians['NumPy by hand']:6.2f} of NumPy by hand")
    print(json.dumps({"python": sys.version.split()[0], "ns": {name: round(value, 1) for name, value in medians.items()}}))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else RULES)
