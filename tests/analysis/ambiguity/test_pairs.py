"""Pairs against plain loops, intervals against those of the recall, null models against closed forms."""

import itertools

import numpy as np
import pandas as pd
import pytest

from mglib.analysis.ambiguity import confused_pairs, succession_lift
from mglib.analysis.evaluation import class_recall, confusion_matrix
from mglib.runs import Run
from tests.analysis.ambiguity.test_chance import expected_mistakes
from tests.run_builder import fake_run, recolumn, rewrite


def answering(run: Run, predicted: np.ndarray) -> Run:
    """The run, had it predicted these classes of its test clips."""
    probabilities = np.eye(run.data.num_classes, dtype=np.float32)[np.resize(predicted, len(run.clips))]
    probabilities[run.where("test")] = np.eye(probabilities.shape[1])[predicted]
    return rewrite(run, "predictions", **dict.fromkeys(run.streams, probabilities))


def labels_of(run: Run) -> np.ndarray:
    return run.labels[run.where("test")]


@pytest.fixture
def run(tmp_path) -> Run:
    return fake_run(tmp_path / "made up", clips=120, groups=12, noise=4)


@pytest.fixture
def labels(run) -> np.ndarray:
    return labels_of(run)


def test_every_pair_is_that_of_a_plain_loop(run, labels):
    predicted = run.probabilities()[run.where("test")].argmax(1)
    pairs = confused_pairs(run)
    found = {(row.true, row.predicted): row for row in pairs.itertuples()}
    for a, b in itertools.permutations(range(5), 2):
        count = sum((labels == a) & (predicted == b))
        assert (count > 0) == ((a, b) in found)
        if count:
            row = found[a, b]
            assert row.count == count and row.rate == pytest.approx(count / sum(labels == a))
            assert row.reverse_rate == pytest.approx(row.reverse_count / sum(labels == b))
            assert row.reverse_count == sum((labels == b) & (predicted == a))
            expected = expected_mistakes(confusion_matrix(labels, predicted, 5))[a, b]
            assert row.lift_over_chance == pytest.approx(count / expected, rel=1e-4)
            assert row.low <= row.rate <= row.high
    assert pairs["count"].is_monotonic_decreasing and len(pairs) > 5


def test_with_two_classes_the_interval_is_that_of_one_minus_the_recall(tmp_path):
    run = fake_run(tmp_path / "two", num_classes=2, clips=120, groups=12, noise=4)
    test = run.where("test")
    groups = run.groups[test]
    recall = class_recall(labels_of(run), run.probabilities()[test], groups, 2).set_index("label")
    pairs = confused_pairs(run).set_index("true")
    assert len(pairs) == 2
    for k in (0, 1):
        expected = 1 - recall.loc[k, ["recall", "high", "low"]].to_numpy()
        assert pairs.loc[k, ["rate", "low", "high"]].tolist() == pytest.approx(expected.tolist())


def test_direction_says_which_difference_is_beyond_doubt(run, labels):
    group = pd.factorize(run.groups[run.where("test")])[0]
    predicted = labels.copy()
    predicted[labels == 0] = 1  # every time, and never back
    first = [np.flatnonzero((labels == k) & (group < 2)) for k in (2, 3, 4)]
    predicted[first[0]], predicted[first[1]] = 3, 2  # both ways
    predicted[first[2][:1]] = 0  # once
    pairs = confused_pairs(answering(run, predicted)).set_index(["true", "predicted"])
    assert pairs["direction"].to_dict() == {
        (0, 1): "one-sided",
        (2, 3): "mutual",
        (3, 2): "mutual",
        (4, 0): "unclear",
    }


def test_answers_that_ignore_the_class_have_lift_one(run, labels):
    predicted = np.empty_like(labels)
    for k in range(5):
        predicted[labels == k] = np.resize([0, 0, 1, 2], (labels == k).sum())
    assert (np.bincount(labels) == 8).all()
    lift = confused_pairs(answering(run, predicted))["lift_over_chance"]
    assert len(lift) == 12 and lift.to_numpy() == pytest.approx(1)


def test_succession_is_that_of_a_plain_loop(tmp_path):
    run = fake_run(tmp_path / "ordered", num_classes=3, clips=60, starts=True, noise=2)
    lift, clips = succession_lift(run), run.clips.sort_values("start")
    steps = [s for _, g in clips.groupby("group") for s in itertools.pairwise(g["label"].tolist())]
    for a, b in itertools.product(range(3), repeat=2):
        after = [y for x, y in steps if x == a]
        assert lift[a, b] == pytest.approx((after.count(b) / len(after)) / np.mean([y == b for _, y in steps]))
    pairs = confused_pairs(run)
    np.testing.assert_allclose(pairs["succession"], lift[pairs["true"], pairs["predicted"]])
    test = run.clips.iloc[run.where("test")].sort_values("start")
    beside = [{a, b} for _, own in test.groupby("group") for a, b in itertools.pairwise(own["label"])]
    for pair in pairs.itertuples():
        mistaken = pairs.loc[pairs["true"] == pair.true, "count"].sum()
        others = [both - {pair.true} for both in beside if pair.true in both and len(both) == 2]
        share = others.count({pair.predicted}) / len(others)
        expected = pair.count / mistaken / share if share else np.nan
        assert pair.lift_over_succession == pytest.approx(expected, nan_ok=True)


def test_succession_by_hand(tmp_path):
    """Two groups that go 0 1 0 1, and clips that follow nothing: alone in their group, or without a start."""
    run = fake_run(tmp_path / "by hand", num_classes=3)
    label, group, start = [2] * 60, ["alone"] + ["a"] * 59, [5] + [""] * 59
    label[1:9], group[1:9], start[1:9] = [0, 1, 0, 1, 1, 0, 1, 0], ["a"] * 4 + ["b"] * 4, [1, 2, 3, 4, 4, 3, 2, 1]
    run = recolumn(run, label=label, group=group, start=start)
    # 0 -> 1 four times, 1 -> 0 twice: of the six followers four are 1.
    np.testing.assert_allclose(succession_lift(run), [[0, 6 / 4, np.nan], [6 / 2, 0, np.nan], [np.nan] * 3])


def test_clips_without_an_order_have_no_succession(run):
    assert np.isnan(succession_lift(run)).all()
    pairs = confused_pairs(run)
    assert pairs[["succession", "lift_over_succession"]].isna().all(axis=None)


def test_zero_errors_make_an_empty_table_of_the_same_columns(run, labels):
    some = confused_pairs(run)
    right = answering(run, labels)
    none = confused_pairs(right)
    assert len(none) == 0 and none.dtypes.equals(some.dtypes)


def test_one_group_has_no_interval(run):
    pairs = confused_pairs(recolumn(run, group="alone"))
    assert len(pairs) and pairs[["low", "high"]].isna().all(axis=None)
    assert set(pairs["direction"]) <= {"mutual", "unclear"} and pairs["rate"].notna().all()


def test_one_class(tmp_path):
    run = fake_run(tmp_path / "one", num_classes=1, clips=12, wrong=0, between=0)
    assert len(confused_pairs(run)) == 0


def test_what_is_not_there_is_a_sentence(run):
    with pytest.raises(ValueError, match="made up has no clips in the split 'val'; it has {'train': 80, 'test': 40}"):
        confused_pairs(run, "val")


def test_clips_of_two_videos_of_one_person_do_not_follow_each_other(tmp_path):
    run = fake_run(tmp_path / "run", num_classes=3, clips=6, groups=2, epochs=1)
    run = recolumn(run, label=[0, 1, 2, 0, 1, 2], group="s", video=[*"aabbcc"], start=[0, 1, 0, 1, 0, 1])
    lift = succession_lift(run)
    assert lift[0, 1] == lift[2, 0] == lift[1, 2] == 3 and np.nansum(lift) == 9
