"""Oracles: class counts, motions that a straight line separates, and symmetries of the features."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from mglib.data.clips import ClipTable
from mglib.training.floors import joint_features, linear_svm, majority

NAMES = tuple("abcde")


@pytest.fixture
def moving(make_table: Callable[..., ClipTable]) -> Callable[..., ClipTable]:
    """A maker of tables in which wrist 9 moves right (class 1), down (class 3) or stays (class 4) on noisy bodies."""

    def make(labels: list[int]) -> ClipTable:
        rng = np.random.default_rng(0)
        body = rng.uniform(-50, 50, (17, 2))
        points = []
        for label in labels:
            length = int(rng.integers(12, 40))
            clip = np.ones((1, length, 17, 3), np.float32)
            clip[0, ..., :2] = body + rng.normal(0, 2, (length, 17, 2))
            clip[0, :, 9, 0] += (label == 1) * np.linspace(0, 60, length)
            clip[0, :, 9, 1] += (label == 3) * np.linspace(0, 60, length)
            clip[..., :2] = clip[..., :2] * rng.uniform(0.5, 1.2) + rng.uniform(200, 280, 2)
            points.append(clip)
        rows = range(len(labels))
        clips = {
            "id": [str(row) for row in rows],
            "label": labels,
            "split": ["test" if row % 3 == 0 else "train" for row in rows],
            "group": ["test" if row % 3 == 0 else "train" for row in rows],
            "total_frames": [points[row].shape[1] for row in rows],
            "height": 480,
            "width": 640,
        }
        return make_table(
            clips=pd.DataFrame(clips), keypoints=tuple(points), class_names=NAMES, class_groups=("hand",) * len(NAMES)
        )

    return make


@pytest.mark.parametrize("classes", [[1, 3, 4], [1, 3], [3, 4]])
def test_svm_separates_motions_and_leaves_unseen_classes_at_zero(moving: Callable, classes: list[int]) -> None:
    table = moving([classes[row // 3 % len(classes)] for row in range(54)])
    train, test = table.where("train"), table.where("test")
    probabilities = linear_svm(table, train, test)
    np.testing.assert_array_equal(probabilities.argmax(axis=1), table.labels[test])
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    unseen = [label for label in range(len(NAMES)) if label not in classes]
    assert probabilities.shape == (len(test), len(NAMES))
    assert not probabilities[:, unseen].any()


def test_svm_of_one_class_is_refused(moving: Callable) -> None:
    table = moving([1] * 6)
    with pytest.raises(ValueError, match="the 4 training clips show 1 class"):
        linear_svm(table, table.where("train"), table.where("test"))


def test_majority_gives_the_training_frequencies(moving: Callable) -> None:
    table = moving([1, 1, 3, 3, 3, 4])
    np.testing.assert_array_equal(majority(table, np.arange(5), np.array([5, 0])), [[0, 0.4, 0, 0.6, 0]] * 2)


def clip_with_gaps() -> np.ndarray:
    """Key points [2, 20, 6, 3]; person 1 is the one detected best, joint 2 has gaps, joint 4 is never seen."""
    rng = np.random.default_rng(1)
    clip = rng.uniform(10, 200, (2, 20, 6, 3))
    clip[0, ..., 2], clip[1, ..., 2] = 0.2, 0.9
    clip[1, [0, 5, 6, 19], 2] = 0
    clip[1, :, 4] = 0
    return clip


def test_features_ignore_where_and_how_large_the_body_is() -> None:
    clip = clip_with_gaps()
    moved = clip.copy()
    moved[..., :2] = np.where(clip[..., 2:] > 0, clip[..., :2] * 2.5 + (30, -70), 0)
    np.testing.assert_allclose(joint_features(moved), joint_features(clip), atol=1e-12)


def test_features_are_those_of_the_clip_with_its_gaps_filled_by_hand() -> None:
    """Person 1 alone, resampled from 20 to 32 frames, centred, scaled; joint 4 at the centre; then differences."""
    person = clip_with_gaps()[1, ..., :2]
    person[5:7, 2] = person[4, 2] + (person[7, 2] - person[4, 2]) * np.array([[1], [2]]) / 3
    person[0, 2], person[19, 2] = person[1, 2], person[18, 2]
    seen = person[:, [0, 1, 2, 3, 5]]
    moments = np.arange(32) * 19 / 31
    before = np.minimum(moments.astype(int), 18)
    share = (moments - before)[:, None, None]
    joints = seen[before] * (1 - share) + seen[before + 1] * share
    joints -= joints.mean(axis=1, keepdims=True)
    joints /= np.sqrt((joints**2).sum(axis=2).mean())
    expected = np.insert(joints, 4, 0, axis=1)
    found = joint_features(clip_with_gaps())
    np.testing.assert_allclose(found[: expected.size].reshape(expected.shape), expected)
    np.testing.assert_allclose(found[expected.size :], (expected[1:] - expected[:-1]).ravel(), atol=1e-12)


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_clips_without_joints_or_extent_have_zero_features(score: float) -> None:
    clip = np.zeros((1, 1, 6, 3), np.float32)
    clip[..., 2] = score
    np.testing.assert_array_equal(joint_features(clip), np.zeros(63 * 6 * 2))
