"""The label check against a plain loop, and that no model saw the group it judges."""

import numpy as np
import pandas as pd
import pytest

from mglib.analysis.ambiguity import held_out_probabilities, label_check
from mglib.base.errors import RunError
from mglib.runs import Run
from tests.run_builder import fake_run, recolumn, rewrite


@pytest.fixture
def run(tmp_path) -> Run:
    return fake_run(tmp_path / "made up", clips=150, groups=9, wrong=0.1)


def test_a_clip_is_judged_by_models_that_know_nothing_of_its_group(run):
    """What the rest of its group looks like changes the verdict on all other groups, and not on the clip."""
    before, train = held_out_probabilities(run, folds=9), run.where("train")
    group = run.groups[train]
    inside = np.flatnonzero(group == group[0])
    moved = {stream: run.features(stream).copy() for stream in run.streams}
    for features in moved.values():
        features[train[inside[1:]]] += 50
    after = held_out_probabilities(rewrite(run, "features", **moved), folds=9)
    np.testing.assert_allclose(after[inside[0]], before[inside[0]], rtol=1e-6)
    assert (np.abs(after - before)[group != group[0]].max(1) > 1e-4).all()
    assert before.sum(1) == pytest.approx(1)


def test_confident_learning_is_that_of_a_plain_loop(run):
    """Suspected are the labels of the lowest quality, as many as clips lie with confidence in another class."""
    labels = run.labels[run.where("train")]
    probabilities, table = held_out_probabilities(run), label_check(run)
    threshold = [probabilities[labels == k, k].mean() for k in range(5)]
    issues = 0
    for (_, found), p, y in zip(table.iterrows(), probabilities, labels, strict=True):
        confident = [k for k in range(5) if p[k] >= threshold[k]]
        issues += bool(confident) and max(confident, key=p.__getitem__) != y and p.argmax() != y
        assert found["label_quality"] == p[y] and found["likely_label"] == p.argmax()
    assert table["suspected"].sum() == issues and 0 < issues < len(table) / 2
    assert table.loc[table["suspected"], "label_quality"].max() < table.loc[~table["suspected"], "label_quality"].min()


def test_planted_wrong_labels_are_found_with_their_true_class(tmp_path):
    run = fake_run(tmp_path / "clear", clips=300, groups=9, noise=0.3, wrong=0.1, between=0)
    truth, table = pd.read_csv(run.path / "truth.csv"), label_check(run)
    truth = truth.loc[table.index]
    assert truth["is_wrong_label"].sum() > 10
    assert table["suspected"].equals(truth["is_wrong_label"])
    assert (table["likely_label"] == truth["true_label"])[table["suspected"]].all()


def test_a_class_of_one_group_is_not_judged(run):
    train = run.where("train")
    groups = run.groups
    labels = run.labels.copy()
    only = train[(labels[train] == 2) & (groups[train] == groups[0])]
    labels[train[labels[train] == 2]] = 1
    labels[only] = 2
    table = label_check(recolumn(run, label=labels))
    alone = table.index.isin(only)
    assert alone.sum() > 1
    assert table.loc[alone, "label_quality"].isna().all() and (table.loc[alone, "likely_label"] == -1).all()
    assert not table.loc[alone, "suspected"].any() and table.loc[~alone, "label_quality"].notna().all()


def test_every_class_once_leaves_nothing_to_judge(run):
    split = np.full(150, "test", object)
    split[run.where("train")[:5]] = "train"  # one clip of each class; groups of their own below
    run = recolumn(run, split=split, label=np.arange(150) % 5, group=[f"s{i}" for i in range(150)])
    assert np.isnan(held_out_probabilities(run)).all() and not label_check(run)["suspected"].any()


def test_bad_input_is_a_sentence(run):
    with pytest.raises(ValueError, match="folds: 1; give 2 or more"):
        label_check(run, folds=1)
    with pytest.warns(UserWarning, match=r"come from 0 group.*none is judged"):
        assert len(label_check(recolumn(run, split="test"))) == 0
    (recolumn(run, split="train").path / "features.npz").unlink()
    with pytest.raises(RunError, match=r"features\.npz is missing"):
        label_check(Run(run.path))
