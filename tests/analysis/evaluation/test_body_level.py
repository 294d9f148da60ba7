"""F1-mean is the one that scikit-learn's parts give, and is there where classes have body groups."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from mglib.analysis.evaluation import BODY_METRICS, METRICS, format_scores, score_table

GROUPS = ("head", "hand", "head", "foot", "hand", "foot", "hand")


def made(n=400, seed=0):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 7, n)
    probabilities = rng.dirichlet(np.ones(7), n) + 0.5 * np.eye(7)[labels] * (rng.random(n) < 0.5)[:, None]
    return labels, probabilities / probabilities.sum(1, keepdims=True), rng.integers(0, 12, n)


def test_f1_mean_is_that_of_scikit_learn():
    labels, probabilities, groups = made()
    table = score_table({"net": probabilities}, labels, groups, GROUPS)
    found = table.set_index("metric")["value"]
    predicted, body = probabilities.argmax(1), np.unique(GROUPS, return_inverse=True)[1]
    parts = [
        f1_score(y, guess, average=average)
        for y, guess in ((labels, predicted), (body[labels], body[predicted]))
        for average in ("micro", "macro")
    ]
    assert found[["top1", "macro_f1", "body_micro_f1", "body_macro_f1"]].tolist() == pytest.approx(parts)
    assert found["f1_mean"] == pytest.approx(np.mean(parts))
    assert found["body_micro_f1"] > found["top1"], "another class of the same body group is right there"
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()


def test_an_answer_within_the_body_group_is_right_there_and_outside_it_wrong():
    labels = np.array([0, 0, 1, 3])
    predicted = np.eye(7)[[2, 0, 2, 5]]
    table = score_table({"net": predicted}, labels, np.arange(4), GROUPS)
    found = table.set_index("metric")["value"]
    assert found["top1"] == 1 / 4 and found["body_micro_f1"] == 3 / 4
    assert found["body_macro_f1"] == pytest.approx(np.mean([2 * 2 / 5, 0.0, 1.0])), "head, hand, foot"


def test_the_other_scores_do_not_depend_on_it_and_seeds_are_averaged():
    labels, probabilities, groups = made()
    systems = {"net": np.stack([probabilities, made(seed=0)[1][:, ::-1]])}
    with_it, without = (score_table(systems, labels, groups, given) for given in (GROUPS, None))
    shared = with_it[with_it["metric"].isin(METRICS)].reset_index(drop=True)
    np.testing.assert_allclose(shared.drop(columns=["system", "metric"]), without.drop(columns=["system", "metric"]))
    assert with_it["seeds"].eq(2).all()


@pytest.mark.parametrize("given", [None, ("all",) * 7, tuple("abcdefg")])
def test_classes_without_body_groups_have_no_such_scores(given):
    labels, probabilities, groups = made()
    table = score_table({"net": probabilities}, labels, groups, given)
    assert set(table["metric"]) == set(METRICS)


def test_groups_of_other_classes_are_a_sentence_and_the_columns_have_names():
    labels, probabilities, groups = made()
    with pytest.raises(ValueError, match="There are 2 class groups for 7 classes"):
        score_table({"net": probabilities}, labels, groups, ("a", "b"))
    table = score_table({"net": probabilities}, labels, groups, GROUPS)
    assert format_scores(table).columns.tolist() == [*METRICS.values(), *BODY_METRICS.values(), "groups"]
