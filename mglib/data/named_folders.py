"""Labels and splits from folders, CLIP, CLASS/CLIP or SPLIT/CLASS/CLIP, for videos and key points."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from mglib.base.errors import DataError
from mglib.base.values import plain

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
        examples, name = ", ".join(path.as_posix() for path in list(depths.values())[:3]), kind.upper()
        raise DataError(
            f"{root}: all {kind}s must lie as {name}, CLASS/{name} or SPLIT/CLASS/{name}; found: {examples}."
        )


def unknown_split(root: Path, split: str | None) -> str:
    """What is wrong with a folder in the place of a split; "" if nothing."""
    if split in (None, *SPLITS):
        return ""
    return f"{root}: the folder {split} holds folders, but is none of {', '.join(SPLITS)}; rename it."


def odd_classes(root: Path, folders: Iterable[tuple[str | None, str | None]]) -> Iterator[str]:
    """Sentences on folders of classes that are splits, or differ only in spelling, as "Nod" and "nod", "ö" and "o¨".

    Args:
        root: the folder, for the message.
        folders: split and class of every clip; None where no folder names it.
    """
    pairs = list(dict.fromkeys(folders))
    for gesture in sorted({gesture for split, gesture in pairs if split is None and str(gesture).lower() in SPLITS}):
        yield (
            f"{root}: clips lie directly in the folder {gesture}, which would be a class, as CLASS/CLIP; put those of "
            f"a class into a folder of its own, {gesture}/CLASS/CLIP, or all clips beside each other if none is known."
        )
    first: dict[str, str] = {}
    for gesture in sorted({gesture for _, gesture in pairs if gesture is not None}):
        spelled = first.setdefault(plain(gesture), gesture)
        if spelled != gesture:
            yield (
                f"{root}: the folders {spelled!a} and {gesture!a} would be two classes, and differ only in capitals, "
                "spaces or the way accents are stored; give both the same name."
            )
