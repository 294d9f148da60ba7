"""Gamma of Mathet, Widlöcher & Métivier (2015, Computational Linguistics 41): alignment and agreement in one measure.

Two annotations have the dissimilarity ((|start - start'| + |stop - stop'|) / sum of their lengths)^2, plus 1 if their
classes differ; one without a partner costs 1. Disorder is the cost of the best alignment divided by the mean number of
annotations per coder; gamma is 1 minus the disorder divided by that of randomly shifted annotations.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from mglib.data.recordings import Segment

ALONE = 1.0  # cost of an annotation without a partner
DRAWS = 50  # random shifts; the standard error of their mean is a few percent of it


def disorder(first: Sequence[Segment], second: Sequence[Segment]) -> float:
    """Cost of the best alignment divided by the mean number of annotations; NaN if there are none."""
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
    each = np.minimum((moved / lengths) ** 2 + differ, 2 * ALONE)  # as much as two annotations without partner
    rows, columns = linear_sum_assignment(each)
    return float(each[rows, columns].sum()) + ALONE * abs(len(first) - len(second))


def gamma_sums(
    first: Sequence[Segment], second: Sequence[Segment], seconds: float, rng: np.random.Generator, draws: int = DRAWS
) -> np.ndarray:
    """Observed and expected cost, float64 [2], to be summed over recordings.

    Args:
        first, second: annotations of the two coders in one recording.
        seconds: duration of the recording.
        rng: random draws of the shifts.
        draws: number of shifts.
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
    """Shift a coder's annotations circularly by a random amount."""
    pivot = rng.uniform(0, seconds)
    moved = []
    for one in segments:
        start = (one.start + pivot) % seconds
        moved.append(replace(one, start=start, stop=start + one.duration))
    return moved


def gamma(sums: np.ndarray) -> np.ndarray:
    """1 - observed / expected cost, from sums [..., 2]."""
    there, expected = sums[..., 0], sums[..., 1]
    return 1 - np.divide(there, expected, out=np.full(there.shape, np.nan), where=expected > 0)
