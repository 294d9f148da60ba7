"""Do the clips of each class always move the same side of the body? Then a mirrored clip is one that nobody will show.

Measured on UTD-MHAD and MSR-Action3D, whose one-arm actions are all done with the right arm: 186 of 431 and 156 of 291
training clips move one side, in every class the same; of the synthetic clips, 16 of 640, and in each class both sides.
"""

from dataclasses import dataclass

import numpy as np

from .clips import ClipTable
from .layouts import Layout

ONE_SIDED = 0.3  # of a clip's motion, how much more one side has than the other
FEWEST, FEWEST_OF_CLASS = 20, 3  # one-sided clips that show a habit
ALWAYS = 0.95


@dataclass(frozen=True)
class Handedness:
    """What the training clips show.

    Attributes:
        clips: of the training split.
        one_sided: those of them that move one side clearly more, in classes with at least three.
        same: share of these that move the side that most one-sided clips of their class do.
    """

    clips: int
    one_sided: int
    same: float

    @property
    def always(self) -> bool:
        """Whether mirroring would show what no clip does."""
        return self.one_sided >= FEWEST and self.same >= ALWAYS

    def __str__(self) -> str:
        found = f"{self.one_sided} of {self.clips} training clips move one side of the body clearly more"
        if self.one_sided < FEWEST:
            return f"{found}, too few to tell a habit"
        return f"{found}, {self.same:.0%} of them the side that their class prefers"


def handedness(table: ClipTable) -> Handedness:
    """Looked at on the training clips alone, whose joints' names tell the sides apart."""
    rows = table.where("train")
    lean = np.array([_lean(table.layout, table.keypoints[row]) for row in rows])
    clear = abs(lean) > ONE_SIDED
    counts = np.zeros((table.num_classes, 2), int)
    np.add.at(counts, (table.labels[rows][clear], (lean[clear] > 0).astype(int)), 1)
    counts = counts[counts.sum(1) >= FEWEST_OF_CLASS]
    number = int(counts.sum())
    return Handedness(len(rows), number, counts.max(1).sum() / number if number else 0.0)


def _lean(layout: Layout, points: np.ndarray) -> float:
    """How much further the first joints of the pairs move than the second, [M, T, V, 3] -> -1..1."""
    if not layout.flip_pairs:
        return 0.0
    seen = points[..., 2] > 0
    moved = np.linalg.norm(np.diff(points[..., :2], axis=1), axis=-1) * (seen[:, 1:] & seen[:, :-1])
    one, other = moved.sum((0, 1))[np.array(layout.flip_pairs)].sum(0)
    return float((one - other) / max(one + other, 1e-9))
