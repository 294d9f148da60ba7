"""Whether the clips of each class always move the same side of the body; then mirrored clips do not occur in the data.

Measured on UTD-MHAD and MSR-Action3D, whose one-arm actions are all done with the right arm: 186 of 431 and 156 of 291
training clips move mainly one side, always the same in each class; of 640 synthetic clips 16 do, and both sides occur.
"""

from dataclasses import dataclass

import numpy as np

from mglib.base.shares import percent

from .clips import ClipTable
from .layouts import Layout

ONE_SIDED = 0.3  # difference between the sides, as a share of a clip's motion
FEWEST, FEWEST_OF_CLASS = 20, 3  # one-sided clips needed for a conclusion
ALWAYS = 0.95


@dataclass(frozen=True)
class Handedness:
    """How one-sided the training clips are.

    Attributes:
        clips: number of training clips.
        one_sided: number of these that move one side clearly more, in classes with at least three such clips.
        same: share of the one-sided clips that move the side preferred in their class.
    """

    clips: int
    one_sided: int
    same: float

    @property
    def always(self) -> bool:
        """Whether mirrored clips would show what no real clip does."""
        return self.one_sided >= FEWEST and self.same >= ALWAYS

    def __str__(self) -> str:
        found = f"{self.one_sided} of {self.clips} training clips move one side of the body clearly more"
        if self.one_sided < FEWEST:
            return f"{found}, too few to judge whether classes prefer a side"
        return f"{found}, {percent(self.same)}% of them the side that their class prefers"


def handedness(table: ClipTable) -> Handedness:
    """Measured on the training clips only; sides are known from the names of the joints."""
    rows = table.where("train")
    lean = np.array([_lean(table.layout, table.keypoints[row]) for row in rows])
    clear = abs(lean) > ONE_SIDED
    counts = np.zeros((table.num_classes, 2), int)
    np.add.at(counts, (table.labels[rows][clear], (lean[clear] > 0).astype(int)), 1)
    counts = counts[counts.sum(1) >= FEWEST_OF_CLASS]
    number = int(counts.sum())
    return Handedness(len(rows), number, counts.max(1).sum() / number if number else 0.0)


def _lean(layout: Layout, points: np.ndarray) -> float:
    """How much more the first joints of the flip pairs move than the second: [M, T, V, 3] -> -1..1."""
    if not layout.flip_pairs:
        return 0.0
    seen = points[..., 2] > 0
    moved = np.linalg.norm(np.diff(points[..., :2], axis=1), axis=-1) * (seen[:, 1:] & seen[:, :-1])
    one, other = moved.sum((0, 1))[np.array(layout.flip_pairs)].sum(0)
    return float((one - other) / max(one + other, 1e-9))
