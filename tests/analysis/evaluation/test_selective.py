"""Oracles: slow loops over sorted clips, and the curve's closed forms."""

import numpy as np
import pytest

from mglib.analysis.evaluation import aurc, risk_coverage
from mglib.analysis.evaluation.intervals import bounds
from tests.analysis.evaluation.conftest import noisy


def slow_risk(confidence: np.ndarray, wrong: np.ndarray, coverage: float) -> float:
    """Answer block after block of equal confidence, the last one by the fraction that is left."""
    room, errors = coverage * len(wrong), 0.0
    for value in np.unique(confidence)[::-1]:
        block = wrong[confidence == value]
        share = min(1, room / len(block))
        errors, room = errors + share * block.sum(), room - share * len(block)
    return errors / (coverage * len(wrong))


def test_curve_and_its_interval_against_a_slow_loop() -> None:
    """Some confidences are equal; every group is left out once."""
    rng = np.random.default_rng(0)
    labels, groups = rng.integers(0, 4, 48), np.arange(48) % 6
    probabilities = noisy(rng, labels, 4)
    probabilities[:10] = probabilities[0]
    found = risk_coverage(probabilities, labels, groups)
    confidence, wrong = probabilities.max(1), probabilities.argmax(1) != labels
    rows = [np.arange(48), *(np.flatnonzero(groups != g) for g in range(6))]
    risk, *rest = ([slow_risk(confidence[own], wrong[own], c) for c in found["coverage"]] for own in rows)
    risk, answered = np.array(risk), 48 * found["coverage"].to_numpy()
    variance = 5 / 6 * np.sum((risk - np.array(rest)) ** 2, axis=0)
    np.testing.assert_allclose(found["risk"], risk, atol=1e-12)
    low, high = bounds(risk, variance, 5.0, scale="share", clips=answered)
    np.testing.assert_allclose(found[["low", "high"]].T, [low, high], atol=1e-12)
    assert (found["groups"] == 6).all()
    assert found["coverage"].iloc[-1] == 1 and found["risk"].iloc[-1] == pytest.approx(wrong.mean())


def test_area_in_closed_form() -> None:
    """Errors last: at coverage i/N the risk is (i - N + m)+ / i; no order among clips: the error rate."""
    confidence, wrong = np.linspace(0.99, 0.6, 20), np.arange(20) >= 15
    probabilities = np.column_stack([confidence, 1 - confidence])
    expected = sum(j / (15 + j) for j in range(1, 6)) / 20
    shuffled = np.random.default_rng(0).permutation(20)
    assert aurc(probabilities[shuffled], wrong.astype(int)[shuffled]) == pytest.approx(expected)
    assert aurc(np.tile([0.8, 0.2], (20, 1)), wrong.astype(int)) == pytest.approx(5 / 20)
