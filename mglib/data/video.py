"""Readers for the frames of the visual stream, which are read when needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from .headers import shown_key
from .opening import fitting, pictures


class FrameReader(Protocol):
    """Reads the frames of a table's clips, by row.

    A reader may also have `stream(row)`, which yields the same frames one at a time, to save memory.

    Attributes:
        kind: name of the visual stream in reports: "colour video", "depth video" or "synthetic RGB".
        moments: for single-channel video, offsets of the frames that become the three channels; else (0,).
    """

    kind: str
    moments: tuple[int, ...]

    def read(self, row: int) -> np.ndarray:
        """The whole clip, uint8 [T, H, W, C], C = 3, or 1 with three moments; H : W is the clip's height : width."""
        ...

    def key(self, row: int) -> str:
        """A string that changes whenever the result of `read` would change."""
        ...

    def select(self, rows: Sequence[int]) -> FrameReader:
        """The reader of `ClipTable.select(rows)`."""
        ...


class VideoReader:
    """Frames of video files through PyAV.

    Args:
        paths: one video per clip.
        marks: `headers.Header.mark` of files whose header is known; other headers are read.
    """

    kind = "colour video"
    moments = (0,)

    def __init__(self, paths: Sequence[Path], marks: Mapping[Path, str] | None = None):
        self.paths = [Path(p) for p in paths]
        self.marks = {} if marks is None else dict(marks)

    def read(self, row: int) -> np.ndarray:
        """All frames, uint8 [T, H, W, 3].

        Raises:
            DataError: the file is missing, is not a video, has no frame, changes its size, or needs too much memory.
        """
        return np.stack(list(fitting(self.paths[row], self.stream(row))))

    def stream(self, row: int) -> Iterator[np.ndarray]:
        """The frames one at a time, uint8 [H, W, 3]; errors as `read`."""
        return pictures(self.paths[row])

    def key(self, row: int) -> str:
        return shown_key(self.paths[row], self.marks)

    def select(self, rows: Sequence[int]) -> VideoReader:
        return VideoReader([self.paths[row] for row in rows], self.marks)
