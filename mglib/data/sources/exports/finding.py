"""Finds the exported clips of a folder: SPLIT/CLASS/CLIP or CLASS/CLIP, or clips without labels.

A clip is a file, or a folder of OpenPose's frames. Its id is its path without the tools' additions to its name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mglib.base.errors import DataError
from mglib.base.files import visible
from mglib.data.named_folders import check_depth, odd_classes, unknown_split

SUFFIXES = (".json", ".csv", ".h5", ".hdf5")
# additions of DeepLabCut and SLEAP to the name of a video: DLC_resnet50_projectMay1shuffle1_100000_filtered, .analysis
ADDED = re.compile(r"DLC_.*$|\.(predictions\.)?(slp\.)?analysis$|\.predictions$")


@dataclass(frozen=True)
class ExportedClip:
    """A clip with the class and split that its folders name; None if they do not."""

    id: str
    path: Path
    gesture: str | None = None
    split: str | None = None


def find(root: Path) -> list[ExportedClip]:
    """The clips below a folder.

    Raises:
        DataError: there is none, depths differ, a folder is no split or class, or two clips have the same id.
    """
    if not root.is_dir():
        raise DataError(f"{root}: there is no such folder; check the path.")
    found = sorted(_below(root), key=lambda path: path.relative_to(root).as_posix())
    if not found:
        raise DataError(
            f"{root}: holds no clip; expected files ending in {', '.join(SUFFIXES)}, or OpenPose's folders."
        )
    check_depth(root, (path.relative_to(root) for path in found), "clip")
    clips: dict[str, ExportedClip] = {}
    wrong = []
    for path in found:
        clip = _clip(root, path)
        if fault := unknown_split(root, clip.split):
            wrong.append(fault)
        elif clip.id in clips:
            wrong.append(f"{root}: {clips[clip.id].path} and {path} are the same clip, {clip.id}; remove one.")
        clips.setdefault(clip.id, clip)
    wrong += odd_classes(root, ((clip.split, clip.gesture) for clip in clips.values()))
    if wrong:
        raise DataError("\n".join(dict.fromkeys(wrong)))
    return list(clips.values())


def beside(root: Path, clips: Sequence[ExportedClip]) -> list[Path]:
    """Files that lie where the clips are and belong to none: of a kind that is not read, or videos without key points.

    Args:
        root: the folder.
        clips: those found in it.
    """
    depth, known = len(Path(clips[0].id).parts), {clip.id for clip in clips}
    others = []
    for path in set(visible(root)) - {clip.path for clip in clips}:
        *above, name = path.relative_to(root).parts
        own = {"/".join([*above, plain]) for plain in (ADDED.sub("", path.stem), name.partition(".")[0])}
        if path.is_file() and len(above) == depth - 1 and not own & known:
            others.append(path)
    return sorted(others)


def _below(folder: Path) -> list[Path]:
    """Clips in a folder and its sub-folders; a DeepLabCut table as both .h5 and .csv is one clip."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            found += [path] if holds_frames(path) else _below(path)
        elif path.suffix.lower() in SUFFIXES:
            twin = path.with_suffix(".csv")
            found += [] if path.suffix.lower() in (".h5", ".hdf5") and twin.is_file() and "DLC" in path.stem else [path]
    return found


def holds_frames(folder: Path) -> bool:
    """Whether the JSON files of a folder are OpenPose's, by their names or the beginning of the first."""
    files = sorted(path for path in folder.glob("*.json") if not path.name.startswith("."))
    if not files:
        return False
    with files[0].open("rb") as file:
        return files[0].name.endswith("_keypoints.json") or b'"people"' in file.read(200)


def _clip(root: Path, path: Path) -> ExportedClip:
    *above, name = path.relative_to(root).parts
    stem = name if path.is_dir() else name[: -len(path.suffix)]
    plain = ADDED.sub("", stem) or stem
    return ExportedClip("/".join([*above, plain]), path, *(above[::-1] if above else ()))
