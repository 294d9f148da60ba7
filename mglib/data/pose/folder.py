"""Makes an annotation pickle of a folder of videos; estimates are cached, so it can continue after an interruption.

Sub-folders name the labels: CLASS/VIDEO or SPLIT/CLASS/VIDEO, where SPLIT is train, val or test; classes are numbered
in the order of their names. Videos outside sub-folders have no label: -1, in the split "hidden". A clip's id is its
path without the suffix, so that its frames are found in the folder.
"""

import pickle
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from mglib.base import paths
from mglib.base.errors import DataError
from mglib.base.files import keyed, visible, whole, write_arrays
from mglib.data.cutting import VIDEO_SUFFIXES
from mglib.data.headers import Header, header, shown_key
from mglib.data.named_folders import check_depth, odd_classes, unknown_split
from mglib.data.opening import file_key

from .estimation import Estimate, estimate, times_of

VERSION = 1  # increase it whenever the result for a video would change
UNKNOWN = -1  # the label of clips in the split "hidden"
GROUP = "[^/_]+(?=[^/]*$)"  # in a clip's id: the file's name up to the first underscore

Estimator = Callable[..., Estimate]


@dataclass(frozen=True)
class Clip:
    """A video with the class and split that its folders name; None if they do not."""

    id: str
    video: Path
    gesture: str | None = None
    split: str | None = None


def find(source: Path) -> list[Clip]:
    """The videos of a folder, or `source` itself if it is a video.

    Raises:
        DataError: there is none, two have the same id, some lie deeper than others, or a folder is no split or class.
    """
    if source.is_file():
        return [Clip(source.stem, source)]
    if not source.is_dir():
        raise DataError(f"{source}: there is no such file or folder; check the path.")
    files = [p.relative_to(source) for p in visible(source) if p.suffix.lower() in VIDEO_SUFFIXES]
    if not files:
        raise DataError(f"{source}: holds no video; expected are files ending in {', '.join(VIDEO_SUFFIXES)}.")
    check_depth(source, files, "video")
    clips = {path.with_suffix("").as_posix(): path for path in files}
    if len(clips) < len(files):
        twin = next(path for path in files if path not in clips.values())
        raise DataError(f"{source}: {twin} and another file differ only in the suffix; rename one.")
    found = [_clip(source, clip, path) for clip, path in clips.items()]
    if wrong := list(odd_classes(source, ((clip.split, clip.gesture) for clip in found))):
        raise DataError("\n".join(wrong))
    return found


def _clip(source: Path, clip: str, path: Path) -> Clip:
    *above, gesture = path.parts[:-1] or [None]
    split = above[0] if above else None
    if fault := unknown_split(source, split):
        raise DataError(fault)
    return Clip(clip, source / path, gesture, split)


def content(clips: Sequence[Clip], estimates: Sequence[Estimate]) -> dict[str, Any]:
    """The content of the annotation pickle (of MMAction2), with an additional `class_names`, by label."""
    names = sorted({clip.gesture for clip in clips if clip.gesture is not None})
    splits: dict[str, list[str]] = {}
    for clip in clips:
        splits.setdefault(clip.split or "hidden", []).append(clip.id)
    whose = [names.index(clip.gesture) if clip.gesture is not None else UNKNOWN for clip in clips]
    listed = [_annotation(clip.id, label, found) for clip, label, found in zip(clips, whose, estimates, strict=True)]
    named = {"annotations": listed, "class_names": names}
    # CLASS/VIDEO: the labels are known but not the splits, so none is written
    return named if names and "hidden" in splits else named | {"split": splits}


def write_annotations(path: Path, content: Mapping[str, Any]) -> None:
    """Write the pickle, replacing an old one only when complete."""
    with whole(path) as part:
        part.write_bytes(pickle.dumps(dict(content)))


def kept(video: Path, estimator: Estimator = estimate, **options: Any) -> Estimate:
    """The estimate of a video, from the cache if file, model and region have not changed.

    Args:
        video: the file.
        estimator: `estimate`.
        **options: model, region and progress for `estimate`.
    """
    model = Path(options.get("model") or "")
    head = header(video)
    key = f"{VERSION} {shown_key(video, {video: head.mark})} {file_key(model) if model.is_file() else None}"
    key += f" {options.get('region')}"
    place = paths.cache_dir() / "keypoints" / f"{keyed(key)}.npz"
    try:
        return timed(_read(place), head)
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as error:
        warnings.warn(f"{place}: cached key points are damaged ({error}); {video} is estimated again.", stacklevel=2)
    found = estimator(video, **options)
    write_arrays(place, **{name: value for name, value in asdict(found).items() if name != "times"})
    return timed(found, head)


def timed(found: Estimate, head: Header) -> Estimate:
    """The estimate with the video's times, which are not cached, as reading them takes no time."""
    return replace(found, fps=head.fps or found.fps, times=times_of(head, found.keypoints.shape[1]))


def _read(place: Path) -> Estimate:
    with np.load(place) as file:
        size = {name: int(file[name]) for name in ("height", "width")}
        return Estimate(file["keypoints"], float(file["fps"]), **size, jumps=tuple(file["jumps"].tolist()))


def _annotation(clip: str, label: int, found: Estimate) -> dict[str, Any]:
    return {
        "frame_dir": clip,
        "label": label,
        "total_frames": found.keypoints.shape[1],
        "img_shape": (found.height, found.width),
        "original_shape": (found.height, found.width),
        "keypoint": found.keypoints[..., :2],  # float32: half precision has steps of a pixel beyond 1024
        "keypoint_score": found.keypoints[..., 2],
    }
