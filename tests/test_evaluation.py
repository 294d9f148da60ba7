"""Oracles: resamples listed one by one, normal theory, scikit-learn, and simulations whose true score is known."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn import metrics

from mglib import evaluation
from mglib.evaluation import (
    class_recall,
    cluster_intervals,
    confusion_matrix,
    format_scores,
    interval_scores,
    paired_difference,
    score_table,
    sign_flip_test,
)


def noisy(rng: np.random.Generator, labels: np.ndarray, num_classes: int, skill: float = 0.3) -> np.ndarray:
    """Probabilities that favour the true class by `skill`."""
    probabilities = rng.random((len(labels), num_classes))
    probabilities[np.arange(len(labels)), labels] += skill
    return probabilities / probabilities.sum(axis=1, keepdims=True)


def sklearn_scores(labels: np.ndarray, probabilities: np.ndarray) -> list[float]:
    """top-1, top-5, macro recall, macro F1 with nothing of ours; needs K > 5 and no ties."""
    predicted, present = probabilities.argmax(axis=1), np.unique(labels)
    recall = metrics.classification_report(labels, predicted, labels=present, output_dict=True, zero_division=0)
    return [
        np.mean(predicted == labels),
        metrics.top_k_accuracy_score(labels, probabilities, k=5, labels=range(probabilities.shape[1])),
        recall["macro avg"]["recall"],
        recall["macro avg"]["f1-score"],
    ]


@pytest.mark.parametrize("level", [0.95, 0.4])
def test_two_groups_as_enumerated(level: float) -> None:
    """Two groups have three resamples, of chance 1/4, 1/2, 1/4; class 3 is only in one, class 7 in none of them."""
    rng = np.random.default_rng(0)
    labels, groups = np.array([0, 0, 1, 2, 3, 3, 0, 1, 1, 2, 4]), np.array(["b"] * 6 + ["a"] * 5)
    probabilities = noisy(rng, labels, 8)
    found = interval_scores(labels, probabilities, groups, rng=rng, level=level)

    a, b = np.flatnonzero(groups == "a"), np.flatnonzero(groups == "b")
    resamples = [np.r_[a, a], np.r_[a, b], np.r_[a, b], np.r_[b, b]]
    scores = [sklearn_scores(labels[rows], probabilities[rows]) for rows in resamples]
    expected = np.quantile(scores, [(1 - level) / 2, (1 + level) / 2], axis=0, method="inverted_cdf")
    assert list(found.index) == ["top1", "top5", "macro_recall", "macro_f1"]
    np.testing.assert_allclose(found["value"], sklearn_scores(labels, probabilities))
    np.testing.assert_allclose(found[["low", "high"]].T, expected)


def test_interval_of_a_mean_against_normal_theory() -> None:
    """One clip a group: the interval is that of a plain proportion, p +- z sqrt(p (1 - p) / n)."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 500)
    probabilities = noisy(rng, labels, 3)
    found = interval_scores(labels, probabilities, np.arange(500), rng=rng).loc["top1"]
    half = 1.96 * np.sqrt(found.value * (1 - found.value) / 500)
    np.testing.assert_allclose([found.low, found.high], [found.value - half, found.value + half], atol=0.003)


def test_clustered_interval_covers_where_the_naive_one_fails() -> None:
    """Hit rates drawn per group from Beta(1.2, 0.8): mean 0.6, intra-group correlation 1 / (1.2 + 0.8 + 1) = 1/3."""
    rng = np.random.default_rng(2)
    repeats, num_groups, size = 200, 30, 20
    covered = {"clustered": 0, "naive": 0}
    for _ in range(repeats):
        hits = rng.binomial(1, rng.beta(1.2, 0.8, num_groups)[:, None], (num_groups, size))
        by_group = np.column_stack([hits.sum(axis=1), np.full(num_groups, size)])
        by_clip = np.column_stack([hits.ravel(), np.ones(hits.size)])
        for name, sums in {"clustered": by_group, "naive": by_clip}.items():
            low, high = cluster_intervals(sums, lambda s: s[:, 0] / s[:, 1], rng=rng, draws=200)
            covered[name] += low <= 0.6 <= high
    assert 0.9 <= covered["clustered"] / repeats <= 0.98
    assert covered["naive"] / repeats < 0.65


def test_equals_are_ranked_as_argmax_does() -> None:
    """Uniform probabilities predict class 0, and classes 0..4 as the best five."""
    labels = np.arange(7)
    scores = interval_scores(labels, np.full((7, 7), 1 / 7), labels, rng=np.random.default_rng(0))["value"]
    assert (scores.top1, scores.top5) == (1 / 7, 5 / 7)


def test_class_recall() -> None:
    """Class 0 in two groups, class 1 in one (no interval), class 2 in none (no recall)."""
    labels, groups = np.array([0, 0, 0, 0, 1, 1]), np.array([1, 1, 2, 2, 2, 2])
    probabilities = np.eye(3)[[0, 0, 0, 2, 1, 0]]
    found = class_recall(labels, probabilities, groups, 3, rng=np.random.default_rng(0))
    expected = {
        "label": [0, 1, 2],
        "n": [4, 2, 0],
        "recall": [0.75, 0.5, np.nan],
        "low": [0.5, np.nan, np.nan],
        "high": [1.0, np.nan, np.nan],
    }
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected))


def test_class_recall_passes_over_draws_without_the_class() -> None:
    """A class in two of three groups is missing from 1/27 of the draws; its other draws give 0, 1/3, 1/2, 2/3 or 1."""
    labels, groups = np.array([0, 0, 1]), np.array([0, 1, 2])
    found = class_recall(labels, np.eye(2)[[0, 1, 1]], groups, 2, rng=np.random.default_rng(0), level=0.9)
    assert tuple(found.loc[0, ["recall", "low", "high"]]) == (0.5, 0.0, 1.0)


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


def test_company_and_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same seed gives a system the same interval alone, beside another, and drawn in small chunks."""
    labels, groups = np.random.default_rng(4).integers(0, 6, 60), np.arange(60) // 6
    a, b = (noisy(np.random.default_rng(seed), labels, 6) for seed in (5, 6))
    alone = interval_scores(labels, a, groups, rng=np.random.default_rng(7), draws=500)
    monkeypatch.setattr(evaluation, "CHUNK", 3_000)
    both = score_table({"b": b, "a": a}, labels, groups, rng=np.random.default_rng(7), draws=500)
    np.testing.assert_array_equal(both.loc[both["system"] == "a", ["value", "low", "high"]], alone)


def test_one_group_has_no_interval() -> None:
    labels, rng = np.array([0, 1, 1]), np.random.default_rng(0)
    probabilities = np.eye(2)[[0, 1, 0]]
    with pytest.warns(UserWarning, match="come from 1 group"):
        table = score_table({"net": probabilities}, labels, np.zeros(3), rng=rng)
    assert table[["low", "high"]].isna().all(axis=None)
    assert list(format_scores(table).loc["net"])[:2] == ["66.7 [no interval]", "100.0 [no interval]"]
    with pytest.warns(UserWarning, match="come from 1 group"):
        assert np.isnan(paired_difference(labels, probabilities, probabilities, np.zeros(3), rng=rng)[1:]).all()


def test_format_keeps_the_order_given() -> None:
    rows = [
        ("z", "top1", 0.5, 0.4126, 0.6),
        ("z", "macro_f1", 1, 1, 1),
        ("a", "top1", 0, 0, 0),
        ("a", "macro_f1", 0, 0, 0),
    ]
    found = format_scores(pd.DataFrame(rows, columns=["system", "metric", "value", "low", "high"]))
    expected = [["50.0 [41.3, 60.0]", "100.0 [100.0, 100.0]"], ["0.0 [0.0, 0.0]"] * 2]
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected, index=["z", "a"], columns=["top-1", "macro F1"]))


def test_confusion_matrix_has_true_classes_in_rows() -> None:
    found = confusion_matrix(np.array([0, 0, 2]), np.array([0, 2, 2]), 4)
    np.testing.assert_array_equal(found, [[1, 0, 1, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]])
    with pytest.raises(ValueError, match="Predicted classes: row 1 is 4, outside 0..3"):
        confusion_matrix(np.array([0, 1]), np.array([0, 4]), 4)


GOOD = {"labels": np.array([0, 1]), "probabilities": np.eye(3)[:2], "groups": np.array(["s1", "s2"])}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"labels": np.array([0])}, r"Labels \(1,\), probabilities of net \(2, 3\) and groups \(2,\) do not match"),
        ({"probabilities": np.array([0.5, 0.5])}, r"probabilities of net \(2,\)"),
        ({"groups": np.array(["s1"])}, r"groups \(1,\) do not match"),
        ({"labels": np.array([0, 3])}, "Labels: row 1 is 3, outside 0..2"),
        ({"labels": np.array([-1, 0])}, "Labels: row 0 is -1, outside 0..2"),
        ({"labels": np.array([0.0, 1.0])}, "Labels are of type float64"),
        ({"probabilities": np.array([[0, 1, 0], [0, np.nan, 0]])}, "Probabilities of net: 1 of 2 clips.* in row 1"),
        ({"groups": np.array(["s1", None])}, "Groups: row 1 has none"),
        ({"labels": np.zeros(0, int), "probabilities": np.zeros((0, 3)), "groups": np.zeros(0)}, "no clips"),
    ],
)
def test_bad_input_is_named(wrong: dict, sentence: str) -> None:
    given = GOOD | wrong
    with pytest.raises(ValueError, match=sentence):
        score_table({"net": given["probabilities"]}, given["labels"], given["groups"], rng=np.random.default_rng(0))


def test_systems_must_know_the_same_classes() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="'a': 3, 'b': 2"):
        score_table({"a": np.eye(3)[:2], "b": np.eye(2)}, GOOD["labels"], GOOD["groups"], rng=rng)
    with pytest.raises(ValueError, match="no systems"):
        score_table({}, GOOD["labels"], GOOD["groups"], rng=rng)
    with pytest.raises(ValueError, match="3 columns for 4 classes"):
        class_recall(**GOOD, num_classes=4, rng=rng)
