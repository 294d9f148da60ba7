"""Hides and displaces joints of training clips, so that a network does not rely on any single one.

A joint is changed in all frames of a clip, as if a pose estimator missed it or placed it wrongly throughout, or as if
the person had another build.
"""

import numpy as np


def hide_joints(points: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Hide each joint with this probability, in all frames.

    Args:
        points: [M, T, V, C], the last channel is the score; a hidden joint is 0 in all channels.
        share: of the joints, 0 to 1.
        rng: random draws, the same for all persons.

    Returns:
        A new array.
    """
    return points * (rng.random(points.shape[2]) >= share)[:, None].astype(points.dtype)


def displace_joints(points: np.ndarray, amount: float, rng: np.random.Generator) -> np.ndarray:
    """Displace each joint of each person by a random, normally distributed vector, the same in all frames.

    Args:
        points: [M, T, V, C], the last channel is the score; joints with score 0 were not detected and stay 0.
        amount: standard deviation of the displacement along each axis, as a share of the standard deviation of the
            clip's detected joints along an axis (the mean over axes).
        rng: random draws.

    Returns:
        A new array of the same type.
    """
    seen, moved = points[..., -1] > 0, points.copy()
    if seen.any():
        spread = points[seen, :-1].std(0).mean()
        m, _, v, c = points.shape
        moved[..., :-1] += seen[..., None] * (amount * spread * rng.standard_normal((m, 1, v, c - 1)))
    return moved
