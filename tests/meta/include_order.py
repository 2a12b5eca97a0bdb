"""Holds the `#include` lines to the house of ARCHITECTURE.md: rooms in order, heavy headers behind their walls."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Rooms of one line may not include each other.
ORDER = [
    ["config"],
    ["source"],
    ["diag"],
    ["value"],
    ["json"],
    ["expr"],
    ["rule"],
    ["typed"],
    ["program"],
    ["evaluate"],
    ["batch", "explain", "generate", "analyse"],
    ["rfs"],
    ["cli", "bindings"],
]
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}

# What a heavy header costs is paid where these rooms' bodies are compiled, and nowhere else.
HEAVY = {"nlohmann/": {"json"}, "boost/": {"value"}, "CLI/": {"cli"}, "simdjson": {"evaluate"}}
# The public header stays cheap: under 0.7 s a translation unit.
NOT_IN_RFS_HPP = re.compile(r"^(boost/|nlohmann/|simdjson|(chrono|filesystem|iostream|istream|fstream|regex)$)")

# Public headers that rfs.hpp leaves out because of what they include.
ON_REQUEST = {"include/rfs/value/chrono.hpp": {"chrono"}}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
BODIES = re.compile(r"#ifdef RFS_HEADER_ONLY\n.*?#endif\n", re.DOTALL)


def sources():
    for folder in ("include", "src", "bindings"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".hpp", ".ipp", ".cpp"}:
                yield path


def room_of(path):
    """Returns the room a file of the library belongs to, by its path."""
    parts = path.relative_to(ROOT).parts
    if parts[0] == "bindings":
        return "bindings"
    if parts[0] == "src":
        return parts[1] if len(parts) > 2 else path.stem
    inside = parts[2:]  # after include/rfs
    if inside[0] == "impl":
        inside = inside[1:]
    if len(inside) > 1:
        return inside[0]
    return {"config.hpp": "config", "fwd.hpp": "config"}.get(inside[0], "rfs")


def includes(path, bodies=True):
    """Returns (line, quoted, name) of each include; without `bodies`, as the compiled flavour sees the file."""
    text = path.read_text(encoding="utf-8")
    if not bodies:
        text = BODIES.sub(lambda block: "\n" * block.group().count("\n"), text)
    return [(text.count("\n", 0, m.start(2)) + 1, m.group(1) == '"', m.group(2)) for m in INCLUDE.finditer(text)]


def target(name, including):
    """Returns the file of the checkout that an include names, or None."""
    for base in (ROOT / "include", including.parent):
        path = (base / name).resolve()
        if path.is_file() and path.is_relative_to(ROOT):
            return path
    return None


class IncludeOrder(unittest.TestCase):
    def report(self, findings):
        if findings:
            self.fail("\n" + "\n".join(findings))

    def test_there_is_something_to_check(self):
        rooms = {room_of(path) for path in sources()}
        self.assertLessEqual({"source", "diag", "value", "json", "expr", "rule"}, rooms)

    def test_every_file_is_in_a_known_room(self):
        self.report([f"{p.relative_to(ROOT)}: no room `{room_of(p)}`" for p in sources() if room_of(p) not in RANK])

    def test_includes_of_rfs_exist(self):
        self.report([
            f"{p.relative_to(ROOT)}:{line}: no file {name}"
            for p in sources() for line, _, name in includes(p)
            if name.startswith("rfs/") and not target(name, p)
        ])

    def test_rooms_include_only_earlier_rooms(self):
        findings = []
        for path in sources():
            room = room_of(path)
            for line, _, name in includes(path):
                found = target(name, path)
                if found is None:
                    continue
                other = room_of(found)
                if other != room and RANK.get(other, 99) >= RANK.get(room, 99):
                    findings.append(f"{path.relative_to(ROOT)}:{line}: room {room} may not include {other} ({name})")
        self.report(findings)

    def test_bodies_are_included_by_their_own_room_only(self):
        findings = []
        for path in sources():
            for line, _, name in includes(path):
                if name.endswith(".ipp"):
                    found = target(name, path)
                    if found and room_of(found) != room_of(path):
                        findings.append(f"{path.relative_to(ROOT)}:{line}: {name} is the body of another room")
        self.report(findings)

    def test_headers_include_bodies_in_the_header_only_flavour_only(self):
        self.report([
            f"{p.relative_to(ROOT)}:{line}: {name} outside `#ifdef RFS_HEADER_ONLY`"
            for p in sources() if p.suffix == ".hpp" and "impl" not in p.parts
            for line, _, name in includes(p, bodies=False) if name.endswith(".ipp")
        ])

    def test_headers_have_no_cycle(self):
        graph = {p: [t for _, _, n in includes(p, bodies=False) if (t := target(n, p))] for p in sources()}
        done, path, findings = set(), [], []

        def visit(node):
            if node in path:
                cycle = path[path.index(node):] + [node]
                findings.append(" -> ".join(str(f.relative_to(ROOT)) for f in cycle))
                return
            if node in done:
                return
            path.append(node)
            for follower in graph.get(node, []):
                visit(follower)
            path.pop()
            done.add(node)

        for node in graph:
            visit(node)
        self.report(findings)

    def test_heavy_headers_stay_behind_their_walls(self):
        findings = []
        for path in sources():
            for line, _, name in includes(path):
                for prefix, rooms in HEAVY.items():
                    if name.startswith(prefix):
                        public = path.suffix == ".hpp" and "impl" not in path.parts and "include" in path.parts
                        if public or room_of(path) not in rooms:
                            findings.append(f"{path.relative_to(ROOT)}:{line}: {name} does not belong here")
        self.report(findings)

    def test_cli11_is_included_once(self):
        users = {str(p.relative_to(ROOT)) for p in sources() for _, _, n in includes(p) if n.startswith("CLI/")}
        self.assertLessEqual(len(users), 1, f"CLI11 takes long to compile; it is included by {sorted(users)}")

    def test_public_headers_are_cheap(self):
        # All public headers, not only what rfs.hpp reaches today.
        findings = []
        for path in sources():
            if path.suffix == ".hpp" and "include" in path.parts and "impl" not in path.parts:
                for line, _, name in includes(path, bodies=False):
                    if NOT_IN_RFS_HPP.match(name) and name not in ON_REQUEST.get(str(path.relative_to(ROOT)), ()):
                        findings.append(f"{path.relative_to(ROOT)}:{line}: {name} in a public header")
        self.report(findings)

    def test_headers_are_guarded(self):
        self.report([
            f"{p.relative_to(ROOT)}: no `#pragma once`"
            for p in sources() if p.suffix in {".hpp", ".ipp"} and "#pragma once" not in p.read_text(encoding="utf-8")
        ])

    def test_every_room_says_what_it_is(self):
        findings = []
        for folder in sorted((ROOT / "include" / "rfs").iterdir()):
            if folder.is_dir() and folder.name != "impl" and any(folder.glob("*.hpp")):
                readme = folder / "README.md"
                lines = len(readme.read_text(encoding="utf-8").splitlines()) if readme.is_file() else 0
                if not 10 <= lines <= 20:
                    findings.append(f"include/rfs/{folder.name}/README.md: expected 10 to 20 lines, found {lines}")
        self.report(findings)


if __name__ == "__main__":
    unittest.main()
