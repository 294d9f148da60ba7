"""Reads video headers: number of frames, time of each frame, size of the picture that players show.

If the header lacks something, all packets are read; at most the first picture is decoded. Results for many files are
cached until a file changes.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import av
import numpy as np
from joblib import Parallel, delayed
from tqdm import tqdm

from mglib.base import paths
from mglib.base.console import progress
from mglib.base.errors import DataError, DiskError
from mglib.base.files import keyed, whole

from .opening import file_key, opened
from .shown import Shown, moving, shown

VERSION = 1  # increase it whenever the result for a file would change
TICK = 1.1e-3  # tolerance of time stamps, seconds: many files count milliseconds
MANY = 50  # files from which a progress bar is shown


@dataclass(frozen=True)
class Header:
    """The header of a video.

    Attributes:
        frames: number of frames.
        fps: frames per second by the time stamps, the mean if they are uneven; 0.0 if unknown.
        height, width: of the picture as players show it, pixels.
        times: if frames are uneven, seconds after the first frame at which each is shown; else empty.
        mark: how the stored picture is changed for display; "" if at most rotated by multiples of 90 degrees.
        notes: sentences that a user should know about the picture.
    """

    frames: int
    fps: float
    height: int
    width: int
    times: tuple[float, ...] = ()
    mark: str = ""
    notes: tuple[str, ...] = ()

    @property
    def seconds(self) -> np.ndarray | None:
        """Seconds after the first frame at which each is shown and the last one ends, [T + 1]; None if unknown.

        The last frame is assumed to last as long as the others on average.
        """
        if self.times:
            return np.append(self.times, self.times[-1] + 1 / self.fps)
        return np.arange(self.frames + 1) / self.fps if self.fps else None


def header(path: Path, thorough: bool = False) -> Header:
    """What a video says of itself.

    Args:
        path: the file.
        thorough: read all packets instead of trusting the header; this finds truncated files.

    Raises:
        DataError: the file is missing, is no video, or cannot be decoded.
    """
    return _header(path, thorough, file_key(path) if path.exists() else "missing")


def headers(files: Iterable[Path], found: list[str], name: str) -> dict[Path, Header]:
    """The headers of many videos, from the cache or read by several threads.

    Args:
        files: the videos.
        found: receives a sentence for every file that is not a video.
        name: of the data set, for the progress bar.
    """
    files = list(dict.fromkeys(files))
    jobs = (delayed(_kept)(file) for file in files)
    answers = Parallel(n_jobs=-1, prefer="threads", return_as="generator")(jobs)
    bar = tqdm(
        answers, f"videos of {name}", len(files), unit="file", disable=len(files) < MANY, leave=False, file=progress()
    )
    answered = dict(zip(files, bar, strict=True))
    found += [answer for answer in answered.values() if isinstance(answer, str)]
    return {file: answer for file, answer in answered.items() if isinstance(answer, Header)}


def shown_key(path: Path, marks: dict[Path, str]) -> str:
    """A key of name, size and time of a video and, if any, of how its picture is changed for display.

    Args:
        path: the file.
        marks: `Header.mark` by file; missing ones are added.
    """
    key = file_key(path)
    if path not in marks:
        marks[path] = header(path).mark
    return f"{key} shown {marks[path]}" if marks[path] else key


def _kept(path: Path) -> Header | str:
    """The header, or what is wrong with the file."""
    try:
        place = paths.cache_dir() / "videos" / f"{keyed(f'{VERSION} {file_key(path)}')}.json"
        kept = _read(place)
        if kept is None:
            kept = header(path)
            with suppress(DiskError, OSError), whole(place, quick=True) as part:  # without a cache it is read again
                part.write_text(json.dumps(asdict(kept)))
    except DataError as error:
        return str(error)
    return kept


def _read(place: Path) -> Header | None:
    """A cached header; None if it is missing or damaged: reading it again takes milliseconds."""
    try:
        values = json.loads(place.read_text())
        return Header(**values | {"times": tuple(values["times"]), "notes": tuple(values["notes"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


@lru_cache(maxsize=4096)
def _header(path: Path, thorough: bool, key: str) -> Header:
    """The header of a file; `key` changes with the file."""
    with opened(path) as (container, stream):
        rates = [float(rate) for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate) if rate]
        stream.codec_context.thread_count = 1  # one frame is all that is decoded
        first = next(container.decode(stream), None)
        if first is None:
            raise DataError(f"{path}, video: holds no frame; check or re-encode the file.")
        how = shown(container, stream, first)
        height, width = how.size(first)
        stamps = None if thorough else _indexed(path, container, stream, first.pts)
        others = [one for one in moving(container) if one.index != stream.index]
        mark = " ".join([how.mark, *(f"stream {stream.index}" for one in others if one.index < stream.index)]).strip()
        notes = tuple(_notes(how, stream, others))
    fps, times = _timing(stamps, rates)
    if stamps is None or times:  # the index has decoding times, and these frames are shown in another order
        count, stamps = _packets(path)
        fps, times = _timing(stamps, rates)
    else:
        count = len(stamps)
    return Header(count, fps, height, width, times, mark, notes)


def _indexed(
    path: Path, container: av.container.InputContainer, stream: av.VideoStream, start: int | None
) -> np.ndarray | None:
    """Decoding times in seconds from the index of MP4 and AVI files; None if there is no reliable one.

    Frames that are shown in another order are decoded ahead, so the last may be shown after its decoding time. If this
    does not fit `start`, the time stamp of the first frame, and that of the last one, the index is not used.
    """
    entries, size = list(stream.index_entries), path.stat().st_size
    if not entries or len(entries) != stream.frames or any(entry.pos + entry.size > size for entry in entries):
        return None
    stamps = np.sort([entry.timestamp for entry in entries if entry.size and not entry.is_discard])
    unit = float(stream.time_base)
    if stream.codec_context.has_b_frames and len(stamps):
        container.seek(int(stamps[-1]), stream=stream)
        last = [packet.pts for packet in container.demux(stream) if packet.size]
        if start is None or None in last or abs(max(last) - start - np.ptp(stamps)) * unit > TICK:
            return None
    return stamps * unit


def _packets(path: Path) -> tuple[int, np.ndarray | None]:
    """The number of frames, and the seconds at which they are shown; None if the file does not say."""
    with opened(path) as (container, stream):
        stamps = [packet.pts for packet in container.demux(stream) if packet.size and not packet.is_discard]
        unit = float(stream.time_base)
    return len(stamps), None if None in stamps else np.sort(stamps) * unit


def _timing(stamps: np.ndarray | None, rates: list[float]) -> tuple[float, tuple[float, ...]]:
    """Frames per second; and, if they are uneven, the seconds after the first frame at which they are shown.

    Args:
        stamps: seconds, in order; None: unknown.
        rates: candidates in the header; some headers give 1000, which is the unit of time.
    """
    if stamps is None or len(stamps) < 2 or stamps[-1] == stamps[0]:
        return (rates[0] if rates else 0.0), ()
    steps, mean = stamps - stamps[0], (len(stamps) - 1) / (stamps[-1] - stamps[0])
    for rate in (*rates, mean):
        if np.abs(steps - np.arange(len(steps)) / rate).max() <= TICK:
            return float(rate), ()
    return float(mean), tuple(steps.tolist())


def _notes(how: Shown, stream: av.VideoStream, others: list[av.VideoStream]) -> Iterator[str]:
    if others:
        named = [f"number {one.index} of {one.width} x {one.height} pixels" for one in (stream, *others)]
        yield (
            f"holds {len(named)} pictures side by side: stream {named[0]} is taken, as players do, and not "
            f"{', '.join(named[1:])}."
        )
    if how.unusual:
        yield f"shows what is {how.unusual}; its pictures are taken as they are stored."
