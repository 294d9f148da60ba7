"""Small videos made for tests, and a stand-in for Holistic that finds a white dot."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np

from mglib.data.pose.landmarks import Landmarks
from mglib.data.video import VideoReader

HEIGHT, WIDTH = 96, 128
ROW = 75  # of the dot
BREADTH = 0.2  # of the stand-in's shoulders, in shares of the picture


def film(path: Path, pictures: Iterable[np.ndarray], rate: int = 25) -> Path:
    """Write pictures, RGB uint8 [H, W, 3], as a video of high quality."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "10"})
        first, *_ = pictures = list(pictures)
        stream.height, stream.width, stream.pix_fmt = *first.shape[:2], "yuv444p"
        for picture in pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def dot(x: int | None) -> np.ndarray:
    """A grey picture with a white dot, or without."""
    picture = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
    if x is not None:
        picture[ROW - 3 : ROW + 4, x - 3 : x + 4] = 255
    return picture


def dots(path: Path, places: Iterable[int | None]) -> Path:
    """A video of a dot that is at x = `places`, one per frame."""
    return film(path, [dot(x) for x in places])


def follow_dot(video: Path, fps: float, region: tuple[int, ...], model: Path | None) -> Iterator[Landmarks]:
    """Holistic's stand-in: nose and all else lie in the dot, the shoulders beside it; no hands."""
    left, top, width, height = region
    for picture in VideoReader([video]).read(0):
        yield find_dot(picture[top : top + height, left : left + width])


def find_dot(picture: np.ndarray) -> Landmarks:
    rows, columns = np.nonzero(picture.mean(2) > 160)
    if not len(rows):
        return Landmarks()
    pose = np.ones((33, 3), np.float32)
    pose[:, :2] = (columns.mean() + 0.5) / picture.shape[1], (rows.mean() + 0.5) / picture.shape[0]
    pose[11, 0] += BREADTH / 2
    pose[12, 0] -= BREADTH / 2
    return Landmarks(pose)
