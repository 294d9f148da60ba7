"""One video as a data set of a single clip, to be looked at as any other."""

import warnings
from pathlib import Path

import pandas as pd

from mglib.data.clips import ClipTable
from mglib.data.layouts import get_layout
from mglib.data.video import VideoReader

from .estimation import estimate


def clip(video: Path | str, **how) -> ClipTable:
    """A video's key points and frames; it has no label, so it stands in the split "hidden".

    Args:
        video: a file that FFmpeg reads.
        **how: as for `estimate`; what it notes is a warning.

    Raises:
        DataError: the file cannot be decoded, has no picture, or shows nobody.
        PoseMissing: MediaPipe or its model is missing.
    """
    video = Path(video)
    found = estimate(video, **how)
    for note in found.notes:
        warnings.warn(f"{video.name}: {note}", stacklevel=2)
    row = {"id": video.stem, "label": -1, "split": "hidden", "group": video.stem}
    row |= {"total_frames": found.keypoints.shape[1], "height": found.height, "width": found.width}
    return ClipTable(
        "your video", get_layout("imigue22"), ("not known",), ("all",), pd.DataFrame([row]), (found.keypoints,),
        group_kind="video", fps=found.fps, frames=VideoReader([video]),
    )  # fmt: skip
