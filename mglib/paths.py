"""Where things lie: the one module that knows the folders of the project."""

import os
from pathlib import Path


def root() -> Path:
    """Return the project folder: the checkout that mglib was imported from, or else the current folder."""
    checkout = Path(__file__).resolve().parents[1]
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


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


def _folder(variable: str, name: str) -> Path:
    override = os.environ.get(variable)
    return Path(override).expanduser().resolve() if override else root() / name
