"""Chooses the network for each recording: with folds, one that was not trained on the person seen.

A network is more confident on clips that it was trained on, so a spotter trained on such predictions would trust the
network too much for new persons.
"""

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from mglib.base.errors import DataError
from mglib.data.recordings import Recording, Recordings
from mglib.prediction.spans import SpanReader
from mglib.runs import Run
from mglib.sweep.folds import fold_sweep, train_folds

Ask = Callable[[Recording], SpanReader]


def readers(run: Run, recordings: Recordings, folds: int = 0) -> Ask:
    """A function from a recording to its network: the run, or the fold run not trained on the person.

    Args:
        run: a run on key points only.
        recordings: recordings with splits.
        folds: number of fold runs to train if needed, see `folds.train_folds`; 0: none.

    Raises:
        DataError: the run was trained on a test person, or, without folds, on a val person, or has other classes.
        RunError: the run uses frames, or cannot be trained again.
    """
    _refuse_other_classes(run, recordings)
    _refuse_taught(run, recordings, ("test",) if folds else ("val", "test"))
    parts = _parts(run, recordings, folds)
    made: dict[Path, SpanReader] = {}

    def ask(recording: Recording) -> SpanReader:
        chosen = parts.get(recording.person, run)
        if chosen.path not in made:
            made[chosen.path] = SpanReader(chosen, "cuda" if torch.cuda.is_available() else "cpu")
        return made[chosen.path]

    return ask


def _refuse_other_classes(run: Run, recordings: Recordings) -> None:
    own, theirs = tuple(run.data.class_names), tuple(recordings.class_names)
    if own != theirs:
        other = next((name for name in theirs if name not in own), "their order")
        raise DataError(
            f"{recordings.name}: its {len(theirs)} classes are not the {len(own)} of the run {run.name} ({other}); "
            "train a run in 03_train with dataset=recordings and the same folder and options."
        )


def _taught(run: Run) -> set[str]:
    return set(run.groups[run.where("train")].tolist())


def _refuse_taught(run: Run, recordings: Recordings, splits: Sequence[str]) -> None:
    for split in splits:
        known = sorted(_taught(run) & {one.person for one in recordings if one.split == split})
        if known:
            more = f" and {len(known) - 1} more are" if len(known) > 1 else " is"
            raise DataError(
                f"{recordings.name}, split {split}: {known[0]}{more} among the training {run.data.group_kind}s of the "
                f"run {run.name}; scores would say nothing: train a run in 03_train on the training persons alone."
            )


def _parts(run: Run, recordings: Recordings, folds: int) -> dict[str, Run]:
    """Person -> the fold run that was not trained on them; empty if none is needed or requested."""
    own = _taught(run) & {one.person for one in recordings}
    if not own:
        return {}
    if not folds:
        warnings.warn(
            f"{len(own)} training persons of {recordings.name} were trained on in the run {run.name}, too, which is "
            "more confident on them, so that the spotter learns to trust it too much; give folds, such as 4.",
            stacklevel=4,
        )
        return {}
    folds = min(folds, len(set(run.groups[run.clips["split"].isin(["train", "val"])])))
    train_folds(run, folds)
    fold_runs = [Run(cell.folder) for cell in fold_sweep(run, folds).cells]
    return {person: part for part in fold_runs for person in part.groups[part.where("val")].tolist()}
