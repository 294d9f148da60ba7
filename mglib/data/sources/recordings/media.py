"""Finds the video and key points of a recording below the folder; no other files are opened."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mglib.base.errors import DataError, OptionError
from mglib.base.files import visible
from mglib.base.shares import percent
from mglib.data.checks import misshapen, unreal
from mglib.data.cutting import VIDEO_SUFFIXES, find_videos, twins
from mglib.data.headers import Header
from mglib.data.layouts import Layout
from mglib.data.matching import CROOKED
from mglib.data.plausibility import unscaled
from mglib.data.recordings.formats import Marks, Medium, chosen, file_name, is_film, known_stem, stem
from mglib.data.sources import fields
from mglib.data.sources.exports import base, counted_from_1, fitted, read
from mglib.data.sources.exports.finding import ADDED, holds_frames
from mglib.data.sources.exports.tables import is_table
from mglib.data.sources.exports.tracks import best
from mglib.data.sources.keypoints import padded
from mglib.data.sources.unpickle import read_pickle

from .asked import Asked
from .timing import other_rate

FPS = 25.0  # if neither the user nor a video gives it
PICKLE = "keypoints.pkl"
OTHER_FILMS = (".mpg", ".mpeg", ".wmv", ".flv", ".mts", ".m2ts", ".vob")  # videos that coders' tools play
SLACK = 0.01  # share of the frames by which video and key points may differ


@dataclass(frozen=True)
class Seen:
    """Key points of one recording: float32 [1, T, V, 3], and the size of their image, if the file gives it.

    `first` is the number of the first frame for tools that omit frames in which nobody is seen, else None; `last` that
    of the last frame, if names of pictures number them (see `from_zero`), else None. `persons` is the number of persons
    in the file, and `share` that of the frames with somebody in which the one whose key points these are is seen.
    """

    points: np.ndarray
    height: int = 0
    width: int = 0
    first: int | None = None
    last: int | None = None
    persons: int = 1
    share: float = 1.0

    def filling(self, frames: int) -> "Seen":
        """Frames that the tool omitted, before the first and after the last up to this number, are empty ones."""
        if self.first is None:
            return self
        return replace(self, points=padded(self.points, self.first, frames), first=None)


def crowded(name: str, seen: Seen | None) -> Iterator[str]:
    """A sentence if the key points are of several persons, or of one whom the tool lost and took for another."""
    if seen is not None and seen.persons > 1:
        yield (
            f"{name}: the key points are of {seen.persons} persons or tracks; only the one seen most is used, "
            f"{percent(seen.share)}% of the frames in which anybody is seen."
        )


def _most_seen(whole: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
    """The key points [1, T, V, 3] of the person seen most, and what `Seen` tells of the others."""
    there, points = whole[..., 2].any(-1), best(whole, 1)
    own, anybody = np.count_nonzero(points[..., 2].any(-1)), np.count_nonzero(there.any(0))
    return points, {"persons": int(there.any(1).sum()), "share": own / max(anybody, 1)}


def videos_below(root: Path, asked: Asked, found: list[str]) -> dict[str, Path]:
    """Videos by name; if two have the same name, neither is used."""
    files = find_videos(root if asked.videos is None else Path(asked.videos).expanduser())
    found += [twins(f"videos, {name}", those) for name, those in files.items() if len(those) > 1]
    return {stem(those[0].name): those[0] for those in files.values() if len(those) == 1}


def medium_of(media: Sequence[Medium], asked: Asked, videos: Collection[str], known: Collection[str]) -> Medium | None:
    """The medium whose key points and clock are used: the one asked for, else see `chosen`."""
    films = [one for one in media if is_film(one)]
    if asked.media is not None and 1 <= asked.media <= len(films):
        return films[asked.media - 1]
    return chosen(media, videos, known)


def named_video(marks: Marks, asked: Asked, videos: Mapping[str, Path], found: list[str]) -> Path | None:
    """The video that a file of marks names, if it is below the folder; faults are added to `found`.

    Args:
        marks: the marks, with the result of `medium_of` before other media.
        asked: the options.
        videos: by name.
        found: receives a sentence if the video is not there, or not the only one.
    """
    films = [one for one in marks.media if is_film(one)]
    if asked.media is not None and films:
        if not 1 <= asked.media <= len(films):
            found.append(f"{marks.path}: names {len(films)} videos; media={asked.media} is none of them.")
            return None
        films = films[:1]
    there = [videos[name] for one in films for name in [known_stem(one, videos)] if name in videos]
    if len(set(there)) > 1:
        found.append(f"{marks.path}: names {len(films)} videos; choose by media=1.")
    elif other := next((one for one in marks.media if not films and _is_other_film(one, videos)), None):
        name = file_name(other.relative or other.url)
        found.append(f"{marks.path}: {name} is in none of the formats {', '.join(VIDEO_SUFFIXES)}; convert it to one.")
    elif films and not there:
        name = file_name(films[0].relative or films[0].url)
        found.append(f"{marks.path}: {name} is not below FOLDER; copy it there, or give videos=.")
    return there[0] if there else None


def _is_other_film(medium: Medium, videos: Collection[str]) -> bool:
    """Whether a medium is a video in a format that is not read, and is not there in another one."""
    suffix = Path(file_name(medium.relative or medium.url)).suffix.lower()
    return suffix in OTHER_FILMS and known_stem(medium, videos) not in videos


def points_below(root: Path, asked: Asked, layout: Layout, found: list[str]) -> dict[str, Seen | None]:
    """Read key points by recording, from the pickle of `python -m mglib.pose` or files of other tools.

    They are None where they cannot be used, which is said.

    Args:
        root: the folder, unless asked.keypoints names another.
        asked: the options.
        layout: the layout wanted.
        found: receives a sentence for every unusable file.
    """
    given = None if asked.keypoints is None else Path(asked.keypoints).expanduser()
    if given is not None and not given.exists():
        raise OptionError(f"keypoints: there is no {given}; give a pickle of python -m mglib.pose, or a folder.")
    pickle = given if given is not None and given.is_file() else (given or root) / PICKLE
    if pickle.is_file():
        return _of_pickle(pickle, layout, found)
    return _of_tools(given or root, layout, found)


def _of_pickle(path: Path, layout: Layout, found: list[str]) -> dict[str, Seen | None]:
    seen: dict[str, Seen | None] = {}
    annotations, _ = fields.parts(path, read_pickle(path))
    for number, one in enumerate(annotations):
        name = fields.clip_id(path, number, one)
        where = f"{path}, clip {name}"
        try:
            whole = fields.clip_keypoints(where, one)
            points, told = _most_seen(whole)
            size = fields.clip_numbers(where, {"label": -1, **one}, points.shape[1])
            if stem(name) in seen:
                raise DataError(f"{where}: key points of {stem(name)} are there twice; write the file again with one.")
            _check(where, points, misshapen(whole, size["total_frames"], layout))
            seen[stem(name)] = Seen(points, size["height"], size["width"], **told)
        except DataError as error:
            found.append(str(error))
            seen.setdefault(stem(name), None)
    return seen


def _of_tools(folder: Path, layout: Layout, found: list[str]) -> dict[str, Seen | None]:
    """Files of DeepLabCut, SLEAP, MMPose or AlphaPose, or folders of OpenPose's frames, named like the videos."""
    seen: dict[str, Seen | None] = {}
    for path in _exports(folder) if folder.is_dir() else ():
        name = unicodedata.normalize("NFC", path.name if path.is_dir() else path.name[: -len(path.suffix)])
        name = ADDED.sub("", name)
        try:
            export = read(path)
            points = fitted(str(path), export, layout)
            annotation = {"keypoint": points[..., :2], "keypoint_score": points[..., 2]}
            points, told = _most_seen(fields.clip_keypoints(str(path), annotation))
            _check(str(path), points)
        except DataError as error:
            found.append(str(error))
            seen.setdefault(name, None)
            continue
        if seen.get(name) is not None:
            found.append(f"{path}: key points of {name} are there twice; take one of the files out of the folder.")
        seen[name] = Seen(points, first=export.first, last=export.last, **told)
    return seen


def _check(where: str, points: np.ndarray, fault: str | None = None) -> None:
    """Refuse key points [1, T, V, 3] that have a fault, no real values, or no positions in pixels.

    Raises:
        DataError: they have.
    """
    fault = fault or unreal(points.reshape(-1, 3)) or unscaled(points)
    if fault:
        raise DataError(f"{where}, keypoints: {fault}")


def _exports(folder: Path) -> list[Path]:
    """Files and folders of key points below a folder; other tables are ignored."""
    below = visible(folder)
    frames = [path for path in below if path.is_dir() and holds_frames(path)]
    files = [path for path in below if path.is_file() and path.parent not in frames]
    tables = [path for path in files if path.suffix.lower() == ".csv" and is_export(path)]
    others = [path for path in files if path.suffix.lower() in (".json", ".h5", ".hdf5")]
    return [*frames, *tables, *(path for path in others if path.with_suffix(".csv") not in tables)]


def is_export(path: Path) -> bool:
    """Whether a table begins like those of DeepLabCut or SLEAP."""
    with path.open("rb") as file:
        return is_table(file.readline(4096).decode("utf-8", errors="replace").lstrip("\ufeff").lower().rstrip())


def from_zero(points: Mapping[str, Seen | None], frames: Mapping[str, int]) -> tuple[dict[str, Seen | None], list[str]]:
    """Key points by recording; if names of pictures number their frames from 1, counted from 0 instead, with a note.

    Args:
        points: by recording.
        frames: number of frames of the video, by recording.
    """
    pictured = {name: one for name, one in points.items() if one is not None and one.last is not None}
    if not base([(one.first, one.last, frames.get(name, 0)) for name, one in pictured.items()]):
        return dict(points), []
    moved = {name: replace(one, first=one.first - 1) for name, one in pictured.items()}
    return {**points, **moved}, [f"key points: {counted_from_1(list(moved))}"]


def other_shape(where: str, seen: Seen | None, head: Header | None) -> Iterator[str]:
    """A sentence if the video's picture differs in shape from the image of the key points."""
    if seen is None or head is None or not (seen.height and seen.width):
        return
    if abs(head.width * seen.height - head.height * seen.width) > CROOKED * head.height * seen.width:
        yield (
            f"{where}: players show {head.width} x {head.height} pixels (width x height), but the key points are in an "
            f"image of {seen.width} x {seen.height}; get key points of this very video."
        )


def timed(where: str, seen: Seen | None, head: Header | None, fps: float | None, found: list[str]) -> np.ndarray | None:
    """Seconds at which each frame is shown and the last one ends, [T + 1]; None without frames.

    Key points and video are aligned at the first frame; times are the video's time stamps.
    """
    frames = None if seen is None else seen.points.shape[1]
    if head is None or head.seconds is None:
        return None if frames is None else np.arange(frames + 1) / (fps or FPS)
    seconds = np.asarray(head.seconds, np.float64) - head.seconds[0]
    if fps is not None and head.fps:
        found += other_rate(where, fps, head.fps)
    if frames is None:
        return seconds
    if abs(frames - head.frames) > max(2, SLACK * frames):
        found.append(
            f"{where}: {head.frames} frames in the video, {frames} in the key points; get key points of this very file."
        )
    missing = np.arange(1, frames + 2 - len(seconds)) / (head.fps or FPS)
    return np.concatenate([seconds, seconds[-1] + missing])[: frames + 1]
