"""Runs the rfs command as a shell would, in a folder of its own, and says what it did."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60

DONE, FAILED, NOT_PASSED, INVALID, UNDETERMINED = 0, 1, 2, 3, 4
VERBS = ("check", "test", "fmt", "new", "evaluate", "explain", "batch", "calc")

# Small enough to work out by hand: half of the cost above 10.00, up to 100.00, for members.
RULES = """{
  "rfs": 1, "rules": "test/half", "title": "Half", "version": "7", "currency": "USD",
  "effective": { "from": "2020-01-01", "until": "2030-01-01" },
  "sources": { "board": { "title": "The board" } },
  "facts": {
    "member": { "type": "bool", "ask": "Are you a member?" },
    "cost":   { "type": "money", "max": "1000.00" },
    "kind":   { "type": "choice", "of": ["trip", "book"], "default": "trip" }
  },
  "parameters": {
    "highest": { "type": "money", "values": [{ "from": "2020-01-01", "value": "100.00", "source": "board" }] }
  },
  "definitions": {
    "is_member": { "value": "member", "title": "A member", "unmet": "Join first." },
    "a_trip":    { "value": "kind = 'trip'", "title": "A trip" },
    "enough":    { "value": "cost > 10 USD", "title": "Costs more than $10.00" }
  },
  "decisions": {
    "half": { "title": "Half of it", "eligible": "is_member and a_trip and enough",
              "amount": "min(highest, cost / 2)", "round": "down to 0.01 USD" }
  }
}
"""
GIVEN = ("--as-of", "2024-05-06", "--set", "member=true", "--set", "cost=50.00")
BROKEN = RULES.replace("min(highest, cost / 2)", "min(highets, cost / 2)")


def find_command():
    """Returns the rfs command: $RFS, else the newest build below build/."""
    named = os.environ.get("RFS")
    built = [Path(named)] if named else [ROOT / "build" / name for name in ("release/rfs", "dev/rfs", "rfs")]
    built = [path.resolve() for path in built if path.is_file()]
    if not built:
        raise FileNotFoundError("the rfs command is not built: run `cmake --workflow --preset release`")
    return max(built, key=lambda path: path.stat().st_mtime)


RFS = find_command()


def environment(**changes):
    kept = {key: os.environ[key] for key in ("HOME", "PATH", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS")
            if key in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "xterm-256color", **changes}


def unique_keys(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError(f"a key stands twice: {keys}")
    return dict(pairs)


def parse_json(text):
    """Reads JSON; a key that stands twice is an error. The order of keys is kept."""
    return json.loads(text, object_pairs_hook=unique_keys)


class Done:
    """What a run did: exit code, standard output and standard error."""

    def __init__(self, code, out, err):
        self.code, self.raw = code, out
        self.out, self.err = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")

    def json(self):
        return parse_json(self.out)


class CommandTest(unittest.TestCase):
    """A test with a folder of its own in which rfs runs, and rules in it."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rfs-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.write("half.rules.json", RULES)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return name

    def run_rfs(self, *words, stdin=b"", code=None, env=None, **options):
        """Runs rfs; with `code`, fails where it ends with another one."""
        if isinstance(stdin, str):
            stdin = stdin.encode("utf-8")
        given = {"input": stdin} if isinstance(stdin, bytes) else {"stdin": stdin}
        done = subprocess.run([RFS, *words], cwd=self.folder, env=env or environment(), capture_output=True,
                              timeout=SECONDS, check=False, **given, **options)
        result = Done(done.returncode, done.stdout, done.stderr)
        if code is not None:
            self.assertEqual(result.code, code, f"rfs {words}\n{result.out}\n{result.err}")
        return result

    def assert_usage(self, done, *parts):
        """One line of words, or two with where to read on; nothing on standard output; exit code 1."""
        self.assertEqual((done.code, done.out), (FAILED, ""), done.err)
        self.assertTrue(done.err.startswith("rfs: "), done.err)
        self.assertLessEqual(done.err.count("\n"), 2, done.err)
        for part in parts:
            self.assertIn(part, done.err)

    def assert_keys(self, value, *keys):
        self.assertEqual(list(value), list(keys))
