"""Source: key points exported by other tools, one file or folder per clip, in folders for split and class.

    FOLDER/train/wave/anna_1.csv              SPLIT/CLASS/PERSON_NUMBER, of DeepLabCut or SLEAP (.csv, .h5),
           train/nod/bert_7.json              of MMPose or AlphaPose,
           test/wave/carl_2/clip_000000000000_keypoints.json     or a folder of OpenPose's, one file per frame

Without SPLIT all clips are in one split; clips outside sub-folders have no label: -1, in the split "hidden".
"""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field
from tqdm import tqdm

from mglib.base.console import progress
from mglib.base.errors import DataError, OptionError
from mglib.base.facts import counted
from mglib.data.clips import ClipTable
from mglib.data.faults import made_of, settle, warn_of_empty
from mglib.data.grouping import IN_FOLDERS, akin, lonely
from mglib.data.headers import headers
from mglib.data.layouts import Layout
from mglib.data.matching import Matched, match
from mglib.data.options import ByLabel, Pattern, Pixels, Rate, by_label
from mglib.data.outside import within
from mglib.data.own_layouts import find_layout
from mglib.data.traps import small_points

from .annotation import FPS
from .annotation_splits import Split
from .exports import SUFFIXES, ExportedClip, UnfitError, base, beside, counted_from_1, find, fitted, read
from .exports.tracks import best
from .fields import clip_group, clip_keypoints
from .films import videos_of

UNKNOWN = -1  # the label of clips in the split "hidden"


def load(
    root: str | Path,
    *,
    layout: Layout | str | Mapping[str, Any],
    videos: str | Path | None = None,
    height: Pixels | None = None,
    width: Pixels | None = None,
    fps: Rate | None = None,
    persons: Annotated[int, Field(ge=1)] = 1,
    bare_split: Split = "train",
    class_groups: ByLabel | None = None,
    name: str | None = None,
    group: Pattern = IN_FOLDERS,
    group_kind: Literal["subject", "video"] = "subject",
    flip: bool = True,
    flip_labels: Sequence[int] | None = None,
    shared_groups: bool = False,
    faults: list[str] | None = None,
) -> ClipTable:
    """Read a folder of exported key points.

    Args:
        root: the folder; classes are numbered in the order of their names.
        layout: the layout wanted, its name, or a YAML file that describes it (see `own_layouts`). Joints are matched
            by name if the file has names or the tool's order is known; see `exports.export.fitted`.
        videos: folder with `<clip id>.mp4`, or another kind of video, for every clip; it may be `root`. None: key
            points only.
        height, width: of the image of the key points, pixels, which tools do not store; None: those of the video.
        fps: frames per second; None: by the videos' time stamps, or 25 without videos.
        persons: number of persons kept per clip: those with the highest sum of scores over joints and frames.
        bare_split: the split of all clips if folders name none.
        class_groups: K body groups by label, as a list or {0: name, ...}; by default one group, "all".
        name: name of the data set in reports; by default the folder's name.
        group: regular expression searched in the clip id; its first bracket, or the whole match, is the subject or
            video of the clip. By default the file's name up to its first underscore.
        group_kind, flip, flip_labels, shared_groups: as in `ClipTable`.
        faults: receives a sentence for every unusable clip, which is left out; None: faults raise an error.

    Raises:
        DataError: nothing is found, or there are faults and `faults` is None.
    """
    root, skeleton = Path(root).expanduser(), find_layout(layout)
    if not (height and width) and (height or width or videos is None):
        raise OptionError("height, width: no tool's files say how large the image is; give both, or videos.")
    exported, called = find(root), name or root.resolve().name
    clips, keypoints = _read(exported, skeleton, persons, group, faults)
    clips, keypoints, seen = _filmed(videos, clips.assign(height=height, width=width), keypoints, fps, faults)
    names = sorted({clip.gesture for clip in exported if clip.gesture is not None}) or ["not known"]
    labels = [UNKNOWN if gesture is None else names.index(gesture) for gesture in clips["gesture"]]
    splits = np.where(clips["gesture"].isna(), "hidden", clips["split"].fillna(bare_split))
    clips = clips.assign(label=labels, split=splits)
    with made_of(root):
        table = ClipTable(
            called, skeleton, tuple(names), by_label("class_groups", class_groups or ["all"] * len(names)),
            clips[["id", "label", "split", "group", "total_frames", "height", "width"]],
            within(called, clips, keypoints), group_kind=group_kind, fps=seen.fps, frames=seen.frames, times=seen.times,
            flip=flip, flip_labels=None if flip_labels is None else tuple(flip_labels), shared_groups=shared_groups,
        )  # fmt: skip
    if others := beside(root, exported):
        warnings.warn(
            f"{root}: nothing is read from {counted(len(others), 'file')} beside the clips, {others[0].name} first; "
            f"key points are read from files that end in {', '.join(SUFFIXES)}, and from OpenPose's folders.",
            stacklevel=2,
        )
    for sentence in (*small_points(table), *lonely(table.clips, group), *akin(table.clips)):
        warnings.warn(f"{root}, {sentence}", stacklevel=2)
    return table


def _read(
    exported: Sequence[ExportedClip], layout: Layout, persons: int, group: str, faults: list[str] | None
) -> tuple[pd.DataFrame, tuple[np.ndarray, ...]]:
    rows, keypoints, found, unfit, empty, crowded = [], [], [], [], [], []
    for clip in tqdm(exported, "reading key points", unit="clip", disable=len(exported) < 100, file=progress()):
        try:
            export = read(clip.path)
            points = fitted(str(clip.path), export, layout)
            points = clip_keypoints(str(clip.path), {"keypoint": points[..., :2], "keypoint_score": points[..., 2]})
            whose = clip_group(str(clip.path), clip.id, group)
        except DataError as error:
            (unfit if isinstance(error, UnfitError) else found).append(str(error))
            continue
        if not points[..., 2].any() and clip.gesture is not None:  # challenges want all predicted
            empty.append(clip.id)
            continue
        crowded += [clip.id] if points[..., 2].any((1, 2)).sum() > persons else []
        keypoints.append(best(points, persons))
        rows.append({"id": clip.id, "group": whose, "total_frames": points.shape[1], "gesture": clip.gesture,
                     "split": clip.split, "first": export.first, "last": export.last})  # fmt: skip
    if unfit:
        found.append(unfit[0] + (f" So it is with {len(unfit)} of {len(exported)} clips." if len(unfit) > 1 else ""))
    settle(found, faults if rows else None)
    warn_of_empty("keypoints", empty)
    if crowded:
        warnings.warn(
            f"keypoints: {len(crowded)} clips show more persons than {persons}, {crowded[0]} first; those seen most "
            "are kept (option persons).", stacklevel=3,
        )  # fmt: skip
    if not rows:
        raise DataError(
            f"{exported[0].path.parent}: nobody is detected in any clip; check how the files were exported."
        )
    return pd.DataFrame(rows), tuple(keypoints)


def _filmed(
    videos: str | Path | None,
    clips: pd.DataFrame,
    keypoints: Sequence[np.ndarray],
    fps: float | None,
    faults: list[str] | None,
) -> tuple[pd.DataFrame, tuple[np.ndarray, ...], Matched]:
    """The clips with their videos, which supply missing sizes and frames that the tool omitted.

    Raises:
        DataError: videos are missing, or do not belong to the key points.
    """
    if videos is None:
        return clips, tuple(keypoints), match(None, {}, clips, (fps, FPS), [])
    found: list[str] = []
    reader = videos_of(Path(videos).expanduser(), clips["id"])
    heads = headers(reader.paths, found, "the data set")
    if set(reader.paths) - set(heads):  # a video without header cannot be used
        settle(found, None)
    lengths = [heads[path].frames for path in reader.paths]
    firsts = _from_zero(clips.assign(frames=lengths))
    whole = [
        points if pd.isna(first) else padded(points, int(first), frames)
        for points, first, frames in zip(keypoints, firsts, lengths, strict=True)
    ]
    clips = clips.assign(
        height=[heads[p].height if pd.isna(h) else h for p, h in zip(reader.paths, clips["height"], strict=True)],
        width=[heads[p].width if pd.isna(w) else w for p, w in zip(reader.paths, clips["width"], strict=True)],
        total_frames=[points.shape[1] for points in whole],
    )
    seen = match(reader, heads, clips, (fps, FPS), found)
    settle(found, faults)
    return clips, tuple(whole), seen


def _from_zero(clips: pd.DataFrame) -> pd.Series:
    """The number of every clip's first frame, from 0; NaN where all frames are there."""
    pictured = clips["last"].notna()
    numbers = clips.loc[pictured, ["first", "last", "frames"]]
    if not base(list(numbers.itertuples(index=False, name=None))):
        return clips["first"]
    warnings.warn(f"keypoints: {counted_from_1(list(clips['id'][pictured]))}", stacklevel=4)
    return clips["first"] - pictured


def padded(points: np.ndarray, first: int, frames: int) -> np.ndarray:
    """Pad points [P, T, V, 3], which start at frame `first`, with empty frames before and, up to `frames`, after."""
    after = max(frames - first - points.shape[1], 0)
    return np.pad(points, ((0, 0), (first, after), (0, 0), (0, 0)))
