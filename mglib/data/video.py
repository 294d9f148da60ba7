"""Frames of the visual stream: read lazily, decoded once, kept small on disk."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import av
import numpy as np
from joblib import Parallel, delayed
from PIL import Image
from tqdm import tqdm

from mglib.data.clips import DataError
from mglib.files import tidy, whole


class FrameReader(Protocol):
    """Reads the frames of a table's clips, by row.

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
            DataError: the file is missing, is no video, or holds no frame.
        """
        path = self.paths[row]
        try:
            with av.open(str(path)) as container:
                frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        except (av.error.FFmpegError, OSError, IndexError) as error:
            raise DataError(f"{path}, video: could not be decoded ({error}); check or re-encode the file.") from error
        if not frames:
            raise DataError(f"{path}, video: holds no frame; check or re-encode the file.")
        return np.stack(frames)

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


class FrameCache:
    """Clips of a reader, decoded at first use or by `build`, kept as small uint8 arrays that are mapped, not loaded.

    Args:
        reader: where the frames come from.
        folder: of the cache; a clip's file is named by its key, so a changed source is decoded anew.
        short_side: pixels of the shorter image side in the cache; smaller originals stay as they are.
    """

    def __init__(self, reader: FrameReader, folder: Path, short_side: int):
        self.reader, self.folder, self.short_side = reader, Path(folder), short_side

    def read(self, row: int, indices: np.ndarray) -> np.ndarray:
        """Frames `indices` [n] of clip `row`, uint8 [n, h, w, 3]; beyond the last frame the last is repeated."""
        clip = self._clip(row)
        if self.reader.moments == (0,):
            return clip[np.clip(indices, 0, len(clip) - 1)]
        moments = [clip[np.clip(indices + m, 0, len(clip) - 1), ..., 0] for m in self.reader.moments]
        return np.stack(moments, -1)

    def build(self, rows: Iterable[int]) -> int:
        """Decode whatever clips the cache lacks, ahead and with a bar; interrupted, it goes on where it stopped.

        Args:
            rows: of the clips.

        Returns:
            Bytes that these clips take on the disk.

        Raises:
            DataError: a clip cannot be decoded.
            DiskError: there is no room.
        """
        tidy(self.folder)
        places = {self._place(row): row for row in rows}  # clips that share a video share a file
        missing = [row for place, row in places.items() if _kept(place) is None]
        # threads: the decoder and the resizing leave Python's lock to the others
        clips = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(delayed(self._clip)(r) for r in missing)
        for _ in tqdm(clips, "decoding frames", len(missing), unit="clip", disable=not missing):
            pass
        size = sum(place.stat().st_size for place in places)
        if missing:
            print(f"The frames of {len(places)} clips take {size / 2**30:.2f} GiB in {self.folder}.")
        return size

    def _place(self, row: int) -> Path:
        name = hashlib.blake2b(f"{self.short_side} {self.reader.key(row)}".encode(), digest_size=16).hexdigest()
        return self.folder / f"{name}.npy"

    def _clip(self, row: int) -> np.ndarray:
        place = self._place(row)
        clip = _kept(place)
        if clip is None:
            frames = shrink(self.reader.read(row), self.short_side)
            with whole(place, quick=True) as part:
                np.save(part, frames)
            clip = np.load(place, mmap_mode="r")
        return clip


def _kept(place: Path) -> np.ndarray | None:
    """A cached clip, mapped; None if there is none, or none that is whole."""
    try:
        return np.load(place, mmap_mode="r")
    except FileNotFoundError:
        return None
    except (ValueError, EOFError, OSError) as error:
        warnings.warn(f"{place}: the cached clip is damaged ({error}); it is decoded anew.", stacklevel=2)
        return None


def shrink(frames: np.ndarray, short_side: int) -> np.ndarray:
    """uint8 [T, H, W, C] -> [T, h, w, C] with min(h, w) = short_side, by area averaging; never enlarged."""
    height, width = frames.shape[1:3]
    scale = short_side / min(height, width)
    if scale >= 1:
        return frames
    size = (round(width * scale), round(height * scale))
    mono = frames.shape[3] == 1
    images = (Image.fromarray(f[..., 0] if mono else f).resize(size, Image.Resampling.BOX) for f in frames)
    small = np.stack([np.asarray(image) for image in images])
    return small[..., None] if mono else small
