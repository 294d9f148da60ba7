"""A part against the rest, against the jackknife written out."""

import numpy as np
import pytest
from scipy import stats

from mglib.analysis.evaluation import mean_interval, part_and_rest


def test_the_difference_leaves_out_one_group_after_the_other():
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(7), rng.integers(5, 30, 7))
    inside = rng.random(len(groups)) < 0.3
    skill = rng.normal(0.6, 0.25, 7)[groups] - 0.15 * inside
    hits = rng.random(len(groups)) < skill
    found = part_and_rest(hits, groups, inside)
    assert found.part == mean_interval(hits[inside], groups[inside])
    assert found.rest == mean_interval(hits[~inside], groups[~inside])

    def difference(kept):
        return hits[kept & inside].mean() - hits[kept & ~inside].mean()

    value = difference(groups >= 0)
    moves = np.array([value - difference(groups != g) for g in range(7)])
    sizes = [np.bincount(groups[side], minlength=7) for side in (inside, ~inside)]
    freedom = min(n.sum() ** 2 / (n**2).sum() - 1 for n in sizes)
    alone = sum(p * (1 - p) / n.sum() for p, n in zip((found.part.value, found.rest.value), sizes, strict=True))
    half = stats.t.ppf(0.975, freedom) * np.sqrt(max((moves**2).sum() * 6 / 7, alone))
    assert found.difference.value == pytest.approx(value)
    assert (moves**2).sum() * 6 / 7 > alone  # groups differ more than clips would
    assert found.difference[1:] == pytest.approx((value - half, value + half))


def test_three_clips_out_of_three_are_not_certain():
    """Eight persons of 40 clips, and three clips in the part: its rate is right in the difference's interval."""
    rng, covered = np.random.default_rng(1), []
    groups, inside = np.repeat(np.arange(8), 40), np.arange(320) % 120 == 0
    for _ in range(200):
        low, high = part_and_rest(rng.random(320) < 0.8, groups, inside).difference[1:]
        covered.append(low <= 0 <= high)
    assert np.mean(covered) > 0.95
    all_right = part_and_rest(np.ones(320, bool), groups, inside)
    t = stats.t.ppf(0.975, 2)
    half = t * np.hypot(t / (3 + t**2), t / (317 + t**2))
    assert all_right.difference == pytest.approx((0, -half, half))


def test_one_person_has_no_interval_and_an_empty_part_no_value():
    groups, hits = np.repeat(np.arange(4), 5), np.arange(20) % 3 > 0
    one = part_and_rest(hits, groups, groups == 2)
    assert one.part.value == hits[groups == 2].mean() and np.isnan(one.part.low) and np.isnan(one.difference.low)
    assert not np.isnan(one.rest.low)
    assert np.isnan(part_and_rest(hits, groups, groups == 9).part.value)
    steady = part_and_rest(np.ones(20, bool), groups, np.arange(20) % 2 == 0)
    assert steady.difference.value == 0 and steady.part.high == 1 and steady.part.low < 0.8
