"""The fields of an annotation pickle, checked one by one: ids and splits, numbers, key points."""

import operator
import re
import reprlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mglib.base.errors import DataError
from mglib.data.cutting import VIDEO_SUFFIXES

from .spatial import in_range


def parts(path: Path, content: Any) -> tuple[list[Mapping], Mapping[str, Sequence] | None]:
    """The annotations and the named splits, None if the file has none."""
    annotations = content.get("annotations") if isinstance(content, Mapping) else content
    if not isinstance(annotations, list) or not all(isinstance(item, Mapping) for item in annotations):
        raise DataError(f"{path}: expected a list of annotation dicts, or a dict with one under `annotations`.")
    if not annotations:
        raise DataError(f"{path}: the list of annotations is empty; check how the file was written.")
    named = content.get("split") if isinstance(content, Mapping) else None
    if not isinstance(named, Mapping | None):
        raise DataError(
            f"{path}, split: a {type(named).__name__}; expected a dict from split names to lists of clip ids."
        )
    for name, clips in (named or {}).items():
        if not isinstance(name, str) or not all(isinstance(clip, str) for clip in _each(clips)):
            raise DataError(f"{path}, split: {name!r} is not a name with a list of clip ids; expected only texts.")
    return [_with_someone(annotation) for annotation in annotations], named


def _with_someone(annotation: Mapping) -> Mapping:
    """The annotation; one without persons gets one of whom no joint is detected."""
    points = annotation.get("keypoint")
    if isinstance(points, np.ndarray) and points.ndim == 4 and not len(points):
        return {**annotation, "keypoint": np.zeros((1, *points.shape[1:])), "keypoint_score": None}
    return annotation


def _each(clips: Any) -> Iterable:
    """The entries of a list; a value that is no list gives one invalid entry."""
    flat = isinstance(clips, list | tuple) or (isinstance(clips, np.ndarray) and clips.ndim == 1)
    return clips if flat else [None]


def without_suffix(clip: str) -> str:
    """The clip id; files that name clips by `filename` give the video's suffix too."""
    return clip.rpartition(".")[0] if clip.lower().endswith(VIDEO_SUFFIXES) else clip


def clip_id(path: Path, number: int, annotation: Mapping) -> str:
    for field in ("frame_dir", "filename"):
        if isinstance(annotation.get(field), str):
            return without_suffix(annotation[field])
    raise DataError(f"{path}, annotation {number}: neither `frame_dir` nor `filename` is a text; give the clip's id.")


def clip_group(where: str, clip: str, pattern: str) -> str:
    found = re.search(pattern, clip)
    if found is None:
        raise DataError(f"{where}: group={pattern!r} is not in the id; write one that finds the group.")
    return found.group(1 if found.re.groups else 0)


def clip_numbers(where: str, annotation: Mapping, num_frames: int) -> dict[str, int]:
    """The row's numbers as in the file; a missing total_frames is the key points' `num_frames`."""
    rule = f"{where}: `label`, `total_frames` and `img_shape` (height, width) must be whole numbers"
    told = {"total_frames": num_frames, **annotation}
    numbers: list[int] = []
    for field, many in (("label", 1), ("total_frames", 1), ("img_shape", 2)):
        try:
            values = told[field] if many > 1 else (told[field],)
            numbers += map(operator.index, values)
            fits = len(values) == many
        except KeyError:
            raise DataError(f"{rule}; {field} is missing.") from None
        except (TypeError, ValueError):
            fits = False
        if not fits:
            value = told[field].tolist() if isinstance(told[field], np.ndarray) else told[field]
            raise DataError(f"{rule}; {field} is {reprlib.repr(value)}.")
    return dict(zip(("label", "total_frames", "height", "width"), numbers, strict=True))


def _array(where: str, annotation: Mapping, field: str) -> np.ndarray:
    try:
        return np.asarray(annotation[field], dtype=np.float32)
    except (TypeError, ValueError, OverflowError, MemoryError) as error:
        raise DataError(
            f"{where}, {field}: not one array of numbers ({error}); give every frame all persons."
        ) from None


def clip_keypoints(where: str, annotation: Mapping) -> np.ndarray:
    """float32 [M, T, V, 3]; without scores, a joint at exactly (0, 0) was not detected, any other scores 1."""
    if "keypoint" not in annotation:
        raise DataError(f"{where}: `keypoint` is missing; this source needs the key points of every clip.")
    points = _array(where, annotation, "keypoint")
    if points.ndim == 4 and not points.size:
        raise DataError(f"{where}, keypoint: shape {points.shape}, so it holds nothing; leave the clip out.")
    if points.ndim != 4 or points.shape[3] != 2:
        space = ", or 3 in space" if points.shape[-1:] != (3,) else ", without a third value"
        raise DataError(
            f"{where}, keypoint: shape {points.shape}; give [persons, frames, joints, 2] in pixels{space}, and "
            "scores as keypoint_score."
        )
    given = annotation.get("keypoint_score") is not None
    score = _array(where, annotation, "keypoint_score") if given else (points != 0).any(-1)
    if score.shape != points.shape[:3]:
        raise DataError(f"{where}, keypoint_score: shape {score.shape}; give one score per joint, {points.shape[:3]}.")
    joints = np.empty((*score.shape, 3), dtype=np.float32)
    joints[..., :2] = points
    joints[..., 2] = in_range(score)
    joints[joints[..., 2] == 0] = 0
    return joints
