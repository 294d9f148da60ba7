"""Small data made for tests, and a reader whose pixels can be held against key points."""

import numpy as np
import pandas as pd

from mglib.data.clips import ClipTable
from mglib.data.layouts import get_layout


class DotReader:
    """Renders joint 0 of a table as a white dot."""

    kind, moments = "dots", (0,)

    def __init__(self, keypoints: tuple[np.ndarray, ...], height: int, width: int):
        self.keypoints, self.height, self.width = keypoints, height, width

    def read(self, row: int) -> np.ndarray:
        v, u = np.mgrid[: self.height, : self.width]
        frames = [np.exp(-((u - x) ** 2 + (v - y) ** 2) / 60) for x, y, _ in self.keypoints[row][0, :, 0]]
        return np.repeat(255 * np.stack(frames)[..., None], 3, 3).astype(np.uint8)

    def key(self, row: int) -> str:
        return f"dots {row} {self.keypoints[row].sum()}"

    def select(self, rows: np.ndarray) -> "DotReader":
        return DotReader(tuple(self.keypoints[row] for row in rows), self.height, self.width)


def waving_table(per_class: int = 12) -> ClipTable:
    """Three classes told apart by how joint 0 moves (right, down, not at all); four subjects, two for the test."""
    rng, n = np.random.default_rng(0), 3 * per_class
    labels = np.arange(n) % 3
    layout, keypoints = get_layout("imigue22"), []
    for label in labels:
        points = np.ones((1, 10, layout.num_joints, 3), np.float32)
        still = rng.uniform(20, 80, (layout.num_joints, 2))
        points[0, :, :, :2] = still + rng.normal(0, 1, (10, layout.num_joints, 2))
        points[0, :, 0, :2] = (30, 30)
        if label < 2:
            points[0, :, 0, label] += np.linspace(0, 50, 10)
        keypoints.append(points)
    subject = np.arange(n) // 3 % 4
    clips = pd.DataFrame(
        {
            "id": [f"clip {i}" for i in range(n)],
            "label": labels,
            "split": np.where(subject < 2, "train", "test"),
            "group": [f"s{s}" for s in subject],
            "total_frames": 10,
            "height": 100,
            "width": 100,
        }
    )
    reader = DotReader(tuple(keypoints), 100, 100)
    names, groups = ("right", "down", "still"), ("hand", "hand", "none")
    return ClipTable("waving", layout, names, groups, clips, tuple(keypoints), "subject", 25.0, reader, flip=False)
