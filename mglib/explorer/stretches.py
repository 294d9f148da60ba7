"""Pictures of a part of a recording for the player: several per second, side by side in one WebP."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image

from mglib.base.errors import DataError
from mglib.data.caching import shrink
from mglib.data.cutting import ClipReader, Cut
from mglib.data.recordings import Recording
from mglib.data.sources.synthetic import SyntheticFrames
from mglib.data.sources.synthetic.recordings import part as drawn

RATE = 6.0  # pictures per second
MOST = 48  # largest number of pictures; of a long part the beginning is shown
HEIGHT = 120  # of the pictures, pixels
QUALITY = 55


class Stretches:
    """Pictures of recordings that have a video, by their numbers.

    Attributes:
        available: numbers of recordings with a video, and of synthetic ones, whose pictures can be drawn.
    """

    def __init__(self, recordings: Sequence[Recording]):
        self.recordings = list(recordings)
        self.available = [
            number for number, one in enumerate(recordings) if one.video is not None or one.scene is not None
        ]

    def strip(self, number: int, start: float, stop: float) -> tuple[bytes, list[float]]:
        """A WebP of pictures side by side, and their times in seconds.

        Raises:
            DataError: there is no video, or it cannot be read.
        """
        recording = self.recordings[number]
        part = recording.frames(start, stop)
        times = (recording.times[:-1] + recording.times[1:])[part] / 2
        wanted = np.arange(times[0], times[-1] + 1e-6, 1 / RATE)[:MOST]
        rows = np.searchsorted(times, wanted).clip(max=len(times) - 1)
        small = shrink(_frames(recording, part, rows), HEIGHT)
        content = io.BytesIO()
        Image.fromarray(np.concatenate(list(small), axis=1)).save(content, "WEBP", quality=QUALITY)
        return content.getvalue(), times[rows].tolist()


def _frames(recording: Recording, part: slice, rows: np.ndarray) -> np.ndarray:
    """Some frames of a part, uint8 [n, H, W, 3]."""
    if recording.video is not None:
        return ClipReader([Cut(recording.video, part.start, part.stop - part.start)]).read(0)[rows]
    if recording.scene is not None:
        return SyntheticFrames([drawn(recording.scene, part.start + rows)], HEIGHT).read(0)
    raise DataError(f"recording {recording.name}: it has no video, so only skeletons are shown.")
