"""Oracles: resamples listed one by one, normal theory, and simulations whose true score is known."""

import numpy as np
import pytest
from sklearn import metrics

from mglib.analysis.evaluation import (
    bootstrap,
    cluster_intervals,
    format_scores,
    interval_scores,
    paired_difference,
    score_table,
)
from tests.analysis.evaluation.conftest import noisy


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


def test_company_and_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same seed gives a system the same interval alone, beside another, and drawn in small chunks."""
    labels, groups = np.random.default_rng(4).integers(0, 6, 60), np.arange(60) // 6
    a, b = (noisy(np.random.default_rng(seed), labels, 6) for seed in (5, 6))
    alone = interval_scores(labels, a, groups, rng=np.random.default_rng(7), draws=500)
    monkeypatch.setattr(bootstrap, "CHUNK", 3_000)
    both = score_table({"b": b, "a": a}, labels, groups, rng=np.random.default_rng(7), draws=500)
    np.testing.assert_array_equal(both.loc[both["system"] == "a", ["value", "low", "high"]], alone.iloc[:, :3])


def test_one_group_has_no_interval() -> None:
    labels, rng = np.array([0, 1, 1]), np.random.default_rng(0)
    probabilities = np.eye(2)[[0, 1, 0]]
    with pytest.warns(UserWarning, match="come from 1 group"):
        table = score_table({"net": probabilities}, labels, np.zeros(3), rng=rng)
    assert table[["low", "high"]].isna().all(axis=None)
    assert list(format_scores(table).loc["net"])[:2] == ["66.7 [no interval]", "100.0 [no interval]"]
    with pytest.warns(UserWarning, match="come from 1 group"):
        assert np.isnan(paired_difference(labels, probabilities, probabilities, np.zeros(3), rng=rng)[1:]).all()
