"""Key points of one layout, taken from those of another by the names of the joints."""

from collections.abc import Sequence

import numpy as np

from .layouts import Layout

# Points that some layouts have and others do not: the middle of these two.
MIDDLES = {"neck": "shoulder", "mid_hip": "hip", "thorax": "shoulder", "spine_base": "hip", "hip_center": "hip"}


def lacking(joints: Sequence[str], layout: Layout) -> list[str]:
    """Joints of a layout that cannot be taken from these."""
    return [joint for joint in layout.joints if not _sources(joint, joints)]


def rearranged(points: np.ndarray, joints: Sequence[str], layout: Layout) -> np.ndarray:
    """The joints of a layout; a neck or mid-hip that is not there is the middle of shoulders or hips.

    Args:
        points: [..., V, 3] = x, y, score, or 4, in space.
        joints: names of the V joints; `lacking` is empty for them.
        layout: what is wanted, of W joints.

    Returns:
        [..., W, 3 or 4]. A middle has the lower of the two scores, and is zeros where one of the two is not detected.
    """
    return np.stack([_joint(points, joints, joint) for joint in layout.joints], axis=-2)


def _sources(joint: str, joints: Sequence[str]) -> list[str]:
    """The joints that a joint is made of; none: it cannot be."""
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
