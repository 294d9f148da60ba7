"""How much one file may ask for: a few bytes can declare, or unpack to, more than any memory holds.

Every number is far above what a data set known here needs. The one that a user may have reason to raise is the memory
of a decoded file, by MGLIB_DECODED_GIB.
"""

import os

from .errors import ConfigError

DECODED = "MGLIB_DECODED_GIB"  # variable: memory that one decoded file may take, GiB
DECODED_GIB = 4.0  # by default: a minute of 720p video; clips here last seconds, and key points take a hundredth
PIXELS = 1 << 27  # of a frame: 8K video has a quarter of it
VALUES = 50_000_000  # of a pickle or YAML file, beside arrays: as Python's lists they take gigabytes
WORKBOOK_BYTES = 2 << 30  # of a workbook unpacked: 15 MB hold a thousand frames
WORKBOOK_ROWS = 99_999  # an hour at 25 frames per second; iMiGUE's longest video lasts 26 minutes

# FFmpeg goes by a file's content, not by its name: a playlist called clip.mp4 would have it open other files
DEMUXERS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg"


def excess(size: float) -> str:
    """What is wrong with a file that takes so many bytes once it is decoded, and how to allow it; "": nothing.

    Raises:
        ConfigError: MGLIB_DECODED_GIB is no number.
    """
    given = os.environ.get(DECODED, "")
    try:
        allowed = float(given or DECODED_GIB)
    except ValueError:
        raise ConfigError(f"{DECODED}: {given!r} is no number; give GiB, such as {DECODED_GIB:g}.") from None
    if size <= allowed * 2**30:
        return ""
    return (
        f"takes {size / 2**30:.1f} GiB or more once it is decoded, and one file may take {allowed:g}; cut "
        f"it into shorter clips, or allow more by {DECODED}"
    )


def count_values(content: object) -> int:
    """Values in nested dicts, lists and tuples; what is referred to several times counts each time.

    Raises:
        ValueError: a container holds itself.
    """
    counts: dict[int, int] = {}
    under_way: set[int] = set()
    stack = [content]
    while stack:  # no recursion: files may be nested deeper than Python's stack
        value = stack[-1]
        parts = _inside(value)
        waiting = [part for part in parts if _inside(part) and id(part) not in counts]
        if waiting and id(value) in under_way:
            raise ValueError("a list or dict that holds itself")
        if waiting:
            under_way.add(id(value))
            stack += waiting
        else:
            counts[id(value)] = len(parts) + sum(counts.get(id(part), 0) for part in parts)
            stack.pop()
    return counts[id(content)]


def _inside(value: object) -> list | tuple:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list | tuple) else ()
