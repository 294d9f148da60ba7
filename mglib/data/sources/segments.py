"""Long videos with label files: no header, a line `class,start,end` a clip; frames from 0, the end is included."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from mglib.base.errors import OptionError
from mglib.data.cutting import ClipReader, cut, find_videos
from mglib.data.faults import settle, warn_of_empty


class Segment(NamedTuple):
    """A clip of a long video; lines count from 0."""

    clip: str
    line: int
    label: int
    start: int
    end: int


@dataclass(frozen=True)
class LongVideo:
    """A video's name, that of its file, its split and group, its files of labels and key points, and its clips."""

    name: str
    file: str
    split: str
    group: str
    labels: Path
    points: Path
    segments: list[Segment]


def read_segments(path: Path, clip: str, classes: Mapping[int, int], found: list[str]) -> list[Segment]:
    """The clips of a label file.

    Args:
        path: the file.
        clip: a clip's id, with {line}, {start} and {end}.
        classes: from the file's class numbers to labels.
        found: gets a sentence for every line that cannot be used; it is left out.
    """
    try:
        rows = [row for row in csv.reader(path.read_text("utf-8-sig").splitlines()) if any(row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        found.append(f"{path}: not a readable CSV file ({error}); get the file anew.")
        return []
    segments = []
    if rows[:1] == [["0", "1", "2"]]:  # as pandas writes it; the lines after it would be counted one too far
        found.append(f"{path}, line 1: 0,1,2 is a header, and no label file has one; remove the line.")
        return []
    for line, row in enumerate(rows):
        where = f"{path}, line {line + 1}"
        try:
            number, start, end = map(int, row)
        except ValueError:
            found.append(f"{where}: {','.join(row)!r}; expected the whole numbers class,start,end: correct the line.")
            continue
        if number not in classes:
            found.append(f"{where}: class {number}; expected one of {', '.join(map(str, classes))}: correct the line.")
        elif not 0 <= start <= end:
            found.append(f"{where}: frames {start}..{end}; expected 0 <= start <= end: correct the line.")
        else:
            name = clip.format(line=line, start=start, end=end)
            segments.append(Segment(name, line, classes[number], start, end))
    return segments


def cut_out(
    source: str,
    videos: list[LongVideo],
    points: list[np.ndarray | None],
    leave_out: Collection[str] | str,
    found: list[str],
) -> tuple[pd.DataFrame, tuple[np.ndarray, ...]]:
    """The clips of long videos.

    Args:
        source: what the data set is called.
        videos: the videos.
        points: float32 [T, V, C] a video, of which C are 0 where a joint is not detected; None leaves the video out.
        leave_out: ids of clips to leave out, or one.
        found: gets a sentence for every clip that ends after the key points do, which is left out, and for ids in
            leave_out that no clip has where there are other faults.

    Returns:
        Rows of a `ClipTable` but for height and width, with `file` and `start`, which say where the frames are, and
        `of`, the frames that its key points have (see `placed`); and the clips' key points, [1, T, V, C].

    Raises:
        OptionError: an id in leave_out is no clip's.
        DataError: no clip is left.
    """
    rows, keypoints, empty = [], [], []
    unwanted = {leave_out} if isinstance(leave_out, str) else set(leave_out)
    strangers = unwanted - {segment.clip for video in videos for segment in video.segments}
    if strangers:
        sentence = f"leave_out: {source} has no clip {', '.join(map(repr, sorted(strangers)))}; give ids of clips."
        if not found:
            raise OptionError(sentence)
        found.append(sentence)  # it may be among what cannot be read
    for video, whole in zip(videos, points, strict=True):
        for clip, line, label, start, end in video.segments if whole is not None else ():
            if clip in unwanted:
                continue
            if end >= len(whole):
                found.append(
                    f"{video.labels}, line {line + 1}: frames {start}..{end}, but {video.points.name} has "
                    f"{len(whole)}; get the files anew, correct the line, or name {clip} in leave_out."
                )
                continue
            joints = np.array(whole[start : end + 1], dtype=np.float32)[None]
            if joints.any() or video.split == "hidden":  # a challenge wants an answer to every clip
                row = {"id": clip, "label": label, "split": video.split, "group": video.group, "video": video.name}
                rows.append(
                    row | {"total_frames": end + 1 - start, "file": video.file, "start": start, "of": len(whole)}
                )
                keypoints.append(joints)
            else:
                empty.append(clip)
    warn_of_empty(source, empty)
    if not rows:
        settle([f"{source}: no clip can be used.", *found], None)
    return pd.DataFrame(rows), tuple(keypoints)


def placed(clips: pd.DataFrame, fps: float) -> pd.DataFrame:
    """The rows of `cut_out` as a `ClipTable` has them: where a clip lies in its video is said in seconds, half-open.

    By the frame rate, also where the frames of a video come unevenly.
    """
    start, length = clips["start"], clips["total_frames"]
    return clips.drop(columns=["file", "of"]).assign(start=start / fps, stop=(start + length) / fps)


def cut_frames(folder: Path, clips: pd.DataFrame, found: list[str]) -> ClipReader | None:
    """The frames of the rows of `cut_out`: a video a clip, or long videos; None where the folder has neither.

    Raises:
        OptionError: there is no such folder.
    """
    if not folder.is_dir():
        raise OptionError(f"videos: {folder} is no folder; give the one with the videos, or leave it out.")
    wanted = list(clips[["id", "file", "start", "total_frames"]].itertuples(index=False))
    return cut(find_videos(folder), wanted, found, dict(zip(clips["file"], clips["of"], strict=True)))
