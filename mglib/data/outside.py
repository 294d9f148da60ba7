"""Removes joints without a real position: outside the image, where a Kinect infers what it does not see, or none."""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from .checks import OVERSHOOT, STRAY, near

MOST = 0.5  # share of a clip's joints; if more lie outside, the image size must be wrong


def within(name: str, clips: pd.DataFrame, keypoints: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Key points whose joints far outside the image, or without a position, are set to not detected, with warnings.

    If too many lie outside, the image size must be wrong: they are not changed, and `ClipTable` refuses the clips.

    Args:
        name: name of the data set.
        clips: a row per clip with id, height and width.
        keypoints: per clip float32 [M, T, V, 3]; changed arrays are copies.
    """
    keypoints = placed(name, clips, keypoints)
    sizes = clips[["width", "height"]].to_numpy(np.float64)
    found = [strays(points, *size) for points, size in zip(keypoints, sizes, strict=True)]
    detected = np.array([np.count_nonzero(points[..., 2] > 0) for points in keypoints])
    outside = np.array([np.count_nonzero(each) for each in found])
    rows = np.flatnonzero(outside)
    if not len(rows) or outside.sum() > STRAY * detected.sum() or (outside > MOST * detected).any():
        return tuple(keypoints)
    warnings.warn(
        f"{name}: in {len(rows)} of {len(clips)} clips, {clips['id'].iloc[rows[0]]} first, {outside.sum()} joints "
        f"({outside.sum() / detected.sum():.2%}) lie more than {OVERSHOOT:.0%} of its size outside the image, as a "
        "sensor infers joints that it does not see; they count as not detected.",
        stacklevel=3,
    )
    return _without(keypoints, found)


def placed(name: str, clips: pd.DataFrame, keypoints: Sequence[np.ndarray]) -> Sequence[np.ndarray]:
    """Key points whose joints with a score, but the position of joints not detected, are set to that, with a warning.

    Args:
        name: name of the data set.
        clips: a row per clip, with id.
        keypoints: per clip float32 [M, T, V, 3]; changed arrays are copies.
    """
    found = [fillers(points) for points in keypoints]
    rows = [row for row, each in enumerate(found) if each.any()]
    if not rows:
        return keypoints
    x, y = keypoints[rows[0]][found[rows[0]]][0, :2]
    warnings.warn(
        f"{name}: in {len(rows)} of {len(clips)} clips, {clips['id'].iloc[rows[0]]} first, "
        f"{sum(map(np.count_nonzero, found))} joints have a score, but lie at exactly ({x:g}, {y:g}), where files put "
        "joints that were not detected; they count as not detected.",
        stacklevel=3,
    )
    return _without(keypoints, found)


def _without(keypoints: Sequence[np.ndarray], found: Sequence[np.ndarray]) -> tuple[np.ndarray, ...]:
    """Key points with some joints, boolean [M, T, V] per clip, set to zeros; changed arrays are copies."""
    return tuple(
        np.where(each[..., None], np.float32(0), points) if each.any() else points
        for points, each in zip(keypoints, found, strict=True)
    )


def fillers(points: np.ndarray) -> np.ndarray:
    """Which detected joints [M, T, V] lie at (0, 0), (-1, -1) or alike: no detector puts a joint there exactly."""
    return (points[..., 2] > 0) & (points[..., 0] == points[..., 1]) & (points[..., 0] <= 0)


def strays(points: np.ndarray, width: float, height: float) -> np.ndarray:
    """Which detected joints [M, T, V] lie beyond the margin; NaN and infinity are reported elsewhere."""
    inside = near(points[..., 0], width) & near(points[..., 1], height)
    return (points[..., 2] > 0) & ~inside & np.isfinite(points).all(-1)
