"""Mean average precision of scored segments, as in ActionFormer and ActivityNet.

For each class, predictions of all recordings, in order of decreasing score, are matched to the unmatched truth with the
highest tIoU that reaches the threshold; average precision is the area under the interpolated curve. Ties of tIoU go to
the later truth, as in the original code.
"""

from collections.abc import Sequence

import numpy as np

from mglib.data.recordings import Segment

from .counts import Judged
from .matching import tiou

OVERLAPS = (0.1, 0.2, 0.3, 0.4, 0.5)


def mean_average_precision(judged: Sequence[Judged], overlaps: Sequence[float] = OVERLAPS) -> dict[float, float]:
    """mAP at each overlap, over the classes with truths; NaN if there are none.

    Args:
        judged: segments; predictions without a `score`, as from a person, have score 1.
        overlaps: tIoU thresholds.
    """
    labels = dict.fromkeys(truth.label for one in judged for truth in one.truths)
    each = np.array([_average_precisions(judged, label, overlaps) for label in labels])
    means = each.reshape(-1, len(overlaps)).mean(axis=0) if len(labels) else np.full(len(overlaps), np.nan)
    return dict(zip(overlaps, means.tolist(), strict=True))


def _average_precisions(judged: Sequence[Judged], label: int, overlaps: Sequence[float]) -> list[float]:
    """Average precision of a class that has truths."""
    scores, hits, number = [], [[] for _ in overlaps], 0
    for one in judged:
        found = [prediction for prediction in one.predictions if prediction.label == label]
        truths = [truth for truth in one.truths if truth.label == label]
        number += len(truths)
        scores += [_score(each) for each in found]
        shared = tiou(truths, found) if found and truths else np.zeros((0, len(found)))
        for each, overlap in zip(hits, overlaps, strict=True):
            each += _hits(found, shared, overlap)
    order = np.argsort(-np.array(scores), kind="stable")
    ranked = [np.array(each, float)[order].cumsum() for each in hits]
    return [_area(each / np.arange(1, len(each) + 1), each / number) for each in ranked]


def _score(segment: Segment) -> float:
    return 1.0 if segment.score is None else segment.score


def _hits(found: Sequence, overlaps: np.ndarray, least: float) -> list[bool]:
    """Whether each prediction of a recording is a hit, [m]; overlaps [n, m]."""
    free, hits = np.ones(len(overlaps), bool), [False] * len(found)
    for j in sorted(range(len(found)), key=lambda j: -_score(found[j])):
        for i in np.argsort(overlaps[:, j], kind="stable")[::-1]:
            if overlaps[i, j] < least:
                break
            if free[i]:
                free[i], hits[j] = False, True
                break
    return hits


def _area(precision: np.ndarray, recall: np.ndarray) -> float:
    precision, recall = np.r_[0, precision, 0], np.r_[0, recall, 1]
    highest = np.maximum.accumulate(precision[::-1])[::-1]
    steps = np.flatnonzero(recall[1:] != recall[:-1]) + 1
    return float(((recall[steps] - recall[steps - 1]) * highest[steps]).sum())
