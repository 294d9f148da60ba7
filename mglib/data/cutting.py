"""Reads clips from video files, whole or cut from long ones without decoding what comes before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed

from mglib.base.errors import DataError, OptionError
from mglib.base.files import distinct, visible

from .headers import header, shown_key
from .opening import check_decoded, decoded, opened
from .shown import shown

VIDEO_SUFFIXES = (".mp4", ".avi", ".mkv", ".mov", ".webm", ".m4v", ".3gp")


class Cut(NamedTuple):
    """Where the frames of a clip are: `length` frames of a video from frame `start` on, counted from 0."""

    path: Path
    start: int
    length: int


class ClipReader:
    """Frames of clips; a long video is decoded from the key frame before the clip.

    Args:
        cuts: one per clip.
        expected: number of frames with key points, by file.
    """

    kind = "colour video"
    moments = (0,)

    def __init__(self, cuts: Sequence[Cut], expected: Mapping[Path, int] | None = None):
        self.cuts, self.expected = [Cut(*cut) for cut in cuts], expected or {}
        self.marks: dict[Path, str] = {}  # `headers.Header.mark` by file, as far as known
        self._times: dict[Path, list[int] | None] = {}

    def read(self, row: int) -> np.ndarray:
        """The clip's frames, uint8 [T, H, W, 3], identical to those of the whole video when decoded.

        Raises:
            DataError: the file is missing, is not a video, or has fewer frames than the clip needs.
        """
        path, start, length = self.cuts[row]
        if path not in self._times:
            self._times[path] = _frame_times(path)
        times = self._times[path]
        frames = _seek(path, times[start : start + length]) if times else None
        if frames is None:
            frames = _decode(path, start, length)
        if len(frames) < length:
            raise DataError(too_short(path, start, length, len(times) if times else start + len(frames)))
        return np.stack(frames)

    def key(self, row: int) -> str:
        path, start, length = self.cuts[row]
        return f"{shown_key(path, self.marks)} {start} {length}"

    def select(self, rows: Sequence[int]) -> ClipReader:
        reader = ClipReader([self.cuts[row] for row in rows], self.expected)
        reader.marks = self.marks
        return reader


def find_videos(folder: Path) -> dict[str, list[Path]]:
    """Video files below a folder, by file name without suffix; files of the same name are all listed.

    Raises:
        OptionError: there is no such folder.
    """
    if not folder.is_dir():
        raise OptionError(f"videos: {folder} is no folder; give the one with the videos, or leave it out.")
    found: dict[str, list[Path]] = {}
    for path in visible(folder):
        if path.suffix.lower() in VIDEO_SUFFIXES and path.is_file():
            found.setdefault(path.stem, []).append(path)
    return {name: distinct(files) for name, files in found.items()}


def twins(what: str, files: Sequence[Path]) -> str:
    """The message for several files where one is expected."""
    names = ", ".join(map(str, files[:3])) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    return f"{what}: there are {len(files)} files: {names}; keep the right one and take the others out of the folder."


def cut(
    files: Mapping[str, Sequence[Path]],
    clips: Sequence[tuple[str, str, int, int]],
    found: list[str],
    totals: Mapping[str, int] | None = None,
) -> ClipReader | None:
    """A reader of clips that are files of their own or parts of long videos.

    Args:
        files: video files by name.
        clips: per clip its own name, the name of its long video, its first frame there, its number of frames.
        found: receives a sentence if only some clips have a video, and for every video that exists twice.
        totals: number of frames with key points, by the name of the long video.

    Returns:
        The reader; None unless every clip has exactly one video.
    """
    cuts, expected, several = [], {}, {}
    for own, long, start, length in clips:
        name = own if own in files else long
        if name not in files:
            continue
        if len(files[name]) > 1:
            several[name] = twins(f"videos, {name}", files[name])
        path = files[name][0]
        cuts.append(Cut(path, 0 if name == own else start, length))
        expected[path] = length if name == own else (totals or {}).get(long, 0)
    found += several.values()
    if cuts and len(cuts) < len(clips):
        own, long, *_ = next(clip for clip in clips if not {clip[0], clip[1]} & set(files))
        names = " and no ".join(f"{name}.mp4" for name in dict.fromkeys((own, long)))
        found.append(
            f"videos: {len(clips) - len(cuts)} of {len(clips)} clips have none; the first is clip {own}: no {names}. "
            "Add them, or give videos a folder without any to use the key points alone."
        )
    usable = cuts and len(cuts) == len(clips) and not several
    return ClipReader(cuts, {path: frames for path, frames in expected.items() if frames}) if usable else None


def faulty_videos(cuts: Sequence[Cut]) -> Iterator[str]:
    """A sentence for every file that is not a complete video or is too short for its clips; nothing is decoded."""
    last = {}
    for path, start, length in cuts:
        last[path] = max(last.get(path, (0, 0)), (start, length), key=sum)
    jobs = (delayed(_counted)(path) for path in last)
    counts = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(jobs)
    for (path, (start, length)), count in zip(last.items(), counts, strict=True):
        if isinstance(count, str):
            yield count
        elif count < start + length:
            yield too_short(path, start, length, count)


def _counted(path: Path) -> int | str:
    """The number of frames by a file's packets, or what is wrong with the file."""
    try:
        return header(path, thorough=True).frames
    except DataError as error:
        return str(error)


def too_short(path: Path, start: int, length: int, frames: int) -> str:
    """The message for a video that ends before its clip does."""
    return (
        f"{path}, video: {frames} frames, but a clip needs frames {start}..{start + length - 1}; get the file again or "
        "cut it as the labels say."
    )


def _frame_times(path: Path) -> list[int] | None:
    """Time of each frame in the stream's units, without decoding; None if the file does not say."""
    with opened(path) as (container, stream):
        times = [packet.pts for packet in container.demux(stream) if packet.size and not packet.is_discard]
    return None if None in times else sorted(times)


def _seek(path: Path, times: list[int]) -> list[np.ndarray] | None:
    """The frames shown at `times`, decoded from the key frame before; None if they are not found exactly."""
    frames, stamps, how = [], [], None
    with opened(path) as (container, stream):
        if times:
            container.seek(times[0], stream=stream)
        for frame in decoded(path, container, stream) if times else ():
            if frame.pts is None or frame.pts >= times[0]:
                how = how or shown(container, stream, frame)
                frames.append(how.picture(frame))
                check_decoded(path, len(frames) * frames[0].nbytes)
                stamps.append(frame.pts)
            if len(stamps) == len(times):
                break
    return frames if stamps == times else None


def _decode(path: Path, start: int, length: int) -> list[np.ndarray]:
    """The same frames, counted from the first frame of the video."""
    frames, how = [], None
    with opened(path) as (container, stream):
        for number, frame in enumerate(decoded(path, container, stream)):
            if number >= start:
                how = how or shown(container, stream, frame)
                frames.append(how.picture(frame))
                check_decoded(path, len(frames) * frames[0].nbytes)
            if len(frames) == length:
                break
    return frames
