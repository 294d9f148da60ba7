"""Oracles: planted temperatures and priors, scikit-learn's temperature scaling, Bayes' rule in closed form."""

import numpy as np
import pytest
from scipy import special, stats
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from mglib.analysis.evaluation import fit_temperature, fitted_on, scale_temperature, score_table, shift_prior


@pytest.mark.parametrize("planted", [0.5, 2.0])
def test_a_planted_temperature_is_found(planted: float) -> None:
    """Labels drawn from softmax(z), answers softmax(planted z): divided by `planted` they are right."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (5_000, 5))
    labels = np.argmax(logits + rng.gumbel(size=logits.shape), axis=1)
    answers = special.softmax(planted * logits, axis=1)
    found = fit_temperature(answers, labels)
    assert found == pytest.approx(planted, rel=0.04)
    network = LogisticRegression()  # one whose logits are its input
    network.classes_, network.coef_, network.intercept_ = np.arange(5), np.eye(5), np.zeros(5)
    theirs = CalibratedClassifierCV(FrozenEstimator(network), method="temperature").fit(planted * logits, labels)
    expected = theirs.predict_proba(planted * logits)
    np.testing.assert_allclose(scale_temperature(answers, found), expected, atol=1e-5)


def test_bounds_of_the_temperature_are_warned_about() -> None:
    probabilities = np.array([[0.7, 0.2, 0.1]])
    with pytest.warns(UserWarning, match="likelihood of 1 clips has no maximum"):
        assert fit_temperature(probabilities, np.array([0])) == pytest.approx(0.01)
    with pytest.warns(UserWarning, match="the bound 100 is used"):
        assert fit_temperature(probabilities, np.array([2])) == pytest.approx(100)


def test_zeros_stay_finite_and_temperature_one_changes_nothing() -> None:
    probabilities = np.array([[1, 0, 0], [0.5, 0.5, 0]], np.float32)
    np.testing.assert_allclose(scale_temperature(probabilities, 1), probabilities, atol=1e-30)
    assert np.isfinite(fit_temperature(np.tile(probabilities, (2, 1)), np.array([0, 0, 1, 1])))
    with pytest.raises(ValueError, match="temperature is 0"):
        scale_temperature(probabilities, 0)


def posterior(x: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Of classes N(0, 1), N(1, 1), N(2.5, 1)."""
    joint = prior * stats.norm.pdf(x[:, None] - np.array([0, 1, 2.5]))
    return joint / joint.sum(axis=1, keepdims=True)


def test_a_shifted_prior_is_bayes_rule() -> None:
    x, prior, target = np.linspace(-3, 5, 50), np.array([0.7, 0.2, 0.1]), np.array([0.1, 0.3, 0.6])
    trained = posterior(x, prior)
    np.testing.assert_allclose(shift_prior(trained, 1_000 * prior, target), posterior(x, target))
    np.testing.assert_allclose(shift_prior(trained, prior), posterior(x, np.full(3, 1 / 3)))
    np.testing.assert_allclose(shift_prior(trained, prior, strength=0), trained)
    half = shift_prior(shift_prior(trained, prior, strength=0.5), prior, strength=0.5)
    np.testing.assert_allclose(half, shift_prior(trained, prior))


def test_classes_unknown_to_training_or_target() -> None:
    probabilities = np.array([[0.5, 0.3, 0.2]])
    found = shift_prior(probabilities, np.array([1, 3, 0]))  # targets 1/3 over priors 1/4 and 3/4; the third keeps 0.2
    expected = np.array([[0.5 * 4 / 3, 0.3 * 4 / 9, 0.2]])
    np.testing.assert_allclose(found, expected / expected.sum())
    assert shift_prior(probabilities, np.ones(3), np.array([0, 1, 1]))[0, 0] == 0
    with pytest.raises(ValueError, match="1 rows have all their probability in classes whose target is 0"):
        shift_prior(np.eye(3)[:1], np.ones(3), np.array([0, 1, 1]))
    for prior in (np.ones(2), np.array([1, -1, 1]), np.array([1, np.nan, 1]), np.zeros(3)):
        with pytest.raises(ValueError, match="The prior is .*; give 3 shares"):
            shift_prior(probabilities, prior)
    with pytest.raises(ValueError, match="strength of the prior shift is -1"):
        shift_prior(probabilities, np.ones(3), strength=-1)


def test_macro_recall_is_best_at_full_strength_and_top1_at_none() -> None:
    """Test clips with the prior of the training clips, answered by Bayes' rule."""
    rng, prior = np.random.default_rng(1), np.array([0.7, 0.2, 0.1])
    labels = rng.choice(3, 4_000, p=prior)
    probabilities = posterior(rng.normal(np.array([0, 1, 2.5])[labels], 1), prior)
    systems = {strength: shift_prior(probabilities, prior, strength=strength) for strength in (0, 0.5, 1, 2, 4)}
    table = score_table(systems, labels, np.arange(4_000) % 40)
    best = table.loc[table.groupby("metric")["value"].idxmax()].set_index("metric")["system"]
    assert (best["top1"], best["macro_recall"]) == (0, 1)


def test_what_folds_are_worth_for_another_network_is_said() -> None:
    own, folds = fitted_on(0, "subject"), fitted_on(4, "video")
    assert "predictions of this network" in own and "subjects" in own and "cautious" not in own
    assert "4 networks" in folds and "too cautious" in folds and "nothing is guaranteed" in folds
    assert "`fold`" in folds, "and how to have a calibration split of the same network"
