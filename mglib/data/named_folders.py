"""Folders that say what lies in them: CLIP, CLASS/CLIP or SPLIT/CLASS/CLIP, for videos and for key points alike."""

from collections.abc import Iterable
from pathlib import Path

from mglib.base.errors import DataError

SPLITS = ("train", "val", "test")


def check_depth(root: Path, paths: Iterable[Path], kind: str) -> None:
    """Refuse paths, relative to `root`, that do not all lie equally deep, or lie deeper than split and class.

    Args:
        root: the folder, for the message.
        paths: of the clips.
        kind: what a clip is called, such as "video".

    Raises:
        DataError: some lie elsewhere; the message shows one of each depth.
    """
    depths = {len(path.parts): path for path in paths}
    if len(depths) > 1 or max(depths) > 3:
        examples, name = ", ".join(path.as_posix() for path in depths.values()), kind.upper()
        raise DataError(
            f"{root}: all {kind}s must lie as {name}, CLASS/{name} or SPLIT/CLASS/{name}; found: {examples}."
        )


def unknown_split(root: Path, split: str | None) -> str:
    """What is wrong with a folder in the place of a split; "": nothing."""
    if split in (None, *SPLITS):
        return ""
    return f"{root}: the folder {split} holds folders, but is none of {', '.join(SPLITS)}; rename it."
