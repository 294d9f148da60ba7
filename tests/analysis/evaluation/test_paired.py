"""Oracles: flips listed one by one, the binomial distribution, and simulations without a true difference."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from mglib.analysis.evaluation import compare_systems, oracle, overlap, paired_difference, score_table, sign_flip_test
from tests.analysis.evaluation.conftest import noisy


def test_systems_share_their_draws() -> None:
    """B misses one clip of each group that A hits: however the groups fall, B is behind by exactly 1/5."""
    rng = np.random.default_rng(3)
    labels, groups = rng.integers(0, 4, 100), np.repeat(np.arange(20), 5)
    hit = rng.random(100) < np.repeat(rng.random(20), 5)
    hit[::5] = True
    behind = np.where(np.arange(100) % 5, hit, False)
    a, b = (np.eye(4)[np.where(right, labels, (labels + 1) % 4)] for right in (hit, behind))

    np.testing.assert_allclose(paired_difference(labels, a, b, groups, rng=rng), 0.2)
    assert paired_difference(labels, b, b, groups, rng=rng) == (0, 0, 0)
    table = score_table({"a": a, "b": b}, labels, groups, rng=rng)
    top1 = table[table["metric"] == "top1"].set_index("system")[["value", "low", "high"]]
    np.testing.assert_allclose(top1.loc["a"] - top1.loc["b"], 0.2)
    assert top1.loc["a", "high"] - top1.loc["a", "low"] > 0.1


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
    """Two seeds against one: groups drawn alike, their rows repeated, macro F1 by scikit-learn."""
    rng = np.random.default_rng(11)
    labels, groups = rng.integers(0, 5, 80), np.arange(80) % 6
    systems = {"b": np.stack([noisy(rng, labels, 6) for _ in range(2)]), "a": noisy(rng, labels, 6, skill=0.1)}
    found = compare_systems(systems, labels, groups, baseline="a", rng=np.random.default_rng(0), draws=64).loc[0]

    def f1(name: str, rows: np.ndarray) -> float:
        kept, seeds = labels[rows], systems[name].reshape(-1, 80, 6)[:, rows].argmax(axis=2)
        return np.mean([metrics.f1_score(kept, p, labels=np.unique(kept), average="macro") for p in seeds])

    draws = np.random.default_rng(0).multinomial(6, np.full(6, 1 / 6), size=64)
    rows = [np.arange(80), *(np.repeat(np.arange(80), times[groups]) for times in draws)]
    value, *drawn = (f1("b", own) - f1("a", own) for own in rows)
    expected = [value, *np.quantile(drawn, [0.025, 0.975])]
    np.testing.assert_allclose(found[["macro_f1", "macro_f1_low", "macro_f1_high"]].astype(float), expected)
    same = {"metric": "macro_f1", "rng": np.random.default_rng(0), "draws": 64}
    np.testing.assert_allclose(paired_difference(labels, systems["b"], systems["a"], groups, **same), expected)
    gain = (systems["b"].argmax(2) == labels).mean(axis=0) - (systems["a"].argmax(1) == labels)
    assert (found["p"], found["smallest_p"]) == sign_flip_test(gain, groups, rng=rng), "2^6 flips are gone through"
    assert found[["p_mcnemar", "gained", "lost"]].isna().all(), "no clip is simply right or wrong in two seeds"
    with pytest.raises(ValueError, match="no metric 'f1'"):
        paired_difference(labels, systems["a"], systems["a"], groups, metric="f1", rng=rng)
    with pytest.raises(ValueError, match="baseline is 'c'"):
        compare_systems(systems, labels, groups, baseline="c", rng=rng)


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
