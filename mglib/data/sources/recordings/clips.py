"""Cuts recordings into the clips that a coder marked, as a `ClipTable` for training."""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from mglib.base.errors import DataError
from mglib.data.clips import ClipTable
from mglib.data.cutting import ClipReader, Cut
from mglib.data.faults import warn_of_empty
from mglib.data.matching import SAME_RATE
from mglib.data.outside import within
from mglib.data.recordings import Recording, Recordings, Segment
from mglib.data.sources.synthetic import SyntheticFrames
from mglib.data.sources.synthetic.recordings import part
from mglib.data.video import FrameReader

Piece = tuple[Recording, Segment, slice]


def cut_recordings(recordings: Recordings, frame_height: int = 120) -> ClipTable:
    """Cut out the clips that the reference coder marked.

    A clip's id is RECORDING_FIRST_LAST by its frames, like SMG's clips. Segments with unpublished labels become clips
    only in the split hidden. Clips in which no person is detected are left out, with a warning.

    Args:
        recordings: recordings with key points.
        frame_height: H of the frames drawn for synthetic recordings, pixels.

    Raises:
        DataError: there are no key points, or no clip.
    """
    pieces = [piece for one in recordings for piece in _pieces(one)]
    seen = [bool(one.keypoints[:, span, :, 2].any()) or one.split == "hidden" for one, _, span in pieces]
    ids = _ids(pieces)
    warn_of_empty(recordings.name, [name for name, there in zip(ids, seen, strict=True) if not there])
    ids = [name for name, there in zip(ids, seen, strict=True) if there]
    pieces = [piece for piece, there in zip(pieces, seen, strict=True) if there]
    if not pieces or recordings.layout is None:
        raise DataError(f"{recordings.name}: nobody marked anything that has key points, so there is no clip to cut.")
    fps = float(np.median([one.fps for one, _, _ in pieces]))
    times = [_times(one, span, fps) for one, _, span in pieces]
    clips = pd.DataFrame([_row(name, *piece) for name, piece in zip(ids, pieces, strict=True)])
    keypoints = tuple(np.array(one.keypoints[:, span], np.float32) for one, _, span in pieces)
    return ClipTable(
        recordings.name, recordings.layout, recordings.class_names, recordings.class_groups, clips,
        within(recordings.name, clips, keypoints), group_kind=recordings.group_kind, fps=fps,
        frames=_frames(recordings, pieces, frame_height),
        times=tuple(times) if any(each is not None for each in times) else None,
    )  # fmt: skip


def _pieces(one: Recording) -> list[Piece]:
    """The segments of the reference coder, with their frames."""
    wanted = [segment for segment in one.of() if segment.label >= 0 or one.split == "hidden"]
    return [(one, segment, one.frames(segment.start, segment.stop)) for segment in wanted if one.keypoints is not None]


def _ids(pieces: Sequence[Piece]) -> list[str]:
    ids, taken = [], set()
    for one, _, span in pieces:
        name = plain = f"{one.name}_{span.start}_{span.stop - 1}"
        number = 2
        while name in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name)
        ids.append(name)
    return ids


def _row(name: str, one: Recording, segment: Segment, span: slice) -> dict[str, object]:
    return {
        "id": name, "label": segment.label if one.split != "hidden" else -1, "split": one.split, "group": one.person,
        "video": one.name, "total_frames": span.stop - span.start, "height": one.height, "width": one.width,
        "start": float(one.times[span.start]), "stop": float(one.times[span.stop]),
    }  # fmt: skip


def _times(one: Recording, span: slice, fps: float) -> np.ndarray | None:
    """Seconds after the clip's first frame; None if they follow from the data set's rate."""
    seconds = one.times[span.start : span.stop + 1] - one.times[span.start]
    even = np.arange(len(seconds)) / fps
    return None if np.abs(seconds - even).max() <= SAME_RATE * max(seconds[-1], 1) else seconds


def _frames(recordings: Recordings, pieces: Sequence[Piece], frame_height: int) -> FrameReader | None:
    """A reader of the clips' frames; None if some recordings have no video."""
    if all(one.scene is not None for one, _, _ in pieces):
        return SyntheticFrames(tuple(part(one.scene, span) for one, _, span in pieces), frame_height)
    lacking = {one.name for one, _, _ in pieces if one.video is None}
    if lacking:
        if len(lacking) < len({one.name for one, _, _ in pieces}):
            warnings.warn(
                f"{recordings.name}: {len(lacking)} recordings have no video, {min(lacking)} first; so none is used.",
                stacklevel=4,
            )
        return None
    cuts = [Cut(one.video, span.start, span.stop - span.start) for one, _, span in pieces]
    return ClipReader(cuts, {one.video: len(one.times) - 1 for one, _, _ in pieces})
