"""What videos say of themselves: how many frames, when each is shown, how large the picture is that players show.

Headers are asked first; where they do not tell, all packets are looked at, and of the pictures the first alone is ever
decoded. Answers about many files are kept in the cache, for as long as a file stays as it is.
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

VERSION = 1  # raise it whenever a file would be answered in another way
TICK = 1.1e-3  # seconds by which a time stamp may be off: many files count in thousandths
MANY = 50  # files that take a moment


@dataclass(frozen=True)
class Header:
    """What a video says of itself.

    Attributes:
        frames: how many there are.
        fps: frames a second by their time stamps, the mean where they are not even; 0.0 where nothing tells.
        height, width: of the picture as players show it, pixels.
        times: where frames come at uneven times, the seconds at which each is shown, from the first on; else empty.
        mark: how the stored picture is changed to be shown, "" if at most by quarters of a turn.
        notes: sentences on what a user should know of the picture.
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
        """When each frame is shown and the last one ends, from the first on, [T + 1]; None where nothing tells.

        The last frame is taken to last as long as others do in the mean.
        """
        if self.times:
            return np.append(self.times, self.times[-1] + 1 / self.fps)
        return np.arange(self.frames + 1) / self.fps if self.fps else None


def header(path: Path, thorough: bool = False) -> Header:
    """What a video says of itself.

    Args:
        path: the file.
        thorough: look at all packets, which finds files that are cut short, in place of believing the header.

    Raises:
        DataError: the file is missing, is no video, or cannot be decoded.
    """
    return _header(path, thorough, file_key(path) if path.exists() else "missing")


def headers(files: Iterable[Path], found: list[str], name: str) -> dict[Path, Header]:
    """What many videos say of themselves, from the cache, or read by several threads.

    Args:
        files: the videos.
        found: gets a sentence for every file that is no video.
        name: of the data set, for the bar.
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
    """Name, size and time of a video, and how its picture is changed to be shown, if it is.

    Args:
        path: the file.
        marks: `Header.mark` by file; one that is missing is added.
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
            with suppress(DiskError, OSError), whole(place, quick=True) as part:  # without a cache it is asked again
                part.write_text(json.dumps(asdict(kept)))
    except DataError as error:
        return str(error)
    return kept


def _read(place: Path) -> Header | None:
    """A kept header; None if there is none, or none that is whole: reading it again takes milliseconds."""
    try:
        values = json.loads(place.read_text())
        return Header(**values | {"times": tuple(values["times"]), "notes": tuple(values["notes"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


@lru_cache(maxsize=4096)
def _header(path: Path, thorough: bool, key: str) -> Header:
    """`key` changes with the file."""
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
    if stamps is None or times:  # the index says when frames are decoded, and these are to be shown in another order
        count, stamps = _packets(path)
        fps, times = _timing(stamps, rates)
    else:
        count = len(stamps)
    return Header(count, fps, height, width, times, mark, notes)


def _indexed(
    path: Path, container: av.container.InputContainer, stream: av.VideoStream, start: int | None
) -> np.ndarray | None:
    """When frames are decoded, seconds, by the index that MP4 and AVI have; None where there is none to rely on.

    Frames that are shown in another order are decoded ahead, so the last ones may be shown later than they tell: where
    `start`, the first one's time stamp, and the last one's do not fit, nothing is relied on.
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
    """How many frames there are, and when they are shown, seconds; None where the file does not say."""
    with opened(path) as (container, stream):
        stamps = [packet.pts for packet in container.demux(stream) if packet.size and not packet.is_discard]
        unit = float(stream.time_base)
    return len(stamps), None if None in stamps else np.sort(stamps) * unit


def _timing(stamps: np.ndarray | None, rates: list[float]) -> tuple[float, tuple[float, ...]]:
    """Frames a second; and, where they are not even, when they are shown, seconds from the first on.

    Args:
        stamps: seconds, in order; None: not known.
        rates: that the header names; some name 1000, and mean the unit of time.
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
