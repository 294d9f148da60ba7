"""Links the annotations of two coders, and counts their classes in a table.

EasyDIAg (Holle & Rein 2015, Behavior Research Methods 47, doi 10.3758/s13428-014-0506-7): two annotations are linked
if they share 60 % of the longer one, whatever their classes; a linked pair counts twice, once per coder, and an
annotation without a partner once, with "nil".
"""

from collections.abc import Sequence

import numpy as np

from mglib.data.recordings import Segment

LINKED = 0.6  # share of the longer annotation


def link(first: Sequence[Segment], second: Sequence[Segment], share: float = LINKED) -> np.ndarray:
    """Link pairs one to one, in order of decreasing overlap.

    Args:
        first, second: annotations of the two coders in one recording.
        share: smallest overlap, as a share of the longer annotation.

    Returns:
        Indices of both annotations of each pair, int64 [p, 2].
    """
    overlap = longer_shared(first, second)
    pairs: list[tuple[int, int]] = []
    taken: tuple[set[int], set[int]] = (set(), set())
    for flat in np.argsort(-overlap, axis=None, kind="stable"):
        i, j = divmod(int(flat), len(second))
        if overlap[i, j] < share - 1e-9:
            break
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            pairs.append((i, j))
    return np.array(sorted(pairs), np.int64).reshape(-1, 2)


def longer_shared(first: Sequence[Segment], second: Sequence[Segment]) -> np.ndarray:
    """Intersection divided by the longer duration, for every pair, float64 [n, m]."""
    own, other = (np.array([(s.start, s.stop) for s in side], float).reshape(-1, 2) for side in (first, second))
    shared = np.minimum.outer(own[:, 1], other[:, 1]) - np.maximum.outer(own[:, 0], other[:, 0])
    longer = np.maximum.outer(own[:, 1] - own[:, 0], other[:, 1] - other[:, 0])
    return np.clip(shared, 0, None) / longer


def link_table(
    first: Sequence[Segment], second: Sequence[Segment], num_classes: int, share: float = LINKED
) -> np.ndarray:
    """Classes of linked annotations, float64 [K + 1, K + 1]: first coder by row, second by column, nil last.

    Args:
        first, second: annotations of the two coders in one recording.
        num_classes: K.
        share: as for `link`.
    """
    pairs, nil = link(first, second, share), num_classes
    table = np.zeros((num_classes + 1, num_classes + 1))
    for i, j in pairs:
        table[first[i].label, second[j].label] += 2
    for place in set(range(len(first))) - set(pairs[:, 0].tolist()):
        table[first[place].label, nil] += 1
    for place in set(range(len(second))) - set(pairs[:, 1].tolist()):
        table[nil, second[place].label] += 1
    return table
