"""A cache of decoded frames, reduced in size, on disk."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from joblib import cpu_count
from PIL import Image
from tqdm import tqdm

from mglib.base.console import progress
from mglib.base.files import keyed, tidy, whole

from .opening import fitting
from .video import FrameReader


class FrameCache:
    """The clips of a reader, decoded at first use or by `fill`, and kept on disk as memory-mapped uint8 arrays.

    Args:
        reader: where the frames come from.
        folder: of the cache; a clip's file is named by the reader's key, so a changed source is decoded again.
        short_side: pixels of the shorter image side in the cache; smaller originals stay as they are.
        quality: JPEG quality, 1..95, to store JPEG images instead of arrays: less disk, more time; 0: arrays.
    """

    def __init__(self, reader: FrameReader, folder: Path, short_side: int, quality: int = 0):
        self.reader, self.folder, self.short_side, self.quality = reader, Path(folder), short_side, quality

    def read(self, row: int, indices: np.ndarray) -> np.ndarray:
        """Frames `indices` [n] of clip `row`, uint8 [n, h, w, 3]; indices beyond the end repeat the last frame."""
        return at_moments(self._clip(row), indices, self.reader.moments)

    def fill(self, rows: Iterable[int]) -> int:
        """Decode the clips that the cache lacks, with a progress bar; after an interruption it continues.

        Args:
            rows: rows of the clips in the table.

        Returns:
            Bytes that these clips take on disk.

        Raises:
            DataError: a clip cannot be decoded.
            DiskError: the disk is full.
        """
        tidy(self.folder)
        places = {self._place(row): row for row in rows}  # clips that share a video share a file
        missing = [row for place, row in places.items() if not _there(place)]
        # threads suffice: decoding and resizing release Python's global lock; where one fails or is interrupted, those
        # at work finish first, so that nothing is written afterwards
        with ThreadPoolExecutor(cpu_count()) as pool, closing(pool.map(self._make, missing)) as made:
            for _ in tqdm(made, "decoding frames", len(missing), unit="clip", disable=not missing, file=progress()):
                pass
        size = sum(place.stat().st_size for place in places)
        if missing:
            print(f"The frames of {len(places)} clips take {size / 2**30:.2f} GiB in {self.folder}.")
        return size

    def _place(self, row: int) -> Path:
        how = f"{self.short_side} q{self.quality}" if self.quality else f"{self.short_side}"
        return self.folder / f"{keyed(f'{how} {self.reader.key(row)}')}.{'npz' if self.quality else 'npy'}"

    def _make(self, row: int) -> None:
        self._clip(row)  # and let go of it: thousands of mapped files are more than a process may hold

    def _clip(self, row: int) -> np.ndarray | Jpegs:
        place = self._place(row)
        clip = _kept(place)
        if clip is None:
            frames = getattr(self.reader, "stream", self.reader.read)(row)
            frames = fitting(self.reader.key(row), (shrink(frame[None], self.short_side)[0] for frame in frames))
            with whole(place, quick=True) as part:
                if self.quality:
                    Jpegs.encode(frames, self.quality).save(part)
                else:
                    np.save(part, np.stack(list(frames)))
            clip = _kept(place)
        return clip


@dataclass(frozen=True)
class Jpegs:
    """JPEG images, indexed like an array [T, h, w, C]; they are decoded when indexed."""

    data: bytes  # all images, concatenated
    ends: np.ndarray  # offset of the end of each image in `data`, int64 [T]

    @classmethod
    def encode(cls, frames: Iterable[np.ndarray], quality: int) -> Jpegs:
        """Encode frames, uint8 [h, w, C] with C = 1 or 3."""
        data, ends = BytesIO(), []
        for frame in frames:
            Image.fromarray(frame[..., 0] if frame.shape[2] == 1 else frame).save(data, "JPEG", quality=quality)
            ends.append(data.tell())
        return cls(data.getvalue(), np.array(ends))

    def save(self, path: Path) -> None:
        np.savez(path, data=np.frombuffer(self.data, np.uint8), ends=self.ends)

    def __len__(self) -> int:
        return len(self.ends)

    def __getitem__(self, indices: np.ndarray) -> np.ndarray:
        starts = np.concatenate([[0], self.ends[:-1]])
        images = (Image.open(BytesIO(self.data[starts[i] : self.ends[i]])) for i in indices)
        frames = np.stack([np.asarray(image) for image in images])
        return frames if frames.ndim == 4 else frames[..., None]


def _there(place: Path) -> bool:
    """Whether a clip is cached, judged without reading all of it."""
    return zipfile.is_zipfile(place) if place.suffix == ".npz" else _kept(place) is not None


def _kept(place: Path) -> np.ndarray | Jpegs | None:
    """A cached clip, arrays memory-mapped; None if it is missing or damaged."""
    try:
        if place.suffix == ".npy":
            return np.load(place, mmap_mode="r")
        with np.load(place) as arrays:
            return Jpegs(arrays["data"].tobytes(), arrays["ends"])
    except FileNotFoundError:
        return None
    except (ValueError, EOFError, OSError, KeyError, zipfile.BadZipFile) as error:
        warnings.warn(f"{place}: the cached clip is damaged ({error}); it is decoded again.", stacklevel=2)
        return None


def at_moments(clip: np.ndarray | Jpegs, indices: np.ndarray, moments: Sequence[int]) -> np.ndarray:
    """Frames `indices` [n] of a clip; the frames at offsets `moments` become the channels.

    Indices outside the clip repeat its first or last frame. Returns uint8 [n, h, w, 3].
    """
    frames = [clip[np.clip(indices + moment, 0, len(clip) - 1)] for moment in moments]
    return frames[0] if len(frames) == 1 else np.concatenate(frames, -1)


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
