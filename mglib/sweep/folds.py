"""Held-out predictions of a run: its network is trained again without each fold of people, whose clips it predicts.

Temperatures, weights and thresholds must be fitted on predictions for clips of groups that were not used for training.
A val split of a few groups is small, and lacks rare classes; folds use all clips outside test, at the cost of further
trainings.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from mglib.base import files
from mglib.base.errors import RunError
from mglib.runs import Run

from .cells import SET_HERE, Sweep
from .running import run_cells


def train_all_folds(runs: Iterable[Run], folds: int, n_jobs: int | None = None) -> None:
    """`train_folds` of each run, once even if it is named repeatedly; nothing for 0 folds."""
    for run in {run.path: run for run in runs}.values() if folds else ():
        train_folds(run, folds, n_jobs)


def train_folds(run: Run, folds: int, n_jobs: int | None = None) -> None:
    """Train a run again without each of `folds` folds of its groups, and store the predictions as its `held_out`.

    Fold runs are runs of 03_train, see `fold_sweep`; finished ones are not trained again, interrupted ones continue.
    Branches of 02_pretrain from which the run started were trained on all groups, so they get folds, too, as does a run
    on the same data that `init_from` names.

    Args:
        run: a finished run of a network.
        folds: 2 or more; the number of groups gives leave-one-group-out.
        n_jobs: trainings at a time, see `sweep.run_cells`.

    Raises:
        RunError: the run cannot be trained again, or a training failed; finished ones are kept.
    """
    for branch in _branches(run).values():
        train_folds(branch, folds, n_jobs)
    sweep = fold_sweep(run, folds)
    failures = run_cells(sweep, n_jobs)
    if failures:
        raise RunError(f"Folds of {run.name} failed: {'; '.join(failures.values())}")
    collect(run, [Run(cell.folder) for cell in sweep.cells])


def fold_sweep(run: Run, folds: int) -> Sweep:
    """The trainings for `train_folds`, one variant per fold.

    Raises:
        RunError: the run is an ensemble, or a fold itself.
    """
    if run.kind == "ensemble" or run.config.get("fold"):
        what = "an ensemble" if run.kind == "ensemble" else f"fold {run.config['fold']} of another"
        raise RunError(f"The run {run.name} is {what} and has no folds; give a run of the whole network.")
    settings = run.settings.model_dump(mode="json")
    base = {name: value for name, value in settings.items() if name not in (*SET_HERE, "fold")}
    variants = {}
    for number in range(1, folds + 1):
        changes = {"fold": f"{number}/{folds}"}
        for name, branch in _branches(run).items():
            changes[name] = fold_sweep(branch, folds).cells[number - 1].run_name
        variants[f"fold={number}-of-{folds}"] = changes
    name = re.sub(r"[^A-Za-z0-9._=+,-]|-(?=-)", "_", run.name)
    return Sweep(name, base, variants, (run.config["seed"],))


def collect(run: Run, parts: Sequence[Run]) -> None:
    """Write the predictions of fold runs for their held-out clips to the run's held_out.npz.

    Raises:
        RunError: the parts have other clips, or do not hold out every clip outside the test split exactly once.
    """
    answers: dict[str, np.ndarray] = {s: np.zeros_like(run.probabilities(s)) for s in run.streams}
    times = np.zeros(len(run.clips), int)
    for part in parts:
        same = part.clips[["id", "label", "group"]].equals(run.clips[["id", "label", "group"]])
        if not same or part.streams != run.streams:
            raise RunError(f"{part.name} has other clips or streams than {run.name}; remove it and train it again.")
        rows = part.where("val")
        times[rows] += 1
        for stream, array in answers.items():
            array[rows] = part.probabilities(stream)[rows]
    rows = np.flatnonzero(times)
    wanted = np.flatnonzero(run.clips["split"].to_numpy(str) != "test")
    if not np.array_equal(rows, wanted) or (times > 1).any():
        raise RunError(
            f"The folds of {run.name} hold out {len(rows)} of {len(wanted)} clips, {np.count_nonzero(times > 1)} of "
            "them more than once; give each fold of one division."
        )
    kept = {stream: array[rows] for stream, array in answers.items()}
    files.write_arrays(run.path / "held_out.npz", rows=rows, folds=np.array(len(parts)), **kept)


def _branches(run: Run) -> dict[str, Run]:
    """The runs, by setting, from which a run started and that were trained on the labels of its held-out groups."""
    named = {name: Run(run.config[name]) for name in ("init_rgb", "init_pose", "init_from") if run.config.get(name)}
    return {
        name: branch
        for name, branch in named.items()
        if name != "init_from"
        or (branch.data.name == run.data.name and branch.config.get("objective", "labels") == "labels")
    }
