"""Fails where a shared library lets out a symbol that no public header marks RFS_API. Usage: exports.py LIBRARY HEADERS"""

import re
import subprocess
import sys
from pathlib import Path

MARKED = re.compile(r"RFS_API\b(?:[^;(){}]|\([^()]*\)(?=\s+\w+\())*?(operator\s*\S+?|~?\w+)\s*\(")


def last_name(symbol):
    """Returns the name of a demangled function: `amount` for `rfs::v0_1::Outcome::amount(rfs::v0_1::Id<…>) const`."""
    symbol = symbol.replace("(anonymous namespace)", "anonymous").replace("[abi:cxx11]", "")
    operator = re.search(r"\boperator\s*(\(\)|[^\s(]+)\(", symbol)
    if operator:
        return "operator" + operator.group(1)
    depth = 0
    head = ""
    for sign in symbol.split("(")[0]:  # no function of the public headers takes a function's name as a template argument
        depth += {"<": 1, ">": -1}.get(sign, 0)
        head += sign if depth == 0 and sign != ">" else ""
    return head.split("::")[-1].split()[-1]


def main(library, headers):
    marked = set()
    for header in Path(headers).rglob("*.hpp"):
        marked |= {name.replace(" ", "") for name in MARKED.findall(header.read_text(encoding="utf-8"))}
    listing = subprocess.run(["nm", "-DC", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    symbols = [line.split(maxsplit=2)[2] for line in listing.splitlines() if len(line.split(maxsplit=2)) == 3]
    strays = [symbol for symbol in symbols if not symbol.startswith("rfs::") or last_name(symbol) not in marked]
    print(f"{len(symbols)} symbols of {len(marked)} names marked RFS_API")
    print("".join(f"let out, but not marked: {symbol}\n" for symbol in strays), end="")
    return 1 if strays or not symbols else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
