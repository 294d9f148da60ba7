"""Data sets: sources -> `ClipTable` -> loader -> heat-maps."""

import inspect
from pathlib import Path
from typing import Any

from mglib.base.errors import DataError, OptionError, meant

from .caching import FrameCache
from .clips import ClipTable
from .corrections import correct
from .layouts import LAYOUTS, Layout, get_layout
from .options import checked
from .sources import annotation, imigue, keypoints, ma52, recordings, smg, synthetic, utd_mhad
from .sources.labels import LABELS, LabelSet
from .video import FrameReader, VideoReader

__all__ = [
    "LABELS", "LAYOUTS", "ClipTable", "DataError", "FrameCache", "FrameReader", "LabelSet", "Layout", "VideoReader",
    "get_layout", "load",
]  # fmt: skip

SOURCES = {
    "synthetic": synthetic.load, "utd_mhad": utd_mhad.load, "imigue": imigue.load, "smg": smg.load, "ma52": ma52.load,
    "annotation": annotation.load, "keypoints": keypoints.load, "recordings": recordings.load,
}  # fmt: skip


def load(
    dataset: str, data_root: str | Path | None = None, *, faults: list[str] | None = None, **options: Any
) -> ClipTable:
    """Load a data set by name.

    Args:
        dataset: one of `SOURCES`.
        data_root: its folder or file; the synthetic set has none, and recordings without one are synthetic.
        faults: list that receives a sentence per fault; its clips are left out. None: faults raise an error.
        **options: further arguments of the source's `load`, and those of `corrections.correct`.

    Raises:
        OptionError: the source or an option is unknown, or an option's value does not fit.
        DataError: the files cannot be used as they are.
    """
    if dataset not in SOURCES:
        raise OptionError(f"dataset: {dataset!r}; give one of {', '.join(SOURCES)}.{meant(dataset, SOURCES)}")
    source = SOURCES[dataset]
    if (data_root is None) != (source is synthetic.load) and source is not recordings.load:
        raise OptionError(f"data_root: {data_root}; every data set but synthetic is read from a folder or file.")
    collector = {"faults": faults} if "faults" in inspect.signature(source).parameters else {}
    own = checked(dataset, source, options, correct)
    shared = {name: own.pop(name) for name in correct.__kwdefaults__ if name in own}
    place = () if source is synthetic.load else (data_root,)
    try:
        return correct(source(*place, **own, **collector), **shared)
    except OptionError:  # reported first, even if the folder does not exist
        raise
    except DataError:
        if data_root is None or Path(data_root).expanduser().exists():
            raise
        where = f"data_root: there is no {data_root}; give the folder or file that holds {dataset}."
        raise DataError(where) from None
