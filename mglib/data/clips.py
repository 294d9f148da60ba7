"""The one in-memory form of every data set: `ClipTable`, checked once, when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mglib.base.clips import Clips
from mglib.base.errors import DataError
from mglib.base.facts import Corrected, DataFacts

from .checks import violations
from .layouts import Layout

if TYPE_CHECKING:
    from .video import FrameReader

MAX_LISTED = 20


@dataclass(frozen=True)
class ClipTable(Clips):
    """Clips of one data set with their labels, splits, groups, key points and, perhaps, frames.

    Rows of `clips`, entries of `keypoints`, rows of `frames` and of `truth` belong together by position.

    Attributes:
        name: the data set, as a report names it: "synthetic", "utd_mhad", ...
        layout: the skeleton of all key points.
        class_names: K names, by label.
        class_groups: K body groups, by label.
        clips: RangeIndex; columns id (str), label (int, 0..K-1), split (train, val, test or hidden), group (str),
            total_frames, height, width (int, pixels). Hidden clips are a challenge's: nobody gave their labels, so
            theirs are -1; a run answers them for the submission, and nothing else looks at them. Of clips cut out of
            longer recordings also video (str, the recording), start and stop (float, seconds of it, half-open; NaN for
            a clip whose place is not known); they stand in clips.csv too.
        keypoints: per clip float32 [M persons, T, V, 3] = x, y in pixels of the clip's (height, width), score in
            [0, 1]; score 0 is a joint not detected, and then x = y = 0.
        joints3d: the same joints in space, per clip float32 [M, T, V, 4] = x to the right, y up, z away from the
            camera, in metres or another length, and score, 0 where not detected; None: the image is all that is known.
        group_kind: "subject" or "video": what `group` is; intervals and leakage checks go by it.
        fps: frames a second.
        frames: the visual stream, or None for key points only.
        times: of clips whose frames come unevenly, or not at fps, seconds [T + 1] from the first on at which each is
            shown and the last one ends; None, for a clip or for all: fps says it.
        flip: whether horizontal flipping may be used by default.
        flip_labels: the label of a mirrored clip, by label; None where mirroring keeps labels.
        truth: planted ground truth of the synthetic set, one row per clip, else None.
        shared_groups: whether a group may be both in train and in the clips that it is tested on, as in cross-view and
            cross-setup protocols; otherwise that is an error.
        corrected: what `corrections.correct` changed; None: nothing.

    Raises:
        DataError: if anything above does not hold; one sentence a violation.
    """

    name: str
    layout: Layout
    class_names: tuple[str, ...]
    class_groups: tuple[str, ...]
    clips: pd.DataFrame
    keypoints: tuple[np.ndarray, ...]
    group_kind: str
    fps: float
    frames: FrameReader | None = None
    times: tuple[np.ndarray | None, ...] | None = None
    flip: bool = True
    flip_labels: tuple[int, ...] | None = None
    truth: pd.DataFrame | None = None
    shared_groups: bool = False
    joints3d: tuple[np.ndarray, ...] | None = None
    corrected: Corrected | None = None

    def __post_init__(self) -> None:
        found = violations(self)
        if found:
            more = [f"and {len(found) - MAX_LISTED} more"] if len(found) > MAX_LISTED else []
            raise DataError("\n".join(found[:MAX_LISTED] + more))

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def num_classes(self) -> int:
        """K, the number of classes the data set names, met or not."""
        return len(self.class_names)

    @property
    def dimensions(self) -> int:
        """3 where the joints are known in space, else 2."""
        return 2 if self.joints3d is None else 3

    @property
    def facts(self) -> DataFacts:
        """What a run keeps of the data set."""
        counts, layout = self.clips["split"].value_counts(), self.layout
        return DataFacts(
            self.name, None if self.frames is None else self.frames.kind, tuple(self.class_names),
            tuple(self.class_groups), layout.name, tuple(layout.joints), tuple(map(tuple, layout.limbs)),
            self.group_kind, self.fps, {split: int(counts[split]) for split in counts.index},
            {split: int(n) for split, n in self.clips.groupby("split")["group"].nunique().items()},
            tuple(map(tuple, layout.flip_pairs)), self._shared(), self.dimensions, self.corrected,
        )  # fmt: skip

    def seconds(self, row: int) -> np.ndarray:
        """When each frame of a clip is shown, and the last one ends, from the first on: float64 [T + 1]."""
        if self.times is None or self.times[row] is None:
            return np.arange(self.clips["total_frames"].iloc[row] + 1) / self.fps
        return self.times[row]

    @property
    def durations(self) -> np.ndarray:
        """Seconds that each clip lasts, float64 [N]."""
        even = self.clips["total_frames"].to_numpy() / self.fps
        return even if self.times is None else np.array([self.seconds(row)[-1] for row in range(len(self))])

    def _shared(self) -> int:
        """Groups of train that are tested; val is fitted to and not reported."""
        tested = self.clips["split"].isin(["test", "hidden"])
        return len(set(self.groups[self.where("train")]) & set(self.groups[tested]))

    def select(self, rows: Sequence[int] | np.ndarray) -> ClipTable:
        """The table of these rows, in this order; key points and frames are shared, not copied."""
        rows = np.asarray(rows, dtype=np.int64)
        return replace(
            self,
            clips=self.clips.iloc[rows].reset_index(drop=True),
            keypoints=tuple(self.keypoints[row] for row in rows),
            joints3d=None if self.joints3d is None else tuple(self.joints3d[row] for row in rows),
            frames=None if self.frames is None else self.frames.select(rows),
            times=None if self.times is None else tuple(self.times[row] for row in rows),
            truth=None if self.truth is None else self.truth.iloc[rows].reset_index(drop=True),
        )


def your_video(clip: str, points: np.ndarray, height: int, width: int, **fields: Any) -> ClipTable:
    """A table of one clip that is of no data set: nobody says its label, so it stands in the split "hidden".

    Args:
        clip: its id.
        points: float32 [M, T, V, 3] = x, y in pixels and score.
        height, width: of the image the key points are in, pixels.
        **fields: of a `ClipTable`: layout, class_names, class_groups, fps and, perhaps, frames.
    """
    row = {"id": clip, "label": -1, "split": "hidden", "group": clip}
    row |= {"total_frames": points.shape[1], "height": height, "width": width}
    table = {"name": "your video", "clips": pd.DataFrame([row]), "keypoints": (points,), "group_kind": "video"}
    return ClipTable(**table, **fields)
