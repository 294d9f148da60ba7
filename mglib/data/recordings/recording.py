"""The in-memory form of untrimmed recordings: `Recordings` contains `Recording`s with their `Segment`s.

All times are seconds after the first frame, and all segments are half-open: [start, stop). Frames s..e of a label file
whose end is included are [s, e + 1) / fps. Time that no segment covers is background.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mglib.base.errors import DataError
from mglib.data.checks import SPLITS
from mglib.data.faults import listed
from mglib.data.layouts import Layout

HIDDEN = -1  # label of a segment whose class is not published


@dataclass(frozen=True)
class Segment:
    """A marked part of a recording.

    Attributes:
        start, stop: seconds of the recording, half-open.
        label: class, 0..K-1 of the `Recordings` it belongs to; -1 if not published.
        coder: who marked it: a coder's name, or the name of a model's run.
        score: the model's score, 0..1; None for a human coder.
        tier: tier of the file from which it was read; "": none.
        note: the coder's further remarks, as free text.
    """

    start: float
    stop: float
    label: int
    coder: str = ""
    score: float | None = None
    tier: str = ""
    note: str = ""

    @property
    def duration(self) -> float:
        """Duration in seconds."""
        return self.stop - self.start


def by_time(segment: Segment) -> tuple[float, float, int]:
    """A key to sort segments by."""
    return segment.start, segment.stop, segment.label


@dataclass(frozen=True, eq=False)
class Recording:
    """One person in one untrimmed video.

    Attributes:
        name: unique within a `Recordings`; usually the name of its files.
        person: the person seen, or the recording's name if unknown; used for splits and intervals.
        split: train, val, test or hidden.
        duration: seconds.
        keypoints: float32 [M persons, T, V, 3] = x, y in pixels of (height, width), score in [0, 1], as a clip's; may
            be memory-mapped. None if only labels were read.
        times: float64 [T + 1], seconds at which each frame is shown and the last one ends; times[0] is 0. None if
            neither key points nor a video were read.
        height, width: of the image of the key points, pixels; 0 if unknown.
        video: video file, if there is one.
        segments: segments of all coders, in order of start.
        reference: the coder used for training and scores; by default that of the first segment.
        coded_by: coders who went through the recording, even if they marked nothing; coders of segments are included.
        scene: for synthetic recordings, the scene from which frames are drawn, else None.
        truth: for synthetic recordings, a row per gesture and distractor, else None; see `sources.synthetic`.
        source: the file from which segments were read, if any.
        notes: sentences on assumptions made in reading.

    Raises:
        DataError: something above does not hold; one sentence per violation.
    """

    name: str
    person: str
    split: str
    duration: float
    keypoints: np.ndarray | None = None
    times: np.ndarray | None = None
    height: int = 0
    width: int = 0
    video: Path | None = None
    segments: tuple[Segment, ...] = ()
    reference: str = ""
    coded_by: tuple[str, ...] = ()
    scene: Any = None
    truth: pd.DataFrame | None = None
    source: Path | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        found = [f"recording {self.name}, {sentence}" for sentence in _violations(self)]
        if found:
            raise DataError("\n".join(listed(found)))
        if not self.reference and self.segments:
            object.__setattr__(self, "reference", self.segments[0].coder)
        object.__setattr__(self, "segments", tuple(sorted(self.segments, key=by_time)))

    @property
    def coders(self) -> tuple[str, ...]:
        """The coders who went through the recording, the reference first."""
        names = dict.fromkeys([*self.coded_by, *(segment.coder for segment in self.segments)])
        return tuple(sorted(names, key=lambda name: name != self.reference))

    def of(self, coder: str | None = None) -> tuple[Segment, ...]:
        """The segments of one coder, in order of start; None: of the reference."""
        wanted = self.reference if coder is None else coder
        return tuple(segment for segment in self.segments if segment.coder == wanted)

    @property
    def fps(self) -> float:
        """Mean number of frames per second; 0 without frames."""
        return 0.0 if self.times is None else (len(self.times) - 1) / float(self.times[-1] - self.times[0])

    def frames(self, start: float, stop: float) -> slice:
        """The frames of a segment: those whose middle lies in [start, stop), at least one.

        Raises:
            DataError: the recording has no frames.
        """
        if self.times is None:
            raise DataError(f"recording {self.name}: it has neither key points nor a video, so no frames.")
        middles = (self.times[:-1] + self.times[1:]) / 2
        first, last = np.searchsorted(middles, [start, stop])
        first = min(int(first), len(middles) - 1)
        return slice(first, max(int(last), first + 1))


@dataclass(frozen=True, eq=False)
class Recordings:
    """The recordings of one data set.

    Attributes:
        name: name of the data set in reports.
        recordings: the recordings; names are unique, and no person is in two splits.
        layout: the layout of all key points; None if there are no key points.
        class_names: K names, by label.
        class_groups: K body groups, by label.
        group_kind: "subject" or "video": what `Recording.person` is.

    Raises:
        DataError: something above does not hold; one sentence per violation.
    """

    name: str
    recordings: tuple[Recording, ...]
    layout: Layout | None
    class_names: tuple[str, ...]
    class_groups: tuple[str, ...]
    group_kind: str = "subject"

    def __post_init__(self) -> None:
        found = [f"{self.name}, {sentence}" for sentence in _disagreements(self)]
        if found:
            raise DataError("\n".join(listed(found)))

    def __len__(self) -> int:
        return len(self.recordings)

    def __iter__(self) -> Iterator[Recording]:
        return iter(self.recordings)

    @property
    def num_classes(self) -> int:
        """K, the number of classes of the data set, with or without segments; background does not count."""
        return len(self.class_names)

    @property
    def coders(self) -> tuple[str, ...]:
        """All coders of segments, in the order of the recordings."""
        return tuple(dict.fromkeys(coder for recording in self for coder in recording.coders))

    def where(self, split: str) -> Recordings:
        """The recordings of one split."""
        return replace(self, recordings=tuple(one for one in self if one.split == split))

    def named(self, name: str) -> Recording:
        """The recording with this name.

        Raises:
            DataError: there is none.
        """
        for one in self:
            if one.name == name:
                return one
        raise DataError(f"{self.name}: there is no recording {name}; there are {', '.join(one.name for one in self)}.")


def _violations(recording: Recording) -> Iterator[str]:
    points, times = recording.keypoints, recording.times
    if recording.split not in SPLITS:
        yield f"split: {recording.split!r}; give one of {', '.join(SPLITS)}."
    if not (np.isfinite(recording.duration) and recording.duration > 0):
        yield f"duration: {recording.duration!r} s; give a positive number."
    if times is not None and (times.ndim != 1 or len(times) < 2 or times[0] != 0 or not (np.diff(times) > 0).all()):
        yield "times: they do not ascend from 0; give the second of every frame, and that at which the last one ends."
    if points is not None and (points.ndim != 4 or points.shape[3] != 3 or points.dtype != np.float32):
        yield f"keypoints: {points.dtype} {list(points.shape)}; expected float32 [persons, frames, joints, 3]."
    elif points is not None and (times is None or len(times) != points.shape[1] + 1):
        known = "no" if times is None else len(times)
        yield f"keypoints: {points.shape[1]} frames with {known} times; give one more than frames."
    for segment in recording.segments:
        if not 0 <= segment.start < segment.stop < np.inf:
            yield f"{segment.coder or 'segment'}, {segment.start:g}..{segment.stop:g} s: expected 0 <= start < stop."
        if segment.score is not None and not 0 <= segment.score <= 1:
            yield f"{segment.coder or 'segment'}, {segment.start:g} s: score {segment.score}; expected 0..1, or None."


def _disagreements(table: Recordings) -> Iterator[str]:
    if not table.recordings:
        yield "recordings: there are none; check the folder, or the selection that kept nothing."
    if len(table.class_groups) != len(table.class_names):
        yield f"class_groups: {len(table.class_groups)} for {len(table.class_names)} class names; give one per class."
    names = [one.name for one in table]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield f"recording {name}: it is there twice; every recording has a name of its own."
    splits: dict[str, str] = {}
    for one in table:
        first = splits.setdefault(one.person, one.split)
        if first != one.split:
            yield f"{one.person} is in {first} and in {one.split}; give all recordings of a person one split."
        if one.keypoints is not None and (table.layout is None or one.keypoints.shape[2] != table.layout.num_joints):
            wanted = "no layout is given" if table.layout is None else f"layout {table.layout.name} has another number"
            yield f"recording {one.name}, keypoints: {one.keypoints.shape[2]} joints, but {wanted}."
        strange = [segment.label for segment in one.segments if not HIDDEN <= segment.label < table.num_classes]
        if strange:
            yield f"recording {one.name}: label {strange[0]}; expected 0..{table.num_classes - 1}, or -1 if kept back."
