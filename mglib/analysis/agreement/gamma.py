"""Gamma of Mathet, Widlöcher & Métivier (2015, Computational Linguistics 41): alignment and agreement in one measure.

Two annotations differ by ((|start - start'| + |stop - stop'|) / sum of their lengths)^2, and by 1 more if their classes
do; one without a partner costs 1. The best alignment's costs over the mean number of a coder's annotations are the
disorder; gamma is 1 minus the disorder over that of coders whose annotations are shifted at random.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from mglib.data.recordings import Segment

ALONE = 1.0  # cost of an annotation without a partner
DRAWS = 50  # shifted pairs; the standard error of their mean is a few hundredths of it


def disorder(first: Sequence[Segment], second: Sequence[Segment]) -> float:
    """Cost of the best alignment over the mean number of annotations; NaN where there are none."""
    number = (len(first) + len(second)) / 2
    return cost(first, second) / number if number else float("nan")


def cost(first: Sequence[Segment], second: Sequence[Segment]) -> float:
    """Cost of the best alignment of two coders' annotations."""
    if not first or not second:
        return ALONE * (len(first) + len(second))
    own, other = (np.array([(s.start, s.stop) for s in side], float) for side in (first, second))
    moved = np.abs(own[:, None] - other[None]).sum(-1)
    lengths = np.add.outer(own[:, 1] - own[:, 0], other[:, 1] - other[:, 0])
    differ = np.not_equal.outer([one.label for one in first], [one.label for one in second])
    each = np.minimum((moved / lengths) ** 2 + differ, 2 * ALONE)  # two alone cost as much
    rows, columns = linear_sum_assignment(each)
    return float(each[rows, columns].sum()) + ALONE * abs(len(first) - len(second))


def gamma_sums(
    first: Sequence[Segment], second: Sequence[Segment], seconds: float, rng: np.random.Generator, draws: int = DRAWS
) -> np.ndarray:
    """Cost that is there and cost to be expected, float64 [2]: of several recordings they are added up.

    Args:
        first, second: annotations of the two coders in one recording.
        seconds: that it lasts.
        rng: of the shifts.
        draws: how many.
    """
    number = (len(first) + len(second)) / 2
    if not number:
        return np.zeros(2)
    expected = []
    for _ in range(draws):
        sides = [shifted((first, second)[int(rng.integers(2))], seconds, rng) for _ in range(2)]
        expected.append(disorder(*sides))
    return np.array([cost(first, second), float(np.nanmean(expected)) * number if np.isfinite(expected).any() else 0])


def shifted(segments: Sequence[Segment], seconds: float, rng: np.random.Generator) -> list[Segment]:
    """A coder's annotations moved around the recording as around a ring."""
    pivot = rng.uniform(0, seconds)
    moved = []
    for one in segments:
        start = (one.start + pivot) % seconds
        moved.append(replace(one, start=start, stop=start + one.duration))
    return moved


def gamma(sums: np.ndarray) -> np.ndarray:
    """1 - cost / expected cost, of sums [..., 2]."""
    there, expected = sums[..., 0], sums[..., 1]
    return 1 - np.divide(there, expected, out=np.full(there.shape, np.nan), where=expected > 0)
