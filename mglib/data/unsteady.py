"""Hides and displaces joints, and erases parts of frames, so that a network does not rely on a single place.

A joint is changed in all frames of a clip, as if a pose estimator missed it or placed it wrongly throughout, or as if
the person had another build. A part of the frames is erased in all frames, too.
"""

import numpy as np
from torch import Tensor

from .streams import MEAN

SIDES = (1 / 6, 1 / 2)  # of the erased rectangle, as shares of the picture's


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


def erase_part(frames: Tensor, share: float, rng: np.random.Generator) -> Tensor:
    """With this probability, paint a random rectangle in the mean colour, at the same place in all frames.

    Source: Zhong et al., "Random Erasing Data Augmentation", AAAI 2020; here width and height are drawn by themselves,
    uniformly from a sixth to a half of the picture's.

    Args:
        frames: uint8 [3, T, H, W].
        share: probability, 0 to 1.
        rng: random draws.

    Returns:
        The frames, changed in place.
    """
    if rng.random() < share:
        sides = np.array(frames.shape[2:])
        lengths = rng.uniform(*SIDES, 2) * sides
        tops = rng.uniform(0, sides - lengths)
        (top, left), (bottom, right) = tops.round().astype(int), (tops + lengths).round().astype(int)
        frames[:, :, top:bottom, left:right] = MEAN.view(3, 1, 1, 1).round().to(frames.dtype)
    return frames
