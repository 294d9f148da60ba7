"""Video files, opened so that none of them can ask for more than a video needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np

from mglib.base.errors import DataError
from mglib.base.limits import DEMUXERS, PIXELS, excess

from .shown import chosen, shown


@contextmanager
def opened(path: Path) -> Iterator[tuple[av.container.InputContainer, av.VideoStream]]:
    """A file and the video stream that players show; whatever goes wrong in the block is a sentence.

    Raises:
        DataError: the file is missing, is no video, has no picture, or cannot be decoded.
    """
    limits = {"max_pixels": str(PIXELS)}
    options = limits | {"format_whitelist": DEMUXERS}
    try:
        # a title in an unknown encoding is no fault of the pictures
        with av.open(str(path), options=options, metadata_errors="replace") as container:
            stream = chosen(container)
            if stream is None:
                raise DataError(f"{path}, video: has no picture, at most sound; give a video.")
            if stream.codec_context is None:
                raise DataError(f"{path}, video: its codec is not known; check or re-encode the file.")
            stream.codec_context.options = limits
            yield container, stream
    except DataError:
        raise
    except (av.error.FFmpegError, OSError, ValueError, MemoryError) as error:
        raise DataError(f"{path}, video: could not be decoded ({error}); check or re-encode the file.") from error


def decoded(path: Path, container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.VideoFrame]:
    """The frames, as long as they are of one size.

    Raises:
        DataError: one is not.
    """
    size = None
    for number, frame in enumerate(container.decode(stream)):
        size = size or (frame.width, frame.height)
        if (frame.width, frame.height) != size:
            raise DataError(
                f"{path}, video: frame {number} is {frame.width} x {frame.height}, those before it {size[0]} x "
                f"{size[1]}; re-encode the file at one size."
            )
        yield frame


def pictures(path: Path, threaded: bool = False) -> Iterator[np.ndarray]:
    """The frames of a file's video stream, one at a time and as players show them, uint8 [H, W, 3].

    Args:
        path: of the file.
        threaded: decode several frames at once; for one video at a time.

    Raises:
        DataError: the file is missing, is no video, holds no frame, changes its size, or cannot be decoded.
    """
    how = None
    with opened(path) as (container, stream):
        if threaded:
            stream.thread_type = "AUTO"
        for frame in decoded(path, container, stream):
            how = how or shown(container, stream, frame)
            yield how.picture(frame)
    if how is None:
        raise DataError(f"{path}, video: holds no frame; check or re-encode the file.")


def check_decoded(where: str | Path, size: float) -> None:
    """Refuses what takes more memory, in bytes, than one file may.

    Raises:
        DataError: it does; the message says how to allow more.
    """
    if fault := excess(size):
        raise DataError(f"{where}: {fault}.")


def fitting(where: str | Path, frames: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """The same pictures, as long as all of them together fit into the memory that one file may take.

    Raises:
        DataError: they do not.
    """
    size = 0
    for frame in frames:
        size += frame.nbytes
        check_decoded(where, size)
        yield frame


def file_key(path: Path) -> str:
    """Name, size and time of a file, or a sentence if it is not there."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise DataError(f"{path}: the file is missing; check the data folder, or drop the clip.") from None
    return f"{path.resolve()} {stat.st_size} {stat.st_mtime_ns}"
