"""Whole recordings cut into windows without labels, for pre-training before anybody has marked anything."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mglib.base.errors import DataError
from mglib.data.clips import ClipTable
from mglib.data.recordings import Recording, Recordings, Segment

from .clips import cut_recordings

SEEN = 0.5  # share of a window's joints that are detected at least
NO_LABEL = "unlabelled"


def cut_windows(recordings: Recordings, seconds: float, frame_height: int = 120) -> ClipTable:
    """Windows of a length, each half over the one before it, as clips of one class that is none: "unlabelled".

    Windows in which less than half of the joints of the person seen best are detected are left out.

    Args:
        recordings: with key points.
        seconds: of a window.
        frame_height: as of `cut_recordings`.

    Raises:
        DataError: there are no key points, or no recording is as long.
    """
    parts = [replace(one, segments=tuple(_windows(one, seconds)), reference="", coded_by=()) for one in recordings]
    if not any(one.segments for one in parts):
        raise DataError(f"{recordings.name}: no recording has {seconds:g} s with key points; give a shorter window.")
    plain = Recordings(recordings.name, tuple(parts), recordings.layout, (NO_LABEL,), ("none",), recordings.group_kind)
    return cut_recordings(plain, frame_height)


def _windows(one: Recording, seconds: float) -> Iterator[Segment]:
    """Those of a recording in which somebody is seen."""
    if one.keypoints is None:
        return
    for start in np.arange(0, one.times[-1] - seconds + 1e-6, seconds / 2):
        seen = one.keypoints[:, one.frames(start, start + seconds), :, 2] > 0
        if seen.mean((1, 2)).max() >= SEEN:
            yield Segment(float(start), float(start + seconds), -1 if one.split == "hidden" else 0)
