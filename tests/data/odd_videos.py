"""Videos whose headers say something about time or picture, as phones, browsers and editors write them."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

MILLISECOND = Fraction(1, 1000)


def write(
    path: Path,
    pictures: Sequence[np.ndarray],
    rate: Fraction | int = 25,
    codec: str = "libx264",
    stamps: Sequence[int] | None = None,
    pixel: Fraction | None = None,
) -> Path:
    """A video of pictures, RGB uint8 [H, W, 3].

    Args:
        path: its ending names the container.
        pictures: one per frame.
        rate: the nominal one, frames a second.
        codec: of FFmpeg.
        stamps: when each is shown, milliseconds; None: evenly.
        pixel: how many times wider than high a pixel is shown.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        _encode(container, [container.add_stream(codec, rate=rate)], [pictures], stamps, pixel)
    return path


def write_two(path: Path, first: Sequence[np.ndarray], second: Sequence[np.ndarray], default: int) -> Path:
    """A video with two streams, one of which is the default."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        streams = [container.add_stream("mpeg4", rate=25) for _ in range(2)]
        for number, stream in enumerate(streams):
            stream.disposition = av.stream.Disposition.default if number == default else av.stream.Disposition(0)
        _encode(container, streams, [first, second])
    return path


def _encode(container, streams, films, stamps=None, pixel=None) -> None:
    for stream, pictures in zip(streams, films, strict=True):
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = {"libx264": "yuv444p", "png": "rgb24"}.get(stream.codec_context.name, "yuv420p")
        if pixel:
            stream.codec_context.sample_aspect_ratio = pixel
        if stamps is not None:
            stream.codec_context.time_base = MILLISECOND
    for stream, pictures in zip(streams, films, strict=True):
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            if stamps is not None:
                frame.pts, frame.time_base = int(stamps[number]), MILLISECOND
            container.mux(stream.encode(frame))
    for stream in streams:
        container.mux(stream.encode())


def copy(path: Path, other: Path) -> Path:
    """The same stream in another container, with what its header says."""
    with av.open(str(path)) as source, av.open(str(other), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    return other


def show_by(path: Path, a: float, b: float, c: float, d: float) -> Path:
    """Let the header of an MP4 say that stored (x, y) is shown at (ax + cy, bx + dy)."""
    content = bytearray(path.read_bytes())
    place = content.index(b"tkhd") + 4 + 40  # version 0: the matrix comes after 40 bytes
    numbers = [round(value * 65536) for value in (a, b, 0, c, d)]
    content[place : place + 20] = struct.pack(">5i", *numbers)
    path.write_bytes(content)
    return path


def cut_by(path: Path, width: int, height: int, right: int, down: int) -> Path:
    """Let the header of an MP4 show a window of this size alone, so far from the middle: the box clap."""
    content, parents, place, end = path.read_bytes(), [], 0, path.stat().st_size
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b""):
        place, end = _box(content, name, place, end)
        parents.append(place)
        place += 16 if name == b"stsd" else 8
    clap = struct.pack(">I4s4IiIiI", 40, b"clap", width, 1, height, 1, right, 1, down, 1)
    longer = bytearray(content[:end] + clap + content[end:])
    for parent in parents:
        longer[parent : parent + 4] = struct.pack(">I", struct.unpack_from(">I", longer, parent)[0] + len(clap))
    path.write_bytes(longer)
    return path


def _box(content: bytes, name: bytes, place: int, end: int) -> tuple[int, int]:
    """Where the first box of a name, or of any, starts and ends."""
    while True:
        size, kind = struct.unpack_from(">I4s", content, place)
        if kind == name or not name:
            return place, place + size
        place += size
        assert place < end
