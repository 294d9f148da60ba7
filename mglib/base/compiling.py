"""Where numba keeps machine code: a read-only checkout without a home has no place that it would find itself."""

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from . import paths

VARIABLE = "NUMBA_CACHE_DIR"  # numba's own


def find_place() -> None:
    """Point numba to MGLIB_CACHE, or else to a folder of this process, where the home takes no files.

    Without any place numba refuses to define the functions, here and in the libraries that maps are made with. The
    variable is set, so that processes which this one starts use the same place.
    """
    if os.environ.get(VARIABLE) or _takes_files(_home()):
        return
    folder = paths.cache_dir() / "numba"
    if not _takes_files(folder):
        folder = Path(tempfile.mkdtemp(prefix="mglib-numba-"))  # nobody else's, as numba runs what it finds there
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ[VARIABLE] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)


def _home() -> Path:
    """The user's folder that numba takes."""
    with suppress(RuntimeError):  # there is no home at all
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
