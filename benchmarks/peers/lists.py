"""Candidates with contributions by rfs and DuckDB, and households with members by rfs and OpenFisca-Core: checks every
answer, and prints how fast each was. `run lists` sets all up.

Each engine has a process of its own. They take turns, in a new order each round; figures are medians of all turns, and a
ratio is that of two medians.
"""

import argparse
import importlib
import json
import os
import random
import statistics
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from lists_data import Columns, contributions, generate, households
from measure import Worker, count, figure
from worker import take_turn


class Engine(NamedTuple):
    name: str
    module: str
    form: str
    threads: int = 1


CONTRIBUTIONS = [Engine(f"{name}{', 2 threads' if threads == 2 else ''}", module, form, threads)
                 for threads in (1, 2)
                 for name, module, form in (
                     ("rfs, child table in any order", "rfs_lists", "any"),
                     ("rfs, child table by candidate", "rfs_lists", "sorted"),
                     ("DuckDB, DECIMAL", "duckdb_lists", "decimal"),
                     ("DuckDB, cents", "duckdb_lists", "cents"),
                     ("DuckDB, cents, by candidate", "duckdb_lists", "cents sorted"),
                     ("DuckDB, Arrow", "duckdb_lists", "decimal arrow"))]
HOUSEHOLDS = [
    Engine("rfs, column of lists", "rfs_lists", "lists"),
    Engine("rfs, column of lists, 2 threads", "rfs_lists", "lists", 2),
    Engine("rfs, child table", "rfs_lists", "table"),
    Engine("OpenFisca-Core", "openfisca_lists", "")]


class ListWorker(Worker):
    """An engine in its process, which has decided once and been compared with the right answers."""

    def __init__(self, engine, folder):
        self.engine, self.times = engine, []
        environment = {**os.environ, "OMP_NUM_THREADS": str(engine.threads), "NUMEXPR_NUM_THREADS": str(engine.threads)}
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--engine", *engine._replace(threads=str(engine.threads)), folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.wrong = self.hear()["wrong"]


def run_engine(_, module, form, threads, folder):
    """The engine's own process: says what is wrong on stdout, then takes a turn for each line on stdin."""
    said = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    engine = importlib.import_module(f"lists_engines.{module}")
    columns = Columns(folder)
    data = engine.prepare(columns, form, int(threads))
    wrong = {}
    for name, found in engine.answers(engine.decide(data)).items():
        right = getattr(columns, f"right_{name}", None)
        if right is None:
            continue
        if len(found) != len(right):
            raise RuntimeError(f"{len(found)} answers for {len(right)} applicants")
        wrong[name] = int(np.count_nonzero(np.asarray(found) != right))
    print(json.dumps({"wrong": wrong}), file=said, flush=True)
    for _ in sys.stdin:
        print(json.dumps(take_turn(engine.decide, data)), file=said, flush=True)


def measure(engines, folder, rows, repeats):
    """Returns what each engine came to over `rows` rows of lists."""
    workers = []
    for engine in engines:
        print(f"preparing {engine.name}, {rows:,} rows", file=sys.stderr)
        workers.append(ListWorker(engine, folder))
    order = random.Random(2026)
    for _ in range(repeats):
        for worker in order.sample(workers, len(workers)):
            worker.take_turn()
    out = []
    for worker in workers:
        worker.end()
        wall, cpu = (statistics.median(times) / rows for times in zip(*worker.times))
        out.append({"name": worker.engine.name, "threads": worker.engine.threads, "rows": rows, "ns_per_row": wall,
                    "cpu_ns_per_row": cpu, "timed": len(worker.times), "wrong": worker.wrong})
    return out


def compare(results, peer):
    """Adds to each engine its speed over that of the fastest peer with as many threads, or of the fastest at all."""
    for one in results:
        peers = [other for other in results if other["name"].startswith(peer) and other["rows"] == one["rows"]]
        same = [other for other in peers if other["threads"] == one["threads"]] or peers
        for ratio, figure_of in (("ratio", "ns_per_row"), ("cpu_ratio", "cpu_ns_per_row")):
            one[ratio] = min(other[figure_of] for other in same) / one[figure_of]


def show(title, results, peer):
    print(f"\n{title}\n", f"| engine | rows | ns a row | CPU ns a row | of the fastest {peer} | by CPU | wrong |",
          "|---|--:|--:|--:|--:|--:|--:|", sep="\n")
    for one in results:
        wrong = ", ".join(f"{name} {number:,}" for name, number in one["wrong"].items() if number) or "0"
        print(f"| {one['name']} | {one['rows']:,} | {figure(one['ns_per_row'])} | {figure(one['cpu_ns_per_row'])} "
              f"| {figure(one['ratio'])} | {figure(one['cpu_ratio'])} | {wrong} |")


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/peers/run lists", description=__doc__.partition("\n\n")[0])
    parser.add_argument("--rows", type=count, nargs="+", default=[1_000_000, 10_000_000, 30_000_000, 100_000_000],
                        help="contributions, one size or more (default: 10^6, 10^7, 3 * 10^7 and 10^8)")
    parser.add_argument("--households", type=count, default=1_000_000, help="households (default: a million)")
    parser.add_argument("--repeats", type=count, default=5, help="turns of each engine (default: 5)")
    parser.add_argument("--only", choices=["contributions", "households"], help="one of the two comparisons")
    parser.add_argument("--engines", nargs="+", metavar="NAME", help="engines whose name begins so")
    parser.add_argument("--json", type=Path, help="where to write JSON (default: build/peers/lists.json)")
    options = parser.parse_args()
    build = Path(os.environ["PEERS_BUILD"])

    def chosen(engines):
        return [one for one in engines if not options.engines or one.name.startswith(tuple(options.engines))]

    whole = {"repeats": options.repeats, "processors": os.cpu_count()}
    if options.only != "households":
        results = []
        for rows in options.rows:
            folder = build / "data" / f"contributions-{rows}"
            generate(folder, contributions, rows)
            results += measure(chosen(CONTRIBUTIONS), folder, rows, options.repeats)
        compare(results, "DuckDB")
        show("300 candidates with contributions", results, "DuckDB")
        first, last = min(options.rows), max(options.rows)
        print(f"\nns a row at {last:,} rows over ns a row at {first:,}:\n")
        for engine in chosen(CONTRIBUTIONS):
            of = {one["rows"]: one["ns_per_row"] for one in results if one["name"] == engine.name}
            print(f"- {engine.name}: {figure(of[last] / of[first])}")
        whole["contributions"] = results
    if options.only != "contributions":
        folder = build / "data" / f"households-{options.households}"
        generate(folder, households, options.households)
        results = measure(chosen(HOUSEHOLDS), folder, len(np.load(folder / "household.npy")), options.repeats)
        compare(results, "OpenFisca")
        show(f"{options.households:,} households, by member", results, "OpenFisca-Core")
        whole["households"] = results
    whole["load_average"] = [round(load, 1) for load in os.getloadavg()]
    path = options.json or build / "lists.json"
    path.write_text(json.dumps(whole, indent=2) + "\n")
    exact = [one["name"] for one in whole.get("contributions", []) + whole.get("households", [])
             if any(one["wrong"].values()) and not one["name"].startswith("OpenFisca")]
    if exact:
        sys.exit(f"wrong, though numbers are exact: {', '.join(exact)}")


if __name__ == "__main__":
    run_engine(*sys.argv[2:]) if sys.argv[1:2] == ["--engine"] else main()
