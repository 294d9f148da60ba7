"""Which network is asked about which recording: never one that was taught by the person seen, where folds are at hand.

A network is surer about clips that it has learnt by heart, so a spotter that is trained on such answers trusts them too
much when it meets somebody new.
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
    """Who is asked about a recording: the run, or of its folds the one that has not seen the person.

    Args:
        run: of key points alone.
        recordings: with splits.
        folds: without each of which the run is trained again, see `folds.train_folds`, if it needs be; 0: none.

    Raises:
        DataError: a test person has taught the run, or without folds a val person, or its classes are others.
        RunError: the run sees frames, or cannot be trained again.
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
    """Person -> the fold run that has not seen them; empty where none is needed, or asked for."""
    own = _taught(run) & {one.person for one in recordings}
    if not own:
        return {}
    if not folds:
        warnings.warn(
            f"{len(own)} training persons of {recordings.name} have taught the run {run.name} itself, which is surer "
            "about them than about others, so that the spotter learns to trust it too much; give folds, such as 4.",
            stacklevel=4,
        )
        return {}
    folds = min(folds, len(set(run.groups[run.clips["split"].isin(["train", "val"])])))
    train_folds(run, folds)
    fold_runs = [Run(cell.folder) for cell in fold_sweep(run, folds).cells]
    return {person: part for part in fold_runs for person in part.groups[part.where("val")].tolist()}
