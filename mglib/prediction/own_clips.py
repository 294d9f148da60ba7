"""Converts new clips to a `ClipTable` that fits a run.

Nothing is written to disk: frames stay in memory, and the cache of frames is not used.
"""

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from mglib.base.errors import DataError
from mglib.data import ClipTable, FrameReader, get_layout
from mglib.data.caching import at_moments, shrink
from mglib.data.clips import your_video
from mglib.data.headers import header
from mglib.data.matching import CROOKED
from mglib.data.opening import pictures
from mglib.data.outside import within
from mglib.data.pose import estimate
from mglib.data.pose.estimation import Estimate, times_of
from mglib.data.sources.utd_mhad import DepthReader
from mglib.runs import Run
from mglib.training.building import layout_of, seen_dimensions

POSE = "imigue22"  # layout of `mglib.pose`
SHORT_SIDE = 240  # size of frames in memory, pixels: twice that in training, for sharp pictures
LONGEST = 120.0  # longest video in memory, seconds; about 1 GB
MOMENTS = {DepthReader.kind: DepthReader.moments}  # by kind of visual stream; others are colour video


@dataclass(frozen=True)
class FramesAtHand:
    """A `FrameReader` of arrays, uint8 [T, H, W, C] per clip."""

    clips: Sequence[np.ndarray]
    kind: str
    moments: tuple[int, ...]

    def read(self, row: int) -> np.ndarray:
        return self.clips[row]

    def key(self, row: int) -> str:
        return hashlib.blake2b(np.ascontiguousarray(self.clips[row])).hexdigest()

    def select(self, rows: Sequence[int]) -> "FramesAtHand":
        return replace(self, clips=[self.clips[row] for row in rows])


class Uncached:
    """A `FrameCache` without files; it keeps the clip read last, as the test views of a clip follow each other."""

    def __init__(self, reader: FrameReader, short_side: int):
        self.reader, self.short_side = reader, short_side
        self._row, self._clip = -1, None

    def read(self, row: int, indices: np.ndarray) -> np.ndarray:
        """Frames `indices` [n] of clip `row`, uint8 [n, h, w, 3]; indices beyond the end repeat the last frame."""
        if row != self._row:
            self._clip = None  # let go of it before the next one is decoded
            self._row, self._clip = row, self.reader.read(row)
        return shrink(at_moments(self._clip, indices, self.reader.moments), self.short_side)


def moments_of(run: Run) -> tuple[int, ...]:
    """Offsets of the single-channel frames that become the three channels for a run's network; (0,) for colour."""
    return MOMENTS.get(run.data.visual, (0,)) if "rgb" in run.streams else (0,)


def own_clip(
    run: Run,
    keypoints: np.ndarray,
    height: int,
    width: int,
    frames: np.ndarray | Path | str | None = None,
    fps: float | None = None,
    name: str = "your clip",
    times: np.ndarray | None = None,
) -> ClipTable:
    """A table of one clip without a label, in split "hidden".

    Args:
        run: run whose layout, classes and kind of frames the clip must fit.
        keypoints: [M persons, T, V, 3] or [T, V, 3], x and y in pixels and score; score 0 is a joint not detected.
        height: of the image of the key points, pixels.
        width: of that image, pixels.
        frames: uint8 [T, H, W, 3], at any resolution of the same H : W; for a run on depth video [T, H, W, 1], rendered
            as `data.utd_mhad.DepthReader` does. Or a video file with as many frames as the key points. None: none.
        fps: frames per second; None: by the time stamps of the video, or else as in the run's data.
        name: name of the clip.
        times: for uneven frames, seconds [T + 1] at which each is shown and the last one ends.

    Raises:
        DataError: joints, persons, values, frames or sizes do not fit; one sentence per fault.
    """
    check_space(run, name, 2)
    points = _points(name, keypoints, height, width)
    if isinstance(frames, Path | str):
        head = header(Path(frames))
        for note in head.notes:
            warnings.warn(f"{Path(frames).name}: {note}", stacklevel=2)
        if fps is None and head.fps:
            fps, times = head.fps, times_of(head, points.shape[1])
        frames = read_frames(Path(frames))
    if frames is not None:
        _check_frames(run, frames, points.shape[1], height, width, name)
    moments = moments_of(run)
    kind = "colour video" if moments == (0,) else run.data.visual
    reader = None if frames is None else FramesAtHand([frames], kind, moments)
    return your_video(
        name, points, int(height), int(width),
        layout=layout_of(run), class_names=tuple(run.data.class_names),
        class_groups=tuple(run.data.class_groups), fps=run.data.fps if fps is None else fps, frames=reader,
        times=None if times is None else (times,),
    )  # fmt: skip


def _points(name: str, keypoints: np.ndarray, height: int, width: int) -> np.ndarray:
    """float32 [M, T, V, 3]; joints without a real position count as not detected, as in data sets."""
    try:
        points = np.asarray(keypoints, np.float32)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{name}, keypoints: no array of numbers ({error}); give [persons, frames, joints, 3]."
        ) from None
    points = points[None] if points.ndim == 3 else points
    if points.ndim != 4:
        raise DataError(f"{name}, keypoints: shape {points.shape}; give [persons, frames, joints, 3], or one person's.")
    if points.size and points.shape[3] == 3:
        (points,) = within(name, pd.DataFrame({"id": [name], "height": [height], "width": [width]}), [points])
        if not points[..., 2].any():
            raise DataError(
                f"{name}, keypoints: no joint is detected in any frame; give a clip in which a person is seen."
            )
    return points


def own_video(run: Run, path: Path | str, start: float = 0.0, stop: float | None = None) -> ClipTable:
    """A video as one clip, its key points estimated by `mglib.pose`.

    Args:
        run: run whose layout, classes and kind of frames the clip must fit.
        path: the video.
        start: second at which the clip begins.
        stop: second at which the clip ends; None: the end of the video.

    Raises:
        DataError: the video cannot be decoded, does not fit the run, shows no person, or is too long; or the software
            for key points is not installed.
    """
    path = Path(path)
    check_kind(run, path)
    found = estimate_once(path)
    for note in [*header(path).notes, *found.notes]:
        warnings.warn(f"{path.name}: {note}", stacklevel=2)
    part = frames_between(found.seconds, start, found.seconds[-1] if stop is None else stop)
    if start < 0 or part.stop <= part.start:
        raise DataError(
            f"{path.name}: nothing lies between start = {start} and stop = {stop}; it lasts "
            f"{found.seconds[-1]:.2f} seconds."
        )
    lasts = found.seconds[part.stop] - found.seconds[part.start]
    if lasts > LONGEST:
        raise DataError(
            f"{path.name}: {lasts:.0f} seconds are more than the {LONGEST:.0f} that are kept in "
            "memory; choose a part by start and stop."
        )
    points, frames = found.keypoints[:, part], read_frames(path, part.start, part.stop)
    times = None if found.times is None else _from(found.seconds, part)
    return own_clip(run, points, found.height, found.width, frames, found.fps, path.name, times)


def estimate_once(path: Path) -> Estimate:
    """Key points of a video; those of the last video are kept in memory, as estimation is slow."""
    about = path.stat() if path.is_file() else None
    return _estimated(path, about and (about.st_size, about.st_mtime_ns))


@lru_cache(maxsize=1)
def _estimated(path: Path, mark: tuple[int, int] | None) -> Estimate:
    """`mark` makes the cache key change with the file."""
    return estimate(path)


def read_frames(path: Path, first: int = 0, last: int | None = None) -> np.ndarray:
    """Read and shrink frames from first to last, the last excluded: uint8 [T, h, w, 3].

    Raises:
        DataError: the file is missing, is not a video, or has no such frames.
    """
    small = [shrink(f[None], SHORT_SIDE)[0] for f in islice(pictures(path, threaded=True), first, last)]
    if not small:
        raise DataError(f"{path}, video: holds no frame number {first}; check the file, or start earlier.")
    return np.stack(small)


def windows(table: ClipTable, seconds: float, stride: float) -> tuple[ClipTable, np.ndarray]:
    """Windows of the first clip of a table as separate clips, without those in which no person is detected.

    Args:
        table: a table from `own_video`.
        seconds: length of a window; limited to at least two frames, and at most the clip.
        stride: seconds from one window to the next, at least a frame.

    Returns:
        The windows, and the seconds [n, 2] at which each starts and stops; the last one ends with the clip.
    """
    points, shown = table.keypoints[0], table.seconds(0)
    spans = [span for span in _spans(table, seconds, stride) if (points[:, span, :, 2] > 0).any()]
    rows = table.clips.iloc[np.zeros(len(spans), int)].reset_index(drop=True)
    frames = table.frames
    if frames is not None:
        whole = frames.read(0)
        frames = FramesAtHand([whole[span] for span in spans], frames.kind, frames.moments)
    parts = replace(
        table,
        clips=rows.assign(
            id=[f"{rows['id'][0]} from frame {span.start}" for span in spans],
            total_frames=[span.stop - span.start for span in spans],
        ),
        keypoints=tuple(points[:, span] for span in spans), frames=frames, truth=None,
        joints3d=None if table.joints3d is None else tuple(table.joints3d[0][:, span] for span in spans),
        times=None if table.times is None else tuple(_from(shown, span) for span in spans),
    )  # fmt: skip
    return parts, np.array([[shown[span.start], shown[span.stop]] for span in spans])


def frames_between(seconds: np.ndarray, start: float, stop: float) -> slice:
    """The frames of which more than half of the time is between two moments.

    Args:
        seconds: times at which each frame is shown and the last one ends, [T + 1].
        start, stop: seconds.
    """
    middles = (seconds[1:] + seconds[:-1]) / 2
    first, last = np.searchsorted(middles, [start, stop]).tolist()
    return slice(first, last)


def _from(seconds: np.ndarray, part: slice) -> np.ndarray:
    """`ClipTable.times` of a part of a clip."""
    return seconds[part.start : part.stop + 1] - seconds[part.start]


def _spans(table: ClipTable, seconds: float, stride: float) -> list[slice]:
    """Frames of successive windows of the first clip; the last one ends with the clip."""
    shown, total = table.seconds(0), table.keypoints[0].shape[1]
    if table.times is None:
        length = min(max(round(seconds * table.fps), 2), total)
        starts = np.arange(0, total - length, max(round(stride * table.fps), 1)).tolist() + [total - length]
        return [slice(start, start + length) for start in starts]
    starts = np.arange(0, shown[-1] - seconds, max(stride, 1 / table.fps)).tolist() + [max(shown[-1] - seconds, 0)]
    spans = [frames_between(shown, start, start + seconds) for start in starts]
    ends = [(min(span.start, max(total - 2, 0)), min(max(span.stop, span.start + 2), total)) for span in spans]
    return [slice(*span) for span in dict.fromkeys(ends)]


def check_kind(run: Run, path: Path) -> None:
    """Check that a run can classify videos, before key points are estimated, which takes minutes.

    Raises:
        DataError: it was trained on joints in another layout, or on other frames than colour video.
    """
    if tuple(run.data.joints) != get_layout(POSE).joints:
        raise DataError(
            f"{path.name}: key points of a video are estimated in the layout {POSE}, and the run {run.name} was "
            f"trained on {run.data.layout}; use a run on {POSE}, or give key points in {run.data.layout}."
        )
    if moments_of(run) != (0,):
        raise DataError(
            f"{path.name}: the run {run.name} needs {run.data.visual}, but this is colour video; use a run "
            "on colour video, or on key points only."
        )


def check_space(run: Run, name: str, dimensions: int) -> None:
    """Check that a run on 3-D joints is given such joints.

    Args:
        run: the run.
        name: of the clips, for the message.
        dimensions: of their joints, 2 or 3.

    Raises:
        DataError: they are in an image.
    """
    if seen_dimensions(run.settings, run.data.dimensions) > dimensions:
        raise DataError(
            f"{name}: key points in an image, but the run {run.name} was trained on "
            f"{' and '.join(run.input_names.values())}; give clips with 3-D joints, loaded by mglib.data, to "
            "Predictor.many, or take a run that was trained with joints: 2d in data_options."
        )


def _check_frames(run: Run, frames: np.ndarray, total: int, height: int, width: int, name: str) -> None:
    channels = 3 if moments_of(run) == (0,) else 1
    if frames.ndim != 4 or frames.shape[3] != channels or frames.dtype != np.uint8:
        raise DataError(
            f"{name}, frames: shape {frames.shape} of {frames.dtype}; for the run {run.name}, trained on "
            f"{run.data.visual or 'key points'}, give uint8 [T, H, W, {channels}]."
        )
    if len(frames) != total:
        raise DataError(
            f"{name}, frames: {len(frames)} for {total} frames of key points; they must match one to one: take both "
            "from the same video, without a change of its frame rate."
        )
    ratio = frames.shape[2] / frames.shape[1] * height / width
    if abs(ratio - 1) > CROOKED:
        raise DataError(
            f"{name}, frames: {frames.shape[2]} x {frames.shape[1]}, but the key points are in an image of {width} x "
            f"{height} (width x height); give frames of the same shape; the video may be rotated."
        )
