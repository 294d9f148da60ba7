"""Intervals that know that clips of one group (subject or video) resemble each other.

The standard error is that of the jackknife over groups: every group is left out once and the measure taken again, so
any function of sums over clips has one (MacKinnon, Nielsen & Webb 2023, Fast and Reliable Jackknife and Bootstrap
Methods for Cluster-Robust Inference, the estimator CV3). With a handful of groups it is a rough guess itself, which
Student's t with one degree of freedom less than groups makes up for; groups of unequal size count as fewer (Kish 1965,
Survey Sampling: the square of the sum of the sizes over the sum of their squares).

A share is given its interval on the logit scale, within 0 and 1 and as lopsided as shares near them are; and it is
never taken for surer than if its clips were independent, since four groups that agree may do so by chance. Where all
clips are right, or none, no spread is left to see: there the interval is Wilson's (1927), with the same t.

Nothing is drawn, so nothing depends on a seed. `python -m benchmarks.coverage` simulates how often these intervals,
and those that were not chosen (percentile, studentised and wild bootstraps over groups, plain t), hold the truth.
"""

import warnings
from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from scipy import special, stats

from .sums import group_sizes, group_sums, ratio

CHUNK = 2**22  # numbers held at once while groups are left out, 32 MiB

Statistic = Callable[[np.ndarray], np.ndarray]  # from sums [B, ...] to values [B, ...]
Scale = Literal["share", "positive", "any"]


class Interval(NamedTuple):
    """A value with its interval; low and high are nan where there is none."""

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
    """Intervals of a function of sums over clips, each group left out once.

    Args:
        sums: what the statistic needs, summed within each group [G, ...].
        statistic: from sums over groups [B, ...] to values [B, ...]; nan where they leave it undefined.
        sizes: clips of each group [G].
        scale: "share" of 0..1, "positive" (of 0 and above, on the logarithmic scale), "any".
        clips: that a share is a share of, of the shape of one value; all of them where None.
        level: probability the interval is meant to cover.

    Returns:
        low and high, of the shape of one value; nan, with a warning, where G < 2; nan where fewer than two groups can
        be left out.
    """
    warn_of_one_group(len(sums))
    value, moves = leave_one_out(sums, statistic)
    variance, freedom = over_groups(moves), group_freedom(sizes)
    return bounds(value, variance, freedom, scale=scale, clips=sizes.sum() if clips is None else clips, level=level)


def mean_interval(values: np.ndarray, groups: np.ndarray, *, scale: Scale = "share", level: float = 0.95) -> Interval:
    """Mean of a value a clip [N], with its interval over whole groups [N]; other arguments as in `cluster_intervals`.

    On the scale "any", as for differences, it is never taken for surer than if clips were independent either.
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
        low and high [C], from the groups whose whole is above 0; nan for a column with fewer than two of them.
    """
    part, whole = parts.sum(axis=0), wholes.sum(axis=0)
    value = ratio(part, whole)
    moves = np.where(wholes > 0, value - ratio(part - parts, whole - wholes), np.nan)
    return bounds(value, over_groups(moves), group_freedom(wholes), scale="share", clips=whole, level=level)


def leave_one_out(sums: np.ndarray, statistic: Statistic) -> tuple[np.ndarray, np.ndarray]:
    """The statistic of all groups [...], and how much larger it is than without each of them [G, ...]; nan of one."""
    total = sums.sum(axis=0)
    value = statistic(total[None])[0]
    if len(sums) < 2:
        return value, np.full((1, *np.shape(value)), np.nan)
    step = max(1, CHUNK // max(1, total.size))
    rest = [statistic(total - sums[start : start + step]) for start in range(0, len(sums), step)]
    return value, value - np.concatenate(rest)


def over_groups(moves: np.ndarray) -> np.ndarray:
    """Jackknife variance from what each group moves [G, ...]; nan where fewer than two groups move anything.

    nan in `moves` is a group without which there is no value, or that has no say in it.
    """
    number = np.isfinite(moves).sum(axis=0)
    return ratio(np.nansum(moves**2, axis=0) * (number - 1.0), np.where(number > 1, number, 0))


def group_freedom(sizes: np.ndarray) -> np.ndarray:
    """Degrees of freedom of a variance over groups of so many clips [G, ...]; at least 1."""
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
    """low and high of values with variances and their degrees of freedom; `clips` limits how sure a share can be."""
    t = stats.t.ppf((1 + level) / 2, freedom)
    if scale == "share":
        return _share_bounds(value, variance, t, clips)
    half = t * np.sqrt(variance)
    if scale == "positive":
        factor = np.exp(np.nan_to_num(ratio(half, value), posinf=np.inf)) + 0 * half  # nan stays nan
        return value / factor, value * factor
    return value - half, value + half


def t_test(value: np.ndarray, variance: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """Two-sided p of the value being 0; 1 for a value of 0 without spread."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(np.equal(value, 0), 0 * variance, np.abs(value) / np.sqrt(variance))
    return 2 * stats.t.sf(t, freedom)


def combined(parts: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """Sum of independent variances, and its degrees of freedom (Satterthwaite 1946); each part both."""
    total = np.sum([variance for variance, _ in parts], axis=0)
    weight = np.sum([variance**2 / freedom for variance, freedom in parts], axis=0)
    fewest = np.min([np.broadcast_to(freedom, np.shape(total)) for _, freedom in parts], axis=0)
    return total, np.where(weight > 0, ratio(total**2, weight), fewest)


def warn_of_one_group(number: int) -> None:
    if number < 2:
        warnings.warn(
            f"The clips come from {number} group, and an interval needs the spread between at least 2: it is nan.",
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
    far = t**2 / (clips + t**2) + 0 * variance  # Wilson's other end, seen from 0 or 1
    low = np.where(inside, low, np.where(value >= 1, 1 - far, 0 * far))
    high = np.where(inside, high, np.where(value <= 0, far, 1 + 0 * far))
    return np.where(np.isnan(value), np.nan, low), np.where(np.isnan(value), np.nan, high)
