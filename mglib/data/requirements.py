"""What a table must hold to be learnt from and scored: found out before anything is trained, not after."""

import numpy as np

from .clips import ClipTable

SPLIT = (
    "say which clips are which: `split` of the file, `splits` or `bare_split` in data_options, or the folders of train "
    "and test"
)


def untrainable(table: ClipTable, fewest: int = 2) -> list[str]:
    """Sentences on why no network can be trained on a table or scored on it; empty where one can.

    Args:
        table: the data set.
        fewest: training clips that a step needs, for batch norm and for every process one.
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
    """Sentences on what can be trained, and says less than it seems to."""
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
            f"label: {len(unseen)} classes of the test clips have no train clip, so no network can know them: {names}."
        )
    return [f"{table.name}, {sentence}" for sentence in found]


def _clips(count: int, split: str) -> str:
    return f"there {'is' if count == 1 else 'are'} {count or 'no'} {split} clip{'' if count == 1 else 's'}"
