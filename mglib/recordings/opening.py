"""Recordings of a folder, or synthetic ones, with the options of the data set `recordings`."""

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
    """The recordings of a folder, in whole.

    Args:
        folder: iMiGUE's or SMG's, or one with coders' files beside videos or key points; None: synthetic recordings.
        found: receives a sentence for everything that is wrong, and what it is wrong of is left out; None: an error.
        need_keypoints: whether a recording without any is of no use.
        uncoded: whether videos and key points that no coder's file is of are recordings too.
        **options: of the data set `recordings`, see `mglib.data.sources.recordings.load`.

    Raises:
        OptionError: an option is unknown or does not fit.
        DataError: nothing can be used, or something is wrong and nobody collects it.
    """
    given = checked("recordings", source.load, options)
    if folder is None:
        strangers = [name for name in given if name not in (*SYNTHETIC, *CODERS)]
        if strangers:
            raise OptionError(f"{strangers[0]}: synthetic recordings have no files that it could say; give a folder.")
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
    """The recordings with the labels of other classes, told by their names.

    Args:
        recordings: whose segments are relabelled.
        names, groups: of the K classes wanted.

    Raises:
        DataError: a segment is of a class that is none of them.
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
