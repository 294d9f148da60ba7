"""3-D joints: rotated as if the camera had moved around the person, and projected to an image.

Coordinates are those of the camera: x to the right of its image, y up, z away from it, in metres or any other unit.
The random draw (`random_turn`) is separate from its application, so that any draw can be replayed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

Dimension = Literal["2d", "3d"]
SIZE = 100.0  # root mean square distance of a clip's joints from their mean after `as_seen`, pixels
FILLED = 0.8  # share of an image's smaller side that the body fills in `front_view`


@dataclass(frozen=True)
class Turn:
    """A rotation of the camera around the middle of a person; the default is none.

    Attributes:
        around: rotation about the vertical axis, radians.
        over: elevation, radians.
    """

    around: float = 0.0
    over: float = 0.0

    @property
    def matrix(self) -> np.ndarray:
        """The rotation matrix [3, 3] for columns x, y, z."""
        (c, s), (d, u) = ((np.cos(angle), np.sin(angle)) for angle in (self.around, self.over))
        return np.array([[1, 0, 0], [0, d, -u], [0, u, d]]) @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def random_turn(rng: np.random.Generator, around: float, over: float) -> Turn:
    """A random turn, uniform within these limits, in radians, in both directions."""
    return Turn(*rng.uniform(-1, 1, 2) * (around, over))


def as_seen(points: np.ndarray, turn: Turn) -> np.ndarray:
    """A clip's joints after rotation, in orthographic projection (without perspective).

    Args:
        points: [M, T, V, 4] = x, y, z, score; score 0 is not detected.
        turn: of the camera, around the mean of the detected joints.

    Returns:
        float32 [M, T, V, 4]: x to the right, y *down*, as in an image, z away, in pixels, with mean 0 and a root mean
        square distance from it of `SIZE`; zeros where not detected.
    """
    seen = points[..., 3] > 0
    shown = np.zeros(points.shape, np.float32)
    if seen.any():
        joints = points[seen, :3].astype(np.float64)
        joints -= joints.mean(0)
        size = np.sqrt(np.square(joints).sum(1).mean())
        joints = joints @ turn.matrix.T * (1, -1, 1) * (SIZE / max(size, 1e-9))
        shown[seen] = np.column_stack([joints, points[seen, 3]])
    return shown


def front_view(points: np.ndarray, height: int, width: int) -> np.ndarray:
    """Project 3-D joints to an image from the front, without perspective; each clip is scaled to fit.

    Args:
        points: [M, T, V, 4] = x, y, z, score.
        height: of the image, pixels.
        width: likewise.

    Returns:
        float32 [M, T, V, 3] = x, y in pixels, score; zeros where not detected.
    """
    seen = points[..., 3] > 0
    shown = np.zeros((*points.shape[:3], 3), np.float32)
    if seen.any():
        flat = points[seen, :2].astype(np.float64) * (1, -1)
        low, high = flat.min(0), flat.max(0)
        scale = FILLED * min(height, width) / max(*(high - low), 1e-9)
        middle = np.array([(width - 1) / 2, (height - 1) / 2])
        shown[seen] = np.column_stack([(flat - (low + high) / 2) * scale + middle, points[seen, 3]])
    return shown


def unsound(ids: Sequence[str], joints: Sequence[np.ndarray], keypoints: Sequence[np.ndarray]) -> Iterator[str]:
    """Sentences on 3-D joints that do not fit the key points of their clips, or are not finite.

    Args:
        ids: of the clips.
        joints: [M, T, V, 4] per clip.
        keypoints: [M, T, V, 3] per clip.
    """
    if len(joints) != len(keypoints):
        yield f"joints3d: {len(joints)} arrays for {len(keypoints)} clips; give one array per clip, in the same order."
        return
    for clip, points, flat in zip(ids, joints, keypoints, strict=True):
        where, wanted = f"clip {clip}, joints3d", (*flat.shape[:3], 4)
        if points.shape != wanted or points.dtype != np.float32:
            yield f"{where}: {points.dtype} of shape {points.shape}; give x, y, z, score as float32 of shape {wanted}."
        elif not np.isfinite(points).all():
            yield f"{where}: NaN or infinity is among them; give joints not detected as x = y = z = score = 0."
        elif points[..., 3].min() < 0 or points[..., 3].max() > 1:
            yield f"{where}: a score is outside 0..1; rescale or clip the scores."
        elif not points[..., 3].any() and flat[..., 2].any():
            yield f"{where}: no joint has a position in 3-D; drop the clip, or take joints: 2d."
