"""Intervals that take into account that clips of one group (subject or video) resemble each other.

The standard error is the jackknife's over groups: the measure is computed without each group in turn, which works for
any function of sums over clips (MacKinnon, Nielsen & Webb 2023, Fast and Reliable Jackknife and Bootstrap Methods for
Cluster-Robust Inference, the estimator CV3). With few groups it is imprecise, for which Student's t with one degree of
freedom less than groups corrects; groups of unequal size count as fewer (Kish 1965, Survey Sampling: the square of the
sum of the sizes divided by the sum of their squares).

Intervals of shares are computed on the logit scale, so they are within 0 and 1 and asymmetric near these limits. Their
variance is at least that of independent clips, as four groups may agree by chance. If all or no clips are right, there
is no variance to observe: then the interval is Wilson's (1927), with the same t. So it is for the difference of two
systems that are right on the same clips: a difference too small to show in these clips is not excluded (`unseen`).

Nothing is random, so no seed is needed. `python -m benchmarks.coverage` simulates the coverage of these intervals and
of alternatives (percentile, studentised and wild bootstraps over groups, plain t).
"""

import warnings
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from scipy import special, stats

from .sums import group_sizes, group_sums, ratio

CHUNK = 2**22  # numbers in memory at once while groups are left out, 32 MiB
SAME = 1e-9  # smaller differences are binary rounding

Statistic = Callable[[np.ndarray], np.ndarray]  # from sums [B, ...] to values [B, ...]
Scale = Literal["share", "positive", "any"]


class Interval(NamedTuple):
    """A value with its interval; low and high are nan if there is none."""

    value: float
    low: float
    high: float


def cluster_intervals(
    sums: np.ndarray,
    statistic: Statistic,
    sizes: np.ndarray,
    *,
    scale: Scale = "share",
    clips: np.ndarray | float | None = None,
    level: float = 0.95,
) -> tuple[np.ndarray, np.ndarray]:
    """Intervals of a function of sums over clips, by leaving out each group once.

    Args:
        sums: inputs of the statistic, summed within each group [G, ...].
        statistic: from sums over groups [B, ...] to values [B, ...]; nan where undefined.
        sizes: clips of each group [G].
        scale: "share" of 0..1, "positive" (of 0 and above, on the logarithmic scale), "any".
        clips: number of clips in the denominator of a share, in the shape of one value; None: all clips.
        level: nominal coverage of the interval.

    Returns:
        low and high, in the shape of one value; nan, with a warning, if G < 2; nan if fewer than two groups can be left
        out.
    """
    warn_of_one_group(len(sums))
    value, moves = leave_one_out(sums, statistic)
    variance, freedom = over_groups(moves), group_freedom(sizes)
    return bounds(value, variance, freedom, scale=scale, clips=sizes.sum() if clips is None else clips, level=level)


def unless_alike(low: float, high: float) -> tuple[float, float]:
    """The interval; nan if it has no width, as groups that are alike say nothing about others."""
    return (low, high) if high - low > SAME else (np.nan, np.nan)


def mean_interval(values: np.ndarray, groups: np.ndarray, *, scale: Scale = "share", level: float = 0.95) -> Interval:
    """Mean of values per clip [N], with its interval over groups [N]; other arguments as in `cluster_intervals`.

    On the scale "any", as for differences, the variance is also at least that of independent clips.
    """
    values = np.asarray(values, dtype=float)
    sizes, sums = group_sizes(groups), group_sums(values, groups)
    warn_of_one_group(len(sizes))
    value, moves = leave_one_out(np.column_stack([sums, sizes]), lambda s: ratio(s[:, 0], s[:, 1]))
    variance = over_groups(moves)
    if scale != "share":
        variance = np.maximum(variance, values.var() / len(values))
    low, high = bounds(value, variance, group_freedom(sizes), scale=scale, clips=len(values), level=level)
    return Interval(float(value), float(low), float(high))


def ratio_intervals(parts: np.ndarray, wholes: np.ndarray, *, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Intervals of the share part / whole in each of C columns, from sums per group [G, C] of both.

    Returns:
        low and high [C], from groups whose whole is above 0; nan for columns with fewer than two of them.
    """
    part, whole = parts.sum(axis=0), wholes.sum(axis=0)
    value = ratio(part, whole)
    moves = np.where(wholes > 0, value - ratio(part - parts, whole - wholes), np.nan)
    return bounds(value, over_groups(moves), group_freedom(wholes), scale="share", clips=whole, level=level)


def leave_one_out(sums: np.ndarray, statistic: Statistic) -> tuple[np.ndarray, np.ndarray]:
    """The statistic of all groups [...], and its difference from that without each group [G, ...]; nan for one."""
    total = sums.sum(axis=0)
    value = statistic(total[None])[0]
    if len(sums) < 2:
        return value, np.full((1, *np.shape(value)), np.nan)
    step = max(1, CHUNK // max(1, total.size))
    rest = [statistic(total - sums[start : start + step]) for start in range(0, len(sums), step)]
    return value, value - np.concatenate(rest)


def over_groups(moves: np.ndarray) -> np.ndarray:
    """Jackknife variance from differences without each group [G, ...]; nan for fewer than two such groups.

    nan in `moves` marks a group that has no influence, or without which the value is undefined.
    """
    number = np.isfinite(moves).sum(axis=0)
    return ratio(np.nansum(moves**2, axis=0) * (number - 1.0), np.where(number > 1, number, 0))


def group_freedom(sizes: np.ndarray) -> np.ndarray:
    """Degrees of freedom of a variance over groups with these numbers of clips [G, ...]; at least 1."""
    return np.maximum(np.nan_to_num(ratio(sizes.sum(axis=0) ** 2, (sizes**2).sum(axis=0))) - 1, 1)


def bounds(
    value: np.ndarray,
    variance: np.ndarray,
    freedom: np.ndarray,
    *,
    scale: Scale,
    clips: np.ndarray | float = np.inf,
    level: float = 0.95,
) -> tuple[np.ndarray, np.ndarray]:
    """low and high of values with variances and degrees of freedom; `clips` limits the precision of shares."""
    t = stats.t.ppf((1 + level) / 2, freedom)
    if scale == "share":
        return _share_bounds(value, variance, t, clips)
    half = t * np.sqrt(variance)
    if scale == "positive":
        factor = np.exp(np.nan_to_num(ratio(half, value), posinf=np.inf)) + 0 * half  # nan stays nan
        return value / factor, value * factor
    return value - half, value + half


def unseen(clips: int, freedom: np.ndarray, level: float = 0.95) -> np.ndarray:
    """Variance of a difference that no clip shows, so that its interval ends at Wilson's bounds for 0 of n clips."""
    t = stats.t.ppf((1 + level) / 2, freedom)
    return (t / (clips + t**2)) ** 2


def t_test(value: np.ndarray, variance: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """Two-sided p of the value being 0; 1 for a value of 0 without spread."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(np.equal(value, 0), 0 * variance, np.abs(value) / np.sqrt(variance))
    return 2 * stats.t.sf(t, freedom)


def combined(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Sum of independent variances, and its degrees of freedom (Satterthwaite 1946); each part is a pair."""
    total = np.sum([variance for variance, _ in parts], axis=0)
    weight = np.sum([variance**2 / freedom for variance, freedom in parts], axis=0)
    fewest = np.min([np.broadcast_to(freedom, np.shape(total)) for _, freedom in parts], axis=0)
    return total, np.where(weight > 0, ratio(total**2, weight), fewest)


def warn_of_one_group(number: int) -> None:
    """Warn, if there are too few groups for an interval; the warning points at the code that asked for it."""
    if number < 2:
        warnings.warn(
            f"The clips come from {number} group, but an interval needs at least 2: it is nan.",
            stacklevel=4,
        )


def _share_bounds(
    value: np.ndarray, variance: np.ndarray, t: np.ndarray, clips: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    inside = (value > 0) & (value < 1)
    middle = np.where(inside, value, 0.5)
    spread = np.maximum(variance, ratio(middle * (1 - middle), clips))  # nan stays nan
    half = t * np.sqrt(spread) / (middle * (1 - middle))
    low, high = special.expit(special.logit(middle) - half), special.expit(special.logit(middle) + half)
    far = t**2 / (clips + t**2) + 0 * variance  # Wilson's other bound, from 0 or 1
    low = np.where(inside, low, np.where(value >= 1, 1 - far, 0 * far))
    high = np.where(inside, high, np.where(value <= 0, far, 1 + 0 * far))
    return np.where(np.isnan(value), np.nan, low), np.where(np.isnan(value), np.nan, high)
