"""The rfs command over an NDJSON file, to an NDJSON file."""

import json
import os
import subprocess
from decimal import Decimal
from pathlib import Path

from applicants import AS_OF, RULE_FILE
from ndjson import write_ndjson


def prepare(applicants, form, threads):
    command = Path(os.environ["PEERS_BUILD"]) / "cmake" / "rfs" / "rfs"
    if not command.exists():
        raise ImportError("the rfs command was not built")
    if subprocess.run([command, "batch", "--help"], capture_output=True, check=False).returncode != 0:
        raise ImportError("this rfs has no batch")
    return [command, "batch", RULE_FILE, write_ndjson(applicants), "--as-of", str(AS_OF), "--threads",
            str(threads)], applicants.folder / f"rfs-{threads}.out.ndjson"


def decide(data):
    command, target = data
    with open(target, "w") as out:
        subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, check=True)
    return target


def answers(result):
    with open(result) as lines:
        rows = [json.loads(line) for line in lines]
    return ([row["funding_status"] == "eligible" for row in rows],
            [int(Decimal(row["funding_amount"]) * 100) for row in rows])
