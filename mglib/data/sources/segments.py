"""Long videos with label files: one line `class,start,end` per clip, without header; frames from 0, end included."""

import csv
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from mglib.base.errors import OptionError
from mglib.base.facts import counted
from mglib.data.cutting import ClipReader, cut, find_videos
from mglib.data.faults import settle, warn_of_empty


class Segment(NamedTuple):
    """A clip of a long video; lines are counted from 0."""

    clip: str
    line: int
    label: int
    start: int
    end: int


@dataclass(frozen=True)
class LongVideo:
    """A video: name, file name, split and group, files of labels and key points, and clips."""

    name: str
    file: str
    split: str
    group: str
    labels: Path
    points: Path
    segments: list[Segment]


def read_segments(path: Path, clip: str, classes: Mapping[int, int], found: list[str]) -> list[Segment]:
    """Read the clips of a label file.

    Args:
        path: the file.
        clip: pattern of a clip's id, with {line}, {start} and {end}.
        classes: from the file's class numbers to labels.
        found: receives a sentence for every unusable line, which is left out.
    """
    try:
        rows = [row for row in csv.reader(path.read_text("utf-8-sig").splitlines()) if any(row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        found.append(f"{path}: not a readable CSV file ({error}); get the file again.")
        return []
    segments, lines = [], {}
    if not rows:
        warnings.warn(
            f"{path}: is empty, so there is no clip of this video; get the file again if there are.", stacklevel=5
        )
    if rows[:1] == [["0", "1", "2"]]:  # a header by pandas; it would shift the line numbers
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
            if lines.setdefault(name, line) != line:
                found.append(
                    f"{where}: marks clip {name}, as line {lines[name] + 1} does; delete one of the two lines."
                )
            else:
                segments.append(Segment(name, line, classes[number], start, end))
    return segments


def doubled(name: str, videos: Sequence[LongVideo], unwanted: Collection[str] = ()) -> Iterator[str]:
    """A sentence if clips have the same frames as another one, as of a line that is there twice.

    Args:
        name: of the data set, or of the video.
        videos: the long videos.
        unwanted: ids of clips that are left out.
    """
    pairs = []
    for video in videos:
        first: dict[tuple[int, int], Segment] = {}
        for one in video.segments:
            if one.clip not in unwanted and first.setdefault((one.start, one.end), one) is not one:
                pairs.append((one, first[one.start, one.end], video.labels))
    if pairs:
        one, other, labels = pairs[0]
        classes = "of one class" if one.label == other.label else "of two classes"
        yield (
            f"{name}: {counted(len(pairs), 'clip')} with the same frames as another, {one.clip} and {other.clip} first "
            f"({labels}, lines {other.line + 1} and {one.line + 1}, {classes}); if a line is there by mistake, delete "
            f"it, or name {one.clip} in leave_out."
        )


def cut_out(
    source: str,
    videos: list[LongVideo],
    points: list[np.ndarray | None],
    leave_out: Collection[str] | str,
    found: list[str],
) -> tuple[pd.DataFrame, tuple[np.ndarray, ...]]:
    """Cut clips and their key points from long videos.

    Args:
        source: name of the data set.
        videos: the long videos.
        points: float32 [T, V, C] per video, all 0 where a joint is not detected; None leaves the video out.
        leave_out: ids of clips to leave out, or a single id.
        found: receives a sentence for every clip that ends after the key points, which is left out, and, if there are
            other faults, for unknown ids in leave_out.

    Returns:
        Rows of a `ClipTable` without height and width, but with `file` and `start`, the place of the frames, and `of`,
        the number of frames with key points (see `placed`); and the clips' key points, [1, T, V, C].

    Raises:
        OptionError: an id in leave_out is unknown.
        DataError: no clip is left.
    """
    rows, keypoints, empty = [], [], []
    unwanted = {leave_out} if isinstance(leave_out, str) else set(leave_out)
    strangers = unwanted - {segment.clip for video in videos for segment in video.segments}
    if strangers:
        sentence = f"leave_out: {source} has no clip {', '.join(map(repr, sorted(strangers)))}; give ids of clips."
        if not found:
            raise OptionError(sentence)
        found.append(sentence)  # the clip may be among those that cannot be read
    for video, whole in zip(videos, points, strict=True):
        for clip, line, label, start, end in video.segments if whole is not None else ():
            if clip in unwanted:
                continue
            if end >= len(whole):
                found.append(
                    f"{video.labels}, line {line + 1}: frames {start}..{end}, but {video.points.name} has "
                    f"{len(whole)}; get the files again, correct the line, or name {clip} in leave_out."
                )
                continue
            joints = np.array(whole[start : end + 1], dtype=np.float32)[None]
            if joints.any() or video.split == "hidden":  # challenges want all predicted
                row = {"id": clip, "label": label, "split": video.split, "group": video.group, "video": video.name}
                rows.append(
                    row | {"total_frames": end + 1 - start, "file": video.file, "start": start, "of": len(whole)}
                )
                keypoints.append(joints)
            else:
                empty.append(clip)
    warn_of_empty(source, empty)
    for sentence in doubled(source, videos, unwanted):
        warnings.warn(sentence, stacklevel=3)
    if not rows:
        settle([f"{source}: no clip can be used.", *found], None)
    return pd.DataFrame(rows), tuple(keypoints)


def placed(clips: pd.DataFrame, fps: float) -> pd.DataFrame:
    """The rows of `cut_out` as for a `ClipTable`: positions of clips in their videos in seconds, half-open.

    Computed from the frame rate, even if frames are uneven.
    """
    start, length = clips["start"], clips["total_frames"]
    return clips.drop(columns=["file", "of"]).assign(start=start / fps, stop=(start + length) / fps)


def cut_frames(folder: Path, clips: pd.DataFrame, found: list[str]) -> ClipReader | None:
    """A reader for the rows of `cut_out`, from one video per clip or long videos; None if there are neither.

    Raises:
        OptionError: there is no such folder.
    """
    wanted = list(clips[["id", "file", "start", "total_frames"]].itertuples(index=False))
    return cut(find_videos(folder), wanted, found, dict(zip(clips["file"], clips["of"], strict=True)))
