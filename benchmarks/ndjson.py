#!/usr/bin/env python3
"""Rows a second from an NDJSON file to an NDJSON file of results: `rfs batch` beside DuckDB (`pip install duckdb`),
which reads and decides the same file with the same rule in SQL. Both work with one thread unless told otherwise, in
processes of their own, by turns. Times are of the whole process for rfs, and of the statement alone for DuckDB.

Usage: benchmarks/ndjson.py [--rfs build/release/rfs] [--rows 1000000] [--repeat 5] [--threads 1]
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "rules" / "run-for-something" / "funding.rules.json"
DAY = "2017-12-24"
COSTS = {"pta": 200, "school_board": 1_000, "city_council": 10_000, "state_house": 50_000, "state_senate": 150_000}
STATEMENT = """
COPY (
  SELECT CASE WHEN granted THEN 'eligible' ELSE 'ineligible' END AS funding_status,
         CASE WHEN granted THEN least(requested, share) ELSE 0 END::DECIMAL(18, 2) AS funding_amount
  FROM (SELECT *, DATE '{day}' >= on_ballot_since + INTERVAL 2 MONTH
                  AND (raised >= share OR plan = 'thorough') AS granted
        FROM (SELECT *, CASE office {cases} END::DECIMAL(18, 2) AS share
              FROM read_json('{source}', format = 'newline_delimited', columns = {{office: 'VARCHAR',
                on_ballot_since: 'DATE', raised: 'DECIMAL(18, 2)', plan: 'VARCHAR', requested: 'DECIMAL(18, 2)'}}))))
TO '{target}' (FORMAT json)
"""


def write_applicants(path, rows):
    chance = random.Random(7)
    offices, plans = list(COSTS), ["none", "draft", "thorough"]
    with open(path, "w") as out:
        for _ in range(rows):
            raised, requested = chance.randrange(3_000_000), chance.randrange(3_000_000)
            out.write(f'{{"office":"{chance.choice(offices)}","on_ballot_since":"2017-{chance.randrange(1, 13):02}-'
                      f'{chance.randrange(1, 29):02}","raised":"{raised // 100}.{raised % 100:02}",'
                      f'"plan":"{chance.choice(plans)}","requested":"{requested // 100}.{requested % 100:02}"}}\n')


def run_rfs(rfs, source, target, threads):
    """Returns the processor's and the clock's seconds, and the most memory in bytes."""
    with open(target, "wb") as out:
        begin = time.perf_counter()
        process = subprocess.Popen([rfs, "batch", RULES, source, "--as-of", DAY, "--threads", str(threads)], stdout=out,
                                   stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{rfs} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss * 1024


def run_duckdb(source, target, threads):
    done = subprocess.run([sys.executable, __file__, "--duckdb", source, target, "--threads", str(threads)],
                          stdout=subprocess.PIPE, check=True)
    return tuple(json.loads(done.stdout))


def decide_with_duckdb(source, target, threads):
    import duckdb
    connection = duckdb.connect(config={"threads": threads})
    cases = " ".join(f"WHEN '{office}' THEN {Decimal(cost) * 15 / 100}" for office, cost in COSTS.items())
    statement = STATEMENT.format(day=DAY, cases=cases, source=source, target=target)
    processor, begin = time.process_time(), time.perf_counter()
    connection.execute(statement)
    print(json.dumps([time.process_time() - processor, time.perf_counter() - begin]))


def compare(one, two):
    """Counts the rows; ends where two of them differ."""
    count = 0
    with open(one) as a, open(two) as b:
        for count, (left, right) in enumerate(zip(a, b, strict=True), 1):
            left, right = json.loads(left), json.loads(right, parse_float=Decimal, parse_int=Decimal)
            same = left["funding_status"] == right["funding_status"]
            if not same or Decimal(left["funding_amount"]) != right["funding_amount"]:
                sys.exit(f"row {count} differs: {left} and {right}")
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--rfs", default=ROOT / "build" / "release" / "rfs")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--duckdb", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.duckdb:
        return decide_with_duckdb(*given.duckdb, given.threads)
    with tempfile.TemporaryDirectory(prefix="rfs-ndjson-") as folder:
        source, by_rfs, by_duckdb = (f"{folder}/{name}.ndjson" for name in ("applicants", "rfs", "duckdb"))
        write_applicants(source, given.rows)
        times = {"rfs batch": [], "DuckDB": []}
        memory = 0
        for _ in range(given.repeat):
            *taken, most = run_rfs(given.rfs, source, by_rfs, given.threads)
            times["rfs batch"].append(taken)
            memory = max(memory, most)
            times["DuckDB"].append(run_duckdb(source, by_duckdb, given.threads))
        rows = compare(by_rfs, by_duckdb)
        size = os.path.getsize(source)
    print(f"{rows:,} rows, {size / 1e6:.0f} MB, {given.threads} thread{'s' * (given.threads > 1)}, medians of "
          f"{given.repeat}; results compared row by row; rfs used at most {memory / 2**20:.0f} MiB\n")
    print("| | processor | clock | million rows a second of the processor |\n|---|---|---|---|")
    medians = {name: [statistics.median(column) for column in zip(*taken)] for name, taken in times.items()}
    for name, (processor, clock) in medians.items():
        print(f"| {name} | {processor:.2f} s | {clock:.2f} s | {rows / processor / 1e6:.2f} |")
    print(f"| ratio | {medians['DuckDB'][0] / medians['rfs batch'][0]:.1f} | "
          f"{medians['DuckDB'][1] / medians['rfs batch'][1]:.1f} | |")


if __name__ == "__main__":
    main()
