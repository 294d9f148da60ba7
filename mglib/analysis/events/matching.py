"""Matches predicted with true segments by their overlap in time."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from mglib.data.recordings import Segment

Segments = Sequence[Segment]


def spans(segments: Segments) -> np.ndarray:
    """Start and stop of each segment, seconds, float64 [n, 2]."""
    return np.array([(one.start, one.stop) for one in segments], float).reshape(-1, 2)


def tiou(truths: Segments, predictions: Segments) -> np.ndarray:
    """Intersection over union in time of every pair, float64 [n, m]; 0 where both are empty."""
    own, other = spans(truths)[:, None], spans(predictions)[None]
    shared = np.minimum(own[..., 1], other[..., 1]) - np.maximum(own[..., 0], other[..., 0])
    shared = np.maximum(shared, 0)
    union = (own[..., 1] - own[..., 0]) + (other[..., 1] - other[..., 0]) - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def same_label(truths: Segments, predictions: Segments) -> np.ndarray:
    """Whether the labels of every pair are equal, bool [n, m]."""
    own, other = ([one.label for one in side] for side in (truths, predictions))
    return np.equal.outer(np.array(own, int), np.array(other, int))


def above(overlap: float) -> Callable[[np.ndarray], np.ndarray]:
    """A test of overlaps: > overlap below .5, as in the challenge; >= overlap from .5 on, as is usual."""
    return lambda found: (found >= overlap - 1e-12) if overlap >= 0.5 else (found > overlap + 1e-12)


def match(truths: Segments, predictions: Segments, overlap: float, by_class: bool = True) -> np.ndarray:
    """The best one-to-one matching: the largest number of pairs, and for ties the largest sum of overlaps.

    Args:
        truths: n true segments.
        predictions: m predicted segments.
        overlap: tIoU threshold of a pair, see `above`.
        by_class: whether pairs need equal labels.

    Returns:
        Indices of truth and prediction of each pair, int64 [p, 2], in the order of the truths.
    """
    found = tiou(truths, predictions)
    allowed = above(overlap)(found)
    if by_class:
        allowed &= same_label(truths, predictions)
    # an additional pair outweighs the sum of overlaps, each of which is at most 1
    worth = np.where(allowed, found + min(found.shape, default=0) + 1, 0)
    pairs = np.column_stack(linear_sum_assignment(worth, maximize=True))
    return pairs[allowed[pairs[:, 0], pairs[:, 1]]]


def match_borders(truths: Segments, predictions: Segments, onset: float = 0.2) -> int:
    """Largest number of one-to-one pairs with equal labels and close borders, as in sed_eval.

    Onsets differ by at most `onset` seconds, offsets by at most this or half of the true duration.
    """
    own, other = spans(truths)[:, None], spans(predictions)[None]
    apart = np.abs(own - other)  # [n, m, 2]
    room = np.maximum(onset, (own[..., 1] - own[..., 0]) / 2)
    allowed = same_label(truths, predictions) & (apart[..., 0] <= onset + 1e-9) & (apart[..., 1] <= room + 1e-9)
    rows, columns = linear_sum_assignment(allowed, maximize=True)
    return int(allowed[rows, columns].sum())


def smg_hits(truths: Segments, predictions: Segments, overlap: float = 0.3) -> int:
    """Hits as counted by the authors of SMG: each truth takes the first prediction of its class above the overlap.

    A prediction may be matched by several truths and so count twice; only for comparison with published numbers.
    """
    hits = above(overlap)(tiou(truths, predictions)) & same_label(truths, predictions)
    return int(hits.any(axis=1).sum())
