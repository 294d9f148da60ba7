"""mglib is imported and used where nothing but a cache, or not even that, can be written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mglib.base import paths

OWN = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME")
CODE = """
import mglib, os, sys
from mglib.data import load
table = load("synthetic", num_clips=192, num_frames=(8, 9))
assert table.frames.read(0).max() > 0
print(os.environ["NUMBA_CACHE_DIR"], end="")
"""


@pytest.fixture
def checkout(tmp_path):
    """A copy in which numba cannot make the folders of its cache: files lie in their places."""
    for module in paths.package().rglob("*.py"):
        copy = tmp_path / "read-only" / "mglib" / module.relative_to(paths.package())
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(module, copy)
        (copy.parent / "__pycache__").touch()
    return tmp_path / "read-only"


@pytest.mark.parametrize("given", [True, False])
def test_without_a_home_compiled_code_is_kept_in_the_cache_or_for_the_process(checkout, tmp_path, given):
    (tmp_path / "taken").touch()
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    environment |= {"HOME": "/dev/null/home", "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"MGLIB_CACHE": str(tmp_path / ("cache" if given else "taken")), "MPLCONFIGDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    place = Path(done.stdout)
    if given:
        assert place == tmp_path / "cache" / "numba" and any(place.rglob("*.nbi"))
    else:
        assert place.name.startswith("mglib-numba-") and not place.exists()  # removed with the process


def test_where_there_is_a_home_nothing_is_changed(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name not in OWN}
    code = "import mglib, os; print(os.environ.get('NUMBA_CACHE_DIR'), end='')"
    environment |= {"HOME": str(tmp_path), "PYTHONPATH": str(paths.root())}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "None"
