"""What strong augmentation did is read back from the joints: a linear map about the centre, symmetric about none."""

import numpy as np
import pytest

from mglib.data.strong import strong_augment


def clip(seed: int = 0) -> np.ndarray:
    joints = np.random.default_rng(seed).normal((3, -2, 0.5), (1, 1, 0), (2, 4, 5, 3))
    joints[1, 2, 3] = 0  # not detected
    return joints


def drawn(joints: np.ndarray, moved: np.ndarray) -> tuple[np.ndarray, float]:
    """The stretch of each axis and the angle, from moved = rotation @ diag(stretch) @ joints about the centre."""
    seen = joints[..., 2] > 0
    before, after = (points[seen, :2] - joints[seen, :2].mean(0) for points in (joints, moved))
    turn = np.linalg.lstsq(before, after, rcond=None)[0].T
    np.testing.assert_allclose(before @ turn.T, after, atol=1e-5)  # it is linear, the centre stays
    assert turn[:, 0] @ turn[:, 1] == pytest.approx(0, abs=1e-5)  # and turned after it was stretched
    return np.linalg.norm(turn, axis=0), np.arctan2(-turn[1, 0], turn[0, 0])


def test_draws_are_uniform_and_symmetric():
    """Mean and variance of 3000 draws against those of U(-0.1, 0.1) and U(-0.3, 0.3), within four standard errors."""
    rng, joints = np.random.default_rng(0), clip()
    found = [drawn(joints, strong_augment(joints, rng)) for _ in range(3000)]
    values = np.column_stack([np.array([stretch - 1 for stretch, _ in found]), [angle for _, angle in found]])
    limit = np.array([0.1, 0.1, 0.3])
    assert (np.abs(values).max(0) <= limit + 1e-5).all()
    assert (np.abs(values.mean(0)) < 4 * limit / np.sqrt(3 * 3000)).all()
    # the square of a uniform draw has mean limit^2 / 3 and variance limit^4 * 4 / 45
    assert (np.abs((values**2).mean(0) - limit**2 / 3) < 4 * limit**2 * np.sqrt(4 / 45 / 3000)).all()
    assert (np.abs(np.corrcoef(values.T) - np.eye(3)) < 4 / np.sqrt(3000)).all()


def test_scores_and_undetected_joints_stay_and_a_seed_repeats():
    joints = clip()
    first, second = (strong_augment(joints, np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first[..., 2], joints[..., 2].astype(np.float32))
    assert first.dtype == np.float32 and not first[1, 2, 3].any()
    empty = np.zeros((1, 2, 3, 3))
    np.testing.assert_array_equal(strong_augment(empty, np.random.default_rng(1)), empty)
