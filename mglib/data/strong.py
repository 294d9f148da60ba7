"""Strong augmentation of joints for the graph networks: a random stretch of each axis and a random rotation.

The public code of this recipe draws the angle from [-0.3, 1.0), which turns the training set by 20 degrees on average;
here it is drawn symmetrically.
"""

import numpy as np

from .geometry import move_keypoints

STRETCH = 0.1  # largest stretch of an axis, as a share
ANGLE = 0.3  # largest rotation, radians


def strong_augment(joints: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Stretch and then rotate one clip's joints in the image plane about the mean of its detected joints.

    Args:
        joints: [M, T, V, 3] = x, y, score, or with an unchanged z before the score; joints with score 0 were not
            detected and are not changed.
        rng: random draws, the same for all persons and frames of the clip.

    Returns:
        float32 [M, T, V, 3].
    """
    stretch, theta = np.diag(1 + rng.uniform(-STRETCH, STRETCH, 2)), rng.uniform(-ANGLE, ANGLE)
    seen = joints[..., -1] > 0
    if not seen.any():
        return joints.astype(np.float32)
    c, s, centre = np.cos(theta), np.sin(theta), joints[seen, :2].mean(0)
    turn = np.array([[c, s], [-s, c]]) @ stretch
    moved = move_keypoints(joints, np.column_stack([turn, centre - turn @ centre]))
    return np.where(seen[..., None], moved, joints).astype(np.float32)
