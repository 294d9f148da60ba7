"""What holds for every measure and every ensemble, whatever labels and probabilities they are given."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from mglib.analysis.ensemble.weights import fit, mixture_weights, own_probabilities
from mglib.analysis.evaluation import confusion_matrix, paired_difference, score_table

pytestmark = pytest.mark.filterwarnings("ignore")


@st.composite
def answers(draw, members: int = 1):
    """Labels [N], probabilities [S, N, K] and groups [N] of few clips: with ties, absent classes, lone groups."""
    clips, classes = draw(st.integers(1, 25)), draw(st.integers(1, 8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    steps = draw(st.sampled_from([2, 5, 1000]))  # few steps make ties
    table = rng.integers(0, steps, (members, clips, classes)) + 1e-3
    met = rng.choice(classes, draw(st.integers(1, classes)), replace=False)
    groups = rng.integers(0, draw(st.integers(1, 5)), clips).astype(str)
    return rng.choice(met, clips), table / table.sum(-1, keepdims=True), groups


def _scores(labels, probabilities, groups) -> dict[str, tuple[float, float, float]]:
    table = score_table({"a": probabilities}, labels, groups)
    return {row.metric: (row.value, row.low, row.high) for row in table.itertuples()}


@given(given=answers())
def test_scores_are_those_of_scikit_learn(given):
    labels, (p,), groups = given
    found = {name: value for name, (value, _, _) in _scores(labels, p, groups).items()}
    predicted, present = p.argmax(1), np.unique(labels)
    assert found["top1"] == pytest.approx(metrics.accuracy_score(labels, predicted))
    f1 = metrics.f1_score(labels, predicted, labels=present, average="macro", zero_division=0)
    recall = metrics.recall_score(labels, predicted, labels=present, average="macro", zero_division=0)
    assert found["macro_f1"] == pytest.approx(f1)
    assert found["macro_recall"] == pytest.approx(recall)
    # scikit-learn takes the last of equal classes, this the first: the same once ties are broken so
    broken = p - 1e-9 * np.arange(p.shape[1])
    if p.shape[1] > 2:
        top5 = metrics.top_k_accuracy_score(labels, broken, k=min(5, p.shape[1]), labels=range(p.shape[1]))
        assert found["top5"] == pytest.approx(top5)
    expected = metrics.confusion_matrix(labels, predicted, labels=range(p.shape[1]))
    np.testing.assert_array_equal(confusion_matrix(labels, predicted, p.shape[1]), expected)


@given(given=answers())
def test_shares_lie_in_0_to_1_and_intervals_too(given):
    labels, (p,), groups = given
    for metric, (value, low, high) in _scores(labels, p, groups).items():
        assert 0 <= value <= 1
        is_certain = metric == "top5" and p.shape[1] <= 5  # every class is among the first five
        assert value == 1 or not is_certain
        if len(set(groups)) == 1 or is_certain:
            assert np.isnan(low)
            assert np.isnan(high)
        else:
            assert 0 <= low <= value <= high <= 1
            assert low < high, "few clips never leave no doubt, not even where all are right"


@given(given=answers(), seed=st.integers(0, 99))
def test_order_of_clips_and_names_of_classes_and_groups_do_not_matter(given, seed):
    labels, (p,), groups = given
    rng = np.random.default_rng(seed)
    p = p + np.arange(p.shape[1]) * 1e-7  # among equals the lowest class decides, so there are none
    order, names = rng.permutation(len(labels)), rng.permutation(p.shape[1])
    before = _scores(labels, p, groups)
    shuffled = _scores(labels[order], p[order], groups[order])
    renamed = _scores(np.argsort(names)[labels], p[:, names], np.char.add("x", groups))
    for metric, values in before.items():
        assert shuffled[metric] == pytest.approx(values, nan_ok=True)
        assert renamed[metric] == pytest.approx(values, nan_ok=True)


@given(given=answers(members=2))
def test_a_difference_is_that_of_the_scores_and_turns_with_its_sides(given):
    labels, (a, b), groups = given
    one, other = (paired_difference(labels, *pair, groups) for pair in ((a, b), (b, a)))
    assert one.value == pytest.approx(np.mean(a.argmax(1) == labels) - np.mean(b.argmax(1) == labels))
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low), nan_ok=True)
    same = paired_difference(labels, a, a, groups)
    assert same.value == 0


def _pool(labels, probabilities, groups):
    names = [f"member {i}" for i in range(len(probabilities))]
    return SimpleNamespace(
        held_out=probabilities, rows=np.arange(len(labels)), labels=labels, groups=groups, names=names, members=names
    )


@given(given=answers(members=3), method=st.sampled_from(["equal", "ratio", "convex"]))
def test_weights_lie_on_the_simplex_and_the_order_of_members_does_not_matter(given, method):
    labels, table, groups = given
    ratio = [3.0, 0.0, 1.0]
    answer = None
    for order in itertools.permutations(range(3)):
        order = list(order)
        found = fit(
            _pool(labels, table[order], groups), method, [ratio[i] for i in order] if method == "ratio" else None
        )
        assert (found.weights >= 0).all()
        assert found.weights.sum() == pytest.approx(1)
        mixed = found(table[order])
        np.testing.assert_allclose(mixed.sum(1), 1, atol=1e-6)
        answer = mixed if answer is None else answer
        np.testing.assert_allclose(mixed, answer, atol=5e-3)


@given(given=answers(members=3))
def test_no_other_weights_are_better_than_those_found(given):
    labels, table, _ = given
    own = own_probabilities(table, labels)
    found = np.log(own @ mixture_weights(own)).mean()
    others = np.random.default_rng(0).dirichlet(np.ones(3), 200)
    corners = np.eye(3)
    assert found >= np.log(own @ np.concatenate([others, corners]).T).mean(0).max() - 2e-6
