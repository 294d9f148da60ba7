"""From MediaPipe's landmarks to joints, against positions written out by hand and the symmetry of a mirror."""

import numpy as np
import pytest

from mglib.data.layouts import get_layout
from mglib.data.pose.landmarks import Landmarks, joints

LAYOUT = get_layout("imigue22")
HEIGHT, WIDTH = 100, 200
# As MediaPipe documents its landmarks: the pairs of the body that are each other's mirror image.
MIRROR_PAIRS = [(1, 4), (2, 5), (3, 6), (7, 8), *((n, n + 1) for n in range(9, 33, 2))]


def _landmarks(seed: int = 0) -> Landmarks:
    """Anywhere in the picture, the hands small and at their wrists (15 left, 16 right)."""
    rng = np.random.default_rng(seed)
    pose = rng.uniform(0.2, 0.8, (33, 3)).astype(np.float32)
    left, right = (pose[n, :2] + rng.uniform(-0.1, 0.1, (21, 2)).astype(np.float32) for n in (15, 16))
    left[0], right[0] = pose[15, :2], pose[16, :2]
    return Landmarks(pose, left, right)


def test_each_joint_is_the_landmark_of_its_name():
    found = _landmarks()
    points = dict(zip(LAYOUT.joints, joints(found, HEIGHT, WIDTH), strict=True))
    where = {
        "nose": found.pose[0], "right_eye": found.pose[5], "left_ear": found.pose[7], "left_shoulder": found.pose[11],
        "right_elbow": found.pose[14], "left_wrist": found.pose[15], "left_thumb": found.left[4],
        "left_little": found.left[20], "right_index": found.right[8], "right_ring": found.right[16],
    }  # fmt: skip
    for name, landmark in where.items():
        assert points[name][:2] == pytest.approx(landmark[:2] * (WIDTH, HEIGHT)), name
    assert points["neck"][:2] == pytest.approx((found.pose[11, :2] + found.pose[12, :2]) / 2 * (WIDTH, HEIGHT))


@pytest.mark.parametrize("seed", range(5))
def test_a_mirrored_person_has_left_and_right_exchanged(seed):
    found = _landmarks(seed)
    order = np.arange(33)
    for a, b in MIRROR_PAIRS:
        order[[a, b]] = b, a
    pose, left, right = found.pose[order], found.right.copy(), found.left.copy()
    for part in (pose, left, right):
        part[:, 0] = 1 - part[:, 0]
    straight, mirrored = joints(found, HEIGHT, WIDTH), joints(Landmarks(pose, left, right), HEIGHT, WIDTH)
    expected = straight.copy()
    for a, b in LAYOUT.flip_pairs:
        expected[[a, b]] = straight[[b, a]]
    expected[:, 0] = WIDTH - expected[:, 0]
    np.testing.assert_allclose(mirrored, expected, atol=1e-4)


def test_scores_are_visibilities_the_neck_has_the_lesser_and_a_hand_found_at_least_a_half():
    found = _landmarks()
    found.pose[[0, 11, 12, 15, 16], 2] = 0.9, 0.7, 0.3, 0.1, 0.8
    scores = dict(zip(LAYOUT.joints, joints(found, HEIGHT, WIDTH)[:, 2], strict=True))
    expected = {
        "nose": 0.9,
        "left_shoulder": 0.7,
        "neck": 0.3,
        "left_wrist": 0.1,
        "left_index": 0.5,
        "right_index": 0.8,
    }
    assert {name: scores[name] for name in expected} == pytest.approx(expected)


def test_what_is_not_found_or_beyond_the_edge_is_all_zero():
    assert not joints(Landmarks(), HEIGHT, WIDTH).any()
    found = _landmarks()
    found.pose[13, 0], found.pose[14, 1], found.pose[0, 2] = 1.0, -0.01, 0
    points = joints(Landmarks(found.pose, left=found.left), HEIGHT, WIDTH)
    gone = {name for name, point in zip(LAYOUT.joints, points, strict=True) if not point.any()}
    tips = {f"right_{finger}" for finger in ("thumb", "index", "middle", "ring", "little")}
    assert gone == {"left_elbow", "right_elbow", "nose"} | tips


def test_the_hand_of_somebody_else_is_not_taken():
    found = _landmarks()
    length = np.linalg.norm((found.left - found.left[0]) * (WIDTH, HEIGHT), axis=1).max() / WIDTH
    for away, taken in ((0.9, True), (1.1, False)):
        moved = found.left + np.array([away * length, 0], np.float32) * np.sign(0.5 - found.left[0, 0])
        points = joints(Landmarks(found.pose, left=moved), HEIGHT, WIDTH)
        assert bool(points[LAYOUT.joints.index("left_thumb"), 2]) == taken
