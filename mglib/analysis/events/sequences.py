"""F1@k and the edit score of action segmentation, as MS-TCN's authors compute them (Abu Farha & Gall, CVPR 2019)."""

from collections.abc import Sequence

import numpy as np

from .counts import Judged
from .matching import Segments, same_label, tiou

PERCENT = (10, 25, 50)


def f1_at(judged: Sequence[Judged], percent: float) -> float:
    """F1@k in 0..1: each prediction is matched to the truth of its class with the largest overlap, if still free.

    Args:
        judged: segments of every recording.
        percent: k, the smallest overlap (tIoU) of a pair, in percent.

    Returns:
        NaN where there are neither truths nor predictions.
    """
    hits = sum(_hits(one, percent / 100) for one in judged)
    number = sum(len(one.truths) + len(one.predictions) for one in judged)
    return 2 * hits / number if number else np.nan


def _hits(one: Judged, least: float) -> int:
    if not len(one.truths):
        return 0
    overlaps = tiou(one.truths, one.predictions) * same_label(one.truths, one.predictions)
    best = overlaps.argmax(axis=0)
    enough = overlaps[best, np.arange(len(best))] >= least
    return len(set(best[enough].tolist()))


def edit_score(judged: Sequence[Judged]) -> float:
    """Similarity of the sequences of labels, 0..100, mean over recordings; two empty ones are equal."""
    scores = [100 * _alike(*([s.label for s in _in_order(side)] for side in (j.truths, j.predictions))) for j in judged]
    return float(np.mean(scores)) if scores else np.nan


def _in_order(segments: Segments) -> Segments:
    return sorted(segments, key=lambda one: (one.start, one.stop))


def _alike(own: Sequence, other: Sequence) -> float:
    longest = max(len(own), len(other))
    return 1 - _distance(own, other) / longest if longest else 1.0


def _distance(own: Sequence, other: Sequence) -> int:
    """Levenshtein distance: insertions, deletions and replacements from one sequence to the other."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(own, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
