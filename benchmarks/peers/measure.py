"""Decides the same applicants by each engine, checks every row, and prints how fast each was. `run` sets all up.

Each engine has a process of its own. They take turns, one at a time and in a new order each round, so that what else
the machine does falls on all of them; figures are medians of all that was timed.
"""

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import json_logic
import numpy as np
from applicants import OFFICES, PLANS, RULE_FILE, check_with_rule_file, generate

HERE = Path(__file__).resolve().parent
FEW = 50_000  # rows for engines that are called once an applicant


class Engine(NamedTuple):
    name: str
    module: str
    form: str = ""
    threads: int = 1
    rows: int | None = None  # at most so many
    package: str = ""
    money: str = ""
    result: str = ""


# In the order of the table. `money`: in which numbers it decides; `result`: what it gives back.
TUNED = Engine("C++ loop, tuned by hand", "by_hand", "tuned", money="int64 cents", result="arrays")
ENGINES = [
    TUNED,
    Engine("C++ loop, plain", "by_hand", "plain", money="int64 cents", result="arrays"),
    Engine("rfs from C++", "rfs_native", package="rfs", money="exact", result="Arrow"),
    Engine("rfs from C++, 2 threads", "rfs_native", threads=2, package="rfs", money="exact", result="Arrow"),
    Engine("rfs, pyarrow decimal64", "rfs_table", "decimal64", package="rfs", money="exact", result="Arrow"),
    Engine("rfs, pyarrow decimal128", "rfs_table", "decimal128", package="rfs", money="exact", result="Arrow"),
    Engine("rfs, pandas of doubles", "rfs_table", "pandas", package="rfs", money="exact", result="frame"),
    Engine("rfs, polars of doubles", "rfs_table", "polars", package="rfs", money="exact", result="frame"),
    Engine("rfs, polars of doubles, 2 threads", "rfs_table", "polars", 2, package="rfs", money="exact", result="frame"),
    Engine("NumPy, blocks", "numpy_by_hand", "blocks", package="numpy", money="int64 cents", result="arrays"),
    Engine("NumPy", "numpy_by_hand", "columns", package="numpy", money="int64 cents", result="arrays"),
    Engine("polars", "polars_frame", "cents", package="polars", money="int64 cents", result="frame"),
    Engine("polars, 2 threads", "polars_frame", "cents", 2, package="polars", money="int64 cents", result="frame"),
    Engine("polars of doubles", "polars_frame", "doubles", package="polars", money="doubles", result="frame"),
    Engine("polars of doubles, 2 threads", "polars_frame", "doubles", 2, package="polars", money="doubles",
           result="frame"),
    Engine("pandas", "pandas_frame", "cents", package="pandas", money="int64 cents", result="frame"),
    Engine("pandas of doubles", "pandas_frame", "doubles", package="pandas", money="doubles", result="frame"),
    Engine("DuckDB", "duckdb_sql", "table", package="duckdb", money="DECIMAL(18,2)", result="Arrow"),
    Engine("DuckDB, 2 threads", "duckdb_sql", "table", 2, package="duckdb", money="DECIMAL(18,2)", result="Arrow"),
    Engine("OpenFisca-Core, arrays", "openfisca", "arrays", package="OpenFisca-Core", money="float32", result="arrays"),
    Engine("OpenFisca-Core", "openfisca", "documented", package="OpenFisca-Core", money="float32", result="arrays"),
    Engine("rfs batch, NDJSON to NDJSON", "rfs_batch", package="rfs", money="exact", result="file"),
    Engine("rfs batch, NDJSON to NDJSON, 2 threads", "rfs_batch", threads=2, package="rfs", money="exact",
           result="file"),
    Engine("DuckDB, NDJSON to NDJSON", "duckdb_sql", "ndjson", package="duckdb", money="DECIMAL(18,2)", result="file"),
    Engine("DuckDB, NDJSON to NDJSON, 2 threads", "duckdb_sql", "ndjson", 2, package="duckdb", money="DECIMAL(18,2)",
           result="file"),
    Engine("json-logic-engine", "json_logic_engine.mjs", rows=FEW, package="json-logic-engine", money="doubles",
           result="a row"),
    Engine("datalogic-py", "datalogic", rows=FEW, package="datalogic-py", money="doubles", result="JSON a row"),
    Engine("rfs, one at a time from Python", "rfs_scalar", rows=FEW, package="rfs", money="exact", result="a row"),
    Engine("zen-engine", "zen_expression", rows=FEW, package="zen-engine", money="decimals", result="a row"),
    Engine("cel-expr-python", "cel_expression", rows=FEW, package="cel-expr-python", money="int64 cents",
           result="a row"),
]


class Worker:
    """An engine in its process, which has decided once."""

    def __init__(self, engine, folder, rows, build):
        self.engine, self.rows, self.times = engine, min(rows, engine.rows or rows), []
        environment = {**os.environ, "PEERS_BUILD": str(build)}
        for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
            environment[name] = str(engine.threads)
        self.answers = str(folder / engine.module.removesuffix(".mjs"))
        if engine.module.endswith(".mjs"):
            environment |= {"PEERS_OFFICES": json.dumps(list(OFFICES)), "PEERS_PLANS": json.dumps(PLANS)}
            (folder / "json_logic.json").write_text(json.dumps(json_logic.rule()))
            command = ["node", HERE / "worker.mjs", engine.module.removesuffix(".mjs"), self.rows, folder,
                       build / "node", folder / "json_logic.json"]
        else:
            command = [sys.executable, HERE / "worker.py", engine.module, engine.form, engine.threads, self.rows,
                       folder, self.answers]
        self.process = None
        if shutil.which(command[0]) is None:
            self.absent = f"{command[0]} was not found"
            return
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment)
        self.absent = self.hear().get("absent")

    def hear(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.engine.name} ended early, with status {self.process.wait()}")
        return json.loads(line)

    def count_wrong(self, right):
        """Returns how many rows differ from `right` in status or amount."""
        eligible = np.fromfile(self.answers + ".eligible", "<i1")
        cents = np.fromfile(self.answers + ".cents", "<i8")
        if len(eligible) != self.rows or len(cents) != self.rows:
            raise RuntimeError(f"{self.engine.name} decided {self.rows} applicants and gave {len(cents)} answers")
        return int(np.count_nonzero((eligible != right["eligible"][:self.rows])
                                    | (cents != right["cents"][:self.rows])))

    def take_turn(self):
        self.process.stdin.write("turn\n")
        self.process.stdin.flush()
        self.times += self.hear()

    def end(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/peers/run",
                                     description="Decides the same applicants by each engine.")
    parser.add_argument("--rows", type=count, default=1_000_000, help="applicants (default: a million)")
    parser.add_argument("--repeats", type=count, default=9, help="turns of each engine (default: 9)")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="engines whose name begins so, and the tuned loop")
    parser.add_argument("--json", type=Path, help="where to write JSON (default: build/peers/peers.json)")
    options = parser.parse_args()
    build = Path(os.environ["PEERS_BUILD"])
    wanted = ENGINES if not options.only else [TUNED]
    for start in options.only or ():
        found = [engine for engine in ENGINES if engine.name.casefold().startswith(start.casefold())]
        if not found:
            parser.error(f"no engine's name begins `{start}`; there are: {'; '.join(one.name for one in ENGINES)}")
        wanted = wanted + found
    chosen = [engine for engine in ENGINES if engine in wanted]

    check_with_rule_file()
    folder = build / "data" / str(options.rows)
    generate(folder, options.rows)
    right = {"eligible": np.fromfile(folder / "eligible", "<i1"), "cents": np.fromfile(folder / "cents", "<i8")}
    workers, wrong, failed = [], {}, []
    for engine in chosen:
        print(f"preparing {engine.name}", file=sys.stderr)
        try:
            worker = Worker(engine, folder, options.rows, build)
            if worker.absent:
                print(f"absent: {engine.name}: {worker.absent}", file=sys.stderr)
                continue
            wrong[engine] = worker.count_wrong(right)
            workers.append(worker)
        except RuntimeError as error:
            failed.append(str(error))
    order = random.Random(2017)
    for turn in range(options.repeats):
        print(f"turn {turn + 1} of {options.repeats}", file=sys.stderr)
        for worker in order.sample(workers, len(workers)):
            worker.take_turn()
    for worker in workers:
        worker.end()
    report(workers, wrong, options, build)
    exact = [engine.name for engine, rows in wrong.items() if rows and engine.money not in ("doubles", "float32")]
    failed += [f"{name} is wrong, though its numbers are exact" for name in exact]
    if failed:
        sys.exit("\n".join(failed))


def report(workers, wrong, options, build):
    results = []
    for worker in workers:
        wall, cpu = (statistics.median(times) / worker.rows for times in zip(*worker.times))
        results.append({"name": worker.engine.name, "threads": worker.engine.threads, "rows": worker.rows,
                        "money": worker.engine.money, "result": worker.engine.result,
                        "version": version(worker.engine.package), "rows_per_second": 1e9 / wall, "cpu_ns_per_row": cpu,
                        "timed": len(worker.times), "wrong_rows": wrong[worker.engine]})
    tuned = next(one for one in results if one["name"] == TUNED.name)
    for one in results:
        one["ratio_to_tuned"] = one["rows_per_second"] / tuned["rows_per_second"]
        one["cpu_ratio_to_tuned"] = tuned["cpu_ns_per_row"] / one["cpu_ns_per_row"]
    whole = {"rule": str(RULE_FILE.relative_to(HERE.parents[1])), "rows": options.rows, "repeats": options.repeats,
             "python": platform.python_version(), "processors": os.cpu_count(),
             "load_average": [round(load, 1) for load in os.getloadavg()], "engines": results}
    path = options.json or build / "peers.json"
    path.write_text(json.dumps(whole, indent=2) + "\n")
    print("| engine | version | money in | gives | million rows/s | of tuned | CPU ns a row | by CPU | wrong rows |",
          "|---|---|---|---|--:|--:|--:|--:|--:|", sep="\n")
    for one in results:
        rows = f"{one['wrong_rows']:,} of {one['rows']:,}" if one["wrong_rows"] or one["rows"] < options.rows else "0"
        print(f"| {one['name']} | {one['version']} | {one['money']} | {one['result']} "
              f"| {figure(one['rows_per_second'] / 1e6)} | {figure(one['ratio_to_tuned'])} "
              f"| {figure(one['cpu_ns_per_row'])} | {figure(one['cpu_ratio_to_tuned'])} | {rows} |")
    print(f"\n{options.rows:,} applicants, turns: {options.repeats}, Python {whole['python']}, "
          f"{whole['processors']} processors, load average {whole['load_average'][0]}; written to {path}",
          file=sys.stderr)


def version(package):
    """Returns the version of a package of Python or Node, and of the compiler for what has none."""
    if not package:
        return os.environ["PEERS_COMPILER"]
    if package == "json-logic-engine":
        return json.loads((Path(os.environ["PEERS_BUILD"]) / "node" / "package-lock.json").read_text())[
            "packages"]["node_modules/json-logic-engine"]["version"]
    if package == "rfs":  # of this checkout
        return tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text())["project"]["version"]
    return metadata.version(package)


def figure(value):
    """Returns three significant digits, without an exponent."""
    if value >= 100:
        return f"{value:,.0f}"
    digits = 2
    while value < 10 ** (2 - digits) and digits < 8:
        digits += 1
    return f"{value:.{digits}f}" if value < 10 else f"{value:.1f}"


def count(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1, found {text}")
    return number


if __name__ == "__main__":
    main()
