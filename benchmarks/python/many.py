"""Thirty million applicants, the members of a whole movement, decided as a stream that is never in memory: rfs beside
NumPy by hand on the same batches.

    python benchmarks/python/many.py [--rows 30000000] [--threads 1]

Batches are drawn when rfs asks for them, from one seed, as columns of Arrow: words by their codes, days, and cents as
decimal64. Each batch of results is counted, compared row by row with what NumPy makes of the same batch, and forgotten.
Ends with 1 where they differ, or where the process held more than 1 GiB at any time.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from funding_by_hand import AS_OF, OFFICES, PLANS, applicants, by_hand

import rfs

RULES = Path(__file__).resolve().parents[2] / "rules" / "run-for-something" / "funding.rules.json"
ROWS_OF_A_BATCH = 1 << 18
MOST = 1 << 30  # bytes
STATUSES = ["eligible", "ineligible"]


class Clock:
    """The seconds, by the processor and by the clock, that a part of the work took."""

    def __init__(self):
        self.processor = self.clock = 0.0

    def __enter__(self):
        self.processor -= time.process_time()
        self.clock -= time.perf_counter()

    def __exit__(self, *_):
        self.processor += time.process_time()
        self.clock += time.perf_counter()


def arrow_batch(given):
    def words(codes, names):
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), names)

    def cents(values):
        return pa.Array.from_buffers(pa.decimal64(18, 2), len(values), [None, pa.py_buffer(values)])

    since = pa.array(given["since"].astype(np.int32)).cast(pa.date32())
    return pa.record_batch({"office": words(given["office"], OFFICES), "on_ballot_since": since,
                            "raised": cents(given["raised"]), "plan": words(given["plan"], PLANS),
                            "requested": cents(given["requested"])})


def answers(batch):
    """Return who is eligible, who is not, and the cents of a batch of results."""
    status, amount = batch["funding_status"], batch["funding_amount"]
    codes = status.indices.to_numpy()
    eligible, ineligible = (codes == status.dictionary.to_pylist().index(name) for name in STATUSES)
    assert amount.null_count == 0 and amount.offset == 0
    halves = np.frombuffer(amount.buffers()[1], np.int64)[:2 * len(amount)].reshape(-1, 2)  # lower and upper
    assert not halves[:, 1].any()
    return eligible, ineligible, halves[:, 0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--rows", type=int, default=30_000_000)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    random = np.random.Generator(np.random.PCG64(2017))
    drawing, deciding, hand = Clock(), Clock(), Clock()
    given = applicants(random, 0)
    schema = arrow_batch(given).schema

    def draw(rows):
        with drawing:
            given.update(applicants(random, rows))
            return arrow_batch(given)

    sizes = [min(ROWS_OF_A_BATCH, options.rows - row) for row in range(0, options.rows, ROWS_OF_A_BATCH)]
    reader = pa.RecordBatchReader.from_batches(schema, map(draw, sizes))
    result = rfs.load(RULES).evaluate_table(reader, as_of=AS_OF, threads=options.threads)
    rows = granted = total = 0
    while True:
        try:
            with deciding:
                batch = result.frame.read_next_batch()
        except StopIteration:
            break
        with hand:
            expected, cents = by_hand(given)
        eligible, ineligible, amounts = answers(batch)
        if not (np.array_equal(eligible, expected) and np.array_equal(ineligible, ~expected)
                and np.array_equal(amounts, cents)):
            sys.exit(f"rfs and NumPy by hand differ in the {ROWS_OF_A_BATCH} rows from {rows} on")
        rows += len(expected)
        granted += int(expected.sum())
        total += int(cents.sum())
    counted = {name: count for name, count in result.statuses["funding"].items() if count}
    if rows != options.rows or result.refused or counted != {"eligible": granted, "ineligible": rows - granted}:
        sys.exit(f"of {options.rows} rows {rows} came out, {counted}, {result.refused} refused; by hand {granted} are "
                 "eligible")
    deciding.processor -= drawing.processor  # rfs asks for a batch while it is asked for one
    deciding.clock -= drawing.clock
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"{rows:,} rows, {granted:,} eligible, {total // 100:,}.{total % 100:02} granted; rfs on {options.threads} "
          f"thread{'s' * (options.threads > 1)}; all rows compared\n")
    print("| | processor | clock | million rows/s of the processor |\n|---|---|---|---|")
    for name, took in (("drawing the applicants", drawing), ("rfs", deciding), ("NumPy by hand", hand)):
        print(f"| {name} | {took.processor:.2f} s | {took.clock:.2f} s | {rows / took.processor / 1e6:.1f} |")
    print(f"| rfs over NumPy | {deciding.processor / hand.processor:.1f} | {deciding.clock / hand.clock:.1f} | |")
    print(f"\nmemory of the process: at most {memory / 2**20:.0f} MiB")
    if memory > MOST:
        sys.exit("that is more than 1 GiB")


if __name__ == "__main__":
    main()
