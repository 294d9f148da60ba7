"""Frames of the visual stream, read lazily."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from mglib.base.errors import DataError

from .opening import fitting, pictures


class FrameReader(Protocol):
    """Reads the frames of a table's clips, by row.

    A reader may have `stream(row)` too, the same frames one at a time, so that long clips need no memory.

    Attributes:
        kind: what a report calls the visual stream: "colour video", "depth video" or "synthetic RGB".
        moments: for single-channel video, which neighbouring frames become the three channels; else (0,).
    """

    kind: str
    moments: tuple[int, ...]

    def read(self, row: int) -> np.ndarray:
        """The whole clip, uint8 [T, H, W, C], C = 3, or 1 with three moments; H : W as the clip's height : width."""
        ...

    def key(self, row: int) -> str:
        """A string that changes whenever `read` would give something else."""
        ...

    def select(self, rows: Sequence[int]) -> FrameReader:
        """The reader of `ClipTable.select(rows)`."""
        ...


class VideoReader:
    """Frames of video files through PyAV.

    Args:
        paths: one video a clip.
    """

    kind = "colour video"
    moments = (0,)

    def __init__(self, paths: Sequence[Path]):
        self.paths = [Path(p) for p in paths]

    def read(self, row: int) -> np.ndarray:
        """All frames, uint8 [T, H, W, 3].

        Raises:
            DataError: the file is missing, is no video, holds no frame, changes its size, or takes too much memory.
        """
        return np.stack(list(fitting(self.paths[row], self.stream(row))))

    def stream(self, row: int) -> Iterator[np.ndarray]:
        """The frames one at a time, uint8 [H, W, 3]; errors as `read`."""
        return pictures(self.paths[row])

    def key(self, row: int) -> str:
        return file_key(self.paths[row])

    def select(self, rows: Sequence[int]) -> VideoReader:
        return VideoReader([self.paths[row] for row in rows])


def file_key(path: Path) -> str:
    """Name, size and time of a file, or a sentence if it is not there."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise DataError(f"{path}: the file is missing; check the data folder, or drop the clip.") from None
    return f"{path.resolve()} {stat.st_size} {stat.st_mtime_ns}"
