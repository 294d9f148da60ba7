"""Opens recordings of a folder, or synthetic ones, with the options of the data set `recordings`."""

import inspect
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mglib.base.errors import DataError, OptionError
from mglib.data.faults import settle
from mglib.data.options import checked
from mglib.data.recordings import Recordings
from mglib.data.sources import recordings as source
from mglib.data.sources.synthetic.recordings import make

CODERS = ("coders", "reference")
SYNTHETIC = ("num_recordings", "seconds", "seed", "height", "width")


def open_recordings(
    folder: str | Path | None = None,
    found: list[str] | None = None,
    need_keypoints: bool = False,
    uncoded: bool = False,
    **options: Any,
) -> Recordings:
    """Open the recordings of a folder, untrimmed.

    Args:
        folder: iMiGUE's or SMG's, or one with coders' files beside videos or key points; None: synthetic recordings.
        found: receives a sentence per fault; what is concerned is left out. None: faults raise an error.
        need_keypoints: whether a recording without key points is a fault.
        uncoded: whether videos and key points without a coder's file are recordings, too.
        **options: options of the data set `recordings`, see `mglib.data.sources.recordings.load`.

    Raises:
        OptionError: an option is unknown or does not fit.
        DataError: nothing can be used, or there are faults and `found` is None.
    """
    given = checked("recordings", source.load, options)
    if folder is None:
        strangers = [name for name in given if name not in (*SYNTHETIC, *CODERS)]
        if strangers:
            raise OptionError(f"{strangers[0]}: this option needs a folder; synthetic recordings have no files.")
        defaults = {name: inspect.signature(source.load).parameters[name].default for name in SYNTHETIC}
        chosen = defaults | {name: value for name, value in given.items() if name in SYNTHETIC}
        size = (chosen["height"] or 480, chosen["width"] or 640)
        return make(chosen["num_recordings"], chosen["seconds"], size, chosen["seed"])
    told = {name: value for name, value in given.items() if name not in ("num_recordings", "seconds", "seed")}
    told |= {name: tuple(told[name]) for name in ("coders", "test", "val") if name in told}
    collected: list[str] = [] if found is None else found
    recordings = source.read(folder, source.Asked(**told, need_keypoints=need_keypoints, uncoded=uncoded), collected)
    settle(collected, None if found is None else [])
    return recordings


def in_classes_of(recordings: Recordings, names: Sequence[str], groups: Sequence[str]) -> Recordings:
    """The recordings with the labels of other classes, matched by name.

    Args:
        recordings: the recordings.
        names, groups: names and body groups of the K classes wanted.

    Raises:
        DataError: the class of a segment is not among them.
    """
    used = sorted({segment.label for one in recordings for segment in one.segments if segment.label >= 0})
    strangers = [recordings.class_names[label] for label in used if recordings.class_names[label] not in names]
    if strangers:
        raise DataError(
            f"{recordings.name}: {', '.join(map(repr, strangers))} is none of the {len(names)} classes of the spotter; "
            "map coders' words to its classes by labels=map.csv."
        )
    labels = {label: names.index(recordings.class_names[label]) for label in used}
    made = tuple(
        replace(one, segments=tuple(replace(s, label=labels.get(s.label, s.label)) for s in one.segments))
        for one in recordings
    )
    return replace(recordings, recordings=made, class_names=tuple(names), class_groups=tuple(groups))
