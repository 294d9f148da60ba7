"""Group folds: a part of the people (or videos) that a network may train on, held out."""

from dataclasses import replace

import numpy as np
from sklearn.model_selection import GroupKFold

from mglib.base.errors import OptionError

from .clips import ClipTable


def hold_out(table: ClipTable, number: int, folds: int) -> ClipTable:
    """The same clips, one fold of the groups of train and val together as split val, the others as split train.

    Whole groups go to a fold, so that the folds hold about as many clips each; nothing is drawn. Test and hidden clips
    stay as they are.

    Args:
        table: the data set.
        number: of the fold, 1..folds.
        folds: 2 or more.

    Raises:
        OptionError: there are fewer groups than folds, or no fold of that number.
    """
    rows = np.flatnonzero(table.clips["split"].isin(["train", "val"]))
    groups = table.groups[rows]
    found = len(np.unique(groups))
    if not (1 <= number <= folds and 2 <= folds <= found):
        raise OptionError(
            f"fold: {number}/{folds}, and {table.name} has {found} {table.group_kind}s beside the test split; give a "
            f"number from 1 to the number of folds, and 2 to {found} folds."
        )
    _, held = list(GroupKFold(folds).split(rows, groups=groups))[number - 1]
    split = table.clips["split"].to_numpy(str)
    split[rows] = "train"
    split[rows[held]] = "val"
    return replace(table, clips=table.clips.assign(split=split))
