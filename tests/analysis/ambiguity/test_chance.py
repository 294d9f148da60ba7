"""The null models of confused pairs against a log-linear fit, a closed form and what they must not depend on."""

import numpy as np
import pytest
from sklearn.linear_model import PoissonRegressor

from mglib.analysis.ambiguity.chance import error_lift, succession_error_lift

RNG = np.random.default_rng(0)


def expected_mistakes(counts: np.ndarray) -> np.ndarray:
    """Quasi-independence as a Poisson regression on row and column over the cells beside the diagonal."""
    k = len(counts)
    row, column = np.nonzero(~np.eye(k, dtype=bool))
    inputs = np.hstack([np.eye(k)[row], np.eye(k)[column]])
    model = PoissonRegressor(alpha=0, max_iter=10_000, tol=1e-10, solver="lbfgs")
    found = np.full((k, k), np.nan)
    found[row, column] = model.fit(inputs, counts[row, column]).predict(inputs)
    return found


def test_lift_is_that_of_a_log_linear_fit():
    counts = RNG.poisson(RNG.uniform(1, 20, (6, 6)))
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(error_lift(counts), counts / expected_mistakes(counts), rtol=1e-5)


def test_right_answers_are_no_part_of_it():
    """A class that is recognised ever more often is taken no more often for chance."""
    counts = RNG.poisson(4, (5, 5)) + 1
    np.testing.assert_array_equal(error_lift(counts), error_lift(counts + np.diag([900, 0, 30, 7, 0])))


def test_answers_that_ignore_the_class_have_lift_one_however_many_clips_a_class_has():
    counts = np.outer([1000, 10, 50, 4], [40, 5, 3, 2])
    lift = error_lift(counts)
    assert np.isnan(lift.diagonal()).all()
    np.testing.assert_allclose(lift[~np.eye(4, dtype=bool)], 1)


def test_a_pair_that_is_confused_with_each_other_alone_is_above_and_no_mistakes_are_nothing():
    counts = np.array([[9, 6, 1, 1], [5, 9, 1, 1], [1, 1, 9, 1], [1, 1, 1, 9]])
    lift = error_lift(counts)
    assert lift[0, 1] > 1.1 and lift[1, 0] > 1.1 and lift[0, 2] < 0.8
    assert np.isnan(error_lift(np.diag([3, 4, 5]))).all()
    np.testing.assert_allclose(error_lift(np.array([[2, 3], [1, 4]]))[[0, 1], [1, 0]], 1)  # there is no other class


def test_a_class_without_mistakes_expects_none():
    counts = np.array([[5, 0, 0], [2, 3, 4], [1, 2, 6]])
    lift = error_lift(counts)
    assert np.isnan(lift[0]).all() and np.isfinite(lift[1, [0, 2]]).all()


def test_mistakes_that_show_the_neighbours_have_a_succession_lift_of_one():
    following = np.array([[3, 2, 0], [4, 0, 1], [1, 1, 5]])
    beside = following + following.T
    counts = 10 * beside
    lift = succession_error_lift(counts, following)
    np.testing.assert_allclose(lift[~np.eye(3, dtype=bool)], 1)
    twice = counts.copy()
    twice[0, 1] = 0
    share = beside[0, 2] / (beside[0, 1] + beside[0, 2])
    assert succession_error_lift(twice, following)[0, 2] == pytest.approx(1 / share)
    assert np.isnan(succession_error_lift(counts, np.zeros((3, 3), int))).all()
