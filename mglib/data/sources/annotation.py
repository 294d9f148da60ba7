"""Source: the annotation pickle of MMAction2 and PYSKL, with or without its videos.

The file is a dict of `split` {name: [clip id, ...]} and `annotations`, or a bare list of annotations; an annotation has
`frame_dir` (or `filename`), `label`, `img_shape` (h, w), `keypoint` [M, T, V, 2] in pixels of `img_shape` and,
optionally, `total_frames` and `keypoint_score` [M, T, V]. 3-D key points are [M, T, V, 3] (`spatial`).
"""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from mglib.base.errors import DataError, OptionError
from mglib.data.clips import ClipTable
from mglib.data.faults import made_of, settle, warn_of_empty
from mglib.data.grouping import akin, lonely
from mglib.data.handedness import handedness
from mglib.data.headers import headers
from mglib.data.layouts import Layout
from mglib.data.matching import Matched, match
from mglib.data.options import ByLabel, Pattern, Rate, by_label
from mglib.data.outside import placed, within
from mglib.data.own_layouts import find_layout
from mglib.data.rearranging import lacking, rearranged
from mglib.data.space import Dimension
from mglib.data.traps import small_points

from .annotation_splits import Split, assign_splits
from .fields import clip_group, clip_id, clip_keypoints, clip_numbers, parts
from .films import videos_of
from .labels import LABELS
from .spatial import Up, clip_joints, in_space, relative, shown, upside_down
from .unpickle import read_pickle

FPS = 25.0  # if neither the user nor a video gives it
MOST = 10_000  # limit for generated class names; known data sets have 120 classes at most


def load(
    path: str | Path,
    *,
    layout: Layout | str | Mapping[str, Any],
    stored: Layout | str | Mapping[str, Any] | None = None,
    class_names: ByLabel | str | None = None,
    class_groups: ByLabel | None = None,
    videos: str | Path | None = None,
    name: str | None = None,
    splits: Mapping[str, Split] | None = None,
    bare_split: Split = "train",
    group: Pattern = r"^_*[^_]+",
    group_kind: Literal["subject", "video"] = "video",
    fps: Rate | None = None,
    flip: bool | None = None,
    flip_labels: Sequence[int] | None = None,
    shared_groups: bool = False,
    joints: Dimension | None = None,
    up: Up = "y",
    faults: list[str] | None = None,
) -> ClipTable:
    r"""Read an annotation pickle.

    Args:
        path: the pickle; it is read without executing any code in it.
        layout: the layout of its V joints, its name, or a YAML file that describes it (see `own_layouts`).
        stored: the layout of the file if it differs: `layout` is extracted from it by the names of the joints.
        class_names: K names by label, a list or {0: name, ...}, or the name of a label set, such as imigue; by default
            "class 0" up to the highest label.
        class_groups: K body groups by label, in the same form; by default one group, "all".
        videos: folder with `<clip id>.mp4`, or another kind of video, for every clip; or None for key points only.
        name: name of the data set in reports; by default the file's name.
        splits: the file's split names -> train, val, test or hidden (for clips without labels, -1); other splits are
            left out. By default the ending of a name decides (`xsub_train`); if none ends in test, val becomes test.
        bare_split: the split of all clips of a bare list.
        group: regular expression searched in the clip id; its first bracket, or the whole match, is the group.
        group_kind, flip_labels, shared_groups: as in `ClipTable`; the file does not contain them.
        fps: frames per second; None: by the videos' time stamps, or 25 without videos.
        flip: whether clips are mirrored in training by default; None: unless classes move one side only (`handedness`).
        joints: for a file with x, y, z: "3d" or None uses them, "2d" their front view; see `spatial`.
        up: the axis that points upwards in it; the other of y and z is read as depth.
        faults: receives a sentence for every unusable annotation, which is left out; None: faults raise an error.

    Returns:
        The clips in the order of `annotations`, with scores in 0..1 and x = y = 0 for undetected joints.

    Raises:
        DataError: the file cannot be read safely, lacks a field, or violates what `ClipTable` requires.
    """
    path, layout = Path(path).expanduser(), find_layout(layout)
    class_names, class_groups = _label_set(class_names, class_groups)
    clips, keypoints, places = _read(path, splits, bare_split, group, (joints, up), faults)
    called = name or path.stem
    if stored is not None:
        keypoints = placed(called, clips, keypoints)  # before a neck is placed between two shoulders
        keypoints = _taken(path, keypoints, find_layout(stored), layout)
        places = _taken(path, places, find_layout(stored), layout)
    if places and videos is not None:
        raise OptionError(f"videos: {path} does not say where in them its joints are; leave videos out.")
    names, groups = _named(path, clips["label"].max(), class_names, class_groups)
    seen = _matched(videos, clips, fps, faults)
    with made_of(path):
        table = ClipTable(
            called, layout, names, groups, clips, within(called, clips, keypoints), group_kind=group_kind, fps=seen.fps,
            frames=seen.frames, times=seen.times, flip=flip is not False, shared_groups=shared_groups,
            flip_labels=None if flip_labels is None else tuple(flip_labels),
            joints3d=places if places and joints != "2d" else None,
        )  # fmt: skip
    told = (*small_points(table), *lonely(clips, group), *akin(clips), *relative(places), *upside_down(layout, places))
    for sentence in (*told, *_unused(table, class_names)):
        warnings.warn(f"{path}, {sentence}", stacklevel=2)
    return replace(table, flip=not handedness(table).always) if flip is None else table


def _named(
    path: Path, highest: int, class_names: ByLabel | None, class_groups: ByLabel | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and body groups of the classes, as given, or generated up to the highest label."""
    if not class_names and highest >= MOST:
        raise DataError(f"{path}: the highest label is {highest}; correct it, or give all class_names.")
    names = by_label("class_names", class_names or [f"class {label}" for label in range(highest + 1)])
    return names, by_label("class_groups", class_groups or ["all"] * len(names))


def _unused(table: ClipTable, class_names: ByLabel | None) -> Iterator[str]:
    """A sentence if classes that nobody named have no clip, as when labels count from 1, or 99 means the rest."""
    empty = np.setdiff1d(np.arange(table.num_classes), table.labels)
    if len(empty) and not class_names:
        yield (
            f"label: {len(empty)} of the labels 0..{table.num_classes - 1} have no clip, {empty[0]} first; labels "
            "count from 0 without gaps: correct them, or give class_names if these classes exist."
        )


def _taken(path: Path, keypoints: Iterable[np.ndarray], held: Layout, layout: Layout) -> tuple[np.ndarray, ...]:
    """The joints of `layout`, extracted from the file's layout."""
    if missing := lacking(held.joints, layout):
        raise OptionError(f"stored: layout {held.name} lacks {', '.join(missing)} of {layout.name}; choose another.")
    numbers = sorted({points.shape[2] for points in keypoints} - {held.num_joints})
    if numbers:
        raise DataError(
            f"{path}, keypoint: clips of {numbers} joints; layout {held.name}, as stored, has {held.num_joints}."
        )
    return tuple(rearranged(points, held.joints, layout) for points in keypoints)


def _label_set(names: ByLabel | str | None, groups: ByLabel | None) -> tuple[ByLabel | None, ByLabel | None]:
    """Names and groups of a named label set, else those given."""
    if not isinstance(names, str):
        return names, groups
    if names not in LABELS:
        raise OptionError(f"class_names: {names!r}; give a list of names, or one of {', '.join(LABELS)}.")
    return LABELS[names].names, LABELS[names].groups


def _read(
    path: Path,
    splits: Mapping[str, str] | None,
    bare_split: str,
    group: str,
    space: tuple[Dimension | None, Up],
    faults: list[str] | None,
) -> tuple[pd.DataFrame, tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Rows, key points and, if the file has them, 3-D joints."""
    annotations, named = parts(path, read_pickle(path))
    spatial = in_space(path, annotations, space[0])
    ids = [clip_id(path, number, annotation) for number, annotation in enumerate(annotations)]
    chosen = dict.fromkeys(ids, bare_split) if named is None else assign_splits(path, ids, named, splits)
    rows, keypoints, places, found, empty = [], [], [], [], []
    for clip, annotation in zip(ids, annotations, strict=True):
        if clip in chosen:
            where = f"{path}, clip {clip}"
            try:
                joints = clip_joints(where, annotation, space[1]) if spatial else None
                annotation = annotation if joints is None else shown(annotation, joints)
                points = clip_keypoints(where, annotation)
                if not points[..., :2].any() and chosen[clip] != "hidden":  # challenges want all predicted
                    empty.append(clip)
                    continue
                row = {"id": clip, "split": chosen[clip], "group": clip_group(where, clip, group)}
                rows.append(row | clip_numbers(where, annotation, points.shape[1]))
                keypoints.append(points)
                places += [joints] if spatial else []
            except DataError as error:
                found.append(str(error))
    settle(found, faults if rows else None)
    warn_of_empty(str(path), empty)
    if not rows:
        raise DataError(f"{path}, keypoint: nobody is detected in any clip; check how the file was written.")
    return pd.DataFrame(rows), tuple(keypoints), tuple(places)


def _matched(folder: str | Path | None, clips: pd.DataFrame, fps: float | None, faults: list[str] | None) -> Matched:
    """The videos of the clips, and the times of their frames.

    Raises:
        DataError: some are missing, or do not belong to the key points.
    """
    found: list[str] = []
    reader = None if folder is None else videos_of(Path(folder).expanduser(), clips["id"])
    heads = {} if reader is None else headers(reader.paths, found, "the data set")
    seen = match(reader, heads, clips, (fps, FPS), found)
    settle(found, faults)
    return seen
