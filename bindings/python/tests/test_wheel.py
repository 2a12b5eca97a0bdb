"""What was installed: all files of the package, the command, and the tags of the interpreter that it was built for."""

import importlib.metadata
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import ROOT

import rfs

INSTALLED = importlib.metadata.distribution("rfs")


def test_files():
    names = {str(one) for one in INSTALLED.files}
    assert {"rfs/py.typed", "rfs/_core.pyi", "rfs/__init__.py"} <= names
    assert f"rfs/_core{sysconfig.get_config_var('EXT_SUFFIX')}" in names
    assert all(one.startswith(("rfs/", "rfs-", "../")) and "test" not in one for one in names)


def test_tag():
    version = f"cp{sys.version_info.major}{sys.version_info.minor}"
    (tag,) = [line for line in INSTALLED.read_text("WHEEL").splitlines() if line.startswith("Tag: ")]
    assert tag.startswith(f"Tag: {version}-{version}-")
    assert "Root-Is-Purelib: false" in INSTALLED.read_text("WHEEL")


def test_metadata():
    assert INSTALLED.version == rfs.__version__
    assert INSTALLED.metadata["License-Expression"] == "Apache-2.0"
    # Nothing but what extras ask for.
    extras = {one.partition("; ")[2].replace("'", '"') for one in INSTALLED.requires}
    assert extras == {'extra == "pandas"', 'extra == "plots"', 'extra == "progress"'}


def test_command(command):
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"rfs {rfs.__version__}\n"


def test_headers_are_those_of_the_environment():
    """A machine that has neither Boost nor nlohmann/json can build the wheel."""
    cache = ROOT / "build" / Path(sys.prefix).name.removeprefix("venv-") / "cmake" / "CMakeCache.txt"
    assert cache.exists(), "the wheel was built elsewhere: run scripts/venv-python"
    found = dict(line.partition("=")[::2] for line in cache.read_text().splitlines() if "_INCLUDE_DIR:PATH" in line)
    for name in ("RFS_JSON_INCLUDE_DIR:PATH", "RFS_BOOST_INCLUDE_DIR:PATH"):
        assert Path(found[name]).is_relative_to(Path(sys.prefix)), found[name]


@pytest.mark.parametrize(("archive", "words"), [
    ("none.tar.gz", "none.tar.gz gave:"), ("other.tar.gz", "not the release 2.4.2")])
def test_only_the_release_of_cli11_is_taken(tmp_path, archive, words):
    """Where it cannot be had, the build goes on without the command, and says why and what to do."""
    (tmp_path / "other.tar.gz").write_bytes(b"something else")
    script = ROOT / "cmake" / "python-cli11.cmake"
    done = subprocess.run(["cmake", f"-DRFS_CLI11_URL=file://{tmp_path / archive}", "-P", script], cwd=tmp_path,
                          capture_output=True, text=True, check=True)
    said = " ".join(done.stderr.split())
    assert words in said and "the wheel will not carry the rfs command" in said and "Install libcli11-dev" in said
    assert not any(one.is_dir() for one in tmp_path.iterdir())
