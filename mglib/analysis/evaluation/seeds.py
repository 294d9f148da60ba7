"""Measures over several seeds: seeds are crossed with groups, and both contribute to an interval.

The same settings with another seed would give another score, as would the same network on other people. The variance of
a mean over S seeds and G groups is therefore a sum: the variance over the seeds' scores, divided by S, plus the
variance over groups of the seeds' mean (`intervals`). The interaction of seed and group is in both, so the sum is too
large rather than too small; its degrees of freedom are Satterthwaite's (1946). Settings with common seeds are compared
seed by seed, others by the variances of both sides (Welch 1947).

With one seed, the interval is that of this network on other people. Two seeds leave one degree of freedom, which is
imprecise; use at least three, and five for a claim.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from .intervals import (
    Interval,
    Scale,
    Statistic,
    bounds,
    combined,
    group_freedom,
    leave_one_out,
    over_groups,
    t_test,
    unseen,
    warn_of_one_group,
)
from .sums import group_sizes, group_sums


class Scored(NamedTuple):
    """M measures of S seeds: values [S, M], and the contribution of each group [G, S, M]."""

    values: np.ndarray
    moves: np.ndarray


class Difference(NamedTuple):
    """One setting minus another; low, high and p are nan if a side has one seed."""

    value: float
    low: float
    high: float
    p: float
    seeds: int  # common seeds if paired, else the smaller number of both sides
    paired: bool


def scored(seeds: np.ndarray, sums_of: Callable[[np.ndarray], np.ndarray], statistic: Statistic) -> Scored:
    """Measures of seeds [S, N, K], with `sums_of` and `statistic` as in `seed_table`."""
    sums = np.stack([sums_of(seed) for seed in seeds], axis=1)
    return Scored(*leave_one_out(sums, statistic))


def spread(own: Scored, freedom: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variance of the mean over seeds, and its degrees of freedom, [M] each."""
    return combined([(over_groups(own.moves.mean(axis=1)), freedom), *_over_seeds(own)])


def difference(
    own: Scored, other: Scored, freedom: np.ndarray, *, paired: bool, least: np.ndarray | float = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Difference of means, its variance and degrees of freedom, [M] each.

    Args:
        own, other: scores on the same groups; with the same seeds in the same order if paired.
        freedom: degrees of freedom of a variance over these groups.
        paired: whether to compare seed by seed.
        least: lower limit of the variance over groups.
    """
    value = own.values.mean(axis=0) - other.values.mean(axis=0)
    groups = np.maximum(over_groups(own.moves.mean(axis=1) - other.moves.mean(axis=1)), least)
    sides = [Scored(own.values - other.values, own.moves - other.moves)] if paired else [own, other]
    return value, *combined([(groups, freedom), *(part for side in sides for part in _over_seeds(side))])


def compare_settings(
    own: Mapping[int, np.ndarray],
    base: Mapping[int, np.ndarray],
    groups: np.ndarray,
    *,
    level: float = 0.95,
) -> Difference:
    """Top-1 of one setting minus that of another, with inference to other seeds and groups.

    Args:
        own: seed -> whether each clip was recognised [N]; at least one.
        base: the same for the setting to compare with.
        groups: subject or video of each clip [N].
        level: nominal coverage of the interval.

    Common seeds are compared in pairs, and others left out; if there are none, all are compared unpaired.
    """
    shared = sorted(set(own) & set(base))
    first, second = ([hits[seed] for seed in shared] or [*hits.values()] for hits in (own, base))
    first, second = np.asarray(first, float), np.asarray(second, float)
    sizes = group_sizes(groups)
    least = np.var(first.mean(axis=0) - second.mean(axis=0)) / len(groups)  # as for independent clips
    least = least or unseen(len(groups), group_freedom(sizes), level)
    sides = [_top1(hits, sizes, groups) for hits in (first, second)]
    found = difference(*sides, group_freedom(sizes), paired=bool(shared), least=least)
    number = min(len(first), len(second))
    if number < 2:
        return Difference(float(found[0][0]), np.nan, np.nan, np.nan, number, bool(shared))
    low, high = bounds(*found, scale="any", level=level)
    return Difference(*(float(x[0]) for x in (found[0], low, high, t_test(*found))), number, bool(shared))


def setting_interval(hits: np.ndarray, groups: np.ndarray, *, level: float = 0.95) -> Interval:
    """Top-1 of a setting from the hits of its seeds [S, N], as in `seed_table`."""
    sizes = group_sizes(groups)
    warn_of_one_group(len(sizes))
    own = _top1(np.asarray(hits, float), sizes, groups)
    value, (variance, freedom) = own.values.mean(axis=0), spread(own, group_freedom(sizes))
    low, high = bounds(value, variance, freedom, scale="share", clips=len(groups), level=level)
    return Interval(float(value[0]), float(low[0]), float(high[0]))


def seed_table(
    systems: Mapping[str, np.ndarray],
    scales: Mapping[str, Scale],
    sums_of: Callable[[np.ndarray], np.ndarray],
    statistic: Statistic,
    sizes: np.ndarray,
    level: float = 0.95,
) -> pd.DataFrame:
    """Table of several measures of several systems over their seeds.

    Args:
        systems: name -> probabilities [S, N, K].
        scales: names of the M measures, with their scales.
        sums_of: from probabilities [N, K] to sums per group [G, ...].
        statistic: from sums [..., ...] to measures [..., M].
        sizes: clips of each group [G].
        level: nominal coverage of the intervals.

    Returns:
        Columns system, metric, value (mean over seeds), low, high, sd (over seeds, nan for one), seeds, groups.
    """
    warn_of_one_group(len(sizes))
    freedom, rows = group_freedom(sizes), []
    for system, seeds in systems.items():
        own = scored(seeds, sums_of, statistic)
        value, (variance, degrees) = own.values.mean(axis=0), spread(own, freedom)
        sd = own.values.std(axis=0, ddof=1) if len(seeds) > 1 else np.full(len(value), np.nan)
        for m, (metric, scale) in enumerate(scales.items()):
            low, high = bounds(value[m], variance[m], degrees[m], scale=scale, clips=sizes.sum(), level=level)
            rows.append((system, metric, value[m], float(low), float(high), sd[m], len(seeds), len(sizes)))
    columns = ["system", "metric", "value", "low", "high", "sd", "seeds", "groups"]
    return pd.DataFrame(rows, columns=columns)


def _over_seeds(own: Scored) -> list[tuple[np.ndarray, np.ndarray]]:
    """Variance of the mean over seeds, and its degrees of freedom; empty for one seed."""
    number = len(own.values)
    return [(own.values.var(axis=0, ddof=1) / number, np.array(number - 1.0))] if number > 1 else []


def _top1(hits: np.ndarray, sizes: np.ndarray, groups: np.ndarray) -> Scored:
    """Top-1 from the hits of each seed [S, N]."""
    sums = [np.column_stack([group_sums(seed, groups), sizes]) for seed in hits]
    return Scored(*leave_one_out(np.stack(sums, axis=1), lambda s: s[..., :1] / s[..., 1:]))
