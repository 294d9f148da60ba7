"""Head, mid and tail: classes grouped by frequency."""

import numpy as np

SHARES = (0.5, 0.9)  # of the training clips: where head and mid end


def frequency_groups(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Classes by frequency: head has the first half of the training clips, mid the next 40 %, tail the rest.

    Args:
        counts: [K] training clips of each class.

    Returns:
        Labels by group ("head", "mid", "tail"), int64, most frequent first; empty groups are left out.
    """
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]  # clips of more frequent classes
    groups = np.split(order, np.searchsorted(before / counts.sum(), SHARES))
    return {name: group for name, group in zip(("head", "mid", "tail"), groups, strict=True) if len(group)}
