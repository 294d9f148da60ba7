"""Compares a part of the clips with the rest: whether a network is better or worse on it."""

from typing import NamedTuple

import numpy as np

from .intervals import Interval, bounds, group_freedom, leave_one_out, mean_interval, over_groups, unseen
from .sums import ratio


class PartAndRest(NamedTuple):
    """Top-1 of a part, of the rest, and part - rest; nan without clips, or with fewer than two groups."""

    part: Interval
    rest: Interval
    difference: Interval


def part_and_rest(hits: np.ndarray, groups: np.ndarray, inside: np.ndarray, *, level: float = 0.95) -> PartAndRest:
    """Top-1 of a part of the clips and of the rest, with intervals over whole groups.

    A group may have clips in both, for instance if the part is all short clips: then leaving it out changes both, which
    the difference takes into account. Its variance is at least that of independent clips, with the degrees of freedom
    of the side with fewer, or less even, groups. A side of which all or no clips are right shows no variance; three
    clips out of three are not certain, so `intervals.unseen` is added for it. A part of one person has no interval, as
    the variance between such persons is unknown.

    Args:
        hits: which clips were recognised, bool [n].
        groups: subject or video of each clip, [n].
        inside: which clips are the part, bool [n].
        level: nominal coverage of the intervals.
    """
    part, rest = (_mean(hits[side], groups[side], level) for side in (inside, ~inside))
    value = part.value - rest.value
    if np.isnan(part.low) or np.isnan(rest.low):
        return PartAndRest(part, rest, Interval(value, np.nan, np.nan))
    _, code = np.unique(groups, return_inverse=True)
    columns = (hits * inside, inside, hits * ~inside, ~inside)
    sums = np.column_stack([np.bincount(code, weights=column.astype(float)) for column in columns])
    _, moves = leave_one_out(sums, lambda s: ratio(s[:, 0], s[:, 1]) - ratio(s[:, 2], s[:, 3]))
    least = sum(side.value * (1 - side.value) / n for side, n in zip((part, rest), sums[:, [1, 3]].sum(0), strict=True))
    freedom = group_freedom(sums[:, [1, 3]]).min()
    certain = [n for side, n in zip((part, rest), sums[:, [1, 3]].sum(0), strict=True) if side.value in (0, 1)]
    variance = np.maximum(over_groups(moves), least) + sum(unseen(n, freedom, level) for n in certain)
    low, high = bounds(np.float64(value), variance, freedom, scale="any", level=level)
    return PartAndRest(part, rest, Interval(value, float(low), float(high)))


def _mean(hits: np.ndarray, groups: np.ndarray, level: float) -> Interval:
    if len(np.unique(groups)) < 2:
        return Interval(float(hits.mean()) if len(hits) else np.nan, np.nan, np.nan)
    return mean_interval(hits, groups, level=level)
