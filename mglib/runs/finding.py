"""Finds finished runs: all of them, one by name, or the latest."""

from mglib.base import paths
from mglib.base.errors import RunError

from .run import Run, finished_folders


def finished_runs() -> list[Run]:
    """Finished runs in the folder of runs, the latest last."""
    return [Run(path) for path in finished_folders()]


def find_run(name: str = "", kind: str = "") -> Run:
    """A finished run by name or directory; without a name the latest, or the latest of a kind.

    Without a name, runs that hold out a fold are skipped, since they belong to another run's `held_out`. So are runs of
    masked pre-training, unless `kind` is "masked", since they make no predictions.

    Raises:
        RunError: there is no such run, or it is not finished.
    """
    if name:
        run = Run(name)
        run._file("metrics.json")  # raises an error if the run is not finished
        return run
    kinds = (kind,) if kind else ("network", "ensemble")
    runs = [run for run in finished_runs() if run.kind in kinds and not run.config.get("fold")]
    if not runs:
        raise RunError(
            f"There is no finished {kind or 'run'} in {paths.runs_dir()} yet; train one with 03_train: "
            "python -m mglib.notebook 03_train."
        )
    return runs[-1]
