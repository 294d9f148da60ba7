"""Clips as frames of video files, whole or cut out of long ones without decoding what comes before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from mglib.base.errors import DataError

from .opening import check_decoded, decoded, opened, picture
from .video import file_key

VIDEO_SUFFIXES = (".mp4", ".avi", ".mkv", ".mov", ".webm")


class Cut(NamedTuple):
    """Where the frames of a clip are: `length` frames from number `start` (from 0) of a video."""

    path: Path
    start: int
    length: int


class ClipReader:
    """Frames of clips; a long video is read from the key frame before the clip on.

    Args:
        cuts: one a clip.
    """

    kind = "colour video"
    moments = (0,)

    def __init__(self, cuts: Sequence[Cut]):
        self.cuts = [Cut(*cut) for cut in cuts]
        self._times: dict[Path, list[int] | None] = {}

    def read(self, row: int) -> np.ndarray:
        """The clip's frames, uint8 [T, H, W, 3], exactly as decoding the whole video gives them.

        Raises:
            DataError: the file is missing, is no video, or has fewer frames than the clip needs.
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
        return f"{file_key(path)} {start} {length}"

    def select(self, rows: Sequence[int]) -> ClipReader:
        return ClipReader([self.cuts[row] for row in rows])


def find_videos(folder: Path) -> dict[str, Path]:
    """Video files below a folder, by their names without ending."""
    return {path.stem: path for path in sorted(folder.rglob("*")) if path.suffix.lower() in VIDEO_SUFFIXES}


def cut(files: Mapping[str, Path], clips: Sequence[tuple[str, str, int, int]], found: list[str]) -> ClipReader | None:
    """The frames of clips that lie in files of their own, or in a long video.

    Args:
        files: videos by name.
        clips: of every clip its own name, the name of its long video, its first frame there, its number of frames.
        found: gets a sentence where some clips, but not all, have no video.

    Returns:
        The reader; None where no clip, or not every one, has a video.
    """
    cuts = []
    for own, long, start, length in clips:
        if own in files:
            cuts.append(Cut(files[own], 0, length))
        elif long in files:
            cuts.append(Cut(files[long], start, length))
    if cuts and len(cuts) < len(clips):
        own, long, *_ = next(clip for clip in clips if not {clip[0], clip[1]} & set(files))
        names = " and no ".join(f"{name}.mp4" for name in dict.fromkeys((own, long)))
        found.append(
            f"videos: {len(clips) - len(cuts)} of {len(clips)} clips have none; the first is clip {own}: no {names}. "
            "Add them, or give videos a folder without any to use the key points alone."
        )
    return ClipReader(cuts) if cuts and len(cuts) == len(clips) else None


def video_size(path: Path) -> tuple[int, int]:
    """Height and width of a video in pixels, as players show it.

    Raises:
        DataError: the file is no video.
    """
    with opened(path) as (container, stream):
        frame = next(container.decode(stream), None)
    if frame is None:
        raise DataError(f"{path}, video: holds no frame; check or re-encode the file.")
    return picture(frame).shape[:2]


def faulty_videos(cuts: Sequence[Cut]) -> Iterator[str]:
    """A sentence for every file that is no whole video, or is shorter than its clips need; nothing is decoded."""
    last = {}
    for path, start, length in cuts:
        last[path] = max(last.get(path, (0, 0)), (start, length), key=sum)
    for path, (start, length) in last.items():
        try:
            times = _frame_times(path)
        except DataError as error:
            yield str(error)
        else:
            if times is not None and len(times) < start + length:
                yield too_short(path, start, length, len(times))


def too_short(path: Path, start: int, length: int, frames: int) -> str:
    """What to say of a video that ends before its clip does."""
    return (
        f"{path}, video: {frames} frames, but a clip needs frames {start}..{start + length - 1}; get the file anew, or "
        "cut it as the labels say."
    )


def _frame_times(path: Path) -> list[int] | None:
    """When each frame is shown, in the stream's units, without decoding; None where the file does not say."""
    with opened(path) as (container, stream):
        times = [packet.pts for packet in container.demux(stream) if packet.size and not packet.is_discard]
    return None if None in times else sorted(times)


def _seek(path: Path, times: list[int]) -> list[np.ndarray] | None:
    """The frames shown at `times`, decoded from the key frame before; None where they do not come out exactly."""
    frames, shown = [], []
    with opened(path) as (container, stream):
        if times:
            container.seek(times[0], stream=stream)
        for frame in decoded(path, container, stream) if times else ():
            if frame.pts is None or frame.pts >= times[0]:
                frames.append(picture(frame))
                check_decoded(path, len(frames) * frames[0].nbytes)
                shown.append(frame.pts)
            if len(shown) == len(times):
                break
    return frames if shown == times else None


def _decode(path: Path, start: int, length: int) -> list[np.ndarray]:
    """The same frames, counted from the video's first."""
    frames = []
    with opened(path) as (container, stream):
        for number, frame in enumerate(decoded(path, container, stream)):
            if number >= start:
                frames.append(picture(frame))
                check_decoded(path, len(frames) * frames[0].nbytes)
            if len(frames) == length:
                break
    return frames
