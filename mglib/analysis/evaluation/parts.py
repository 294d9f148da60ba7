"""A part of the clips held against the rest: whether a network does better or worse on it than on all others."""

from typing import NamedTuple

import numpy as np

from .intervals import Interval, bounds, group_freedom, leave_one_out, mean_interval, over_groups
from .sums import ratio


class PartAndRest(NamedTuple):
    """Top-1 of a part, of the rest, and part - rest; nan where there are no clips, or fewer than two groups."""

    part: Interval
    rest: Interval
    difference: Interval


def part_and_rest(hits: np.ndarray, groups: np.ndarray, inside: np.ndarray, *, level: float = 0.95) -> PartAndRest:
    """Top-1 of a part of the clips and of the rest, with intervals over whole groups.

    A group may have clips on both sides, as where the part is the short clips: leaving it out moves both, and the
    difference keeps what they share. It is never taken for surer than if clips were independent, and has the degrees
    of freedom of the side with fewer, or less even, groups. A part of one person has no interval: nobody knows how far
    another one like them would differ.

    Args:
        hits: which clips were recognised, bool [n].
        groups: subject or video of each clip, [n].
        inside: which clips are the part, bool [n].
        level: probability the intervals are meant to cover.
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
    variance = np.maximum(over_groups(moves), least)
    freedom = group_freedom(sums[:, [1, 3]]).min()
    low, high = bounds(np.float64(value), variance, freedom, scale="any", level=level)
    return PartAndRest(part, rest, Interval(value, float(low), float(high)))


def _mean(hits: np.ndarray, groups: np.ndarray, level: float) -> Interval:
    if len(np.unique(groups)) < 2:
        return Interval(float(hits.mean()) if len(hits) else np.nan, np.nan, np.nan)
    return mean_interval(hits, groups, level=level)
