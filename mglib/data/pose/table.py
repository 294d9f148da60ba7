"""One video as a data set of a single clip."""

import warnings
from pathlib import Path

from mglib.data.clips import ClipTable, your_video
from mglib.data.headers import header
from mglib.data.layouts import get_layout
from mglib.data.video import VideoReader

from .estimation import estimate


def clip(video: Path | str, **how) -> ClipTable:
    """A video's key points and frames; it has no label, so its split is "hidden".

    Args:
        video: a file that FFmpeg reads.
        **how: as for `estimate`, whose notes become warnings.

    Raises:
        DataError: the file cannot be decoded, has no picture, or shows no person.
        PoseMissing: MediaPipe or its model is missing.
    """
    video = Path(video)
    found = estimate(video, **how)
    for note in [*header(video).notes, *found.notes]:
        warnings.warn(f"{video.name}: {note}", stacklevel=2)
    return your_video(
        video.stem, found.keypoints, found.height, found.width,
        layout=get_layout("imigue22"), class_names=("not known",), class_groups=("all",), fps=found.fps,
        times=None if found.times is None else (found.times,), frames=VideoReader([video]),
    )  # fmt: skip
