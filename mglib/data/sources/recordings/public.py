"""Reads iMiGUE and SMG as untrimmed recordings, with the labels from which their clips are cut."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from mglib.base.errors import DataError, OptionError
from mglib.base.files import visible
from mglib.data.cutting import find_videos
from mglib.data.headers import Header, headers
from mglib.data.layouts import get_layout
from mglib.data.recordings import Recording, Recordings, Segment
from mglib.data.sources import imigue, smg
from mglib.data.sources.labels import LABELS
from mglib.data.sources.segments import LongVideo, doubled

from .asked import Asked
from .media import Seen, timed

IMIGUE_SIZE, SMG_SIZE = (720, 1280), (1080, 1920)


def is_imigue(root: Path) -> bool:
    """Whether a folder contains iMiGUE's files."""
    return any(imigue.FOLDER.fullmatch(path.name) for path in (root, *visible(root, "imigue_skeleton_*")))


def is_smg(root: Path) -> bool:
    """Whether a folder contains SMG's files."""
    return bool(visible(root, "Sample*_finelabels.csv"))


def read_imigue(root: Path, asked: Asked, found: list[str]) -> Recordings:
    """Read iMiGUE's untrimmed videos; persons are not identified, so each video counts as a person.

    Args:
        root: the folder.
        asked: the options; layouts are imigue22 and imigue36.
        found: receives a sentence for everything that is wrong.

    Raises:
        DataError: nothing can be used.
    """
    if asked.layout not in imigue.ENDINGS:
        raise OptionError(f"layout: {asked.layout!r}; give one of {', '.join(imigue.ENDINGS)}.")
    videos, points = imigue.long_videos(root, asked.layout, found)
    made = _recordings("imigue", root, videos, points, (imigue.FPS, IMIGUE_SIZE), asked, found)
    names = LABELS["imigue"]
    return Recordings("imigue", made, get_layout(asked.layout), names.names, names.groups, "video")


def read_smg(root: Path, asked: Asked, found: list[str]) -> Recordings:
    """Read SMG's recordings, one per subject; 36 to 40 are the test subjects unless others are named.

    Args:
        root: the folder.
        asked: the options; test and val name subjects, as s36 or 36.
        found: receives a sentence for everything that is wrong.

    Raises:
        DataError: nothing can be used.
    """
    test, val = _subjects("test", asked.test) or set(smg.TEST), _subjects("val", asked.val)
    samples, points = smg.long_videos(root, test, val, found)
    smg.check_subjects(samples, sorted(test), sorted(val), found)
    made = _recordings("smg", root, samples, points, (smg.FPS, SMG_SIZE), asked, found)
    names = LABELS["smg"]
    return Recordings("smg", made, get_layout("kinect25"), names.names, names.groups)


def _subjects(option: str, given: Sequence[str]) -> set[int]:
    numbers = [name.lower().removeprefix("s") for name in given]
    strangers = [name for name, number in zip(given, numbers, strict=True) if not number.isdecimal()]
    if strangers:
        raise OptionError(f"{option}: {strangers[0]!r} is not a subject of SMG; give numbers, such as 36.")
    return set(map(int, numbers))


def _recordings(
    coder: str,
    root: Path,
    videos: Sequence[LongVideo],
    points: Sequence[np.ndarray | None],
    usual: tuple[float, tuple[int, int]],
    asked: Asked,
    found: list[str],
) -> tuple[Recording, ...]:
    films = find_videos(root if asked.videos is None else Path(asked.videos).expanduser())
    files = {video.name: films[video.file][0] for video in videos if len(films.get(video.file, ())) == 1}
    heads = headers(files.values(), found, coder)
    made = [
        _recording(coder, video, array, (files.get(video.name), heads), usual, found)
        for video, array in zip(videos, points, strict=True)
        if array is not None
    ]
    if not made:
        raise DataError("\n".join([f"{coder}: no recording can be used.", *found]))
    return tuple(made)


def _recording(
    coder: str,
    video: LongVideo,
    points: np.ndarray,
    film: tuple[Path | None, Mapping[Path, Header]],
    usual: tuple[float, tuple[int, int]],
    found: list[str],
) -> Recording:
    path, heads = film
    head, (fps, size) = heads.get(path) if path else None, usual
    times = timed(str(video.labels), Seen(points[None]), head, None if head else fps, found)
    height, width = (head.height, head.width) if head else size
    inside = [one for one in video.segments if one.end < len(points)]
    for one in (one for one in video.segments if one.end >= len(points)):
        found.append(
            f"{video.labels}, line {one.line + 1}: frames {one.start}..{one.end}, but {video.points.name} has "
            f"{len(points)}; get the files again, or correct the line."
        )
    segments = [Segment(float(times[s.start]), float(times[s.end + 1]), s.label, coder) for s in inside]
    return Recording(
        video.name, video.group, video.split, float(times[-1]), keypoints=points[None], times=times, height=height,
        width=width, video=path if head else None, segments=tuple(segments), reference=coder, coded_by=(coder,),
        source=video.labels, notes=tuple(doubled(video.name, [video])),
    )  # fmt: skip
