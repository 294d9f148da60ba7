"""Frame numbers of exported files: whether a tool skipped frames at a regular step, and whether they count from 1."""

from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np

from mglib.base.errors import DataError

FEWEST = 8  # frames; where a person is seen in fewer, all may have even numbers by chance


def check_steps(path: Path, numbers: Iterable[int]) -> None:
    """Refuse frames that are numbered in steps, as of a tool that was run on every fifth frame.

    The frames between would be taken for frames in which nobody is seen.

    Args:
        path: the file or folder, for the message.
        numbers: of the frames that it holds, in any order.

    Raises:
        DataError: all numbers are a multiple of a step apart.
    """
    ordered = np.unique(list(numbers))
    step = int(np.gcd.reduce(np.diff(ordered))) if len(ordered) >= FEWEST else 1
    if step > 1:
        raise DataError(
            f"{path}: its {len(ordered)} frames are numbered {ordered[0]}, {ordered[1]}, {ordered[2]}, ..., in steps "
            f"of {step}, and nobody would be seen between them; run the tool on all frames, or, without videos, number "
            "them one by one and divide fps by the step."
        )


def base(numbered: Collection[tuple[int, int, int]]) -> int:
    """The number of a video's first frame in files that number frames by names of pictures.

    AlphaPose counts the frames of a video from 0; pictures that ffmpeg took from it are numbered from 1.

    Args:
        numbered: of every file of a folder, the first and the last number in it, and the number of frames of its
            video, 0 if there is none.

    Returns:
        1 if a file begins with 1, or ends with the number of frames, and none begins with 0; else 0.
    """
    if any(first == 0 for first, _, _ in numbered):
        return 0
    return int(any(first == 1 or last == frames for first, last, frames in numbered))


def counted_from_1(clips: Collection[str]) -> str:
    """The message for clips of which `base` is 1."""
    return (
        f"the pictures of {len(clips)} clips, {next(iter(clips))} first, are numbered from 1, as no clip has a picture "
        "0; so picture 1 is taken for the first frame of the video."
    )
