"""How frequent classes are: head, mid and tail, defined once."""

import numpy as np

SHARES = (0.5, 0.9)  # of all clips, where head and mid end


def frequency_groups(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Head, mid and tail: the classes with the first half, up to nine tenths, and the rest of the training clips.

    Args:
        counts: [K] training clips of each class.

    Returns:
        "head", "mid" and "tail" -> classes of the group, int64, most frequent first; an empty group is left out.
    """
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]  # clips of more frequent classes
    groups = np.split(order, np.searchsorted(before / counts.sum(), SHARES))
    return {name: group for name, group in zip(("head", "mid", "tail"), groups, strict=True) if len(group)}
