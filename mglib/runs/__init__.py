"""Reading of run directories; needs neither torch nor a GPU, and only `dataset` needs the data set."""

from mglib.base.errors import RunError

from .matching import matching_rows
from .run import Run, find_run, finished_runs

__all__ = ["Run", "RunError", "find_run", "finished_runs", "matching_rows"]
