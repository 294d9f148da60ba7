"""A video a clip, named by the clip's id, of any of the kinds known."""

from collections.abc import Iterable
from pathlib import Path

from mglib.base import paths
from mglib.base.errors import DataError
from mglib.base.files import distinct
from mglib.data.cutting import VIDEO_SUFFIXES, twins
from mglib.data.video import VideoReader


def videos_of(folder: Path, ids: Iterable[str]) -> VideoReader:
    """The videos of clips that are named by their ids.

    Args:
        folder: where they lie; an id may name sub-folders too.
        ids: of the clips.

    Raises:
        DataError: a clip has no video, or several, or its id leads out of the folder.
    """
    listed: dict[Path, dict[str, list[Path]]] = {}
    files, missing = [], []
    for clip in ids:
        if fault := paths.fault(clip, deep=True):
            raise DataError(f"videos: the clip id {clip!r} {fault}, and its video has to lie in {folder}; rename it.")
        place = folder / f"{clip}.mp4"
        if place.parent not in listed:
            listed[place.parent] = _videos(place.parent)
        there = listed[place.parent].get(place.stem, [])
        if len(there) > 1:
            raise DataError(twins(f"videos, clip {clip}", there))
        files += there
        missing += [] if there else [place]
    if missing:
        others = ", ".join(VIDEO_SUFFIXES[1:])
        raise DataError(
            f"videos: {len(missing)} of {len(missing) + len(files)} clips have no file, {missing[0]} first ({others} "
            "do as well); add them, or leave `videos` out to use the key points alone."
        )
    return VideoReader(files)


def _videos(folder: Path) -> dict[str, list[Path]]:
    """Videos directly in a folder, by their names without ending."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in VIDEO_SUFFIXES and not path.name.startswith(".") and path.is_file():
            found.setdefault(path.stem, []).append(path)
    return {name: distinct(files) for name, files in found.items()}
