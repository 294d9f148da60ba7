import numpy as np
import pandas as pd
import pytest

from mglib.analysis import ensemble
from mglib.analysis.ensemble import find_members, fit, fit_all, gather, held_out_scores, leave_one_out, scores_on_test
from mglib.analysis.ensemble.sliders import WeightSliders


@pytest.fixture
def pool(make_runs, hold_out):
    return gather(find_members([hold_out(run).name for run in make_runs("a", "b", "c")]))


def top1(table: pd.DataFrame) -> pd.Series:
    return table[table["metric"] == "top1"].set_index("system")["value"]


def test_test_scores_are_those_of_the_answers_and_the_oracle_bounds_its_members(pool):
    combinations, test = fit_all(pool, [1, 1, 2]), pool.run.where("test")
    scores = top1(scores_on_test(pool, combinations))
    assert list(scores.index) == ["a", "b", "c", "equal", "ratio", "convex", "stacking", "oracle"]
    labels = pool.clips["label"].to_numpy()[test]
    right = pool.probabilities[:, test].argmax(2) == labels
    assert scores["b"] == right[1].mean()
    assert scores["oracle"] == right.any(0).mean() > scores.drop("oracle").max()
    mixed = combinations["convex"](pool.probabilities[:, test])
    assert scores["convex"] == (mixed.argmax(1) == labels).mean()


def test_held_out_scores_know_nothing_of_the_test_clips(pool):
    before = held_out_scores(pool)
    pool.probabilities[:, pool.run.where("test")] = 0.2
    pd.testing.assert_frame_equal(held_out_scores(pool), before)
    assert ensemble.best_member(pool, before) == top1(before)[["a", "b", "c"]].idxmax()


def test_leaving_out_a_member_is_fitting_without_it(pool):
    table = leave_one_out(pool, rng=np.random.default_rng(0)).set_index("without")
    assert list(table.index) == ["a", "b", "c"] and table["weight"].sum() == pytest.approx(1)
    test, labels = pool.run.where("test"), pool.judged[0]
    rest = pool.without("b")
    hits = [(fit(p)(p.probabilities[:, test]).argmax(1) == labels) for p in (rest, pool)]  # without b, with all
    assert table.loc["b", "difference"] == pytest.approx(hits[0].mean() - hits[1].mean())
    assert table.loc["b", "lost"] == (hits[1] & ~hits[0]).sum()
    ratio = leave_one_out(pool, "ratio", [1, 1, 2], rng=np.random.default_rng(0)).set_index("without")
    assert list(ratio["weight"]) == [0.25, 0.25, 0.5]


def test_sliders_show_the_scores_of_their_weights_on_held_out_clips(pool):
    learnt = fit(pool)
    sliders = WeightSliders(pool, learnt, pool.prior)
    *weights, shift = sliders.children[:-2]
    picture = sliders.children[-1]
    first = picture.value
    for slider, value in zip(weights, (1, 0, 0), strict=True):
        slider.value = value
    np.testing.assert_allclose(sliders.weights, [1, 0, 0])
    alone = (pool.held_out[0].argmax(1) == pool.labels).mean()
    assert f"{100 * alone:.1f} % [" in picture.value != first
    before = picture.value
    shift.value = 1
    assert picture.value != before
    shift.value = 0
    reset, equal = sliders.children[-2].children
    equal.click()
    np.testing.assert_allclose(sliders.weights, 1 / 3, atol=0.01)
    reset.click()
    np.testing.assert_allclose(sliders.weights, learnt.weights, atol=0.01)
    for slider in weights:
        slider.value = 0
    np.testing.assert_allclose(sliders.weights, 1 / 3)
