"""Converts Holistic's landmarks of one frame to the 22 joints of the layout imigue22."""

from dataclasses import dataclass

import numpy as np

from mglib.data.layouts import get_layout

JOINTS = get_layout("imigue22").joints
SIDES = ("left", "right")  # the person's own, in Holistic as in the layout

# Indices of the landmarks used, of the body's 33 and a hand's 21.
BODY = {
    "nose": 0, "left_eye": 2, "right_eye": 5, "left_ear": 7, "right_ear": 8, "left_shoulder": 11, "right_shoulder": 12,
    "left_elbow": 13, "right_elbow": 14, "left_wrist": 15, "right_wrist": 16,
}  # fmt: skip
TIPS = {"thumb": 4, "index": 8, "middle": 12, "ring": 16, "little": 20}

HAND_FOUND = 0.5  # Holistic's threshold for hands; it does not give the score itself


@dataclass(frozen=True)
class Landmarks:
    """Holistic's result for one frame; x and y are shares of the picture's size, sides are the person's own.

    Attributes:
        pose: float32 [33, 3] = x, y, visibility in 0..1; None: no person was found.
        left: float32 [21, 2], the left hand; None: it was not found.
        right: the right hand.
    """

    pose: np.ndarray | None = None
    left: np.ndarray | None = None
    right: np.ndarray | None = None


def joints(found: Landmarks, height: int, width: int) -> np.ndarray:
    """The joints of one frame.

    The neck is the midpoint of the shoulders, with the lower of their scores. A fingertip has the wrist's score, or
    else the threshold for hands. Joints beyond the edge, which Holistic guesses, are set to missing.

    Args:
        found: Holistic's landmarks.
        height, width: of the picture, pixels.

    Returns:
        float32 [22, 3] = x, y in pixels and score in 0..1; a missing joint is all zero.
    """
    points = np.zeros((len(JOINTS), 3), np.float32)
    if found.pose is None:
        return points
    body = found.pose * np.array([width, height, 1], np.float32)
    named = {name: body[number] for name, number in BODY.items()}
    shoulders = np.stack([named[f"{side}_shoulder"] for side in SIDES])
    named["neck"] = np.append(shoulders[:, :2].mean(0), shoulders[:, 2].min())
    for side in SIDES:
        hand, wrist = getattr(found, side), named[f"{side}_wrist"]
        if hand is not None:
            named |= _fingertips(side, hand * np.array([width, height], np.float32), wrist)
    for name, point in named.items():
        points[JOINTS.index(name)] = point
    points[:, 2] = points[:, 2].clip(0, 1)
    inside = ((points[:, :2] >= 0) & (points[:, :2] < (width, height))).all(1)
    points[~inside | (points[:, 2] == 0)] = 0
    return points


def _fingertips(side: str, hand: np.ndarray, wrist: np.ndarray) -> dict[str, np.ndarray]:
    """The tips of a hand [21, 2]; none if it is farther from the arm's wrist than its length: another person's."""
    length = np.linalg.norm(hand - hand[0], axis=1).max()
    if np.linalg.norm(hand[0] - wrist[:2]) > length:
        return {}
    score = max(HAND_FOUND, wrist[2])
    return {f"{side}_{finger}": np.append(hand[number], score) for finger, number in TIPS.items()}
