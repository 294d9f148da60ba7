"""Oracles: slow loops over sorted clips, and the curve's closed forms."""

import numpy as np
import pytest

from mglib.analysis.evaluation import aurc, risk_coverage
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
    """Some confidences are equal; a drawn group brings its rows once more, equal in confidence to the first."""
    rng = np.random.default_rng(0)
    labels, groups = rng.integers(0, 4, 48), np.arange(48) % 6
    probabilities = noisy(rng, labels, 4)
    probabilities[:10] = probabilities[0]
    found = risk_coverage(probabilities, labels, groups, rng=np.random.default_rng(1), draws=30)
    confidence, wrong = probabilities.max(1), probabilities.argmax(1) != labels
    draws = np.random.default_rng(1).multinomial(6, np.full(6, 1 / 6), size=30)
    rows = [np.arange(48), *(np.repeat(np.arange(48), times[groups]) for times in draws)]
    risk, *drawn = ([slow_risk(confidence[own], wrong[own], c) for c in found["coverage"]] for own in rows)
    np.testing.assert_allclose(found["risk"], risk, atol=1e-12)
    np.testing.assert_allclose(found[["low", "high"]].T, np.quantile(drawn, [0.025, 0.975], axis=0), atol=1e-12)
    assert found["coverage"].iloc[-1] == 1 and found["risk"].iloc[-1] == pytest.approx(wrong.mean())


def test_area_in_closed_form() -> None:
    """Errors last: at coverage i/N the risk is (i - N + m)+ / i; no order among clips: the error rate."""
    confidence, wrong = np.linspace(0.99, 0.6, 20), np.arange(20) >= 15
    probabilities = np.column_stack([confidence, 1 - confidence])
    expected = sum(j / (15 + j) for j in range(1, 6)) / 20
    shuffled = np.random.default_rng(0).permutation(20)
    assert aurc(probabilities[shuffled], wrong.astype(int)[shuffled]) == pytest.approx(expected)
    assert aurc(np.tile([0.8, 0.2], (20, 1)), wrong.astype(int)) == pytest.approx(5 / 20)
