"""Scores of hand-made predictions."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mglib.analysis.evaluation import (
    class_recall,
    confusion_matrix,
    format_scores,
    mean_interval,
    score_table,
    setting_interval,
)
from tests.analysis.evaluation.conftest import noisy


def test_equals_are_ranked_as_argmax_does() -> None:
    """Uniform probabilities predict class 0, and classes 0..4 as the best five."""
    labels = np.arange(7)
    scores = score_table({"": np.full((7, 7), 1 / 7)}, labels, labels).set_index("metric")["value"]
    assert (scores.top1, scores.top5) == (1 / 7, 5 / 7)


def test_class_recall() -> None:
    """Class 0 in two groups, class 1 in one (no interval), class 2 in none (no recall)."""
    labels, groups = np.array([0, 0, 0, 0, 1, 1]), np.array([1, 1, 2, 2, 2, 2])
    probabilities = np.eye(3)[[0, 0, 0, 2, 1, 0]]
    found = class_recall(labels, probabilities, groups, 3)
    spread = np.sqrt(1 / 2 * (0.25**2 + 0.25**2))  # 1/2 without the first group, 1 without the second
    half = stats.t.ppf(0.975, 1) * spread / (0.75 * 0.25)
    expected = {
        "label": [0, 1, 2],
        "n": [4, 2, 0],
        "groups": [2, 1, 0],
        "recall": [0.75, 0.5, np.nan],
        "low": [1 / (1 + np.exp(half) / 3), np.nan, np.nan],
        "high": [1 / (1 + np.exp(-half) / 3), np.nan, np.nan],
    }
    pd.testing.assert_frame_equal(found[list(expected)], pd.DataFrame(expected))
    z = stats.norm.ppf(0.975)
    for row in found.iloc[:2].itertuples():
        middle, whole = row.recall + z**2 / (2 * row.n), 1 + z**2 / row.n
        half = z * np.sqrt(row.recall * (1 - row.recall) / row.n + z**2 / (4 * row.n**2))
        np.testing.assert_allclose(
            [row.wilson_low, row.wilson_high], [(middle - half) / whole, (middle + half) / whole]
        )
    assert found.loc[2, ["wilson_low", "wilson_high"]].isna().all()


def test_class_recall_rests_on_the_groups_that_have_the_class() -> None:
    """A class in two of three groups, right in one: as if the third were not there."""
    labels, groups = np.array([0, 0, 1]), np.array([0, 1, 2])
    found = class_recall(labels, np.eye(2)[[0, 1, 1]], groups, 2, level=0.9).loc[0]
    alone = mean_interval(np.array([1, 0]), groups[:2], level=0.9)
    np.testing.assert_allclose(found[["recall", "low", "high"]].astype(float), alone)
    assert found["groups"] == 2 and found["low"] < 0.05


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


def test_an_interval_over_seeds_is_wider_by_their_spread() -> None:
    """Variances over groups and over seeds add up; value and sd are those of the seeds alone."""
    labels, groups = np.random.default_rng(4).integers(0, 6, 60), np.arange(60) // 6
    seeds = np.stack([noisy(np.random.default_rng(seed), labels, 6) for seed in range(3)])
    table = score_table({"three": seeds, "one": seeds[0]}, labels, groups)
    three, one = (rows.set_index("metric") for _, rows in table.groupby("system", sort=False))

    hits = seeds.argmax(axis=2) == labels
    top1, by_group = hits.mean(axis=1), hits.mean(axis=0).reshape(10, 6).mean(axis=1)
    rest = (by_group.sum() - by_group) / 9
    parts = np.array([0.9 * np.sum((rest - top1.mean()) ** 2), top1.var(ddof=1) / 3])
    freedom = parts.sum() ** 2 / np.sum(parts**2 / [9, 2])
    middle = top1.mean()
    variance = max(parts.sum(), middle * (1 - middle) / 60)  # no surer than of 60 independent clips
    half = stats.t.ppf(0.975, freedom) * np.sqrt(variance) / (middle * (1 - middle))
    expected = 1 / (1 + np.exp([half, -half]) * (1 - middle) / middle)
    np.testing.assert_allclose(three.loc["top1", ["value", "low", "high"]].astype(float), [middle, *expected])
    np.testing.assert_allclose(setting_interval(hits, groups), [middle, *expected])
    np.testing.assert_allclose(one.loc["top1", ["value", "low", "high"]].astype(float), mean_interval(hits[0], groups))

    alone = [score_table({"": p}, labels, groups)["value"] for p in seeds]
    np.testing.assert_allclose(three[["value", "sd"]].T, [np.mean(alone, axis=0), np.std(alone, axis=0, ddof=1)])
    assert (three["seeds"] == 3).all() and (one["seeds"] == 1).all() and one["sd"].isna().all()
    shown = format_scores(table)
    assert shown.loc["three", "top-1"].startswith(f"{100 * three.value.top1:.1f} ± {100 * three.sd.top1:.1f} [")
    assert "±" not in shown.loc["one", "top-1"]
    assert shown["groups"].tolist() == ["10", "10"], "their number stands beside the intervals"


def test_top5_of_five_classes_is_certain_and_has_no_interval():
    rng = np.random.default_rng(0)
    labels, groups = rng.integers(0, 5, 60), np.repeat(list("abcdef"), 10)
    for num_classes, known in ((5, False), (6, True)):
        table = score_table({"a": rng.dirichlet(np.ones(num_classes), 60)}, labels, groups).set_index("metric")
        assert table.loc[["top1", "top5"], "low"].notna().tolist() == [True, known]
