"""Run directories read back; what stands here needs neither torch nor a GPU, `dataset` needs the data set itself."""

from mglib.base.errors import RunError

from .run import Run, find_run, finished_runs

__all__ = ["Run", "RunError", "find_run", "finished_runs"]
