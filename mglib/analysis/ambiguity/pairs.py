"""Confused pairs of classes, compared with null models.

A confusion that is as frequent as expected by chance, or from the succession of the two gestures, says little about
their similarity: if B often follows A, a clip of A that is cut slightly too late shows B.
"""

import numpy as np
import pandas as pd

from mglib.analysis.evaluation import ratio, ratio_intervals
from mglib.runs import Run

from .chance import error_lift, succession_error_lift
from .succession import followers, succession_lift

CHUNK = 2**20  # pairs times groups in memory at once


def confused_pairs(
    run: Run,
    split: str = "test",
    stream: str = "fused",
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """All pairs of classes of which the first is misclassified as the second, most frequent first.

    Args:
        run: a finished run.
        split: train, val or test.
        stream: "rgb", "pose" or "fused".
        level: nominal coverage of the intervals.

    Returns:
        One row per pair; none if nothing is confused.
        true, predicted; count: number of clips; rate, low, high: share of the true class's clips, with its interval
        over groups (NaN for fewer than two), groups: their number; reverse_count, reverse_rate: for the opposite
        confusion; direction: see `pair_bounds`.
        lift_over_chance: see `error_lift`; 1 if errors were distributed independently of the class.
        succession: see `succession_lift`; lift_over_succession: see `succession_error_lift`, of the split's clips,
        above 1 if the pair is confused more often than succession explains. NaN if the order is unknown, or the two
        never follow each other.

    Raises:
        ValueError: the split has no clips.
    """
    labels, predicted = _answers(run, split, stream)
    counts = _counts(labels, predicted, run.data.num_classes)
    true, other = _confused(counts)
    following = followers(run.clips.iloc[run.where(split)], len(counts))
    clips = counts.sum(1)
    table = pd.DataFrame(
        {
            "true": true,
            "predicted": other,
            "count": counts[true, other],
            "rate": ratio(counts[true, other], clips[true]),
            "reverse_count": counts[other, true],
            "reverse_rate": ratio(counts[other, true], clips[other]),
            "lift_over_chance": error_lift(counts)[true, other],
            "succession": succession_lift(run)[true, other],
            "lift_over_succession": succession_error_lift(counts, following)[true, other],
        }
    )
    groups = run.groups[run.where(split)]
    found = pair_bounds(labels, predicted, groups, true, other, level=level)
    for place, name in ((4, "low"), (5, "high"), (6, "groups"), (9, "direction")):
        table.insert(place, name, found[name])
    return table


def pair_bounds(
    labels: np.ndarray,
    predicted: np.ndarray,
    groups: np.ndarray,
    true: np.ndarray,
    other: np.ndarray,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Intervals over groups for the confusion rates of pairs of classes.

    Args:
        labels, predicted, groups: of the clips, [N] each.
        true, other: classes of P pairs, true misclassified as other, [P] each.
        level: nominal coverage of the intervals.

    Returns:
        A row per pair: low, high: interval of the share of the true class's clips misclassified as the other (NaN for
        fewer than two groups); groups: number of groups; direction: "one-sided" if the interval of rate - reverse rate
        excludes 0, else "mutual" if both occur, else "unclear". That interval is computed from those of both rates
        (Newcombe 1998, Interval Estimation for the Difference Between Independent Proportions, method 10), so that two
        clips out of two are not treated as certain; it needs both.
    """
    parts = max(1, len(true) * len(np.unique(groups)) // CHUNK)
    found = [
        _pair_bounds(labels, predicted, groups, true[part], other[part], level)
        for part in np.array_split(np.arange(len(true)), parts)
    ]
    return pd.concat(found, ignore_index=True)


def _pair_bounds(
    labels: np.ndarray, predicted: np.ndarray, groups: np.ndarray, true: np.ndarray, other: np.ndarray, level: float
) -> pd.DataFrame:
    (there, clips), (back, whole) = (_by_group(labels, predicted, groups, *ab) for ab in ((true, other), (other, true)))
    (low, high), (back_low, back_high) = (
        ratio_intervals(there, clips, level=level),
        ratio_intervals(back, whole, level=level),
    )
    rate, reverse = ratio(there.sum(0), clips.sum(0)), ratio(back.sum(0), whole.sum(0))
    least = rate - reverse - np.hypot(rate - low, back_high - reverse)
    most = rate - reverse + np.hypot(high - rate, reverse - back_low)
    direction = np.where((there.sum(0) > 0) & (back.sum(0) > 0), "mutual", "unclear")
    direction = np.where((least > 0) | (most < 0), "one-sided", direction)
    number = np.count_nonzero(clips, axis=0)
    return pd.DataFrame({"low": low, "high": high, "groups": number, "direction": direction})


def _counts(first: np.ndarray, second: np.ndarray, num_classes: int) -> np.ndarray:
    """Number of clips by first and second class, int [K, K]."""
    return np.bincount(first * num_classes + second, minlength=num_classes**2).reshape(num_classes, num_classes)


def _confused(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """True and predicted classes of all confused pairs, the most frequent first."""
    true, other = np.nonzero(counts - np.diag(counts.diagonal()))
    order = np.argsort(-counts[true, other], kind="stable")
    return true[order], other[order]


def _by_group(
    labels: np.ndarray, predicted: np.ndarray, groups: np.ndarray, true: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per pair: clips of the true class misclassified as the other, and clips of the true class, [G, P] each."""
    group, names = pd.factorize(np.asarray(groups))
    size = max(labels.max(), predicted.max(), *true, *other) + 1 if len(true) else 1
    clips, taken = np.zeros((len(names), size)), np.zeros((len(names), len(true)))
    place = np.full((size, size), -1)
    place[true, other] = np.arange(len(true))
    if len(true):
        np.add.at(clips, (group, labels), 1)
        pair = place[labels, predicted]
        np.add.at(taken, (group[pair >= 0], pair[pair >= 0]), 1)
    return taken, clips[:, true]


def _answers(run: Run, split: str, stream: str) -> tuple[np.ndarray, np.ndarray]:
    """Labels and predicted classes of a split's clips."""
    rows = run.where(split)
    if len(rows) == 0:
        raise ValueError(f"The run {run.name} has no clips in the split {split!r}; it has {run.data.clips}.")
    return run.labels[rows], run.probabilities(stream)[rows].argmax(1)
