"""Counts behind the scores of segments, by recording; scores are functions of their sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .matching import Segments, match, match_borders, smg_hits, spans


@dataclass(frozen=True)
class Judged:
    """The segments to compare in one recording.

    Attributes:
        truths: segments of the reference coder.
        predictions: segments of a model, or of another coder.
        person: the person seen.
        seconds: duration of the recording.
    """

    truths: Segments
    predictions: Segments
    person: str
    seconds: float


def class_counts(judged: Sequence[Judged], num_classes: int, overlap: float) -> np.ndarray:
    """TP, FP and FN of every class in every recording, matched by class: float64 [R, K, 3]."""
    return np.stack([_by_class(one, num_classes, overlap) for one in judged])


def _by_class(one: Judged, num_classes: int, overlap: float) -> np.ndarray:
    def number(labels: Iterable[int]) -> np.ndarray:
        return np.bincount(np.fromiter(labels, int), minlength=num_classes).astype(float)

    hits = number(one.truths[i].label for i, _ in match(one.truths, one.predictions, overlap))
    found, there = (number(each.label for each in side) for side in (one.predictions, one.truths))
    return np.column_stack([hits, found - hits, there - hits])


def plain_counts(judged: Sequence[Judged], overlap: float) -> np.ndarray:
    """TP, FP and FN in every recording whatever the class: float64 [R, 3]."""
    hits = [len(match(one.truths, one.predictions, overlap, by_class=False)) for one in judged]
    return _with_rest(judged, hits)


def border_counts(judged: Sequence[Judged], onset: float = 0.2) -> np.ndarray:
    """TP, FP and FN in every recording by the distance of borders, as in sed_eval: float64 [R, 3]."""
    return _with_rest(judged, [match_borders(one.truths, one.predictions, onset) for one in judged])


def smg_counts(judged: Sequence[Judged], overlap: float = 0.3) -> np.ndarray:
    """Hits, predictions and truths in every recording, as counted by the authors of SMG: float64 [R, 3]."""
    rows = [(smg_hits(one.truths, one.predictions, overlap), len(one.predictions), len(one.truths)) for one in judged]
    return np.array(rows, float).reshape(-1, 3)


def _with_rest(judged: Sequence[Judged], hits: Sequence[int]) -> np.ndarray:
    rows = [(n, len(one.predictions) - n, len(one.truths) - n) for one, n in zip(judged, hits, strict=True)]
    return np.array(rows, float).reshape(-1, 3)


def time_counts(judged: Sequence[Judged], step: float = 0.1) -> np.ndarray:
    """Seconds in which exactly the true classes (or background) are predicted, and all seconds: float64 [R, 2]."""
    rows = []
    for one in judged:
        moments = np.arange(step / 2, one.seconds, step)
        own, other = (_at(side, moments) for side in (one.truths, one.predictions))
        right = np.ones(len(moments), bool)
        for label in own.keys() | other.keys():
            right &= own.get(label, False) == other.get(label, False)
        rows.append((step * right.sum(), step * len(moments)))
    return np.array(rows, float).reshape(-1, 2)


def _at(segments: Segments, moments: np.ndarray) -> dict[int, np.ndarray]:
    """Presence at each moment, by label."""
    there: dict[int, np.ndarray] = {}
    for one in segments:
        inside = (moments >= one.start) & (moments < one.stop)
        there[one.label] = there.get(one.label, False) | inside
    return there


def f1(counts: np.ndarray) -> np.ndarray:
    """2 TP / (2 TP + FP + FN) of [..., 3]; NaN where there are neither truths nor predictions."""
    tp, fp, fn = np.moveaxis(counts, -1, 0)
    whole = 2 * tp + fp + fn
    return np.divide(2 * tp, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)


def macro_f1(counts: np.ndarray) -> np.ndarray:
    """Mean F1 of the classes of [..., K, 3] that have truths or predictions; NaN if there are none."""
    each = f1(counts)
    there = ~np.isnan(each)
    number = there.sum(axis=-1)
    total = np.where(there, each, 0).sum(axis=-1)
    return np.divide(total, number, out=np.full(np.shape(number), np.nan), where=number > 0)


def smg_f1(counts: np.ndarray) -> np.ndarray:
    """F1 from hits, predictions and truths [..., 3], as computed by the authors of SMG."""
    hits, predictions, truths = np.moveaxis(counts, -1, 0)
    whole = predictions + truths
    return np.divide(2 * hits, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)


def border_errors(judged: Sequence[Judged], overlap: float = 0.3) -> np.ndarray:
    """Predicted minus true start and stop of pairs matched irrespective of class, seconds, float64 [p, 2]."""
    found = [np.zeros((0, 2))]
    for one in judged:
        pairs = match(one.truths, one.predictions, overlap, by_class=False)
        found.append(spans(one.predictions)[pairs[:, 1]] - spans(one.truths)[pairs[:, 0]])
    return np.concatenate(found)
