"""Pictures of a clip for the player: the frames of its packed skeleton, cropped to its box, in one WebP."""

import io
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from PIL import Image

from mglib.base import paths
from mglib.base.errors import DataError, RunError
from mglib.base.threads import in_threads
from mglib.data import ClipTable, FrameCache, FrameReader
from mglib.data.skeletons import MOMENTS
from mglib.runs import Run
from mglib.runs.dataset import DataMissing, find_table

TILE = 112  # pixels
COLUMNS = 8
QUALITY = 55
SHORT_SIDE = 120  # of the cached frames, pixels, as in training


class FramesMissing(RunError):
    """There are no frames to show; the message says why."""


class FrameStrips:
    """Frames of a run's clips; the data set is loaded when first needed.

    Args:
        run: the run, whose config has the place of the data.
        skeletons: its packed skeletons, for the frame numbers and boxes.
    """

    def __init__(self, run: Run, skeletons: dict[str, np.ndarray]):
        self.run, self.skeletons = run, skeletons

    def strip(self, row: int) -> bytes:
        """A WebP of 8 x 4 tiles, one per frame, each the square of the clip's skeleton.

        Raises:
            FramesMissing: the data are not available, have no frames, or are not those of the run.
        """
        table, clip = self._table, self.run.clips.iloc[row]
        frames, (left, top, side) = self.skeletons["frames"][row], self.skeletons["box"][row]
        try:
            pictures = self._cache.read(row, frames)
        except (DataError, OSError) as error:
            raise FramesMissing(f"No pictures of {clip['id']}: {error}") from error
        moments = table.frames.moments
        if moments != (0,):  # three single-channel frames: use the one of the moment itself, in grey
            pictures = np.repeat(pictures[..., [moments.index(0)]], 3, axis=3)
        scale = pictures.shape[1] / table.clips.loc[row, "height"]
        box = [round(float(x) * scale) for x in (left, top, left + side, top + side)]
        sheet = Image.new("RGB", (COLUMNS * TILE, -(-MOMENTS // COLUMNS) * TILE))
        for moment, picture in enumerate(pictures):
            tile = Image.fromarray(np.ascontiguousarray(picture)).crop(box).resize((TILE, TILE))
            sheet.paste(tile, (moment % COLUMNS * TILE, moment // COLUMNS * TILE))
        content = io.BytesIO()
        sheet.save(content, "WEBP", quality=QUALITY, method=2)  # nearly the smallest size, in a third of the time
        return content.getvalue()

    def of(self, rows: Sequence[int]) -> dict[int, bytes]:
        """The strips of several clips by row, made in threads.

        Raises:
            FramesMissing: as `strip` does.
        """
        _ = self._cache  # the data are loaded once, before
        return dict(zip(rows, in_threads(self.strip, rows), strict=True))

    @property
    def reader(self) -> FrameReader:
        """The reader of the data set's frames.

        Raises:
            FramesMissing: the data are not available, or have no frames.
        """
        return self._table.frames

    @cached_property
    def _table(self) -> ClipTable:
        try:
            table = find_table(self.run)
        except DataMissing as error:
            raise FramesMissing(f"{error} So only skeletons are shown.") from error
        if table.frames is None:
            raise FramesMissing(f"{table.name} was loaded without frames, so only skeletons are shown.")
        return table

    @cached_property
    def _cache(self) -> FrameCache:
        return FrameCache(self._table.frames, paths.cache_dir() / self._table.name, SHORT_SIDE)
