"""DuckDB: what each donor gave and what came from each district, grouped in SQL; over a table of its own, of
DECIMAL(18,2) or whole cents, or over the Arrow columns.
"""

import duckdb
import numpy as np
import pyarrow as pa
from lists_data import CAP, DISTRICTS, ENOUGH, GIFTS

from lists_engines.rfs_lists import cents, items_of, money


def prepare(columns, form, threads):
    connection = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
    table, unit = items_of(columns), 1
    requested = money(columns.requested)
    if form.startswith("cents"):
        table = table.set_column(2, "amount", pa.array(columns.amount))
        requested, unit = pa.array(columns.requested), 100
    connection.register("given", table)
    connection.register("given_candidates", pa.table({"id": np.arange(len(columns.requested)), "requested": requested}))
    connection.execute("CREATE TABLE candidates AS SELECT * FROM given_candidates")
    if form.endswith("arrow"):
        connection.execute("CREATE VIEW contributions AS SELECT * FROM given")
    else:
        order = " ORDER BY candidate" if form.endswith("sorted") else ""
        connection.execute(f"CREATE TABLE contributions AS SELECT * FROM given{order}")
    cap, enough = (f"{value // (100 // unit)}" for value in (CAP, ENOUGH))
    return connection, f"""
      WITH donors AS (SELECT candidate, least(sum(amount), {cap}) AS capped FROM contributions
                      GROUP BY candidate, donor),
           counted AS (SELECT candidate, sum(capped) AS counted FROM donors GROUP BY candidate),
           districts AS (SELECT candidate, count(*) FILTER (number >= {GIFTS}) AS districts FROM (
                           SELECT candidate, count(*) AS number FROM contributions GROUP BY candidate, district)
                         GROUP BY candidate)
      SELECT counted >= {enough} AND districts >= {DISTRICTS} AS eligible, counted, districts,
             CASE WHEN eligible THEN least(counted, requested) ELSE 0 END AS amount
      FROM candidates JOIN counted ON id = counted.candidate JOIN districts ON id = districts.candidate ORDER BY id"""


def decide(data):
    connection, statement = data
    return connection.sql(statement).to_arrow_table()


def answers(table):
    def of(column):
        return cents(column) if table["counted"].type.scale == 2 else np.array([int(one) for one in column.to_pylist()])

    return {"eligible": table["eligible"].to_numpy(), "cents": of(table["amount"]), "counted": of(table["counted"]),
            "districts": table["districts"].to_numpy()}
