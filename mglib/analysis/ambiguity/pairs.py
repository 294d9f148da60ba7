"""Which classes are confused with which: every pair with its null models.

A confusion that is as frequent as chance or as the succession of the two gestures says little about their likeness:
where B often follows A, a clip of A that is cut a moment too late shows B.
"""

import numpy as np
import pandas as pd

from mglib.analysis.evaluation import cluster_intervals
from mglib.runs import Run

from .measures import ratio


def confused_pairs(
    run: Run,
    split: str = "test",
    stream: str = "fused",
    *,
    rng: np.random.Generator,
    draws: int = 2_000,
    level: float = 0.95,
) -> pd.DataFrame:
    """Every pair of classes of which the first is taken for the second, the most frequent first.

    Args:
        run: a finished run.
        split: train, val or test.
        stream: "rgb", "pose" or "fused".
        rng: source of the bootstrap draws of whole groups.
        draws: number of draws.
        level: probability the intervals are meant to cover.

    Returns:
        One row a pair; none where nothing is confused.
        true, predicted; count, of clips; rate, low, high: share of the true class's clips, with its cluster bootstrap
        interval (NaN where they come from fewer than two groups); reverse_count, reverse_rate: the other way round.
        direction: "one-sided" where the interval of rate - reverse rate excludes 0, else "mutual" where both occur,
        else "unclear".
        lift_over_chance: rate / share of the predicted class among all predictions; 1 were the two independent.
        succession: see `succession_lift`; lift_over_succession: lift over chance / succession, above 1 where the pair
        is confused more than its order in time explains. NaN without an order, or where it never occurs in that order.

    Raises:
        ValueError: the split has no clips.
    """
    labels, predicted = _answers(run, split, stream)
    counts = _counts(labels, predicted, run.data.num_classes)
    true, other = _confused(counts)
    clips, lift, succession = counts.sum(1), _lift(counts)[true, other], succession_lift(run)[true, other]
    table = pd.DataFrame(
        {
            "true": true,
            "predicted": other,
            "count": counts[true, other],
            "rate": ratio(counts[true, other], clips[true]),
            "low": np.nan,
            "high": np.nan,
            "reverse_count": counts[other, true],
            "reverse_rate": ratio(counts[other, true], clips[other]),
            "direction": np.where(counts[other, true] > 0, "mutual", "unclear"),
            "lift_over_chance": lift,
            "succession": succession,
            "lift_over_succession": ratio(lift, succession),
        }
    )
    if len(table):
        groups = run.groups[run.where(split)]
        low, high = _intervals(labels, predicted, groups, true, other, rng=rng, draws=draws, level=level)
        table["low"], table["high"] = low[0], high[0]
        table.loc[(low[1] > 0) | (high[1] < 0), "direction"] = "one-sided"
    return table


def succession_lift(run: Run) -> np.ndarray:
    """How many times as often as by chance a clip of class B (column) comes next after one of class A (row), [K, K].

    Clips of one group are ordered by `start`, an optional column of clips.csv (frame or second in the recording).
    Chance is the share of B among all that come next. NaN without that column, and for a class that nothing comes
    after or that never comes next.
    """
    num_classes = run.data.num_classes
    counts = np.zeros((num_classes, num_classes))
    if "start" in run.clips:
        start = pd.to_numeric(run.clips["start"], errors="coerce")  # an empty cell: this clip has no place
        clips = run.clips.assign(start=start).dropna(subset="start").sort_values(["group", "start"], kind="stable")
        label, group = clips["label"].to_numpy(), clips["group"].to_numpy()
        follows = group[1:] == group[:-1]
        counts = _counts(label[:-1][follows], label[1:][follows], num_classes)
    return _lift(counts)


def _counts(first: np.ndarray, second: np.ndarray, num_classes: int) -> np.ndarray:
    """How often classes meet, int [K, K]."""
    return np.bincount(first * num_classes + second, minlength=num_classes**2).reshape(num_classes, num_classes)


def _confused(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """True and predicted classes of all confused pairs, the most frequent first."""
    true, other = np.nonzero(counts - np.diag(counts.diagonal()))
    order = np.argsort(-counts[true, other], kind="stable")
    return true[order], other[order]


def _lift(counts: np.ndarray) -> np.ndarray:
    """Counts over what they would be were rows and columns independent, [K, K]."""
    return ratio(counts * counts.sum(), np.outer(counts.sum(1), counts.sum(0)))


def _intervals(
    labels: np.ndarray, predicted: np.ndarray, groups: np.ndarray, true: np.ndarray, other: np.ndarray, **draw
) -> tuple[np.ndarray, np.ndarray]:
    """low and high [2, P] of each pair's rate and of its rate minus the reverse rate."""
    group, names = pd.factorize(groups)
    size = max(labels.max(), predicted.max()) + 1
    counts = np.stack([_counts(labels[group == g], predicted[group == g], size) for g in range(len(names))])
    clips = counts.sum(2)
    sums = np.stack([counts[:, true, other], clips[:, true], counts[:, other, true], clips[:, other]], 1)  # [G, 4, P]

    def rates(sums: np.ndarray) -> np.ndarray:
        rate, reverse = ratio(sums[:, 0], sums[:, 1]), ratio(sums[:, 2], sums[:, 3])
        return np.stack([rate, rate - np.nan_to_num(reverse)], 1)  # a class that is not there confuses nothing

    low, high = np.full((2, 2, len(true)), np.nan)
    usable = np.count_nonzero(sums[:, 1], axis=0) >= 2
    if usable.any():
        low[:, usable], high[:, usable] = cluster_intervals(sums[..., usable], rates, **draw)
    return low, high


def _answers(run: Run, split: str, stream: str) -> tuple[np.ndarray, np.ndarray]:
    """Labels and predicted classes of a split's clips."""
    rows = run.where(split)
    if len(rows) == 0:
        raise ValueError(f"The run {run.name} has no clips in the split {split!r}; it has {run.data.clips}.")
    return run.labels[rows], run.probabilities(stream)[rows].argmax(1)
