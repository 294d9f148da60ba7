"""Sets numba's cache folder, which numba does not find for a read-only checkout without home directory."""

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from . import paths

VARIABLE = "NUMBA_CACHE_DIR"  # numba's variable


def find_place() -> None:
    """Set numba's cache to MGLIB_CACHE, or else to a temporary folder, if the home directory is not writable.

    Without a cache folder, numba refuses to define functions, here and in libraries such as umap. The environment
    variable is set, so that child processes use the same folder.
    """
    if os.environ.get(VARIABLE) or _takes_files(_home()):
        return
    folder = paths.cache_dir() / "numba"
    if not _takes_files(folder):
        folder = Path(tempfile.mkdtemp(prefix="mglib-numba-"))  # a private folder, as numba runs what it finds there
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ[VARIABLE] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)


def _home() -> Path:
    """The folder in the user's home that numba uses."""
    with suppress(RuntimeError):  # there is no home directory
        apple = "~/Library/Caches" if sys.platform == "darwin" else "~/.cache"
        return Path(os.environ.get("XDG_CACHE_HOME") or apple).expanduser() / "numba"
    return Path("/dev/null/numba")


def _takes_files(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
