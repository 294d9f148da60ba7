"""Checks before training that a table can be trained and tested on."""

import numpy as np

from mglib.base.facts import counted

from .clips import ClipTable

SPLIT = (
    "assign clips to splits by `split` of the file, `splits` or `bare_split` in data_options, or the folders of train "
    "and test"
)


def untrainable(table: ClipTable, fewest: int = 2) -> list[str]:
    """Reasons why no network can be trained or tested on a table; empty if it can.

    Args:
        table: the data set.
        fewest: training clips needed per step, at least one per process and two for batch norm.
    """
    labels = table.labels[table.where("train")]
    found = []
    if len(labels) < fewest:
        found.append(f"split: {_clips(len(labels), 'train')}, and training needs {fewest} or more; {SPLIT}.")
    elif len(np.unique(labels)) < 2:
        found.append(
            f"label: all {len(labels)} train clips are of class {table.class_names[labels[0]]!r}, and there is nothing "
            "to tell it from; add clips of another class, or correct the labels."
        )
    if not len(table.where("test")):
        found.append(f"split: {_clips(0, 'test')}, so nothing can be scored; {SPLIT}.")
    return [f"{table.name}, {sentence}" for sentence in found]


def doubtful(table: ClipTable) -> list[str]:
    """Sentences on tables whose scores mean less than they seem to."""
    test, found = table.where("test"), []
    if len(test) and len(np.unique(table.groups[test])) < 2:
        found.append(
            f"group: all {len(test)} test clips are of one {table.group_kind}, {table.groups[test[0]]}, so no score "
            "has an interval, and none says anything about others; test on several."
        )
    unseen = sorted(set(table.labels[test]) - set(table.labels[table.where("train")]))
    if unseen and len(table.where("train")):
        names = ", ".join(table.class_names[label] for label in unseen[:5]) + (", ..." if len(unseen) > 5 else "")
        found.append(
            f"label: test clips are of {counted(len(unseen), 'class')} without train clips, which no network can know: "
            f"{names}."
        )
    return [f"{table.name}, {sentence}" for sentence in found]


def _clips(count: int, split: str) -> str:
    return f"there {'is' if count == 1 else 'are'} {count or 'no'} {split} clip{'' if count == 1 else 's'}"
