import warnings

import numpy as np
import pytest
from scipy.optimize import minimize

from mglib import figures
from mglib.analysis.ensemble import (
    EnsembleError,
    WeightSliders,
    cross_fit,
    find_members,
    fit,
    gather,
    mixture_weights,
    weight_draws,
)


def own(n=400, seed=0):
    """Probabilities of the true class by three members: a good one, a bad one, one that knows what others do not."""
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.beta(4, 2, n), rng.beta(1, 3, n), rng.beta(0.6, 0.6, n)])


def loss(weights, p, times=1.0):
    return -np.average(np.log(p @ weights), weights=np.broadcast_to(times, len(p)))


def test_the_weights_are_those_of_a_general_solver():
    p = own()
    simplex = {"bounds": [(0, 1)] * 3, "constraints": {"type": "eq", "fun": lambda w: w.sum() - 1}}
    best = minimize(loss, np.full(3, 1 / 3), (p,), "SLSQP", **simplex, options={"ftol": 1e-12})
    found = mixture_weights(p)
    assert found.sum() == pytest.approx(1)
    assert loss(found, p) <= best.fun + 1e-6
    np.testing.assert_allclose(found, best.x, atol=2e-3)


def test_many_problems_at_once_are_each_solved():
    p = own()
    times = np.random.default_rng(1).multinomial(len(p), np.full(len(p), 1 / len(p)), size=5)
    together = mixture_weights(p, times.astype(float))
    for counts, weights in zip(times, together, strict=True):
        alone = mixture_weights(np.repeat(p, counts, axis=0))
        assert loss(weights, p, counts) == pytest.approx(loss(alone, p, counts), abs=2e-6)


def test_a_member_that_adds_nothing_gets_nothing():
    p = own()[:, 0]
    np.testing.assert_allclose(mixture_weights(np.column_stack([p, 0.5 * p])), [1, 0], atol=1e-4)


def test_fit_mixes_scaled_answers_by_its_weights(make_runs):
    pool = gather(find_members([run.name for run in make_runs("a", "b")]))
    for method in ("equal", "convex", "stacking"):
        answers = fit(pool, method)(pool.probabilities)
        np.testing.assert_allclose(answers.sum(1), 1)
    np.testing.assert_allclose(fit(pool, "ratio", [2, 6]).weights, [0.25, 0.75])
    equal = fit(pool, "equal")
    np.testing.assert_allclose(fit(pool, "ratio", [3, 3])(pool.probabilities), equal(pool.probabilities))
    assert (fit(pool).temperatures > 1.2).all()  # the noise that was added made them boast


def test_cross_fitting_never_looks_at_the_clips_it_answers(make_runs, hold_out):
    """Members whose held-out answers give the label away for one group only: their weights elsewhere stay equal."""
    runs = [hold_out(run) for run in make_runs("a", "b")]
    pool = gather(find_members([run.name for run in runs]))
    group = pool.groups == pool.groups[0]
    told = pool.held_out.copy()
    told[0, group] = np.eye(told.shape[2])[pool.labels[group]]
    better = type(pool)(pool.members, pool.probabilities, pool.rows, told)
    number = len(np.unique(pool.groups))
    before, after = cross_fit(pool, folds=number), cross_fit(better, folds=number)
    alone = fit(pool, rows=np.flatnonzero(~group))
    np.testing.assert_allclose(after[group], alone(told[:, group]))
    assert np.abs(after[~group] - before[~group]).max() > 1e-3  # there the leak is part of what is fitted


def test_weights_vary_with_the_people_held_out(make_runs, hold_out):
    pool = gather(find_members([hold_out(run).name for run in make_runs("a", "b")]))
    draws = weight_draws(pool, fit(pool), rng=np.random.default_rng(0), draws=50)
    assert draws.shape == (50, 2) and 0.005 < draws[:, 0].std() < 0.3
    np.testing.assert_allclose(draws.sum(1), 1)


def test_one_group_or_a_ratio_that_does_not_fit_is_a_sentence(make_runs):
    pool = gather(find_members([run.name for run in make_runs("a", "b")]))
    for ratio in (None, [1], [1, -1], [0, 0], [1, np.nan]):
        with pytest.raises(EnsembleError, match="give a weight for each of a, b"):
            fit(pool, "ratio", ratio)
    one = pool.groups == "subject 004"
    small = type(pool)(pool.members, pool.probabilities, pool.rows[one], pool.held_out[:, one])
    with pytest.raises(EnsembleError, match="come from one subject"):
        cross_fit(small)
    draws = weight_draws(small, fit(small), rng=np.random.default_rng(0))
    assert np.isnan(draws).all()
    drawn = figures.ensemble_weights(small.names, fit(small).weights, draws, "weights")
    assert "[one group: no band]" in " ".join(text.get_text() for text in drawn.axes[0].texts)
    with pytest.warns(UserWarning, match="1 group"):
        sliders = WeightSliders(small, fit(small), small.prior)
    assert "no intervals, as the clips are of 1 held-out subject" in sliders.children[-1].value


def test_stacking_leaves_a_class_that_was_not_held_out_at_zero(make_runs):
    pool = gather(find_members([run.name for run in make_runs("a", "b")]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answers = fit(pool, "stacking", rows=np.flatnonzero(pool.labels != 2))(pool.probabilities)
    assert (answers[:, 2] < 1e-6).all()


def test_stacking_takes_few_clips_of_many_classes_for_what_they_are(make_runs):
    pool = gather(find_members([run.name for run in make_runs("a", "b", num_classes=25)]))
    rows = np.unique(pool.labels, return_index=True)[1]  # one clip per class
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(fit(pool, "stacking", rows=rows)(pool.probabilities)).all()
