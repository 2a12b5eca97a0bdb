"""Decide about the applicants in Parquet files between two queries of DuckDB: rows stream from one through rfs into the
other.

    python decide_on_duckdb.py RULES APPLICANTS DECISIONS DAY

APPLICANTS is a file or a pattern like `months/*.parquet`; DECISIONS becomes a file of the same rows with their results.
"""

import sys

import duckdb

import rfs


def decide(applicants, rules, as_of):
    """Return a reader of the rows of a relation with their results. A batch is decided when it is asked for."""
    reader = applicants.to_arrow_reader(100_000)
    return rules.evaluate_table(reader, as_of=as_of, output=["unmet"], append=True).frame


def main(rules, applicants, decisions, as_of):
    connection = duckdb.connect()
    decided = decide(connection.read_parquet(applicants), rfs.load(rules), as_of)
    # The connection is busy with the first query as long as its rows stream: another cursor runs the second.
    second = connection.cursor().register("decided", decided)
    second.execute("COPY decided TO $file (FORMAT parquet)", {"file": decisions})


if __name__ == "__main__":
    main(*sys.argv[1:])
