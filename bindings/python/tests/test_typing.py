"""The package is typed: the stubs say what the module has, and a strict type checker accepts a program that uses it."""

import subprocess
import sys
from pathlib import Path

import pytest

import rfs

EXAMPLE = Path(__file__).with_name("typed_example.py")
pytest.importorskip("mypy")


def run(*command, folder=None):
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_marked_as_typed():
    assert (Path(rfs.__file__).parent / "py.typed").exists()


def test_strict(tmp_path):
    run("-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(EXAMPLE))
    wrong = tmp_path / "wrong.py"
    wrong.write_text(EXAMPLE.read_text().replace('floats="nearest"', 'floats="round"'))
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(wrong)],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "arg-type" in done.stdout


def test_example_runs():
    run(str(EXAMPLE))


def test_stubs(tmp_path):
    run("-m", "mypy.stubtest", "rfs", "--allowlist", str(EXAMPLE.with_name("stubtest-allowed.txt")), folder=tmp_path)
