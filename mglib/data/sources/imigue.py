"""iMiGUE as the MiGA challenge distributes it: 32 classes, post-match interviews, OpenPose key points.

Source: Liu, Shi, Chen, Yu, Li, Zhao, "iMiGUE: An Identity-free Video Dataset for Micro-Gesture Understanding and
Emotion Analysis", CVPR 2021. Below `imigue_skeleton_{train,validate,test}/<video>/` lie `<video>_label.csv`,
`<video>_openpose.xlsx` and `<video>_light_hand.csv`. Persons are not identified, so the group is the video.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from mglib.base.errors import OptionError
from mglib.base.files import visible
from mglib.data.clips import ClipTable
from mglib.data.cutting import ClipReader
from mglib.data.faults import settle
from mglib.data.headers import Header, headers
from mglib.data.layouts import get_layout
from mglib.data.matching import match
from mglib.data.options import Pixels
from mglib.data.outside import within
from mglib.data.splits import hold_out
from mglib.data.traps import warn_of_wrong_wrist

from . import openpose
from .conversion import converted
from .labels import LABELS
from .segments import LongVideo, cut_frames, cut_out, placed, read_segments

FPS = 25.0
FOLDER = re.compile(r"imigue_skeleton_(train|validate|test)")
CLASSES = {number: number - 1 for number in range(1, 32)} | {99: 31, 0: -1}  # 0: label not published
ENDINGS = {"imigue22": ("_light_hand.csv", "_openpose.xlsx"), "imigue36": ("_openpose.xlsx",)}  # the first is preferred
# ending -> function, joints, and its name in cache keys, which must not change even if the function is moved
READERS = {
    ".xlsx": (openpose.read_workbook, 36, "mglib.data.openpose.read_workbook"),
    ".csv": (openpose.read_light, 22, "mglib.data.openpose.read_light"),
}


def load(
    root: str | Path,
    *,
    layout: Literal["imigue22", "imigue36"] = "imigue22",
    videos: str | Path | None = None,
    test_fold: str = "",
    height: Pixels = 720,
    width: Pixels = 1280,
    leave_out: Sequence[str] | str = (),
    faults: list[str] | None = None,
) -> ClipTable:
    """Load all clips below a folder with the challenge's files, in any sub-folders; a clip's id is VIDEO_LINE.

    Key points are cached. Layout imigue22 prefers the CSV file, which has the same joints as the workbook and is read
    many times faster.

    If the test labels are not published, test clips become the split hidden, and the validation clips, which have
    labels, the split test. They are few and lack nine classes; `test_fold` is the alternative.

    Args:
        root: the folder.
        layout: imigue22 or imigue36; imigue36 needs the workbooks.
        videos: folder with `<video>.mp4`, or clips `<video>_<line>.mp4` (lines count from 0); by default root. Without
            any there is no visual stream.
        test_fold: "2/5": divide the videos of train and validation into five folds; the second is the split test, all
            others are train.
        height: of the image of the key points, pixels, if there are no videos; videos must have its aspect ratio.
        width: of that image.
        leave_out: ids of clips to leave out, or a single id.
        faults: receives a sentence per fault; its clips are left out. None: faults raise an error.

    Raises:
        DataError: nothing is found, or there are faults and `faults` is None.
    """
    root, found = Path(root).expanduser(), []
    if layout not in ENDINGS:
        raise OptionError(f"layout: {layout!r}; give one of {', '.join(ENDINGS)}.")
    files, points = long_videos(root, layout, found)
    clips, keypoints = cut_out("imigue", files, points, leave_out, found)
    frames = cut_frames(root if videos is None else Path(videos).expanduser(), clips, found)
    heads = {} if frames is None else headers((cut.path for cut in frames.cuts), found, "imigue")
    seen = match(frames, heads, clips.assign(height=height, width=width), (None, FPS), found)
    clips = clips.assign(**_sizes(frames, heads, (height, width)))
    settle(found, faults)
    clips = placed(clips, seen.fps)
    table = ClipTable(
        "imigue", get_layout(layout), LABELS["imigue"].names, LABELS["imigue"].groups,
        clips, within("imigue", clips, keypoints),
        group_kind="video", fps=seen.fps, frames=seen.frames, times=seen.times,
    )  # fmt: skip
    warn_of_wrong_wrist(table)
    return _folded(table, test_fold) if test_fold else table


def long_videos(root: Path, layout: str, found: list[str]) -> tuple[list[LongVideo], list[np.ndarray | None]]:
    """The videos in the splits of a `ClipTable`, and the key points of each in a layout of `ENDINGS`, [T, V, 3].

    Args:
        root: the folder.
        layout: of the key points.
        found: receives a sentence per fault; the key points concerned are None.

    Raises:
        DataError: there is no video.
    """
    files = _roles(_videos(root, layout, found), found)
    return files, _points(files, layout, found)


def _videos(root: Path, layout: str, found: list[str]) -> list[LongVideo]:
    """The videos found, each in the split that its folder names."""
    videos: dict[str, LongVideo] = {}
    for labels in sorted(visible(root, "*_label.csv"), key=lambda path: (path.name, path)):
        name = labels.name.removesuffix("_label.csv")
        split = next((match[1] for folder in labels.parents if (match := FOLDER.fullmatch(folder.name))), None)
        points = [labels.with_name(name + ending) for ending in ENDINGS[layout]]
        there = next((file for file in points if file.is_file()), None)
        if split is None:
            found.append(f"{labels}: lies in no folder imigue_skeleton_train, _validate or _test; keep these names.")
        elif name in videos:
            found.append(
                f"{labels}: video {name} is in {videos[name].split} too ({videos[name].labels}); a video belongs to "
                "one split, else training sees what it is tested on: delete one of the two."
            )
        elif there is None:
            found.append(f"{labels}: beside it is no {' or '.join(file.name for file in points)}; get the file again.")
        else:
            segments = read_segments(labels, f"{name}_{{line}}", CLASSES, found)
            videos[name] = LongVideo(name, name, split, name, labels, there, segments)
    if not videos:
        names = "imigue_skeleton_train/<video>/<video>_label.csv"
        settle([f"{root}: no usable {names}; give the folder with iMiGUE's files.", *found], None)
    return list(videos.values())


def _roles(videos: list[LongVideo], found: list[str]) -> list[LongVideo]:
    """The videos in the splits of a `ClipTable`; unlabelled clips are allowed in the split hidden only."""
    kept_back = all(segment.label == -1 for video in videos if video.split == "test" for segment in video.segments)
    roles = {"train": "train", "validate": "test" if kept_back else "val", "test": "hidden" if kept_back else "test"}
    labelled = []
    for video in videos:
        role, segments = roles[video.split], video.segments
        if role != "hidden":
            for segment in (segment for segment in segments if segment.label == -1):
                found.append(
                    f"{video.labels}, line {segment.line + 1}: class 0; expected 1..31 or 99 (0 is a label that is "
                    "not published, for all lines of the test videos or none): correct the line."
                )
            segments = [segment for segment in segments if segment.label >= 0]
        labelled.append(replace(video, split=role, segments=segments))
    return labelled


def _points(videos: list[LongVideo], layout: str, found: list[str]) -> list[np.ndarray | None]:
    """Key points of the videos in the given layout, [T, V, 3]."""
    points: dict[str, np.ndarray | None] = {}
    for ending, (read, joints, reader) in READERS.items():
        those = [video for video in videos if video.points.suffix == ending]
        arrays = converted([video.points for video in those], read, joints, "imigue", reader, found, openpose.variant)
        points |= zip((video.name for video in those), arrays, strict=True)
        if ending == ".xlsx" and layout == "imigue22":
            chosen = openpose.IMIGUE22_FROM_IMIGUE36
            points = {name: None if array is None else array[:, chosen] for name, array in points.items()}
    return [points[video.name] for video in videos]


def _sizes(
    frames: ClipReader | None, heads: Mapping[Path, Header], default: tuple[int, int]
) -> dict[str, int | list[int]]:
    """Height and width of every clip, from its video if it has one."""
    if frames is None:
        return dict(zip(("height", "width"), default, strict=True))
    asked = [heads.get(cut.path) for cut in frames.cuts]
    sizes = [default if head is None else (head.height, head.width) for head in asked]
    return {"height": [height for height, _ in sizes], "width": [width for _, width in sizes]}


def _folded(table: ClipTable, test_fold: str) -> ClipTable:
    """Apply `hold_out` to all labelled clips, with the held-out fold as split test."""
    numbers = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", test_fold)
    if numbers is None:
        raise OptionError(f"test_fold: {test_fold!r}; give the fold and how many there are, such as 2/5.")
    if (table.clips["split"] == "val").any():
        raise OptionError("test_fold: the test labels are available, so use that split; leave test_fold out.")
    joined = replace(table, clips=table.clips.replace({"split": {"test": "train"}}))
    folded = hold_out(joined, *map(int, numbers.groups()))
    return replace(folded, clips=folded.clips.replace({"split": {"val": "test"}}))
