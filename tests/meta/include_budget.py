"""Holds what `#include <rfs/rfs.hpp>` costs who links rfs::rfs: none of the heavy headers. Prints the time it takes."""

import os
import re
import shlex
import subprocess
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPILER = shlex.split(os.environ.get("CXX", "c++")) + ["-std=c++20", f"-I{ROOT / 'include'}", "-x", "c++"]
HEAVY = re.compile(r"/(boost|nlohmann|simdjson|CLI)/|/simdjson\.h$|/(chrono|filesystem|iostream|fstream|regex)$")
SECONDS = 0.7


def headers(text):
    """Returns every header that a translation unit of this text reads."""
    run = subprocess.run(COMPILER + ["-M", "-"], input=text, capture_output=True, text=True, check=True)
    return run.stdout.replace("\\\n", " ").split(": ", 1)[1].split()


class IncludeBudget(unittest.TestCase):
    def test_rfs_hpp_reaches_no_heavy_header(self):
        found = headers("#include <rfs/rfs.hpp>\n")
        self.assertIn(str(ROOT / "include/rfs/rfs.hpp"), found)
        self.assertEqual([header for header in found if HEAVY.search(header)], [])

    def test_heavy_headers_are_seen_where_they_are(self):
        text = "#include <chrono>\n#include <filesystem>\n#include <iostream>\n#include <nlohmann/json.hpp>\n"
        found = {match.group() for header in headers(text) if (match := HEAVY.search(header))}
        self.assertLessEqual({"/chrono", "/filesystem", "/iostream", "/nlohmann/"}, found)

    def test_time_is_printed(self):
        # Printed only: another process on the machine decides about the time, not the header.
        start = time.perf_counter()
        subprocess.run(COMPILER + ["-O0", "-c", "-o", os.devnull, "-"], input="#include <rfs/rfs.hpp>\n", text=True,
                       check=True)
        print(f"\na translation unit of rfs.hpp at -O0: {time.perf_counter() - start:.2f} s of {SECONDS} s")


if __name__ == "__main__":
    unittest.main()
