"""Converts key points to another layout by the names of the joints."""

from collections.abc import Sequence

import numpy as np

from .layouts import Layout

# Joints that some layouts lack; they are computed as the midpoint of these two.
MIDDLES = {"neck": "shoulder", "mid_hip": "hip", "thorax": "shoulder", "spine_base": "hip", "hip_center": "hip"}


def lacking(joints: Sequence[str], layout: Layout) -> list[str]:
    """Joints of a layout that cannot be obtained from `joints`."""
    return [joint for joint in layout.joints if not _sources(joint, joints)]


def rearranged(points: np.ndarray, joints: Sequence[str], layout: Layout) -> np.ndarray:
    """The joints of a layout; a missing neck or mid-hip becomes the midpoint of shoulders or hips.

    Args:
        points: [..., V, 3] = x, y, score, or 3-D [..., V, 4].
        joints: names of the V joints; `lacking` is empty for them.
        layout: the layout wanted, with W joints.

    Returns:
        [..., W, 3 or 4]. A midpoint has the lower of the two scores; it is 0 if one joint is not detected.
    """
    return np.stack([_joint(points, joints, joint) for joint in layout.joints], axis=-2)


def _sources(joint: str, joints: Sequence[str]) -> list[str]:
    """The joints from which a joint is computed; empty if that is impossible."""
    if joint in joints:
        return [joint]
    sides = [f"{side}_{MIDDLES[joint]}" for side in ("left", "right")] if joint in MIDDLES else []
    return sides if set(sides) <= set(joints) else []


def _joint(points: np.ndarray, joints: Sequence[str], joint: str) -> np.ndarray:
    taken = [points[..., joints.index(name), :] for name in _sources(joint, joints)]
    if len(taken) == 1:
        return taken[0]
    middle = (taken[0] + taken[1]) / 2
    middle[..., -1] = np.minimum(taken[0][..., -1], taken[1][..., -1])
    return np.where(middle[..., -1:] > 0, middle, 0)
