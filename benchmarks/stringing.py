"""Concatenates trimmed clips to recordings of one person each, with idle intervals: real movement, exact truth.

An idle interval goes from the last pose of a clip to the first pose of the next one, with the small movements that the
person shows at the beginning of a clip.
"""

from collections.abc import Sequence

import numpy as np

from mglib.data import ClipTable
from mglib.data.recordings import Recording, Recordings, Segment

IDLE = (0.5, 6.0)  # seconds between two clips
CALM = 10  # frames at the beginning of a clip, in which people stand still


def string_together(table: ClipTable, seed: int, val: Sequence[str] = (), share: float = 1.0) -> Recordings:
    """One recording per person, of their clips in random order.

    Args:
        table: clips; splits of persons are kept.
        seed: seed of the orders and the idle intervals.
        val: train persons who become val.
        share: of each person's clips that are used.
    """
    made = []
    for number, person in enumerate(sorted(set(table.groups.tolist()))):
        rng = np.random.default_rng([seed, number])
        rows = rng.permutation(np.flatnonzero(table.groups == person))
        rows = rows[: max(round(share * len(rows)), 1)]
        split = "val" if person in val else str(table.clips["split"].iloc[rows[0]])
        made.append(_recording(table, person, split, rows, rng))
    return Recordings(f"{table.name} strung together", tuple(made), table.layout, table.class_names, table.class_groups)


def _recording(table: ClipTable, person: str, split: str, rows: np.ndarray, rng: np.random.Generator) -> Recording:
    parts, segments, frames = [], [], 0
    for row in rows:
        clip = table.keypoints[row][:1]
        if parts:
            parts.append(_idle(parts[-1][:, -1], clip, round(float(rng.uniform(*IDLE)) * table.fps), rng))
            frames += parts[-1].shape[1]
        segments.append(_segment(frames, clip.shape[1], int(table.labels[row]), table.fps))
        parts.append(clip)
        frames += clip.shape[1]
    height, width = map(int, table.clips[["height", "width"]].iloc[rows[0]])
    return Recording(
        person, person, split, frames / table.fps, np.concatenate(parts, axis=1).astype(np.float32),
        np.arange(frames + 1) / table.fps, height, width, segments=tuple(segments), reference="truth",
    )  # fmt: skip


def _segment(first: int, length: int, label: int, fps: float) -> Segment:
    return Segment(first / fps, (first + length) / fps, label, "truth")


def _idle(before: np.ndarray, clip: np.ndarray, frames: int, rng: np.random.Generator) -> np.ndarray:
    """Key points [1, frames, V, 3] from a pose [1, V, 3] to that of the clip's first frame."""
    share = np.clip(np.linspace(0, 2, frames), 0, 1)[None, :, None, None]  # half of the interval is still
    share = share**3 * (10 - 15 * share + 6 * share**2)
    points = before[:, None] * (1 - share) + clip[:, :1] * share
    calm = clip[:, :CALM, :, :2]
    tremor = np.diff(calm, axis=1).std(axis=(0, 1)) if calm.shape[1] > 2 else np.zeros(calm.shape[2:])
    noise = np.zeros((frames, *tremor.shape))
    for frame in range(1, frames):
        noise[frame] = 0.9 * noise[frame - 1] + rng.normal(0, 1, tremor.shape) * tremor
    points[0, ..., :2] += noise
    return points
