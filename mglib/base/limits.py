"""Limits for single files: a few bytes can declare, or unpack to, more than the memory of any machine.

All limits are far above the needs of known data sets. Users may want to raise the memory of a decoded file, by
MGLIB_DECODED_GIB.
"""

import os

from .errors import ConfigError

DECODED = "MGLIB_DECODED_GIB"  # environment variable: memory limit of a decoded file, GiB
DECODED_GIB = 4.0  # default: a minute of 720p video; clips last seconds, and key points take a hundredth
PIXELS = 1 << 27  # per frame; 8K video has a quarter of it
VALUES = 50_000_000  # in a pickle or YAML file, without arrays; as Python lists they take gigabytes
WORKBOOK_BYTES = 2 << 30  # of an unpacked workbook; a thousand frames take 15 MB
WORKBOOK_ROWS = 99_999  # an hour at 25 frames per second; iMiGUE's longest video lasts 26 minutes

# FFmpeg uses a file's content, not its name: a playlist named clip.mp4 would make it open other files
DEMUXERS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg"


def excess(size: float) -> str:
    """What is wrong with a file of this decoded size, in bytes, and how to allow it; "" if nothing.

    Raises:
        ConfigError: MGLIB_DECODED_GIB is not a number.
    """
    given = os.environ.get(DECODED, "")
    try:
        allowed = float(given or DECODED_GIB)
    except ValueError:
        raise ConfigError(f"{DECODED}: {given!r} is not a number; give GiB, such as {DECODED_GIB:g}.") from None
    if size <= allowed * 2**30:
        return ""
    return (
        f"takes {size / 2**30:.1f} GiB or more once it is decoded, and one file may take {allowed:g}; cut "
        f"it into shorter clips, or allow more by {DECODED}"
    )


def count_values(content: object) -> int:
    """Number of values in nested dicts, lists and tuples; shared values count each time.

    Raises:
        ValueError: a container holds itself.
    """
    counts: dict[int, int] = {}
    under_way: set[int] = set()
    stack = [content]
    while stack:  # without recursion, as files may be nested deeper than Python's stack allows
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
