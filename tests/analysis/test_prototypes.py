"""Measures of prototypes are what they are called."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from mglib.analysis.prototypes import agreement, drift, last_updates


def test_the_last_update_is_the_last_epoch_in_which_the_count_rose():
    counts = np.array([[0, 3, 1, 2], [0, 3, 1, 5], [0, 3, 2, 5], [0, 4, 2, 5]])
    assert last_updates(counts).tolist() == [0, 4, 3, 2]


def test_drift_is_the_turn_whatever_the_length():
    east, north, none = [1.0, 0.0], [0.0, 5.0], [np.nan, np.nan]
    found = drift(np.array([[east, none], [[3.0, 0.0], none], [north, east]]))
    np.testing.assert_allclose(found, [[0, np.nan], [1, np.nan]], atol=1e-12)


def test_agreement_is_the_rank_correlation_over_pairs_and_finds_a_true_one():
    rng = np.random.default_rng(0)
    first, noise = (x + x.T for x in rng.normal(size=(2, 12, 12)))
    above = np.triu_indices(12, 1)
    alike, chance = (agreement(first, other, rng, draws=200) for other in (first**3 + noise, noise))
    assert alike.rho == pytest.approx(spearmanr(first[above], (first**3 + noise)[above]).statistic)
    assert alike.p == pytest.approx(1 / 201) and chance.p > 0.05 and alike.pairs == 66
    first[:, 3] = first[3] = np.nan
    assert agreement(first, noise, rng, draws=10).pairs == 55
    assert np.isnan(agreement(np.ones((5, 5)), noise[:5, :5], rng, draws=10).rho)
