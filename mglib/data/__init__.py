"""Data sets: sources -> `ClipTable` -> loader -> heat-maps."""

import inspect
from pathlib import Path
from typing import Any

from mglib.base.errors import DataError

from .caching import FrameCache
from .clips import ClipTable
from .layouts import LAYOUTS, Layout, get_layout
from .sources import annotation, imigue, ma52, smg, synthetic, utd_mhad
from .sources.labels import LABELS, LabelSet
from .video import FrameReader, VideoReader

__all__ = [
    "LABELS", "LAYOUTS", "ClipTable", "DataError", "FrameCache", "FrameReader", "LabelSet", "Layout", "VideoReader",
    "get_layout", "load",
]  # fmt: skip

SOURCES = {
    "synthetic": synthetic.load, "utd_mhad": utd_mhad.load, "imigue": imigue.load, "smg": smg.load, "ma52": ma52.load,
    "annotation": annotation.load,
}  # fmt: skip


def load(dataset: str, data_root: str | Path | None = None, **options: Any) -> ClipTable:
    """A data set by name.

    Args:
        dataset: one of `SOURCES`.
        data_root: its folder or file; the synthetic set has none.
        **options: further arguments of the source's own `load`.

    Raises:
        DataError: the source is unknown, or what it found cannot be used.
    """
    if dataset not in SOURCES:
        raise DataError(f"dataset: {dataset!r}; give one of {', '.join(SOURCES)}.")
    source, given = SOURCES[dataset], () if data_root is None else (data_root,)
    try:
        inspect.signature(source).bind(*given, **options)
    except TypeError as error:
        raise DataError(f"data_options of {dataset}: {error}; it takes {inspect.signature(source)}.") from None
    return source(*given, **options)
