"""Intervals that know that clips of one group (subject or video) resemble each other.

The interval is the percentile interval of a cluster bootstrap: whole groups are drawn with replacement and their
clips come along (Davison & Hinkley 1997, Bootstrap Methods and their Application, section 3.8). A measure that is a
function of sums over the drawn clips needs only its sums per group, which makes a draw one matrix product; any such
measure gets its interval from `cluster_intervals`. With a handful of groups the interval is too narrow (Cameron,
Gelbach & Miller 2008, Bootstrap-Based Improvements for Inference with Clustered Errors): state their number beside it.

Several seeds of a system are averaged within each draw: the interval speaks of other people or videos, the seeds being
as they are; their spread is told by their standard deviation.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

CHUNK = 2**22  # numbers held at once while drawing, 32 MiB

Statistic = Callable[[np.ndarray], np.ndarray]  # from sums [B, ...] to values [B, ...]


class Interval(NamedTuple):
    """A value with its interval; low and high are nan where there is none."""

    value: float
    low: float
    high: float


def cluster_intervals(
    sums: np.ndarray,
    statistic: Statistic,
    *,
    rng: np.random.Generator,
    draws: int = 10_000,
    level: float = 0.95,
) -> tuple[np.ndarray, np.ndarray]:
    """Percentile intervals of a function of sums over clips, groups drawn with replacement.

    Args:
        sums: what the statistic needs, summed within each group [G, ...].
        statistic: from sums over the drawn groups [B, ...] to values [B, ...]; nan where a draw leaves it undefined,
            which the percentiles pass over.
        rng: source of the draws; the draws depend on it and G alone, never on what is measured.
        draws: bootstrap draws.
        level: probability the interval is meant to cover.

    Returns:
        low and high, of the shape of one value; nan, with a warning, where G < 2.
    """
    num_groups = len(sums)
    if num_groups < 2:
        warnings.warn(
            f"The clips come from {num_groups} group, and an interval needs the spread between at least 2: it is nan.",
            stacklevel=3,
        )
        none = np.full(statistic(sums).shape[1:], np.nan)
        return none, none
    table = sums.reshape(num_groups, -1).astype(np.float64)
    step = max(1, CHUNK // (num_groups + table.shape[1]))
    values = []
    for start in range(0, draws, step):
        shares = np.full(num_groups, 1 / num_groups)
        times = rng.multinomial(num_groups, shares, size=min(step, draws - start))  # [B, G]
        values.append(statistic((times @ table).reshape(-1, *sums.shape[1:])))
    low, high = np.nanquantile(np.concatenate(values), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def mean_interval(
    values: np.ndarray, groups: np.ndarray, *, rng: np.random.Generator, draws: int = 10_000, level: float = 0.95
) -> Interval:
    """Mean of a value a clip [N], with its interval over whole groups [N]; other arguments as in `score_table`."""
    sums = group_sums(np.column_stack([values, np.ones(len(values))]), groups)
    low, high = cluster_intervals(sums, lambda s: s[:, 0] / s[:, 1], rng=rng, draws=draws, level=level)
    return Interval(float(np.mean(values)), float(low), float(high))


def ratio_intervals(parts: np.ndarray, wholes: np.ndarray, **draw) -> tuple[np.ndarray, np.ndarray]:
    """Intervals of part / whole in each of C columns, from sums per group [G, C] of both.

    Returns:
        low and high [C], over the draws that leave a whole above 0; nan for a column with fewer than two such groups.
    """
    usable = np.count_nonzero(wholes, axis=0) >= 2
    low, high = np.full((2, wholes.shape[1]), np.nan)
    if usable.any():
        sums = np.stack([parts, wholes], axis=1)[..., usable]  # [G, 2, C]
        low[usable], high[usable] = cluster_intervals(sums, lambda s: ratio(s[:, 0], s[:, 1]), **draw)
    return low, high


def seed_table(
    systems: Mapping[str, np.ndarray],
    metrics: Sequence[str],
    sums_of: Callable[[np.ndarray], np.ndarray],
    statistic: Statistic,
    **draw,
) -> pd.DataFrame:
    """Several measures of several systems over their seeds, all from the same draws of groups.

    Args:
        systems: name -> probabilities [S, N, K].
        metrics: names of the M measures.
        sums_of: from probabilities [N, K] to sums per group [G, ...].
        statistic: from such sums [..., ...] to measures [..., M].
        draw: rng, draws and level, as for `cluster_intervals`.

    Returns:
        Columns system, metric, value (mean over seeds), low, high, sd (over seeds, nan for one), seeds.
    """
    sums, averaged = seed_average(systems, sums_of, statistic)
    low, high = cluster_intervals(sums, averaged, **draw)
    seeds = pd.Index([name for name, table in systems.items() for _ in table], name="system")
    values = pd.DataFrame(statistic(sums.sum(axis=0)), index=seeds, columns=pd.Index(metrics, name="metric"))
    by_system = values.groupby(level=0, sort=False)
    table = by_system.mean().stack().rename("value").to_frame()
    table = table.assign(low=low.ravel(), high=high.ravel(), sd=by_system.std().stack(), seeds=by_system.size())
    return table.reset_index()


def seed_average(
    systems: Mapping[str, np.ndarray], sums_of: Callable[[np.ndarray], np.ndarray], statistic: Statistic
) -> tuple[np.ndarray, Statistic]:
    """Sums per group of every seed of every system [G, R, ...], and the statistic of such, averaged over seeds [B, S].

    Arguments as in `seed_table`; S counts systems and R their seeds in all.
    """
    sums = np.stack([sums_of(seed) for table in systems.values() for seed in table], axis=1)
    seeds = np.array([len(table) for table in systems.values()])
    first = np.cumsum(seeds) - seeds

    def averaged(sums: np.ndarray) -> np.ndarray:
        return np.add.reduceat(statistic(sums), first, axis=1) / seeds[:, None]

    return sums, averaged


def group_sums(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Values of clips [N, ...] summed within each group [G, ...], groups in rising order."""
    group, names = pd.factorize(np.asarray(groups), sort=True)
    sums = np.zeros((len(names), *values.shape[1:]))
    np.add.at(sums, group, values)
    return sums


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole, nan where the whole is 0."""
    return np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
