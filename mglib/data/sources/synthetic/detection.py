"""Simulates a key-point detector on a synthetic clip: jitter, outliers, missed joints, and matching scores."""

import numpy as np
from scipy.signal import lfilter
from scipy.special import ndtri

from .motion import LAYOUT
from .scene import BACK, DESK, Scene

NUM_JOINTS = LAYOUT.num_joints
FINGER = np.arange(NUM_JOINTS) >= 12
CAN_HIDE = FINGER | np.isin(np.arange(NUM_JOINTS), (3, 4, 6, 7))  # elbows and wrists too

JITTER = np.where(FINGER, 0.008, 0.006)  # standard deviation, metres
OUTLIERS = np.where(FINGER, 0.006, 0.002)  # share of joints
OUTLIER_SIZE = 0.1  # standard deviation, metres
MISSED = np.where(FINGER, 0.08, 0.015)  # share of visible joints
MISSED_HIDDEN = 0.75
HIDDEN_JITTER = 3.0  # factor on the jitter of hidden joints


def detect(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """Key points of a clip.

    Joints behind the torso or under the desk are mostly missed, and otherwise detected badly; the score decreases with
    the error. Joints are missed for several consecutive frames; those outside the image are not detected.

    Args:
        scene: the clip.
        rng: random draws of errors; their number depends only on the number of frames.

    Returns:
        float32 [1, T, 22, 3] = x, y in pixels and score; 0 where not detected.
    """
    camera, true, hidden = scene.camera, scene.joints, _hidden(scene.motion.joints[:, :NUM_JOINTS])
    shape = true.shape[:2]
    error = correlated((*shape, 2), 0.75, rng) * np.where(hidden, HIDDEN_JITTER * JITTER, JITTER)[..., None]
    stray = rng.random(shape) < OUTLIERS
    error += stray[..., None] * rng.normal(0, OUTLIER_SIZE, (*shape, 2))
    missed = correlated(shape, 0.9, rng) > -ndtri(np.where(hidden, MISSED_HIDDEN, MISSED))
    score = 0.93 - 6 * np.linalg.norm(error, axis=-1) - 0.1 * FINGER - 0.25 * hidden
    score += 0.05 * correlated(shape, 0.8, rng)

    seen = true + camera.scale * error
    missed |= (seen < 0).any(-1) | (seen > [camera.width - 1, camera.height - 1]).any(-1)
    points = np.concatenate([seen, score.clip(0.05, 1)[..., None]], -1)
    points[missed] = 0
    return points[None].astype(np.float32)


def correlated(shape: tuple[int, ...], memory: float, rng: np.random.Generator) -> np.ndarray:
    """Standard normal noise [T, ...]; neighbours in time have correlation `memory` (an AR(1) process)."""
    noise = rng.standard_normal(shape)
    noise[1:] *= np.sqrt(1 - memory**2)
    return lfilter([1], [1, -memory], noise, axis=0)


def _hidden(joints: np.ndarray) -> np.ndarray:
    """[T, V] whether the torso or the desk hides a joint of [T, V, 3] metres."""
    under_desk = (joints[..., 1] < DESK[0] - 0.01) & (joints[..., 2] < DESK[1])
    return CAN_HIDE & ((joints[..., 2] < BACK) | under_desk)
