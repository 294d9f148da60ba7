"""Annotation pickles with 3-D key points, [M, T, V, 3], such as PYSKL's 3danno files."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from mglib.base.errors import DataError, OptionError
from mglib.base.shares import percent
from mglib.data.checks import OVERSHOOT
from mglib.data.layouts import Layout
from mglib.data.plausibility import SMALLEST
from mglib.data.space import Dimension, front_view

Up = Literal["y", "-y", "z", "-z"]
AXES = {"y": ((0, 1, 2), (1, 1, 1)), "-y": ((0, 1, 2), (1, -1, 1)), "z": ((0, 2, 1), (1, 1, 1))}
AXES["-z"] = ((0, 2, 1), (1, -1, 1))  # by `up`: axes in the order right, up, away, and their signs
SIZE = (480, 640)  # height and width of the image for projections, pixels, if the file has none
SCORE_OVERSHOOT = 0.5  # heat-map detectors give scores slightly outside 0..1; larger deviations are another scale
PERCENT = 100.0 * (1 + SCORE_OVERSHOOT)
INSIDE = 0.99  # share of the joints
UPPER, LOWER = ("head", "nose", "neck", "shoulder_center"), ("hip_center", "mid_hip", "spine_base", "left_hip")


def in_space(path: Path, annotations: Sequence[Mapping], joints: Dimension | None) -> bool:
    """Whether the three values of every joint are x, y, z.

    They are, if some third value is outside 0..1, as scores are not; otherwise `joints` has to say. Beside x and y in
    pixels it must be far outside, as scores of heat-maps may be a little above 1, and beyond 100, as some are percent.

    Args:
        path: the file.
        annotations: all annotations of the file.
        joints: the option of the source.

    Raises:
        DataError: some clips have three values and others two, or the three may be x, y and score.
        OptionError: 3-D joints are requested, but the file has none.
    """
    shapes = [_values(annotation) for annotation in annotations]
    three = [points for points in shapes if points is not None and points.shape[-1] == 3]
    if not three:
        if joints == "3d":
            raise OptionError(f"joints: 3d, but {path} has key points in an image alone; leave it out.")
        return False
    if len(three) < sum(points is not None for points in shapes):
        raise DataError(f"{path}, keypoint: {len(three)} clips have x, y, z and others x, y; make two files of them.")
    depth, share = any(_has_depth(points) for points in three), _in_percent(three)
    if joints == "3d" or (depth and not share):
        return True
    name = annotations[0].get("frame_dir") or annotations[0].get("filename")
    scores, within = ("scores, 0..1,", "0..100") if depth else ("scores", "0..1 or near it")
    raise DataError(
        f"{path}, clip {name}, keypoint: shape {three[0].shape}; give [persons, frames, joints, 2] in pixels, and "
        f"{scores} as keypoint_score; or say joints: 3d, if the third value, in {within} in all clips, is z and "
        "no score."
    )


def _has_depth(points: np.ndarray) -> bool:
    """Whether a third value in [M, T, V, 3] can be no score."""
    slack = SCORE_OVERSHOOT if (np.ptp(points[..., :2], axis=(0, 1, 2)) >= SMALLEST).any() else 0.0
    return bool(((points[..., 2] < -slack) | (points[..., 2] > 1 + slack)).any())


def _in_percent(clips: Sequence[np.ndarray]) -> bool:
    """Whether the three values of all clips [M, T, V, 3] may be a position in an image, and a score in percent."""
    low = np.fmin.reduce([points.min((0, 1, 2)) for points in clips]).astype(np.float64)  # without NaN
    high = np.fmax.reduce([points.max((0, 1, 2)) for points in clips]).astype(np.float64)
    image = (low >= -OVERSHOOT * high)[:2].all() and (high - low)[:2].max() >= SMALLEST
    return bool(image and low[2] >= 0 and high[2] <= PERCENT)


def _values(annotation: Mapping) -> np.ndarray | None:
    """The key points, if they are one array of numbers; other faults are reported later."""
    try:
        points = np.asarray(annotation.get("keypoint"))
        points = points.astype(np.float64) if points.dtype == object else points  # None among them becomes NaN
    except (TypeError, ValueError, OverflowError):  # lists of different lengths, or texts
        return None
    fits = points.ndim == 4 and points.dtype.kind in "iuf" and points.size
    return points if fits and points.shape[-1] in (2, 3) else None


def clip_joints(where: str, annotation: Mapping, up: Up) -> np.ndarray:
    """float32 [M, T, V, 4] = x right, y up, z away, score; without scores, 1 except where x = y = z = 0.

    A person with all joints there is not detected, whatever the scores.

    Raises:
        DataError: the key points are not an array of x, y, z, or the scores have another shape.
    """
    axes, signs = AXES[up]
    points = _values(annotation)
    if points is None or points.shape[-1] != 3:
        raise DataError(f"{where}, keypoint: no array of numbers [persons, frames, joints, 3], as other clips have.")
    given = annotation.get("keypoint_score")
    try:
        score = (points != 0).any(-1) if given is None else np.asarray(given, np.float32)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"{where}, keypoint_score: no array of numbers; give one score per joint, or none.") from None
    if score.shape != points.shape[:3]:
        raise DataError(f"{where}, keypoint_score: shape {score.shape}; give one score per joint, {points.shape[:3]}.")
    score = score * points.any((-2, -1))[..., None]  # padding: all joints of a person at the origin
    joints = np.concatenate([points[..., axes] * signs, in_range(score)[..., None]], -1)
    return np.where(joints[..., 3:] != 0, joints, 0).astype(np.float32)


def in_range(score: np.ndarray) -> np.ndarray:
    """Scores with those a little outside 0..1 brought into it; others are of another scale, which is refused later."""
    near = (score >= -SCORE_OVERSHOOT) & (score <= 1 + SCORE_OVERSHOOT)
    return np.where(near, np.clip(score, 0, 1), score)


def shown(annotation: Mapping, joints: np.ndarray) -> Mapping[str, Any]:
    """The annotation with its joints projected to an image from the front, as key points and scores."""
    size = SIZE if annotation.get("img_shape") is None else annotation["img_shape"]
    try:
        height, width = map(int, size)
    except (TypeError, ValueError, OverflowError):  # reported where the size is read
        height, width = SIZE
    flat = front_view(joints, height, width)
    return {**annotation, "keypoint": flat[..., :2], "keypoint_score": flat[..., 2], "img_shape": size}


def relative(joints: Sequence[np.ndarray]) -> Iterator[str]:
    """A sentence if x and y are shares of an image's width and height, in which bodies are stretched."""
    seen = [points[points[..., 3] > 0][:, :2] for points in joints]
    x, y = np.concatenate(seen).T if seen else np.zeros((2, 1))
    inside = (x >= 0) & (x <= 1) & (abs(y) <= 1)
    if inside.mean() > INSIDE and max((y >= 0).mean(), (y <= 0).mean()) > INSIDE and x.any():
        yield (
            "keypoint: x and y of nearly all joints lie in 0..1, as MediaPipe's shares of the image's width and height "
            "do, by which bodies are stretched; give its world landmarks, or x and z times the width, y times the "
            "height."
        )


def upside_down(layout: Layout, joints: Sequence[np.ndarray]) -> Iterator[str]:
    """A sentence if heads are not above hips, as when another axis points upwards."""
    ends = [next((name for name in names if name in layout.joints), None) for names in (UPPER, LOWER)]
    if None in ends or not joints:
        return
    top, bottom = map(layout.joints.index, ends)
    upward = np.array([_upward(points, top, bottom) for points in joints])
    if (upward < 0.5).mean() > 0.5:  # y covers less than half of the distance
        share = percent((upward < 0.5).mean())
        yield (
            f"keypoint: in {share}% of the clips the {ends[0]} is not above the {ends[1]} along y; say which axis "
            "points upwards, up: -y, z or -z, or clips are turned about another axis in training."
        )


def _upward(points: np.ndarray, top: int, bottom: int) -> float:
    """Vertical share of the distance from the lower to the upper joint; 1 if they are never detected together."""
    both = (points[:, :, [top, bottom], 3] > 0).all(-1)
    if not both.any():
        return 1.0
    way = (points[both][:, top, :3] - points[both][:, bottom, :3]).mean(0)
    return float(way[1] / max(np.linalg.norm(way), 1e-9))
