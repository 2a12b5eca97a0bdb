"""Runs every console example of the documentation and compares what it prints.

A page is run from top to bottom in a folder of its own that begins as a copy of what a reader has: rules/, examples/
and tests/golden/. Fences that count:

    ```console                       each line that begins with `$ ` is a command, the lines under it its output,
    $ rfs check ballot.rules.json    standard output and error together. `> ` continues a command that ends in `\\`.
    ```                              `$ echo $?` shows the exit code of the command before.

    ```json file=ballot.rules.json   the file is written, or written anew, before the page goes on
    ```

Every json fence must be JSON, or members of an object, and every cpp fence must compile as it stands, inside a function that
is given `request_body`. Other fences are left alone, and so is what stands inside of them. `docs_examples.py --bless [PAGES]` writes what the
commands print into the pages; read the difference before it is committed.
"""

import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,}|~{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=indent)(?P=ticks) *$",
                   re.MULTILINE | re.DOTALL)
FILE = re.compile(r"\bfile=(\S+)")
COPIED = ("rules", "examples", "tests/golden")
SECONDS = 60


def rfs_folder():
    """Returns the folder of the rfs command: that of $RFS, else the newest build below build/."""
    named = os.environ.get("RFS")
    built = [Path(named).resolve()] if named else [ROOT / "build" / name for name in ("release/rfs", "dev/rfs", "rfs")]
    built = [path for path in built if path.is_file()]
    return max(built, key=lambda path: path.stat().st_mtime).parent if built else None


def pages():
    found = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
    return [page for page in found if "```console" in page.read_text(encoding="utf-8")]


def fences(language):
    """Yields (page, line, body) of every fence of a language, in all pages."""
    for page in sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        for fence in FENCE.finditer(text):
            if fence["info"].strip().partition(" ")[0] == language:
                yield page.relative_to(ROOT), text.count("\n", 0, fence.start()) + 1, fence["body"]


class Page:
    """One page and the folder in which its commands run."""

    def __init__(self, path, folder, environment):
        self.path, self.folder, self.environment = path, folder, environment
        self.code = 0
        self.commands = 0

    def run(self):
        """Returns the page's text with the output that its commands really have."""
        for name in COPIED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        return FENCE.sub(self._fence, self.path.read_text(encoding="utf-8"))

    def _fence(self, fence):
        language, _, rest = fence["info"].strip().partition(" ")
        indent = fence["indent"]
        lines = [line[len(indent):] for line in fence["body"].split("\n")[:-1]]
        if language == "console":
            body = "".join(f"{indent}{line}".rstrip() + "\n" for line in self._console(lines))
            return f"{indent}{fence['ticks']}{fence['info']}\n{body}{indent}{fence['ticks']}"
        if name := FILE.search(rest):
            target = (self.folder / name[1]).resolve()
            if not target.is_relative_to(self.folder.resolve()):
                raise ValueError(f"{self.path}: {name[1]} is outside of the page's folder")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return fence[0]

    def _console(self, lines):
        shown, at = [], 0
        while at < len(lines):
            if not lines[at].startswith("$ "):
                if not shown:
                    raise ValueError(f"{self.path}: a console example begins with `$ `, not `{lines[at]}`")
                at += 1  # the output as it was written down
                continue
            first = at
            while lines[at].endswith("\\") and at + 1 < len(lines):
                at += 1
            at += 1
            shown += lines[first:at]
            command = [lines[first][2:]] + [line[2:] if line.startswith("> ") else line for line in lines[first + 1:at]]
            shown += self._output("\n".join(command))
        return shown

    def _output(self, command):
        self.commands += 1
        done = subprocess.run(["bash", "-c", f"(exit {self.code})\n{command}"], cwd=self.folder, env=self.environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=SECONDS, check=False)
        self.code = done.returncode
        text = done.stdout.decode("utf-8")
        if str(self.folder) in text:
            raise ValueError(f"{self.path}: `{command}` prints the folder it runs in")
        return [line.rstrip() for line in text.splitlines()]


def environment(folder):
    kept = {key: os.environ[key] for key in ("HOME", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS") if key in os.environ}
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**kept, "PATH": path, "LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1", "COLUMNS": "100"}


def run(path, commands):
    """Runs a page. Returns its text, its text with real output, and how many commands it has."""
    with tempfile.TemporaryDirectory(prefix="rfs-docs-") as folder:
        page = Page(path, Path(folder), environment(commands))
        return path.read_text(encoding="utf-8"), page.run(), page.commands


class DocsExamples(unittest.TestCase):
    def test_pages(self):
        commands = rfs_folder()
        self.assertIsNotNone(commands, "the rfs command is not built: run `cmake --workflow --preset release`")
        count = 0
        for path in pages():
            with self.subTest(page=str(path.relative_to(ROOT))):
                written, real, ran = run(path, commands)
                count += ran
                if written != real:
                    difference = difflib.unified_diff(written.splitlines(), real.splitlines(), "as written", "as run",
                                                      lineterm="", n=2)
                    self.fail("\n" + "\n".join(difference))
        self.assertGreater(count, 0, "no console example was found")
        print(f"docs examples: {count} commands run", file=sys.stderr)

    def test_json(self):
        count = 0
        for page, line, body in fences("json"):
            with self.subTest(page=str(page), line=line):
                if re.match(r"RFS0\d\d", page.stem):
                    continue  # the pages of what is not JSON
                # An example is a whole value, members of an object or items of an array; a line `…` leaves some out.
                for text in re.split(r"^\s*…\s*$", body, flags=re.MULTILINE):
                    text = text.strip().rstrip(",")
                    shown = [text, "{" + text + "}", "[" + text + "]"]
                    self.assertTrue(any(is_json(one) for one in shown), f"not JSON:\n{text}")
                count += 1
        self.assertGreater(count, 0, "no json example was found")

    def test_cpp(self):
        for page, line, body in fences("cpp"):
            with self.subTest(page=str(page), line=line), tempfile.TemporaryDirectory(prefix="rfs-docs-") as folder:
                includes = [one for one in body.splitlines() if one.startswith("#include")]
                rest = [one for one in body.splitlines() if not one.startswith("#include")]
                source = Path(folder) / "example.cpp"
                source.write_text("\n".join(["#include <iostream>", "#include <string>", *includes,
                                             "int example(const std::string& request_body) {", *rest, "  return 0;", "}"]),
                                  encoding="utf-8")
                command = [os.environ.get("CXX", "c++"), "-std=c++20", "-fsyntax-only", f"-I{ROOT / 'include'}", str(source)]
                done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def bless(names):
    commands = rfs_folder()
    if commands is None:
        sys.exit("the rfs command is not built: run `cmake --workflow --preset release`")
    for path in [Path(name).resolve() for name in names] or pages():
        written, real, ran = run(path, commands)
        if written != real:
            path.write_text(real, encoding="utf-8")
        print(f"{path.relative_to(ROOT)}: {ran} commands, {'changed' if written != real else 'unchanged'}")


if __name__ == "__main__":
    if "--bless" in sys.argv:
        bless([argument for argument in sys.argv[1:] if argument != "--bless"])
    else:
        unittest.main()
