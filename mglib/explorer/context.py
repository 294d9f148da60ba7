"""Pictures of the seconds around a clip that was cut from a longer video."""

import io
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from mglib.base.errors import DataError
from mglib.data.caching import shrink
from mglib.data.cutting import ClipReader, Cut

from .frames import COLUMNS, QUALITY, SHORT_SIDE, TILE, FramesMissing, FrameStrips

AROUND = 3.0  # seconds before and after
TILES = 48
PART = 50  # frames decoded at a time


class Surroundings(NamedTuple):
    """Pictures of a part of a recording, as tiles of equal duration, with its start and stop in seconds."""

    strip: bytes
    start: float
    stop: float


def surroundings(strips: FrameStrips, row: int) -> Surroundings:
    """A clip and the seconds around it, in the box of its skeleton, as a WebP of 8 tiles per row.

    Args:
        strips: frames of the run.
        row: row of the clip.

    Raises:
        FramesMissing: the data are not available, or the clip is not part of a longer video.
    """
    reader, clip = strips.reader, strips.run.clips.iloc[row]
    if not isinstance(reader, ClipReader) or "start" not in clip or not np.isfinite(clip["start"]):
        raise FramesMissing(f"{clip['id']} has no longer video at hand, so what lies around it is not shown.")
    path, first, length = reader.cuts[row]
    total, fps = reader.expected.get(path, first + length), strips.run.data.fps
    if total <= length:
        raise FramesMissing(f"{clip['id']} has a file of its own, {path.name}; what lies around it is not in there.")
    low, high = max(0, first - round(AROUND * fps)), min(total, first + length + round(AROUND * fps))
    wanted = np.linspace(low, high - 1, TILES).round().astype(int)
    try:
        pictures = _pictures(path, wanted)
    except (DataError, OSError) as error:
        raise FramesMissing(f"No pictures around {clip['id']}: {error}") from error
    box, height = strips.skeletons["box"][row], clip["height"]
    begin = clip["start"] - (first - low) / fps
    return Surroundings(_sheet(pictures, box, height), float(begin), float(begin + (high - low) / fps))


def _pictures(path: Path, wanted: np.ndarray) -> list[np.ndarray]:
    """Small frames of a video by ascending number, read in parts to save memory."""
    starts = range(int(wanted[0]), int(wanted[-1]) + 1, PART)
    reader = ClipReader([Cut(path, start, min(PART, int(wanted[-1]) + 1 - start)) for start in starts])
    found = []
    for row, start in enumerate(starts):
        own = wanted[(wanted >= start) & (wanted < start + PART)] - start
        found += list(shrink(reader.read(row)[own], SHORT_SIDE)) if len(own) else []
    return found


def _sheet(pictures: list[np.ndarray], box: np.ndarray, height: int) -> bytes:
    left, top, side = box
    sheet = Image.new("RGB", (COLUMNS * TILE, -(-len(pictures) // COLUMNS) * TILE))
    for number, picture in enumerate(pictures):
        scale = picture.shape[0] / height
        area = [round(float(x) * scale) for x in (left, top, left + side, top + side)]
        tile = Image.fromarray(np.ascontiguousarray(picture)).crop(area).resize((TILE, TILE))
        sheet.paste(tile, (number % COLUMNS * TILE, number // COLUMNS * TILE))
    content = io.BytesIO()
    sheet.save(content, "WEBP", quality=QUALITY, method=2)
    return content.getvalue()
