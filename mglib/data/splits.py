"""Group folds: hold out the clips of some people (or videos) of the training split."""

from dataclasses import replace

import numpy as np
from sklearn.model_selection import GroupKFold

from mglib.base.errors import OptionError
from mglib.base.facts import counted

from .clips import ClipTable


def hold_out(table: ClipTable, number: int, folds: int) -> ClipTable:
    """Reassign train and val clips: one fold of their groups becomes split val, all others split train.

    Groups are never divided, and folds have about equally many clips; nothing is random. Test and hidden clips do not
    change.

    Args:
        table: the data set.
        number: number of the fold, 1..folds.
        folds: number of folds, 2 or more.

    Raises:
        OptionError: there are fewer groups than folds, or no fold of that number.
    """
    rows = np.flatnonzero(table.clips["split"].isin(["train", "val"]))
    groups = table.groups[rows]
    found = len(np.unique(groups))
    if not (1 <= number <= folds and 2 <= folds <= found):
        advice = f"give a number from 1 to the number of folds, and 2 to {found} folds"
        raise OptionError(
            f"fold: {number}/{folds}, and {table.name} has {counted(found, table.group_kind)} beside the test split; "
            f"{advice if found > 1 else 'folds need two or more, so leave it out'}."
        )
    _, held = list(GroupKFold(folds).split(rows, groups=groups))[number - 1]
    split = table.clips["split"].to_numpy(str)
    split[rows] = "train"
    split[rows[held]] = "val"
    return replace(table, clips=table.clips.assign(split=split))
