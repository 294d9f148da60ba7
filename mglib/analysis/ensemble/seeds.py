"""Networks of one setting and several seeds as one run: their mean is its answer, nothing is fitted."""

from collections.abc import Sequence

import numpy as np

from mglib.base.errors import RunError
from mglib.runs import Run

from .members import EnsembleError, Member, Pool, check_members
from .saving import write_ensemble
from .weights import Combination


def average_seeds(runs: Sequence[Run], name: str) -> Run:
    """Write the run of members that averages some runs; one of the same name and members is written again.

    Its config.yaml names the seeds. Held-out answers are the means of the members' where all have some.

    Args:
        runs: finished runs that differ by their seed alone, two or more.
        name: of the run.

    Raises:
        BusyError, EnsembleError: as of `save_ensemble`, or the runs are not of the same clips.
    """
    members = tuple(Member(run, "fused") for run in runs)
    check_members(members)
    if len({run.config["seed"] for run in runs}) < len(runs):
        raise EnsembleError(f"{', '.join(run.name for run in runs)} share a seed; give runs of different ones.")
    probabilities = np.stack([run.probabilities() for run in runs]).astype(np.float64)
    rows, held = _held_out(runs)
    equal = np.full(len(runs), 1 / len(runs))
    mean = Combination("seeds", np.ones(len(runs)), equal, 1.0)
    return write_ensemble(name, Pool(members, probabilities, rows, held), mean, lambda: mean(held))


def _held_out(runs: Sequence[Run]) -> tuple[np.ndarray, np.ndarray]:
    """Rows that all runs held out, [n], and their answers [S, n, K]; none where one of them held out others or none."""
    try:
        found = [run.held_out() for run in runs]
    except RunError:
        found = []
    if not found or not all(np.array_equal(rows, found[0][0]) for rows, _ in found):
        return np.zeros(0, np.int64), np.zeros((len(runs), 0, runs[0].data.num_classes))
    return found[0][0], np.stack([answers for _, answers in found]).astype(np.float64)
