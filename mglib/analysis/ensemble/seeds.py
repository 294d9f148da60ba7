"""Averages networks with the same settings and different seeds, as one run; nothing is fitted."""

from collections.abc import Sequence

import numpy as np

from mglib.base.errors import RunError
from mglib.runs import Run

from .members import EnsembleError, Member, Pool, check_members
from .saving import write_ensemble
from .weights import Combination


def average_seeds(runs: Sequence[Run], name: str) -> Run:
    """Write a run that averages several runs; one of the same name and members is replaced.

    Its config.yaml lists the seeds. Held-out predictions are averaged if all members have them.

    Args:
        runs: two or more finished runs that differ only in their seed.
        name: name of the run.

    Raises:
        BusyError, EnsembleError: as in `save_ensemble`, or the runs have different clips.
    """
    members = tuple(Member(run, "fused") for run in runs)
    check_members(members)
    if len({run.config["seed"] for run in runs}) < len(runs):
        raise EnsembleError(f"{', '.join(run.name for run in runs)} share a seed; give runs with different seeds.")
    probabilities = np.stack([run.probabilities() for run in runs]).astype(np.float64)
    rows, held = _held_out(runs)
    equal = np.full(len(runs), 1 / len(runs))
    mean = Combination("seeds", np.ones(len(runs)), equal, 1.0)
    return write_ensemble(name, Pool(members, probabilities, rows, held), mean, lambda: mean(held))


def _held_out(runs: Sequence[Run]) -> tuple[np.ndarray, np.ndarray]:
    """Rows held out by all runs, [n], and predictions [S, n, K]; empty if runs differ in them or have none."""
    try:
        found = [run.held_out() for run in runs]
    except RunError:
        found = []
    if not found or not all(np.array_equal(rows, found[0][0]) for rows, _ in found):
        return np.zeros(0, np.int64), np.zeros((len(runs), 0, runs[0].data.num_classes))
    return found[0][0], np.stack([answers for _, answers in found]).astype(np.float64)
