"""Labels and splits from folders, CLIP, CLASS/CLIP or SPLIT/CLASS/CLIP, for videos and key points."""

from collections.abc import Iterable
from pathlib import Path

from mglib.base.errors import DataError

SPLITS = ("train", "val", "test")


def check_depth(root: Path, paths: Iterable[Path], kind: str) -> None:
    """Refuse paths (relative to `root`) that are not all at the same depth, or are deeper than SPLIT/CLASS/CLIP.

    Args:
        root: the folder, for the message.
        paths: paths of the clips.
        kind: word for a clip in messages, such as "video".

    Raises:
        DataError: some do not fit; the message shows one of each depth.
    """
    depths = {len(path.parts): path for path in paths}
    if len(depths) > 1 or max(depths) > 3:
        examples, name = ", ".join(path.as_posix() for path in depths.values()), kind.upper()
        raise DataError(
            f"{root}: all {kind}s must lie as {name}, CLASS/{name} or SPLIT/CLASS/{name}; found: {examples}."
        )


def unknown_split(root: Path, split: str | None) -> str:
    """What is wrong with a folder in the place of a split; "" if nothing."""
    if split in (None, *SPLITS):
        return ""
    return f"{root}: the folder {split} holds folders, but is none of {', '.join(SPLITS)}; rename it."
