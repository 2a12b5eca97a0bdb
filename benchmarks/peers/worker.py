"""Runs one engine in a process of its own: worker.py ENGINE FORM THREADS ROWS FOLDER ANSWERS

It prepares the applicants, decides them once, writes what it answered to ANSWERS.eligible and ANSWERS.cents, and says
so in a line of JSON on stdout. Then, for each line on stdin, it takes a turn: once to warm up, and for 50 ms, but at
least once, with the clock, and prints the turn's [wall ns, CPU ns].
"""

import importlib
import json
import os
import resource
import sys
import time

import numpy as np
from applicants import Applicants

TURN_NS = 50_000_000


def main(engine, form, threads, rows, folder, answers):
    # What engines print to stdout must not mix with what this says.
    said = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(what):
        print(json.dumps(what), file=said, flush=True)

    try:
        module = importlib.import_module(f"engines.{engine}")
        data = module.prepare(Applicants(folder, int(rows)), form, int(threads))
    except ImportError as reason:
        return say({"absent": str(reason)})
    eligible, cents = module.answers(module.decide(data))
    np.asarray(eligible).astype("<i1").tofile(answers + ".eligible")
    np.asarray(cents).astype("<i8").tofile(answers + ".cents")
    del eligible, cents
    say({"ready": True})
    for _ in sys.stdin:
        say(take_turn(module.decide, data))


def take_turn(decide, data):
    decide(data)
    times = []
    begin = time.perf_counter_ns()
    while not times or time.perf_counter_ns() - begin < TURN_NS:
        cpu, wall = cpu_ns(), time.perf_counter_ns()
        result = decide(data)
        times.append((time.perf_counter_ns() - wall, cpu_ns() - cpu))
        del result
    return times


def cpu_ns():
    """Returns the processor time of this process, all its threads, and the programs that it ran."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time_ns() + int((children.ru_utime + children.ru_stime) * 1e9)


if __name__ == "__main__":
    main(*sys.argv[1:])
