"""`ClipTable`, the in-memory form of every data set, checked once, when it is created."""

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
ALIKE = 0.02  # share by which frame rates may differ that are told as one


@dataclass(frozen=True)
class ClipTable(Clips):
    """Clips of one data set with labels, splits, groups, key points and, optionally, frames.

    Row i of `clips`, `keypoints`, `frames` and `truth` describes clip i.

    Attributes:
        name: the data set, as a report names it: "synthetic", "utd_mhad", ...
        layout: the skeleton of all key points.
        class_names: K names, by label.
        class_groups: K body groups, by label.
        clips: RangeIndex; columns id (str), label (int, 0..K-1), split (train, val, test or hidden), group (str),
            total_frames, height, width (int, pixels). Hidden clips are test clips of a challenge whose labels are not
            published: their label is -1, and they are used only to make predictions for a submission. Clips cut from
            longer recordings also have video (str, the recording), start and stop (float, seconds, half-open; NaN if
            unknown); these are written to clips.csv, too.
        keypoints: per clip float32 [M persons, T, V, 3] = x, y in pixels of the clip's (height, width), score in
            [0, 1]; a joint that is not detected has score 0 and x = y = 0.
        joints3d: the same joints in 3-D, per clip float32 [M, T, V, 4] = x to the right, y up, z away from the
            camera, in metres or another unit, and score, 0 where not detected; None: no 3-D joints.
        group_kind: "subject" or "video": what `group` is; used for intervals and checks of leakage.
        fps: frames per second.
        frames: the visual stream, or None for key points only.
        times: for clips with uneven frames, or another rate than fps: seconds [T + 1] after the first frame at which
            each frame is shown and the last one ends; None, for a clip or for all: as fps says.
        flip: whether horizontal flipping may be used by default.
        flip_labels: the label of a mirrored clip, by label; None where mirroring keeps labels.
        truth: known ground truth of the synthetic set, one row per clip, else None.
        shared_groups: whether a group may be both in train and in the clips that it is tested on, as in cross-view and
            cross-setup protocols; otherwise that is an error.
        corrected: what `corrections.correct` changed; None: nothing.

    Raises:
        DataError: something above does not hold; one sentence per violation.
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
        """K, the number of classes that the data set names, with or without clips."""
        return len(self.class_names)

    @property
    def dimensions(self) -> int:
        """3 where the data set has 3-D joints, else 2."""
        return 2 if self.joints3d is None else 3

    @property
    def facts(self) -> DataFacts:
        """The facts of the data set that a run keeps."""
        counts, layout = self.clips["split"].value_counts(), self.layout
        return DataFacts(
            self.name, None if self.frames is None else self.frames.kind, tuple(self.class_names),
            tuple(self.class_groups), layout.name, tuple(layout.joints), tuple(map(tuple, layout.limbs)),
            self.group_kind, self.fps, {split: int(counts[split]) for split in counts.index},
            {split: int(n) for split, n in self.clips.groupby("split")["group"].nunique().items()},
            tuple(map(tuple, layout.flip_pairs)), self._shared(), self.dimensions, self.corrected,
        )  # fmt: skip

    def seconds(self, row: int) -> np.ndarray:
        """Seconds from the first frame to the start of each frame and to the end of the last: float64 [T + 1]."""
        if self.times is None or self.times[row] is None:
            return np.arange(self.clips["total_frames"].iloc[row] + 1) / self.fps
        return self.times[row]

    @property
    def durations(self) -> np.ndarray:
        """Duration of each clip in seconds, float64 [N]."""
        even = self.clips["total_frames"].to_numpy() / self.fps
        return even if self.times is None else np.array([self.seconds(row)[-1] for row in range(len(self))])

    @property
    def rates(self) -> str:
        """Frames per second as text: one number, or the lowest and the highest of the clips."""
        each = self.clips["total_frames"].to_numpy() / self.durations
        alike = self.times is None or each.max() <= (1 + ALIKE) * each.min()
        return f"{self.fps:g}" if alike else f"{each.min():.3g} to {each.max():.3g}"

    def _shared(self) -> int:
        """Number of groups in both train and test; val does not count, as no result is reported on it."""
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
    """A table of a single clip that belongs to no data set; its label is unknown, so its split is "hidden".

    Args:
        clip: its id.
        points: float32 [M, T, V, 3] = x, y in pixels and score.
        height, width: of the image the key points are in, pixels.
        **fields: fields of `ClipTable`: layout, class_names, class_groups, fps and, optionally, frames.
    """
    row = {"id": clip, "label": -1, "split": "hidden", "group": clip}
    row |= {"total_frames": points.shape[1], "height": height, "width": width}
    table = {"name": "your video", "clips": pd.DataFrame([row]), "keypoints": (points,), "group_kind": "video"}
    return ClipTable(**table, **fields)
