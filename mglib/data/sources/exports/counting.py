"""Frame numbers of exported files: whether a tool skipped frames at a regular step."""

from collections.abc import Iterable
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
