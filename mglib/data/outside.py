"""Joints that a sensor infers where the image ends: a Kinect gives the feet of a person of whom it sees the trunk."""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from .checks import OVERSHOOT, STRAY, near

MOST = 0.5  # of a clip's joints: where more lie outside, its image has another size


def within(name: str, clips: pd.DataFrame, keypoints: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Key points without the joints that lie far outside the image, which count as not detected; a warning tells them.

    Where they are so many that the size of the image must be wrong, all stay as they are: `ClipTable` refuses them.

    Args:
        name: of the data set.
        clips: its rows, with id, height and width.
        keypoints: per clip float32 [M, T, V, 3]; those that change are copied.
    """
    sizes = clips[["width", "height"]].to_numpy(np.float64)
    found = [strays(points, *size) for points, size in zip(keypoints, sizes, strict=True)]
    detected = np.array([np.count_nonzero(points[..., 2] > 0) for points in keypoints])
    outside = np.array([np.count_nonzero(each) for each in found])
    rows = np.flatnonzero(outside)
    if not len(rows) or outside.sum() > STRAY * detected.sum() or (outside > MOST * detected).any():
        return tuple(keypoints)
    kept = list(keypoints)
    for row in rows:
        kept[row] = np.where(found[row][..., None], np.float32(0), keypoints[row])
    warnings.warn(
        f"{name}: in {len(rows)} of {len(clips)} clips, {clips['id'].iloc[rows[0]]} first, {outside.sum()} joints "
        f"({outside.sum() / detected.sum():.2%}) lie more than {OVERSHOOT:.0%} of its size outside the image, as a "
        "sensor infers joints that it does not see; they count as not detected.",
        stacklevel=3,
    )
    return tuple(kept)


def strays(points: np.ndarray, width: float, height: float) -> np.ndarray:
    """Which detected joints [M, T, V] lie beyond the margin; those at no finite place are another fault."""
    inside = near(points[..., 0], width) & near(points[..., 1], height)
    return (points[..., 2] > 0) & ~inside & np.isfinite(points).all(-1)
