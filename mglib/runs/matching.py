"""Two runs held against each other: which clip of the one is which of the other."""

import numpy as np

from mglib.base.errors import RunError

from .run import Run


def matching_rows(run: Run, other: Run, split: str | None = None) -> np.ndarray:
    """Rows in `other` of a run's clips, in the run's order, int64 [n].

    A clip is the same if it has the same id, the same label and, where a split is given, lies in it in both runs.

    Args:
        run: its clips are looked for.
        other: where they are looked for; it may hold more.
        split: train, val or test, for the clips of that split alone; None for all.

    Raises:
        RunError: some of the clips are not there, or have another label.
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
