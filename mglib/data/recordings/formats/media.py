"""Names of the media files of a coder's file, and which of them is the recording's video.

A file's clock may be ahead of each medium by another time, so that the medium chosen decides on the times of the marks.
"""

import unicodedata
from collections.abc import Callable, Collection, Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote

from mglib.data.cutting import VIDEO_SUFFIXES

from .marks import Medium

Choice = Callable[[Sequence[Medium]], Medium | None]  # the medium in whose seconds marks are read
DOUBLE = (".boris.gz", ".pose.csv")  # suffixes with two dots


def file_name(address: str) -> str:
    """The file name at the end of a path or an address, of any operating system."""
    return address.replace("\\", "/").rsplit("/", 1)[-1]


def stem(name: str) -> str:
    """A file's name without folders and suffixes, also double ones; with accents in one of the two ways of storing."""
    base = file_name(unicodedata.normalize("NFC", name))
    for ending in DOUBLE:
        if base.lower().endswith(ending):
            return base[: -len(ending)]
    return base.rsplit(".", 1)[0] if "." in base.strip(".") else base


def known_stem(medium: Medium, known: Collection[str]) -> str:
    """The medium's name without suffix, as it is known, or as written if it is not.

    Some tools write %20 for a blank in an address; ELAN does not.
    """
    written = stem(medium.relative or medium.url)
    return next((name for name in (written, unquote(written)) if name in known), written)


def is_film(medium: Medium) -> bool:
    """Whether a medium is a video, by its suffix."""
    return PurePosixPath(file_name(medium.relative or medium.url)).suffix.lower() in VIDEO_SUFFIXES


def chosen(media: Sequence[Medium], *known: Collection[str]) -> Medium | None:
    """The medium of a recording: a video of these names, else another medium of these names, else the first video.

    Args:
        media: as named in the file.
        known: names without suffixes, the most important ones first.
    """
    films = [one for one in media if is_film(one)]
    ranked = [one for names in known for one in (*films, *media) if known_stem(one, names) in names]
    return next(iter([*ranked, *films, *media]), None)


def before_others(one: Medium | None, media: Sequence[Medium]) -> tuple[Medium, ...]:
    """The media with one of them, if any, before the others."""
    return tuple(media) if one is None else (one, *(other for other in media if other is not one))
