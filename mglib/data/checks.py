"""Checks of a `ClipTable`: each violation gives one sentence with data set, clip, field and what to do."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from mglib.base import paths

from .layouts import Layout
from .plausibility import implausible
from .space import unsound

COLUMNS = ("id", "label", "split", "group", "total_frames", "height", "width")
PLACE = ("video", "start", "stop")  # recording that a clip is cut from, and where in it, seconds
WORDS = ("id", "split", "group")
COUNTED = ("label", "total_frames", "height", "width")
SPLITS = ("train", "val", "test", "hidden")
GROUP_KINDS = ("subject", "video")

OVERSHOOT = 0.1  # share of the image size; detectors place joints a little outside the image
STRAY = 0.05  # share of a clip's joints allowed beyond that; 1080p key points with a 720p size exceed it
SAID = "img_shape in an annotation pickle, else by height and width"  # where the size of an image is given
CHUNK = 2_000  # clips checked at once, so that the working copies stay small beside the key points


class Columns(Protocol):
    """The attributes of a `ClipTable` that are checked; described there."""

    name: str
    layout: Layout
    class_names: Sequence[str]
    class_groups: Sequence[str]
    clips: pd.DataFrame
    keypoints: Sequence[np.ndarray]
    group_kind: str
    fps: float
    times: Sequence[np.ndarray | None] | None
    flip_labels: Sequence[int] | None
    truth: pd.DataFrame | None
    shared_groups: bool
    joints3d: Sequence[np.ndarray] | None


def violations(table: Columns) -> list[str]:
    """A sentence for each violation, in a fixed order; empty for a valid table.

    Later checks would fail on a table that violates earlier ones, so checking stops after the first of three rounds
    (fields and columns; rows and shapes; key-point values) that finds something.
    """
    rounds: tuple[tuple[Callable[[Columns], Iterator[str]], ...], ...] = (
        (_fields, _columns, _flip_labels),
        (_ids, _row_values, _places, _leaks, _shapes, _seconds),
        (_points, _plausible, _in_space),
    )
    for checks in rounds:
        found = [f"{table.name}, {sentence}" for check in checks for sentence in check(table)]
        if found:
            return found
    return []


def _fields(table: Columns) -> Iterator[str]:
    rows = len(table.clips)
    if fault := paths.fault(table.name):
        yield f"name: it {fault}; give a plain name, as the cache has a folder of it."
    if rows == 0:
        yield "clips: there are none; check the source's folder or list, or the selection that kept nothing."
    if len(table.class_groups) != len(table.class_names):
        yield (
            f"class_groups: {len(table.class_groups)} groups for {len(table.class_names)} class names; "
            "give one body group per class."
        )
    for field in ("class_names", "class_groups"):
        strangers = [text for text in getattr(table, field) if not isinstance(text, str) or not text.strip()]
        if strangers:
            yield f"{field}: {strangers[0]!r} is among them; give text, in quotes where YAML would read something else."
    if table.group_kind not in GROUP_KINDS:
        yield f"group_kind: {table.group_kind!r}; give one of {', '.join(GROUP_KINDS)}."
    if not table.fps > 0:
        yield f"fps: {table.fps!r} frames per second; give a positive number."
    if len(table.keypoints) != rows:
        yield f"keypoints: {len(table.keypoints)} arrays for {rows} clips; give one array per clip, in the same order."
    if table.times is not None and len(table.times) != rows:
        yield f"times: {len(table.times)} entries for {rows} clips; give one per clip, in the same order."
    if table.truth is not None and len(table.truth) != rows:
        yield f"truth: {len(table.truth)} rows for {rows} clips; give one row per clip, in the same order."


def _columns(table: Columns) -> Iterator[str]:
    missing = [column for column in COLUMNS if column not in table.clips]
    if missing:
        yield f"clips: the columns {', '.join(missing)} are missing; a clip has {', '.join(COLUMNS)}."
    for column in (column for column in COUNTED if column not in missing):
        if not pd.api.types.is_integer_dtype(table.clips[column]):
            yield f"clips, column {column}: {table.clips[column].dtype} values; give whole numbers."
    for column in (column for column in WORDS if column not in missing):
        strangers = [value for value in table.clips[column] if not isinstance(value, str)]
        if strangers:
            yield f"clips, column {column}: {len(strangers)} values like {strangers[0]!r}; give text in every row."
    places = [column for column in PLACE if column in table.clips]
    if places and len(places) < len(PLACE):
        yield f"clips: of {', '.join(PLACE)} there is only {' and '.join(places)}; give all three columns, or none."
    for column in (column for column in PLACE[1:] if column in places):
        if not pd.api.types.is_numeric_dtype(table.clips[column]):
            yield f"clips, column {column}: {table.clips[column].dtype} values; give seconds."
    if not table.clips.index.equals(pd.RangeIndex(len(table.clips))):
        yield "clips: the index does not count rows from 0; call reset_index(drop=True) after filtering or sorting."


def _flip_labels(table: Columns) -> Iterator[str]:
    flip, classes = table.flip_labels, range(len(table.class_names))
    if flip is None:
        return
    if sorted(flip) != list(classes):
        yield f"flip_labels: {flip} is not a permutation of 0..{len(classes) - 1}; name each label once."
    elif any(flip[flip[label]] != label for label in classes):
        wrong = next(label for label in classes if flip[flip[label]] != label)
        yield (
            f"flip_labels: label {wrong} becomes {flip[wrong]}, and mirrored again {flip[flip[wrong]]}; mirroring "
            "twice must restore every label, so give swaps only."
        )


def _clip_ids(table: Columns) -> list[str]:
    return [f"clip {name}" for name in table.clips["id"]]


def _ids(table: Columns) -> Iterator[str]:
    counts = table.clips["id"].value_counts(sort=False, dropna=False)
    for name, count in counts[counts > 1].items():
        yield f"clip {name}, id: met {count} times; remove or rename the copies, else one clip may train and test."


def _row_values(table: Columns) -> Iterator[str]:
    clips, names, top = table.clips, _clip_ids(table), len(table.class_names) - 1
    hidden = clips["split"] == "hidden"
    for row in np.flatnonzero(hidden & (clips["label"] != -1)):
        yield f"{names[row]}, label: {clips['label'][row]} in split hidden; give -1, or split test with a label."
    for row in np.flatnonzero(~hidden & ~clips["label"].between(0, top)):
        advice = "give the names of all classes" if clips["label"][row] > top else "split hidden if it is not known"
        yield (
            f"{names[row]}, label: {clips['label'][row]} is outside 0..{top}; labels count from 0: correct it, or "
            f"{advice}."
        )
    for row in np.flatnonzero(~clips["split"].isin(SPLITS)):
        yield f"{names[row]}, split: {clips['split'][row]!r}; give one of {', '.join(SPLITS)}."
    for row in np.flatnonzero((clips["height"] < 1) | (clips["width"] < 1)):
        size = f"{clips['width'][row]} x {clips['height'][row]}"
        yield f"{names[row]}, width and height: {size} pixels; give the image size that the key points are in."


def _places(table: Columns) -> Iterator[str]:
    """Positions of clips in their videos; NaN where unknown."""
    if PLACE[0] not in table.clips:
        return
    names, (video, start, stop) = _clip_ids(table), (table.clips[column] for column in PLACE)
    for row in np.flatnonzero((start.notna() | stop.notna()) & ~((start >= 0) & (start < stop))):
        yield (
            f"{names[row]}, start and stop: {start[row]:g} to {stop[row]:g} s of video {video[row]}; give seconds from "
            "its beginning, the stop after the start."
        )


def _leaks(table: Columns) -> Iterator[str]:
    """Groups in train and in another split; val, test and hidden may share groups, as all are unseen."""
    if table.shared_groups:
        return
    met = pd.crosstab(table.clips["group"], table.clips["split"]).reindex(columns=SPLITS, fill_value=0) > 0
    for group, (train, *unseen) in zip(met.index, met.to_numpy(), strict=True):
        if train and any(unseen):
            splits = " and ".join(split for split, there in zip(SPLITS, (train, *unseen), strict=True) if there)
            yield (
                f"group {group}, split: clips of this {table.group_kind} are in {splits}, so the model would be "
                f"tested on a known {table.group_kind}; split by {table.group_kind}, or name the true groups; "
                "where the protocol wants it so (cross-view, cross-setup), say shared_groups: true in data_options."
            )


def _shapes(table: Columns) -> Iterator[str]:
    for name, frames, points in zip(_clip_ids(table), table.clips["total_frames"], table.keypoints, strict=True):
        if fault := misshapen(points, frames, table.layout):
            yield f"{name}, keypoints: {fault}"


def misshapen(points: np.ndarray, frames: int, layout: Layout) -> str | None:
    """What is wrong with the shape of a clip's key points, if anything.

    Args:
        points: should be float32 [M, T, V, 3].
        frames: T.
        layout: of V joints.
    """
    joints = layout.num_joints
    if points.ndim == 4 and points.shape[1] != frames and frames in points.shape[:3:2]:
        axis = "persons" if frames == points.shape[0] else "joints"
        return (
            f"shape {points.shape}, and total_frames is {frames}, so frames and {axis} are exchanged; "
            f"give [persons, frames, {joints}, 3]."
        )
    if points.ndim == 4 and points.shape[2:] == (joints, 2):
        return f"shape {points.shape}; a joint has x, y and a score: add scores, 1 where a joint is detected."
    if points.ndim != 4 or points.shape[2:] != (joints, 3):
        moved = f", or move its axis of {joints} to the third place" if joints in points.shape[:2] else ""
        return (
            f"shape {points.shape}; layout {layout.name} expects [persons, frames, "
            f"{joints}, 3], so choose the layout the joints were stored in{moved}."
        )
    if points.size == 0:
        return f"empty, shape {points.shape}; drop the clip or run the detector on it again."
    if points.dtype != np.float32:
        return f"{points.dtype} values; convert them to float32."
    if points.shape[1] != frames:
        return (
            f"{points.shape[1]} frames, but total_frames is {frames}; key points and frames must "
            "match one to one: remove the padding or correct total_frames."
        )
    return None


def _seconds(table: Columns) -> Iterator[str]:
    for row, seconds in enumerate(table.times or ()):
        frames = table.clips["total_frames"].iloc[row]
        if seconds is not None and (len(seconds) != frames + 1 or not (np.diff(seconds) >= 0).all()):
            yield f"clip {table.clips['id'].iloc[row]}, times: give {frames + 1} seconds, one later than the other."


def _points(table: Columns) -> Iterator[str]:
    """Faults of key points: clips with an unusual joint are found in batches, and only these examined."""
    names, sizes = _clip_ids(table), table.clips[["width", "height"]].to_numpy()
    hidden = (table.clips["split"] == "hidden").to_numpy()
    for start in range(0, len(names), CHUNK):
        rows = range(start, min(start + CHUNK, len(names)))
        for row in _odd_rows(table, rows):
            fault = _fault(table.keypoints[row].reshape(-1, 3), *sizes[row])
            if fault and (table.keypoints[row].any() or not hidden[row]):  # challenges want every clip predicted
                yield f"{names[row]}, keypoints: {fault}"


def _plausible(table: Columns) -> Iterator[str]:
    yield from implausible(table.clips["id"].tolist(), table.keypoints)


def _in_space(table: Columns) -> Iterator[str]:
    if table.joints3d is not None:
        yield from unsound(table.clips["id"].tolist(), table.joints3d, table.keypoints)


def _odd_rows(table: Columns, rows: range) -> np.ndarray:
    """Rows where a joint is neither clearly inside the image nor clearly missing, or where all are missing."""
    counts = [table.keypoints[row].size // 3 for row in rows]
    x, y, score = np.concatenate([table.keypoints[row].reshape(-1, 3) for row in rows]).T.copy()
    sizes = table.clips[["width", "height"]].to_numpy(np.float32)[rows.start : rows.stop]
    width, height = np.repeat(sizes, counts, axis=0).T
    plain = (score > 0) & (score <= 1) & near(x, width) & near(y, height)
    plain |= (score == 0) & (x == 0) & (y == 0)
    starts = np.cumsum([0, *counts[:-1]])
    odd = ~np.logical_and.reduceat(plain, starts) | (np.maximum.reduceat(score, starts) == 0)
    return rows.start + np.flatnonzero(odd)


def near(position: np.ndarray, size: np.ndarray | float) -> np.ndarray:
    """Whether positions lie in the image or within the margin around it."""
    return (position >= -OVERSHOOT * size) & (position <= (1 + OVERSHOOT) * size)


def _fault(joints: np.ndarray, width: int, height: int) -> str | None:
    """What is wrong with one clip's key points [T * M * V, 3], if anything."""
    x, y, score = joints.T
    seen = score > 0
    if fault := unreal(joints):
        return fault
    if not seen.any():
        return "no joint is detected in any frame; drop the clip or run the detector on it again."
    strays = seen & ~(near(x, width) & near(y, height))
    if np.count_nonzero(strays) > STRAY * np.count_nonzero(seen):
        return (
            f"x runs over {x[seen].min():.0f}..{x[seen].max():.0f} and y over {y[seen].min():.0f}.."
            f"{y[seen].max():.0f}, far outside the image of {width} x {height} (width x height); give the size of the "
            f"image that the key points were detected in by {SAID}."
        )
    return None


def unreal(joints: np.ndarray) -> str | None:
    """What is wrong with the values of joints [n, 3] = x, y, score in an image of any size, if anything."""
    x, y, score = joints.T

    def share(flags: np.ndarray) -> str:
        return f"{np.count_nonzero(flags)} of {len(joints)} joints"

    if not np.isfinite(joints).all():
        broken = ~np.isfinite(joints).all(axis=1)
        return f"{share(broken)} hold NaN or infinity; give joints not detected as x = y = score = 0."
    if score.min() < 0 or score.max() > 1:
        return f"{share((score < 0) | (score > 1))} score outside 0..1; rescale or clip the detector's scores."
    ghosts = (score == 0) & ((x != 0) | (y != 0))
    if ghosts.any():
        return f"{share(ghosts)} have score 0 but a position; set x = y = 0 there."
    return None
