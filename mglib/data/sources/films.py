"""Finds one video per clip, named by the clip's id, with any known suffix."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from mglib.base import paths
from mglib.base.errors import DataError
from mglib.base.files import distinct
from mglib.data.cutting import VIDEO_SUFFIXES, twins
from mglib.data.video import VideoReader


def videos_of(folder: Path, ids: Iterable[str]) -> VideoReader:
    """A reader of the clips' videos, which are named by clip id.

    Args:
        folder: the folder; an id may include sub-folders.
        ids: ids of the clips.

    Raises:
        DataError: a clip has no video or several, or its id points outside the folder.
    """
    listed: dict[Path, dict[str, list[Path]]] = {}
    files, missing = [], []
    for clip in ids:
        if fault := paths.fault(clip, deep=True):
            raise DataError(f"videos: the clip id {clip!r} {fault}, and its video has to lie in {folder}; rename it.")
        place = folder / f"{clip}.mp4"
        if place.parent not in listed:
            listed[place.parent] = _videos(place.parent)
        there = listed[place.parent].get(unicodedata.normalize("NFC", place.stem), [])
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
    """Videos directly in a folder, by name without suffix, where accents may be stored in two ways (macOS)."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in VIDEO_SUFFIXES and not path.name.startswith(".") and path.is_file():
            found.setdefault(unicodedata.normalize("NFC", path.stem), []).append(path)
    return {name: distinct(files) for name, files in found.items()}
