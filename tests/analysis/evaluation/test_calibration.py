"""Oracles: scikit-learn's losses and calibration curves, closed forms, and simulations whose true error is known."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from mglib.analysis.evaluation import CALIBRATION, calibration_table, format_calibration, mean_interval, reliability
from tests.analysis.evaluation.conftest import noisy


def curve_error(outcome: np.ndarray, probability: np.ndarray, bins: int, strategy: str) -> float:
    """Calibration error of a binary outcome with nothing of ours but the counts of the bins."""
    accuracy, confidence = calibration_curve(outcome, probability, n_bins=bins, strategy=strategy)
    shares = np.linspace(0, 1, bins + 1)
    edges = np.quantile(probability, shares) if strategy == "quantile" else shares
    n = np.bincount(np.searchsorted(edges[1:-1], probability))
    return np.sum(n[n > 0] * np.abs(accuracy - confidence)) / len(outcome)


def sklearn_measures(labels: np.ndarray, probabilities: np.ndarray, bins: int) -> list[float]:
    right, confidence = probabilities.argmax(1) == labels, probabilities.max(1)
    classes = range(probabilities.shape[1])
    return [
        metrics.log_loss(labels, probabilities, labels=classes),
        metrics.brier_score_loss(labels, probabilities, labels=classes),
        curve_error(right, confidence, bins, "uniform"),
        curve_error(right, confidence, bins, "quantile"),
        np.mean([curve_error(labels == k, probabilities[:, k], bins, "uniform") for k in classes]),
    ]


@pytest.mark.parametrize("bins", [4, 15])
def test_measures_against_scikit_learn(bins: int) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, 200)
    seeds = np.stack([noisy(rng, labels, 5) for _ in range(2)])  # class 4 has no clips
    table = calibration_table({"net": seeds}, labels, np.arange(200) % 9, bins=bins)
    expected = [sklearn_measures(labels, probabilities, bins) for probabilities in seeds]
    assert list(table["metric"]) == list(CALIBRATION)
    np.testing.assert_allclose(table["value"], np.mean(expected, axis=0))
    np.testing.assert_allclose(table["sd"], np.std(expected, axis=0, ddof=1))


def test_likelihood_has_the_interval_of_a_mean() -> None:
    """One clip a group: value +- 1.96 standard errors."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 400)
    probabilities = noisy(rng, labels, 3)
    found = calibration_table({"": probabilities}, labels, np.arange(400)).set_index("metric").loc["nll"]
    half = 1.96 * np.log(probabilities[np.arange(400), labels]).std() / 20
    np.testing.assert_allclose([found.low, found.high], [found.value - half, found.value + half], atol=0.005)


def test_errors_of_a_constant_answer() -> None:
    """Always class 0 with 0.7, right three times in four; class 2 is neither predicted nor there."""
    labels, groups = np.array([0, 0, 0, 1] * 5), np.arange(20) // 2
    table = calibration_table({"": np.tile([0.7, 0.3, 0], (20, 1))}, labels, groups)
    found = table.set_index("metric")["value"]
    np.testing.assert_allclose(found[["ece", "adaptive_ece", "classwise_ece"]], [0.05, 0.05, (0.05 + 0.05 + 0) / 3])
    sure = np.tile([0.7, 0.3, 0], (20, 1))[:, [0, 2, 1]]  # the wrong clips had the probability 0
    found = calibration_table({"": sure}, labels, groups).set_index("metric")["value"]
    assert found["nll"] == pytest.approx((15 * -np.log(0.7) + 5 * 126 * np.log(2)) / 20), "0 counts as 2^-126"


def test_the_interval_of_the_error_covers_it_although_the_error_is_biased() -> None:
    """Three confidences, hit rates 0.1 below them on average, spread over groups; then hit rates that are right."""
    rng, repeats, groups = np.random.default_rng(2), 80, np.repeat(np.arange(40), 15)
    low, high, value = np.zeros((3, 2, repeats))
    for repeat in range(repeats):
        confidence = rng.choice([0.6, 0.75, 0.85], 600)
        shift = rng.uniform(-0.1, 0.1, 40)[groups]
        probabilities = np.column_stack([confidence, 1 - confidence])
        for place, error in enumerate((0.1, 0)):
            labels = (rng.random(600) > confidence - error + shift).astype(int)
            ece = calibration_table({"": probabilities}, labels, groups).loc[2]
            value[place, repeat], low[place, repeat], high[place, repeat] = ece["value"], ece["low"], ece["high"]
    assert np.mean((low[0] <= 0.1) & (high[0] >= 0.1)) >= 0.92
    assert (low <= value).all() and (value <= high).all(), "the value lies in its interval"
    assert value[1].min() > 0.002 and np.mean(low[1] == 0) >= 0.95, "the true error is 0, the measured one never"


@pytest.mark.parametrize("num_groups", [4, 40])
def test_what_chance_makes_of_a_calibrated_system(num_groups: int) -> None:
    """Labels drawn from the answers: the error is 0, and measured errors average to what is stated as chance."""
    rng, tables = np.random.default_rng(6), []
    for _ in range(60):
        probabilities = rng.dirichlet(np.full(4, 0.7), 400)
        labels = np.argmax(np.log(probabilities) + rng.gumbel(size=(400, 4)), axis=1)
        groups = np.arange(400) % num_groups
        tables.append(calibration_table({"": probabilities}, labels, groups, bins=10).set_index("metric"))
    errors = ["ece", "adaptive_ece", "classwise_ece"]
    value, chance = (np.array([table.loc[errors, name] for table in tables]) for name in ("value", "by_chance"))
    np.testing.assert_allclose(chance.mean(axis=0), value.mean(axis=0), rtol=0.15)
    assert np.mean([(table.loc[errors, "low"] == 0).all() for table in tables]) >= 0.95
    assert tables[0].loc[["nll", "brier"], "by_chance"].isna().all()
    shown = format_calibration(tables[0].reset_index()).loc[""]
    row = tables[0].loc["ece"]
    assert shown["ECE"] == f"{row.value:.3f} [0.000, {row.high:.3f}], chance {row.by_chance:.3f}"
    assert shown["groups"] == str(num_groups)


def test_reliability_against_calibration_curve_and_a_slow_loop() -> None:
    rng = np.random.default_rng(3)
    labels, groups = rng.integers(0, 4, 120), np.arange(120) % 10
    probabilities = noisy(rng, labels, 4)
    right, confidence = probabilities.argmax(1) == labels, probabilities.max(1)
    table = reliability(probabilities, labels, groups, bins=6)
    accuracy, mean = calibration_curve(right, confidence, n_bins=6, strategy="quantile")
    np.testing.assert_allclose(table[["accuracy", "confidence"]].T, [accuracy, mean])
    assert (table["n"] == 20).all()
    first = np.flatnonzero(confidence <= np.sort(confidence)[19])
    expected = mean_interval(right[first], groups[first])
    np.testing.assert_allclose(table.loc[0, ["accuracy", "low", "high"]].astype(float), expected)
    assert table.loc[0, "groups"] == len(np.unique(groups[first]))


def test_equal_confidences_share_a_bin() -> None:
    labels = np.array([0, 0, 1, 0])
    table = reliability(np.eye(2)[[0, 0, 0, 1]], labels, np.array([0, 0, 1, 1]))
    _, low, high = mean_interval(np.array([1, 1, 0, 0]), np.array([0, 0, 1, 1]))
    expected = {"confidence": [1.0], "accuracy": [0.5], "n": [4], "groups": [2], "low": [low], "high": [high]}
    pd.testing.assert_frame_equal(table, pd.DataFrame(expected))


def test_one_group_has_errors_but_no_intervals() -> None:
    labels, rng = np.array([0, 1, 1]), np.random.default_rng(0)
    probabilities = noisy(rng, labels, 2)
    with pytest.warns(UserWarning, match="come from 1 group"):
        table = calibration_table({"net": probabilities}, labels, np.zeros(3))
    assert table["value"].notna().all() and table[["low", "high"]].isna().all(axis=None)
    assert reliability(probabilities, labels, np.zeros(3))[["low", "high"]].isna().all(axis=None)
