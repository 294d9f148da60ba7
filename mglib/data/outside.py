"""Removes joints that a sensor infers outside the image, as a Kinect does for feet that it does not see."""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from .checks import OVERSHOOT, STRAY, near

MOST = 0.5  # share of a clip's joints; if more lie outside, the image size must be wrong


def within(name: str, clips: pd.DataFrame, keypoints: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Key points whose joints far outside the image are set to not detected, with a warning.

    If there are too many of them, the image size must be wrong: nothing is changed, and `ClipTable` refuses the clips.

    Args:
        name: name of the data set.
        clips: a row per clip with id, height and width.
        keypoints: per clip float32 [M, T, V, 3]; changed arrays are copies.
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
    """Which detected joints [M, T, V] lie beyond the margin; NaN and infinity are reported elsewhere."""
    inside = near(points[..., 0], width) & near(points[..., 1], height)
    return (points[..., 2] > 0) & ~inside & np.isfinite(points).all(-1)
