"""Compares videos with their key points: number of frames, shape of the picture, time of the frames."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from .cutting import ClipReader, Cut, too_short
from .headers import Header
from .video import VideoReader

FEW, SLACK = 2, 0.01  # frames, or share of them, by which counts may differ: a warning, no error
CROOKED = 0.02  # tolerance of the aspect ratio, as a share
SAME_RATE = 0.001  # relative difference of 29.97 and 30 frames per second
OTHER_RATE = 0.01


@dataclass(frozen=True)
class Matched:
    """What a `ClipTable` takes from its videos.

    Attributes:
        frames: the reader; None where something is wrong with a video.
        fps: frames per second, the median over the clips.
        times: seconds [T + 1] of clips with uneven frames or another rate; None: all clips are alike.
    """

    frames: VideoReader | ClipReader | None
    fps: float
    times: tuple[np.ndarray | None, ...] | None = None


def match(
    reader: VideoReader | ClipReader | None,
    heads: Mapping[Path, Header],
    clips: pd.DataFrame,
    fps: tuple[float | None, float],
    found: list[str],
    slack: float = SLACK,
) -> Matched:
    """Compare every video with its key points; assumptions are reported as warnings.

    Args:
        reader: of the clips' frames; None where there are none.
        heads: headers of the videos; invalid videos are missing.
        clips: a row per clip: id, total_frames, height and width of the image that the key points are in.
        fps: frames per second given by the user, or None; and the source's default if nothing else is known.
        found: receives a sentence for every video that does not fit.
        slack: share of a video's frames that may be missing or surplus.
    """
    given, usual = fps
    if reader is None:
        return Matched(None, given or usual)
    cuts = cuts_of(reader, clips["total_frames"])
    wrong = [*_lengths(reader, cuts, heads, slack), *_shapes(cuts, heads, clips)]
    found += wrong
    for sentence in _told(heads):
        warnings.warn(sentence, stacklevel=3)
    if wrong or not {cut.path for cut in cuts} <= heads.keys():
        return Matched(None, given or usual)
    rate = _rate(cuts, heads, given, usual)
    times = tuple(_times(heads[path], start, length, rate) for path, start, length in cuts)
    reader.marks.update({path: head.mark for path, head in heads.items()})
    return Matched(reader, rate, times if any(each is not None for each in times) else None)


def cuts_of(reader: VideoReader | ClipReader, lengths: pd.Series) -> list[Cut]:
    """The `Cut` of every clip."""
    if isinstance(reader, ClipReader):
        return reader.cuts
    return [Cut(path, 0, int(length)) for path, length in zip(reader.paths, lengths, strict=True)]


def _lengths(
    reader: VideoReader | ClipReader, cuts: list[Cut], heads: Mapping[Path, Header], slack: float
) -> list[str]:
    """Sentences on videos whose number of frames differs from their key points'; small differences are a warning."""
    wrong = _ending(cuts, heads) if isinstance(reader, ClipReader) else {}  # it repeats no frame
    expected = reader.expected if isinstance(reader, ClipReader) else {cut.path: cut.length for cut in cuts}
    counts = {path: (heads[path].frames, points) for path, points in expected.items() if path in heads}
    off = [path for path, (frames, points) in counts.items() if frames != points and path not in wrong]
    wrong |= {path: _uneven(path, *counts[path]) for path in off if _far(*counts[path], slack)}
    near = [path for path in off if path not in wrong]
    if near:
        frames, points = counts[near[0]]
        warnings.warn(
            f"{len(near)} of {len(expected)} videos have a few frames more or less than their key points, {near[0]} "
            f"first: {frames} and {points}. They are aligned at the first frame; a last frame is repeated.",
            stacklevel=4,
        )
    return list(wrong.values())


def _far(frames: int, points: int, slack: float) -> bool:
    return abs(frames - points) > max(FEW, slack * points)


def _ending(cuts: list[Cut], heads: Mapping[Path, Header]) -> dict[Path, str]:
    """Videos that end before a clip does."""
    last = {cut.path: cut for cut in sorted(cuts, key=lambda cut: cut.start + cut.length) if cut.path in heads}
    return {
        path: too_short(*cut, heads[path].frames)
        for path, cut in last.items()
        if heads[path].frames < cut.start + cut.length
    }


def _uneven(path: Path, frames: int, points: int) -> str:
    many = max(frames, points) / max(min(frames, points), 1)
    guess = ""
    if round(many) > 1 and abs(many / round(many) - 1) < 0.1:
        which, of = ("key points", "video") if frames > points else ("video", "key points")
        guess = f", as if the {which} skipped frames: one in {round(many)} of the {of}"
    return (
        f"{path}, video: {frames} frames, but its key points have {points}{guess}; a frame and key points of the same "
        "number must belong together: get key points of this very file, or leave the videos out."
    )


def _shapes(cuts: list[Cut], heads: Mapping[Path, Header], clips: pd.DataFrame) -> list[str]:
    """Sentences on videos whose picture differs in shape from the image of the key points."""
    wrong: dict[Path, str] = {}
    sizes = clips[["id", "height", "width"]].itertuples(index=False)
    for cut, (clip, height, width) in zip(cuts, sizes, strict=True):
        head = heads.get(cut.path)
        if head is None or cut.path in wrong or _alike(head.height, head.width, height, width):
            continue
        turned = _alike(head.width, head.height, height, width)
        wrong[cut.path] = (
            f"{cut.path}, video: players show {head.width} x {head.height} pixels (width x height), but the key points "
            f"of clip {clip} are in an image of {width} x {height}; "
            + ("one of the two is turned by a quarter" if turned else "one of the two is cut, or stretched")
            + ": get key points of the picture as it is shown, or correct the size, or leave the videos out."
        )
    return list(wrong.values())


def _alike(height: int, width: int, other_height: int, other_width: int) -> bool:
    return abs(width * other_height - height * other_width) <= CROOKED * height * other_width


def _told(heads: Mapping[Path, Header]) -> list[str]:
    """Assumptions about pictures, one sentence for all videos concerned."""
    noted: dict[str, list[Path]] = {}
    for path, head in heads.items():
        for note in head.notes:
            noted.setdefault(note, []).append(path)
    return [
        f"{those[0]}{f' and {len(those) - 1} more videos: each' if len(those) > 1 else ''} {note}"
        for note, those in noted.items()
    ]


def _rate(cuts: list[Cut], heads: Mapping[Path, Header], given: float | None, usual: float) -> float:
    rates = [heads[cut.path].fps for cut in cuts if heads[cut.path].fps]
    if not rates:
        return given or usual
    rate = float(np.quantile(rates, 0.5, method="lower"))
    if given and abs(rate / given - 1) > OTHER_RATE:
        warnings.warn(
            f"fps: {given:g} is given, but the time stamps of the videos say {rate:.2f} (median); times are taken from "
            "the time stamps.",
            stacklevel=4,
        )
    return rate


def _times(head: Header, start: int, length: int, rate: float) -> np.ndarray | None:
    """Seconds at which a clip's frames are shown and the last one ends; None if they follow the data set's rate."""
    if not head.fps or (not head.times and abs(head.fps / rate - 1) <= SAME_RATE):
        return None
    seconds = head.seconds[start : start + length + 1] - head.seconds[start]
    missing = np.arange(1, length + 2 - len(seconds)) / head.fps
    return np.concatenate([seconds, seconds[-1] + missing])
