"""The folders of the project."""

import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# options of data sources that are paths; a test compares this with the sources
PATH_OPTIONS = {"videos", "keypoints", "labels"}
LONGEST = 200  # bytes of a name: file systems allow 255, and names of temporary files and locks are longer


def root() -> Path:
    """Return the project folder: the checkout that mglib was imported from, or else the current folder."""
    return package().parent if (package().parent / "pyproject.toml").is_file() else Path.cwd()


def package() -> Path:
    """Return the folder of mglib itself, in a checkout or where it was installed."""
    return Path(__file__).resolve().parents[1]


def runs_dir() -> Path:
    """Return the folder of run directories; the environment variable MGLIB_RUNS overrides it."""
    return _folder("MGLIB_RUNS", "runs")


def cache_dir() -> Path:
    """Return the folder of decoded frames and downloads; the environment variable MGLIB_CACHE overrides it."""
    return _folder("MGLIB_CACHE", ".cache")


def reports_dir() -> Path:
    """Return the folder of reports; the environment variable MGLIB_REPORTS overrides it."""
    return _folder("MGLIB_REPORTS", "reports")


def notebooks_dir() -> Path:
    """Return the folder of the numbered notebooks."""
    return root() / "notebooks"


def absolute_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a data set with absolute paths: `~` and the working directory are resolved."""
    told = {name: value for name, value in options.items() if name in PATH_OPTIONS and isinstance(value, str | Path)}
    return {**options, **{name: str(Path(value).expanduser().resolve()) for name, value in told.items()}}


def without_places(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a data set without paths."""
    return {name: value for name, value in options.items() if name not in PATH_OPTIONS}


def fault(name: str, deep: bool = False) -> str:
    """What is wrong with a name, from a file or a user, that is to become a path; "" if nothing.

    All such names are checked here: none may lead out of its folder.

    Args:
        name: name of a file or folder.
        deep: whether it may include sub-folders, as clip ids may.
    """
    parts = name.split("/")
    if ".." in parts or name.startswith("/") or (not deep and len(parts) > 1):
        return "leads to another folder"
    if not name.strip() or (not deep and name.startswith(".")):
        return "is empty or hidden"
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in name):
        return "contains a line break or another unprintable character"
    if any(len(part.encode()) > LONGEST for part in parts):
        return f"is longer than {LONGEST} bytes"
    return ""


def _folder(variable: str, name: str) -> Path:
    override = os.environ.get(variable)
    return Path(override).expanduser().resolve() if override else root() / name
