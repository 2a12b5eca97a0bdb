"""DuckDB: SQL over a table with ENUM, DATE and DECIMAL(18,2), or from an NDJSON file to an NDJSON file."""

import json
from decimal import Decimal

import duckdb
import numpy as np
import pyarrow as pa
from applicants import CAPS, LATEST_START, OFFICES, PLANS
from arrow_table import arrow_table
from ndjson import write_ndjson

CASES = " ".join(f"WHEN '{office}' THEN {Decimal(cents) / 100}::DECIMAL(18,2)" for office, cents in CAPS.items())
DECIDED = f"""
  SELECT waited AND (raised >= share OR plan = 'thorough') AS eligible,
         CASE WHEN eligible THEN least(requested, share) ELSE 0 END AS amount
  FROM (SELECT raised, plan, requested, on_ballot_since <= DATE '{LATEST_START}' AS waited,
               CASE office {CASES} END AS share FROM applicants)"""


def prepare(applicants, form, threads):
    connection = duckdb.connect(config={"threads": threads})
    types = {"office": "VARCHAR", "on_ballot_since": "DATE", "raised": "DECIMAL(18,2)", "plan": "VARCHAR",
             "requested": "DECIMAL(18,2)"}
    if form == "table":
        types |= {"office": word(OFFICES), "plan": word(PLANS)}  # which only cost time where a file is read once
        columns = ", ".join(f"{name}::{kind} AS {name}" for name, kind in types.items())
        connection.register("given", arrow_table(applicants))
        connection.execute(f"CREATE TABLE applicants AS SELECT {columns} FROM given")
        return connection, DECIDED, None
    source = write_ndjson(applicants)
    target = applicants.folder / f"duckdb-{threads}.out.ndjson"
    connection.execute(f"CREATE VIEW applicants AS SELECT * FROM read_ndjson('{source}', columns={types})")
    return connection, f"COPY ({DECIDED}) TO '{target}' (FORMAT json)", target


def decide(data):
    connection, statement, target = data
    if target is None:
        return connection.sql(statement).to_arrow_table()
    connection.execute(statement)
    return target


def answers(result):
    if isinstance(result, pa.Table):
        amount = result["amount"].cast(pa.decimal128(18, 2)).combine_chunks()
        # The low half of each 128 bits holds cents.
        return result["eligible"].to_numpy(), np.frombuffer(amount.buffers()[1], "<i8")[::2][:len(amount)]
    with open(result) as lines:
        rows = [json.loads(line, parse_float=Decimal) for line in lines]
    return [row["eligible"] for row in rows], [int(row["amount"] * 100) for row in rows]


def word(options):
    return f"ENUM({', '.join(repr(option) for option in options)})"
