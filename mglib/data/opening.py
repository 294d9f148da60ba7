"""Opens video files safely: a file can neither reach other files nor exhaust the memory."""

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
    """Open a file and choose the video stream that players show; any error in the block becomes a sentence.

    Raises:
        DataError: the file is missing, is not a video, has no picture, or cannot be decoded.
    """
    limits = {"max_pixels": str(PIXELS)}
    options = limits | {"format_whitelist": DEMUXERS}
    try:
        # a title in an unknown encoding does not affect the pictures
        with av.open(str(path), options=options, metadata_errors="replace") as container:
            stream = chosen(container)
            if stream is None:
                raise DataError(f"{path}, video: has no video stream, at most sound; give a video.")
            if stream.codec_context is None:
                raise DataError(f"{path}, video: its codec is not known; check or re-encode the file.")
            stream.codec_context.options = limits
            yield container, stream
    except DataError:
        raise
    except (av.error.FFmpegError, OSError, ValueError, MemoryError) as error:
        raise DataError(f"{path}, video: could not be decoded ({error}); check or re-encode the file.") from error


def decoded(path: Path, container: av.container.InputContainer, stream: av.VideoStream) -> Iterator[av.VideoFrame]:
    """The frames of a stream, which must all have one size.

    Raises:
        DataError: a frame has another size.
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
    """The frames of a file's video stream as players show them, one at a time, uint8 [H, W, 3].

    Args:
        path: of the file.
        threaded: decode several frames at once; only for one video at a time.

    Raises:
        DataError: the file is missing, is not a video, has no frame, changes its size, or cannot be decoded.
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
    """Refuse a size, in bytes, above the memory limit of one file.

    Raises:
        DataError: the size is too large; the message says how to allow more.
    """
    if fault := excess(size):
        raise DataError(f"{where}: {fault}.")


def fitting(where: str | Path, frames: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Pass frames on until together they exceed the memory limit of one file.

    Raises:
        DataError: they exceed it.
    """
    size = 0
    for frame in frames:
        size += frame.nbytes
        check_decoded(where, size)
        yield frame


def file_key(path: Path) -> str:
    """A key of a file's name, size and time; a missing file is an error."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise DataError(f"{path}: the file is missing; check the data folder, or drop the clip.") from None
    return f"{path.resolve()} {stat.st_size} {stat.st_mtime_ns}"
