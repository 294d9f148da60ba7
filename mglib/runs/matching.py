"""Matches the clips of two runs."""

import numpy as np

from mglib.base.errors import RunError

from .run import Run


def matching_rows(run: Run, other: Run, split: str | None = None) -> np.ndarray:
    """Rows in `other` of a run's clips, in the run's order, int64 [n].

    Clips match if they have the same id, the same label and, if a split is given, are in this split in both runs.

    Args:
        run: the run whose clips are matched.
        other: the run searched; it may have more clips.
        split: train, val or test: only the clips of this split; None: all.

    Raises:
        RunError: some of the clips are missing, or have another label.
    """
    what = f"{split} clips" if split else "clips"
    own, there = (each.clips if split is None else each.clips.iloc[each.where(split)] for each in (run, other))
    place = dict(zip(there["id"], there.index, strict=True))
    lost = [clip for clip in own["id"] if clip not in place]
    if lost:
        raise RunError(
            f"{other.name} lacks {len(lost)} of the {len(own)} {what} of {run.name}, such as {lost[0]}; "
            f"give runs of the same {what}."
        )
    rows = np.array([place[clip] for clip in own["id"]], np.int64)
    differ = own["id"].to_numpy()[other.labels[rows] != run.labels[own.index]]
    if len(differ):
        raise RunError(
            f"{other.name} and {run.name} have different labels for {len(differ)} of {len(own)} {what}, such as "
            f"{differ[0]}; give runs of the same data."
        )
    return rows
