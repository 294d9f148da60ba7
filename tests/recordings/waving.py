"""Recordings in which joint 0 moves to the right, or down, between long rests; and clips of such movements."""

import numpy as np

from mglib.data.layouts import get_layout
from mglib.data.recordings import Recording, Recordings, Segment

LAYOUT = get_layout("imigue22")
NAMES, GROUPS = ("right", "down", "still"), ("hand", "hand", "none")
FPS = 25.0


def waving_recording(name: str, split: str, rng: np.random.Generator, seconds: float = 20.0) -> Recording:
    """A gesture every four seconds or so, marked exactly, and by a second coder a little late."""
    frames = round(seconds * FPS)
    points = np.ones((1, frames, LAYOUT.num_joints, 3), np.float32)
    still = rng.uniform(20, 80, (LAYOUT.num_joints, 2))
    points[0, ..., :2] = still + rng.normal(0, 0.5, (frames, LAYOUT.num_joints, 2))
    points[0, :, 0, :2] = (30, 30)
    segments = []
    for number, start in enumerate(np.arange(1.0, seconds - 2, 4.0)):
        first = round(float(start + rng.uniform(0, 1)) * FPS)
        label, length = int((number + rng.integers(2)) % 2), 40
        points[0, first : first + length, 0, label] += np.linspace(0, 50, length, dtype=np.float32)
        segments.append(Segment(first / FPS, (first + length) / FPS, label, "truth"))
    late = [Segment(s.start + 0.1, s.stop + 0.1, s.label, "coder 2") for s in segments]
    times = np.arange(frames + 1) / FPS
    return Recording(
        name, f"person {name}", split, seconds, points, times, 100, 100, segments=(*segments, *late),
        reference="truth", coded_by=("truth", "coder 2"),
    )  # fmt: skip


def waving_recordings(numbers: tuple[int, int, int] = (6, 2, 2), seconds: float = 20.0, seed: int = 0) -> Recordings:
    rng = np.random.default_rng(seed)
    splits = [split for split, number in zip(("train", "val", "test"), numbers, strict=True) for _ in range(number)]
    made = [waving_recording(f"{split} {i}", split, rng, seconds) for i, split in enumerate(splits)]
    return Recordings("waving", tuple(made), LAYOUT, NAMES, GROUPS)
