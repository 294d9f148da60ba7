"""Cuts whole recordings into unlabelled windows, for pre-training without annotations."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mglib.base.errors import DataError
from mglib.data.clips import ClipTable
from mglib.data.recordings import Recording, Recordings, Segment

from .clips import cut_recordings

SEEN = 0.5  # smallest share of detected joints in a window
NO_LABEL = "unlabelled"


def cut_windows(recordings: Recordings, seconds: float, frame_height: int = 120) -> ClipTable:
    """Cut windows that overlap by half, as clips of a single class "unlabelled".

    Windows are left out if less than half of the joints of the best detected person are detected.

    Args:
        recordings: recordings with key points.
        seconds: length of a window.
        frame_height: as for `cut_recordings`.

    Raises:
        DataError: there are no key points, or all recordings are shorter.
    """
    parts = [replace(one, segments=tuple(_windows(one, seconds)), reference="", coded_by=()) for one in recordings]
    if not any(one.segments for one in parts):
        raise DataError(f"{recordings.name}: no recording has {seconds:g} s with key points; give a shorter window.")
    plain = Recordings(recordings.name, tuple(parts), recordings.layout, (NO_LABEL,), ("none",), recordings.group_kind)
    return cut_recordings(plain, frame_height)


def _windows(one: Recording, seconds: float) -> Iterator[Segment]:
    """The windows of a recording in which a person is detected."""
    if one.keypoints is None:
        return
    for start in np.arange(0, one.times[-1] - seconds + 1e-6, seconds / 2):
        seen = one.keypoints[:, one.frames(start, start + seconds), :, 2] > 0
        if seen.mean((1, 2)).max() >= SEEN:
            yield Segment(float(start), float(start + seconds), -1 if one.split == "hidden" else 0)
