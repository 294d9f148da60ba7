"""Oracles: flips listed one by one, the binomial distribution, and simulations without a true difference."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from mglib.analysis.evaluation import (
    compare_settings,
    compare_systems,
    format_p,
    oracle,
    overlap,
    paired_difference,
    score_table,
    sign_flip_test,
    smallest_p,
)
from tests.analysis.evaluation.conftest import noisy


def test_a_difference_is_surer_than_the_scores_it_is_of() -> None:
    """B misses one clip of each group that A hits. Groups differ much, but all agree that B is behind by 1/5."""
    rng = np.random.default_rng(3)
    labels, groups = rng.integers(0, 4, 100), np.repeat(np.arange(20), 5)
    hit = rng.random(100) < np.repeat(rng.random(20), 5)
    hit[::5] = True
    behind = np.where(np.arange(100) % 5, hit, False)
    a, b = (np.eye(4)[np.where(right, labels, (labels + 1) % 4)] for right in (hit, behind))

    half = stats.t.ppf(0.975, 19) * np.sqrt(0.2 * 0.8 / 100)  # no surer than of independent clips
    np.testing.assert_allclose(paired_difference(labels, a, b, groups), [0.2, 0.2 - half, 0.2 + half])
    assert paired_difference(labels, b, b, groups) == (0, 0, 0)
    table = score_table({"a": a, "b": b}, labels, groups)
    top1 = table[table["metric"] == "top1"].set_index("system")[["value", "low", "high"]]
    assert ((top1["high"] - top1["low"]) > 1.3 * 2 * half).all()


def test_a_difference_that_no_clip_shows_is_bounded_as_a_share_of_none_of_them() -> None:
    """Of n clips none is judged differently: the rate of such clips may still be Wilson's bound for 0 of n."""
    rng = np.random.default_rng(4)
    labels, groups = rng.integers(0, 4, 320), np.arange(320) % 8
    answers = np.where(rng.random(320) < 0.9, labels, (labels + 1) % 4)
    a, b = np.eye(4)[answers], 0.9 * np.eye(4)[answers] + 0.025
    t = stats.t.ppf(0.975, 7)
    bound = t**2 / (320 + t**2)
    for metric in ("top1", "macro_f1"):
        np.testing.assert_allclose(paired_difference(labels, a, b, groups, metric=metric), [0, -bound, bound])
    row = compare_systems({"a": a, "b": b}, labels, groups, baseline="b", rng=rng).iloc[0]
    assert (row["gained"], row["lost"], row["p"]) == (0, 0, 1) and row["high"] == pytest.approx(bound)
    hits = answers == labels
    found = compare_settings({0: hits, 1: hits}, {0: hits, 1: hits}, groups)
    assert (found.value, found.p) == (0, 1) and (found.low, found.high) == pytest.approx((-bound, bound))


def test_a_small_difference_is_in_the_interval_although_clips_rarely_show_it() -> None:
    """Half a point, and 320 clips, of which in every fifth draw none shows it."""
    rng, groups, labels = np.random.default_rng(5), np.arange(320) % 8, np.zeros(320, int)
    covered = []
    for _ in range(100):
        hits = rng.random((2, 320)) < [[0.88], [0.005 / 0.12]]
        a, b = (np.stack([right, ~right], 1) * scale for right, scale in ((hits.any(0), 0.9), (hits[0], 1.0)))
        _, low, high = paired_difference(labels, a, b, groups)
        covered.append(low <= 0.005 <= high)
    assert np.mean(covered) > 0.95


def test_sign_flips_are_gone_through_where_they_are_few() -> None:
    """Groups of three clips, listed flip by flip; ties with the observed mean count as extreme."""
    rng = np.random.default_rng(8)
    for num_groups in (2, 4, 9):
        groups, values = np.repeat(np.arange(num_groups), 3), rng.integers(-3, 5, 3 * num_groups) / 3
        sums = values.reshape(num_groups, 3).sum(axis=1)
        flipped = [abs(np.dot(signs, sums)) for signs in itertools.product((-1, 1), repeat=num_groups)]
        expected = np.mean(np.array(flipped) >= abs(sums.sum()) - 1e-9)
        assert sign_flip_test(values, groups, rng=rng) == (pytest.approx(expected), 2 / 2**num_groups)
        assert sign_flip_test(np.ones(3 * num_groups), groups, rng=rng)[0] == 2 / 2**num_groups
    assert sign_flip_test(np.ones(5), np.zeros(5), rng=rng) == (1, 1), "one group can tell nothing"


def test_the_smallest_p_is_the_same_in_words_and_tables() -> None:
    for num_groups in (2, 13, 14, 19):
        found = sign_flip_test(np.ones(num_groups), np.arange(num_groups), rng=np.random.default_rng(0))[1]
        assert smallest_p(num_groups) == found and (found == 2 / 2**num_groups) == (num_groups < 14)


def test_drawn_sign_flips_against_the_sign_test() -> None:
    """Differences of +1 and -1, one clip a group: the flips are binomial."""
    values = np.repeat([1, -1], [28, 12])
    p, smallest = sign_flip_test(values, np.arange(40), rng=np.random.default_rng(9))
    assert p == pytest.approx(stats.binomtest(28, 40).pvalue, abs=0.005)
    assert smallest == 2 / 10_001


def test_sign_flips_respect_groups_where_a_test_of_clips_does_not() -> None:
    """No true difference, but clips of a group share theirs: p below 0.05 once in twenty, not every other time."""
    rng, groups, repeats = np.random.default_rng(10), np.repeat(np.arange(8), 20), 200
    shared = rng.normal(size=(repeats, 8)).repeat(20, axis=1) + rng.normal(size=(repeats, 160))
    assert np.mean([sign_flip_test(values, groups, rng=rng)[0] < 0.05 for values in shared]) < 0.09
    assert np.mean(stats.ttest_1samp(shared, 0, axis=1).pvalue < 0.05) > 0.4


def test_differences_against_a_slow_loop() -> None:
    """Two seeds against one: each group left out, macro F1 by scikit-learn; the seeds' variance is added."""
    rng = np.random.default_rng(11)
    labels, groups = rng.integers(0, 5, 80), np.arange(80) % 6
    systems = {"b": np.stack([noisy(rng, labels, 6) for _ in range(2)]), "a": noisy(rng, labels, 6, skill=0.1)}
    found = compare_systems(systems, labels, groups, baseline="a", rng=rng).loc[0]

    def f1(name: str, rows: np.ndarray) -> np.ndarray:
        kept, seeds = labels[rows], systems[name].reshape(-1, 80, 6)[:, rows].argmax(axis=2)
        return np.array([metrics.f1_score(kept, p, labels=np.unique(kept), average="macro") for p in seeds])

    rows = [np.arange(80), *(np.flatnonzero(groups != g) for g in range(6))]
    value, *rest = (f1("b", own).mean() - f1("a", own).mean() for own in rows)
    parts = np.array([5 / 6 * np.sum((value - np.array(rest)) ** 2), f1("b", rows[0]).var(ddof=1) / 2])
    sizes = np.bincount(groups)
    freedom = parts.sum() ** 2 / np.sum(parts**2 / [80**2 / np.sum(sizes**2) - 1, 1])
    half = stats.t.ppf(0.975, freedom) * np.sqrt(parts.sum())
    expected = [value, value - half, value + half]
    np.testing.assert_allclose(found[["macro_f1", "macro_f1_low", "macro_f1_high"]].astype(float), expected)
    np.testing.assert_allclose(
        paired_difference(labels, systems["b"], systems["a"], groups, metric="macro_f1"), expected
    )
    assert found[["p_mcnemar", "gained", "lost", "smallest_p"]].isna().all(), "no clip is simply right in two seeds"
    assert (found["p"] < 0.05) == (found["low"] > 0 or found["high"] < 0), "p says what the interval says"
    single = {name: table.reshape(-1, 80, 6)[0] for name, table in systems.items()}
    one = compare_systems(single, labels, groups, baseline="a", rng=rng).loc[0]
    gain = (single["b"].argmax(1) == labels) - (single["a"].argmax(1) == labels).astype(float)
    assert (one["p"], one["smallest_p"]) == sign_flip_test(gain, groups, rng=rng), "2^6 flips are gone through"
    assert one["groups"] == 6
    with pytest.raises(ValueError, match="no metric 'f1'"):
        paired_difference(labels, systems["a"], systems["a"], groups, metric="f1")
    with pytest.raises(ValueError, match="baseline is 'c'"):
        compare_systems(systems, labels, groups, baseline="c", rng=rng)


def test_a_small_p_is_a_bound_not_a_power_of_ten() -> None:
    assert [format_p(p) for p in (1, 0.0312, 0.0002, 7.24e-07, 0)] == ["1", "0.0312", "0.0002", "<0.0001", "<0.0001"]
    assert format_p(np.nan) == ""


def test_mcnemar_is_binomial() -> None:
    """Nine clips only the first gets right, two only the second: twice the tail of Binomial(11, 1/2)."""
    labels, eye = np.zeros(30, int), np.eye(2)
    first, second = np.repeat([0, 1, 1], [20, 8, 2]), np.repeat([0, 1, 0, 1], [11, 9, 2, 8])
    systems = {"second": eye[second], "first": eye[first], "same": eye[second]}
    table = compare_systems(systems, labels, np.arange(30), baseline="second", rng=np.random.default_rng(0))
    table = table.set_index("system")
    expected = 2 * sum(math.comb(11, k) for k in range(3)) / 2**11
    np.testing.assert_allclose(table.loc["first", ["p_mcnemar", "gained", "lost"]].astype(float), [expected, 9, 2])
    assert table.loc["same", "p_mcnemar"] == 1 and table.loc["same", "difference"] == 0


def test_overlap_of_a_two_by_two_table() -> None:
    """Both right on 5 clips, only the first on 3, only the second on 1, none on 2: kappa in closed form."""
    labels, eye = np.zeros(11, int), np.eye(2)
    systems = {
        "first": eye[np.repeat([0, 0, 1, 1], [5, 3, 1, 2])],
        "second": eye[np.repeat([0, 1, 0, 1], [5, 3, 1, 2])],
        "right": eye[labels],
    }
    table = overlap(systems, labels)
    assert table[["first", "second"]].to_numpy().tolist() == [
        ["first", "second"],
        ["first", "right"],
        ["second", "right"],
    ]
    kappa = 2 * (5 * 2 - 3 * 1) / ((5 + 3) * (3 + 2) + (5 + 1) * (1 + 2))
    np.testing.assert_allclose(
        table.loc[0, ["kappa", "double_fault", "disagreement"]].astype(float), [kappa, 2 / 11, 4 / 11]
    )
    assert overlap({"a": eye[labels], "b": eye[labels]}, labels)["kappa"].isna().all(), "nothing to agree on"
    right = oracle({name: systems[name] for name in ("first", "second")}, labels)
    np.testing.assert_array_equal(right, np.arange(11) < 9)
    with pytest.raises(ValueError, match=r"\(1, 11, 2\); give \[N, K\]"):
        oracle({"seeds": systems["first"][None]}, labels)
