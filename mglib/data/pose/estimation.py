"""Estimates the key points of one video, frame by frame, in constant memory."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from mglib.base.errors import DataError
from mglib.data.headers import Header, header

from .holistic import Region, follow
from .landmarks import JOINTS, Landmarks, joints

LEAP = 1.0  # movement between two frames, in widths of the person; nobody moves so far at 25 frames per second
GROWTH = 1.5  # factor on the person's size between two frames
BODY = [JOINTS.index(name) for name in ("nose", "neck", "left_shoulder", "right_shoulder")]

Follow = Callable[[Path, float, Region, Path | None], Iterable[Landmarks]]


@dataclass(frozen=True)
class Estimate:
    """Key points of a video, in the layout imigue22; left and right are the person's own.

    Attributes:
        keypoints: float32 [1, T, 22, 3] = x, y in pixels of the whole picture and score in 0..1; joints not found are
            zero, without interpolation. There is one person, as Holistic follows one.
        fps: frames per second, by the time stamps; the mean if they are uneven.
        height, width: of the picture as players show it, pixels.
        jumps: frames in which the person is suddenly elsewhere: a cut in the video, or another person.
        times: where frames come unevenly, seconds [T + 1] at which each is shown and the last one ends; None: fps
            says it.
    """

    keypoints: np.ndarray
    fps: float
    height: int
    width: int
    jumps: tuple[int, ...] = ()
    times: np.ndarray | None = None

    @property
    def seconds(self) -> np.ndarray:
        """Seconds after the first frame at which each is shown and the last one ends: float64 [T + 1]."""
        return np.arange(self.keypoints.shape[1] + 1) / self.fps if self.times is None else self.times

    @property
    def notes(self) -> list[str]:
        """Sentences on problems that a user should know of; empty if there are none."""
        found = (self.keypoints[0, ..., 2] > 0).any(1)
        notes = []
        if not found.all():
            first = self.seconds[np.flatnonzero(~found)[0]]
            notes.append(f"{np.sum(~found)} of {len(found)} frames show no person, the first at {first:.2f} s.")
        if self.jumps:
            places = ", ".join(f"{self.seconds[frame]:.2f}" for frame in self.jumps[:5])
            more = " and so on" if len(self.jumps) > 5 else ""
            notes.append(
                f"The person is suddenly elsewhere in {len(self.jumps)} frames, at {places} s{more}: a cut, or another "
                "person was followed. Check the overlay; cut the video there, or name the part of the picture that "
                "shows one person (region)."
            )
        return notes


def estimate(
    video: Path | str,
    *,
    model: Path | str | None = None,
    region: Region | None = None,
    progress: bool = True,
    follow: Follow = follow,
) -> Estimate:
    """Follow the person of a video with MediaPipe's Holistic.

    Args:
        video: a file that FFmpeg reads; frame t of the result is frame t as decoded by `VideoReader`.
        model: as in `holistic.follow`; by default the one included in MediaPipe 0.10.
        region: the part of the picture to look at, (left, top, width, height) in pixels; by default all of it.
        progress: whether to show a progress bar.
        follow: function that finds the landmarks.

    Raises:
        DataError: the file cannot be decoded, has no picture, or shows no person.
        PoseMissing: MediaPipe or its model is missing.
    """
    video = Path(video)
    head = header(video)
    if not head.fps:
        raise DataError(f"{video}: does not say how many frames per second it has; check or re-encode the file.")
    height, width = head.height, head.width
    left, top, wide, high = region = region or (0, 0, width, height)
    if not (0 <= left < left + wide <= width and 0 <= top < top + high <= height):
        raise DataError(f"{video}, region: {tuple(region)} is not within the picture of {width} x {height} pixels.")
    found = follow(video, head.fps, region, None if model is None else Path(model))
    bar = tqdm(found, video.name, head.frames or None, unit="frame", leave=False, disable=not progress)
    keypoints = np.stack([joints(landmarks, high, wide) for landmarks in bar])
    if not keypoints[..., 2].any():
        raise DataError(f"{video}: none of {len(keypoints)} frames shows a person, as far as Holistic can tell.")
    keypoints[..., :2] += np.where(keypoints[..., 2:] > 0, (left, top), 0)
    return Estimate(keypoints[None], head.fps, height, width, jumps(keypoints), times_of(head, len(keypoints)))


def times_of(head: Header, frames: int) -> np.ndarray | None:
    """`Estimate.times` for this number of frames."""
    return head.seconds if head.times and head.frames == frames else None


def jumps(points: np.ndarray) -> tuple[int, ...]:
    """Frames in which the person's position or size differs much from when it was last seen.

    Args:
        points: float32 [T, 22, 3].
    """
    body = points[:, BODY]
    seen = np.flatnonzero((body[..., 2] > 0).all(1))
    body = body[seen, :, :2]
    # from the side, shoulders are narrow, so the distance from neck to nose is used too
    breadth = np.linalg.norm([body[:, 2] - body[:, 3], body[:, 0] - body[:, 1]], axis=2).max(0)
    way = np.linalg.norm(np.diff(body[:, 1], axis=0), axis=1)
    small, large = np.sort([breadth[1:], breadth[:-1]], axis=0)
    leaps = (way > LEAP * large) | (large > GROWTH * small)
    return tuple(int(frame) for frame in seen[1:][leaps])
