"""Synthetic persons in a folder of iMiGUE's format: one long video a person, labels of the test kept back."""

from pathlib import Path

import av
import numpy as np

from mglib import data
from mglib.data.layouts import IMIGUE36_FROM_OPENPOSE137
from mglib.data.sources.openpose import IMIGUE22_FROM_IMIGUE36
from tests.data.folders import Video, write_imigue

SMALL = {"num_clips": 160, "num_frames": (8, 12), "height": 90, "width": 160, "frame_height": 90}  # as iMiGUE, 16 : 9
PLACES = {"train": ("train", "train_data"), "val": ("validate", "validation_data"), "test": ("test", "test")}
GAP = 3  # frames between two clips


def write_synthetic(folder: Path) -> Path:
    """Writes skeletons and videos as the challenge distributes them; val and test persons keep their places."""
    table = data.load("synthetic", **SMALL)
    for group in np.unique(table.groups):
        rows = np.flatnonzero(table.groups == group)
        place, videos = PLACES[table.clips["split"][rows[0]]]
        video = Video(group, place, *_joined(table, rows, hide=place == "test"))
        write_imigue(folder, [video])
        _write_frames(folder / "rgb" / videos / video.name / f"{video.name}.mp4", table, rows)
    return folder


def _joined(table: data.ClipTable, rows: np.ndarray, hide: bool) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
    """The clips of a person one after the other, float32 [T, 137, 3], and the lines class, start, end."""
    parts, lines, start = [], [], 0
    openpose = np.array(IMIGUE36_FROM_OPENPOSE137)[list(IMIGUE22_FROM_IMIGUE36)]
    for row in rows:
        points = np.zeros((len(table.keypoints[row][0]) + GAP, 137, 3), np.float32)
        points[:-GAP, openpose] = table.keypoints[row][0]
        label = table.labels[row]
        lines.append((0 if hide else 99 if label == 31 else label + 1, start, start + len(points) - GAP - 1))
        parts.append(points)
        start += len(points)
    return np.concatenate(parts), lines


def _write_frames(path: Path, table: data.ClipTable, rows: np.ndarray) -> None:
    path.parent.mkdir(parents=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = SMALL["width"], SMALL["height"], "yuv420p"
        for row in rows:
            frames = table.frames.read(row)
            for frame in np.concatenate([frames, frames[-GAP:] // 2]):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode())
