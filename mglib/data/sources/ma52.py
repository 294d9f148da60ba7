"""MA-52: 52 micro-actions in 7 body groups, 205 participants, whole bodies at 1920 x 1080.

Source: Guo, Li, Hu, Zhang, Wang, "Benchmarking Micro-action Recognition: Dataset, Methods, and Applications", IEEE
TCSVT 2024. `{train,val,test}_list_videos.txt` have a line `name label` per clip: PERSON_GROUP_NUMBER.mp4 (GROUP
is the body group), but testNNNN.mp4 in the test list, where every label is 0, as test labels are not published.
Key points come as annotation pickles, one per split, in 28 joints: OpenPose's COCO-18 and ten fingertips.
"""

import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from mglib.base.errors import DataError
from mglib.base.files import visible
from mglib.data.clips import ClipTable
from mglib.data.cutting import cut, find_videos, twins
from mglib.data.faults import settle, warn_of_empty
from mglib.data.headers import headers
from mglib.data.layouts import get_layout
from mglib.data.matching import match
from mglib.data.options import Pattern, Rate
from mglib.data.outside import within
from mglib.data.traps import warn_of_wrong_wrist

from . import annotation
from .annotation_splits import without_suffix
from .labels import LABELS
from .unpickle import read_pickle

FPS = 30.0
LIST = re.compile(r"(train|val|test)_list_videos\.txt")


def load(
    root: str | Path,
    *,
    videos: str | Path | None = None,
    person: Pattern = r"^[^_]+",
    fps: Rate | None = None,
    shared_groups: bool = False,
    faults: list[str] | None = None,
) -> ClipTable:
    """Load all clips listed below a folder, with key points from pickles below it; a clip's id is its name.

    If the test labels are not published, test clips become the split hidden, and the validation clips the split test.
    The paper splits by participant, but the names of train and validation share their prefixes; so a clip's group is
    its split and prefix, and a warning says so.

    Args:
        root: the folder with `*_list_videos.txt` and `*.pkl`, in any sub-folders.
        videos: folder with `<name>.mp4`, in any sub-folders; by default root. Without any there is no visual stream.
        person: regular expression searched in a clip's name; its first bracket, or the whole match, is the prefix.
        fps: frames per second; None: by the videos' time stamps, or 30 without videos.
        shared_groups: treat the prefix as the person in all splits, so that its clips are one group for intervals.
        faults: receives a sentence per fault; its clips are left out. None: faults raise an error.

    Raises:
        DataError: nothing is found, or there are faults and `faults` is None.
    """
    root, found = Path(root).expanduser(), []
    clips, keypoints = _clips(root, person, shared_groups, found)
    folder = root if videos is None else Path(videos).expanduser()
    names = [Path(clip).name for clip in clips["id"]]
    frames = cut(find_videos(folder), [(n, n, 0, t) for n, t in zip(names, clips["total_frames"], strict=True)], found)
    heads = {} if frames is None else headers((cut.path for cut in frames.cuts), found, "ma52")
    seen = match(frames, heads, clips, (fps, FPS), found)
    settle(found, faults)
    table = ClipTable(
        "ma52", get_layout("ma52_28"), LABELS["ma52"].names, LABELS["ma52"].groups, clips,
        within("ma52", clips, keypoints), group_kind="subject", fps=seen.fps, frames=seen.frames, times=seen.times,
        shared_groups=shared_groups,
    )  # fmt: skip
    warn_of_wrong_wrist(table)
    return table


def _clips(
    root: Path, person: str, shared_groups: bool, found: list[str]
) -> tuple[pd.DataFrame, tuple[np.ndarray, ...]]:
    """Rows and key points of the clips that are both listed and in a pickle."""
    listing = _lists(root, found)
    points = _points(root, set(listing["id"]), found)
    there = listing["id"].isin(points.keys())
    if not there.all():
        absent = listing["id"][~there]
        found.append(f"{root}: {len(absent)} listed clips are in no usable pickle; the first is {absent.iloc[0]}.")
    empty = listing["id"].map(lambda clip: clip in points and not points[clip][0].any())
    empty &= listing["split"] != "hidden"  # challenges want all predicted
    warn_of_empty("ma52", list(listing["id"][empty]))
    clips = listing[there & ~empty].reset_index(drop=True)
    if clips.empty:
        settle([f"{root}: no clip is both in a list and in a usable pickle of key points.", *found], None)
    prefixes = clips["id"].map(lambda clip: annotation.clip_group(str(root), clip, person))
    if not shared_groups:
        _warn_of_shared(clips["split"], prefixes)
    numbers = pd.DataFrame([points[clip][1] for clip in clips["id"]])
    groups = prefixes if shared_groups else clips["split"] + " " + prefixes
    clips = clips.assign(group=groups).join(numbers.drop(columns="label"))
    return clips, tuple(points[clip][0] for clip in clips["id"])


def _lists(root: Path, found: list[str]) -> pd.DataFrame:
    """The clips of all lists: id, label, split."""
    rows = []
    for path in visible(root, "*_list_videos.txt"):
        split = LIST.fullmatch(path.name)
        for number, line in enumerate(path.read_text("utf-8-sig", errors="replace").splitlines() if split else ()):
            name, _, label = line.strip().rpartition(" ")
            if name and label.isdecimal() and int(label) < 52:
                clip = {"id": without_suffix(name), "label": int(label), "split": split[1]}
                rows.append(clip | {"file": str(path)})
            elif line.strip():
                found.append(f"{path}, line {number + 1}: {line!r}; expected `name label`, labels 0..51: correct it.")
    if not rows:
        settle([f"{root}: no clip in a train_list_videos.txt; give the folder with MA-52's files.", *found], None)
    listing = pd.DataFrame(rows)
    for clip, those in listing[listing["id"].duplicated(keep=False)].groupby("id"):
        splits, files = (" and ".join(sorted(set(those[column]))) for column in ("split", "file"))
        found.append(
            f"{root}, clip {clip}: it is listed {len(those)} times, in {splits} ({files}); a clip belongs to one "
            "split, else training sees what it is tested on: take it from the other lists."
        )
    listing = listing.drop_duplicates("id", ignore_index=True).drop(columns="file")
    test = listing["split"] == "test"
    if not listing["label"][test].any():  # labels not published, or no test list
        listing.loc[test, "label"] = -1
        listing["split"] = listing["split"].replace({"test": "hidden", "val": "test"})
    return listing


def _points(root: Path, wanted: set[str], found: list[str]) -> dict[str, tuple[np.ndarray, dict[str, int]]]:
    """Key points and numbers of the clips wanted; labels come from the lists."""
    points, sources = {}, {}
    for path in visible(root, "*.pkl"):
        try:
            annotations, _ = annotation.parts(path, read_pickle(path))
        except DataError as error:
            found.append(str(error))
            continue
        for number, content in enumerate(annotations):
            try:
                clip = annotation.clip_id(path, number, content)
                if clip in sources:
                    found.append(twins(f"{root}, clip {clip}", [sources[clip], path]))
                elif clip in wanted:
                    sources[clip] = path
                    joints = annotation.clip_keypoints(f"{path}, clip {clip}", content)
                    numbers = annotation.clip_numbers(f"{path}, clip {clip}", content | {"label": 0}, joints.shape[1])
                    points[clip] = joints, numbers
            except DataError as error:
                found.append(str(error))
    return points


def _warn_of_shared(split: pd.Series, prefixes: pd.Series) -> None:
    """Warn that persons may be in both train and test."""
    shared = set(prefixes[split == "train"]) & set(prefixes[split != "train"])
    if shared:
        warnings.warn(
            f"ma52: {len(shared)} prefixes of file names, such as {min(shared)}, are in train and in the clips it is "
            "tested on. If the prefix is the person, this split is not subject-disjoint, and its numbers say nothing "
            "about new persons. Groups are named by split and prefix; "
            "shared_groups: true takes the prefix alone.",
            stacklevel=3,
        )
