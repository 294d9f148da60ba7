"""Tracks persons from frame to frame in files that list the persons of each frame, and selects persons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

FAR = 0.5  # share of a person's size; a larger distance from the last position is another person


@dataclass(frozen=True)
class Detection:
    """A person in a frame.

    Attributes:
        points: float32 [V, 3].
        track: the tool's number or name of the person; None if it gives none.
    """

    points: np.ndarray
    track: object = None


def assemble(frames: Sequence[Sequence[Detection]], joints: int) -> np.ndarray:
    """Join persons over time: float32 [P, T, V, 3], zeros where a person is not seen.

    The tool's own tracks are used if every person has one and they are unique in each frame. Otherwise a person is
    matched to the nearest last position of a person, or is a new one if that is farther than half a person's size.

    Args:
        frames: the persons of each frame, T lists.
        joints: V, number of joints.
    """
    tracks = _given(frames) or _joined(frames)
    points = np.zeros((max(len(tracks), 1), len(frames), joints, 3), np.float32)
    for person, track in enumerate(tracks):
        for frame, detection in track.items():
            points[person, frame] = detection.points
    return points


def best(points: np.ndarray, persons: int) -> np.ndarray:
    """The persons whose joints have the highest sum of scores over the clip."""
    order = np.argsort(-points[..., 2].sum((1, 2)), kind="stable")
    return points[np.sort(order[:persons])]


def _given(frames: Sequence[Sequence[Detection]]) -> list[dict[int, Detection]]:
    tracks: dict[str, dict[int, Detection]] = {}
    for frame, persons in enumerate(frames):
        names = [str(person.track) for person in persons if person.track is not None]
        if len(set(names)) < len(persons):
            return []
        for name, person in zip(names, persons, strict=True):
            tracks.setdefault(name, {})[frame] = person
    return list(tracks.values())


def _joined(frames: Sequence[Sequence[Detection]]) -> list[dict[int, Detection]]:
    tracks: list[dict[int, Detection]] = []
    last: list[np.ndarray] = []  # last key points of each track
    for frame, persons in enumerate(frames):
        costs = np.array([[_distance(seen, person.points) for person in persons] for seen in last])
        pairs = zip(*linear_sum_assignment(costs), strict=True) if costs.size else ()
        owner = {int(person): int(track) for track, person in pairs if costs[track, person] < FAR}
        for number, person in enumerate(persons):
            track = owner.get(number, len(tracks))
            if track == len(tracks):
                tracks.append({})
                last.append(person.points)
            tracks[track][frame] = person
            last[track] = np.where(person.points[:, 2:] > 0, person.points, last[track])
    return tracks


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    """Mean distance of common joints, in sizes of the first person; beyond `FAR` if there are none."""
    both = (one[:, 2] > 0) & (other[:, 2] > 0)
    if not both.any():
        return 2 * FAR
    size = np.ptp(one[one[:, 2] > 0, :2], axis=0).max()
    return float(np.linalg.norm(one[both, :2] - other[both, :2], axis=1).mean() / max(size, 1))
