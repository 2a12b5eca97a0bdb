"""Decide about the applicants in Parquet files within a query of polars, which streams them.

    python decide_on_polars.py RULES APPLICANTS DECISIONS DAY

APPLICANTS is a file or a pattern like `months/*.parquet`; DECISIONS becomes a file of the same rows with their results.
"""

import sys

import polars

import rfs


def decide(applicants, rules, as_of):
    """Return a LazyFrame with its results."""
    def results(frame):
        return rules.evaluate_table(frame, as_of=as_of, output=["unmet"], append=True).frame

    nobody = polars.DataFrame(schema=applicants.collect_schema())
    return applicants.map_batches(results, schema=results(nobody).schema, streamable=True)


def main(rules, applicants, decisions, as_of):
    decide(polars.scan_parquet(applicants), rfs.load(rules), as_of).sink_parquet(decisions)


if __name__ == "__main__":
    main(*sys.argv[1:])
