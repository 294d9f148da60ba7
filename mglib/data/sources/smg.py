"""SMG: 17 classes, 40 subjects, Kinect v2 skeletons.

Source: Chen, Shi, Liu, Li, Zhao, "SMG: A Micro-gesture Dataset Towards Spontaneous Body Gestures for Emotional Stress
State Analysis", IJCV 2023. From the authors' converter and reader, not in the paper: folder `Sample00NN` is subject NN;
36 to 40 are the test subjects; frames count from 0; joints follow Kinect v2's numbers; a joint's 11 values are its
position in metres (0-2), its orientation as a quaternion (3-6), its position in the image (7, 8), and two that are not
read.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mglib.base.errors import DataError, OptionError
from mglib.base.files import visible
from mglib.data.clips import ClipTable
from mglib.data.faults import settle
from mglib.data.headers import headers
from mglib.data.layouts import get_layout
from mglib.data.matching import match
from mglib.data.options import Pixels, Rate
from mglib.data.outside import within
from mglib.data.space import Dimension
from mglib.data.traps import warn_of_wrong_wrist

from .conversion import converted
from .labels import LABELS
from .numbers import headed, read_csv, without_index
from .segments import LongVideo, cut_frames, cut_out, placed, read_segments

FPS = 28.0  # 821,056 frames in a little more than eight hours
JOINTS, VALUES = 25, 11
READER = "mglib.data.smg.read_skeleton"  # in cache keys; it must not change even if the function is moved
PLACES = "mglib.data.sources.smg.read_places"  # the same for 3-D joints
DEPTH, U, V = 2, 7, 8  # columns of a joint: metres from the camera; position in the image, pixels
LARGEST = 1920  # pixels: no image of the Kinect v2 is larger
TEST = (36, 37, 38, 39, 40)  # subjects
CLASSES = {number: number - 1 for number in range(1, 18)}
SAMPLE = re.compile(r"(Sample0*(\d+))_finelabels\.csv")


def load(
    root: str | Path,
    *,
    videos: str | Path | None = None,
    test: Sequence[int] = TEST,
    val: Sequence[int] = (),
    height: Pixels = 1080,
    width: Pixels = 1920,
    fps: Rate | None = None,
    joints: Dimension = "2d",
    leave_out: Sequence[str] | str = (),
    faults: list[str] | None = None,
) -> ClipTable:
    """Load all clips below a folder with `Sample00NN_finelabels.csv` and `Sample00NN_skeleton.csv`, at any depth.

    A clip's id is Sample00NN_START_END, like the public clips. The Kinect gives no scores: a joint with a depth and a
    position in or near the image gets score 1, any other is not detected.

    Args:
        root: the folder.
        videos: folder with `Sample00NN_START_END.mp4` or `Sample00NN_color.mp4`; by default root. Without any there is
            no visual stream.
        test: subjects of the split test.
        val: subjects of the split val; 31 to 35 in the MiGA challenge.
        height: of the image to which positions refer, pixels.
        width: of that image.
        fps: frames per second; None: by the videos' time stamps, or 28 without videos.
        joints: "3d": also in metres, for networks on joints only; "2d": in the image.
        leave_out: ids of clips to leave out, or a single id.
        faults: receives a sentence per fault; its clips are left out. None: faults raise an error.

    Raises:
        DataError: nothing is found, or there are faults and `faults` is None.
    """
    root, found = Path(root).expanduser(), []
    space = joints == "3d"
    samples, points = long_videos(root, set(test), set(val), found, space)
    check_subjects(samples, test, val, found)
    clips, keypoints = cut_out("smg", samples, points, leave_out, found)
    places = tuple(points[..., [3, 4, 5, 2]] for points in keypoints) if space else None
    keypoints = tuple(points[..., :3] for points in keypoints)
    frames = cut_frames(root if videos is None else Path(videos).expanduser(), clips, found)
    clips = clips.assign(height=height, width=width)
    heads = {} if frames is None else headers((cut.path for cut in frames.cuts), found, "smg")
    seen = match(frames, heads, clips, (fps, FPS), found)
    settle(found, faults)
    clips = placed(clips, seen.fps)
    table = ClipTable(
        "smg", get_layout("kinect25"), LABELS["smg"].names, LABELS["smg"].groups,
        clips, within("smg", clips, keypoints),
        group_kind="subject", fps=seen.fps, frames=seen.frames, times=seen.times, joints3d=places,
    )  # fmt: skip
    warn_of_wrong_wrist(table)
    return table


def check_subjects(samples: Sequence[LongVideo], test: Sequence[int], val: Sequence[int], found: list[str]) -> None:
    """Refuse subjects of a split who are not there, or are in two splits; those of the default may be missing.

    Args:
        samples: the recordings.
        test, val: numbers of the subjects in these splits.
        found: receives a sentence per fault, if there are other faults.

    Raises:
        OptionError: there are some, and nothing else is wrong.
    """
    there = {int(sample.group[1:]) for sample in samples}
    wrong = [
        f"{option}: there is no subject {subject}; there are {', '.join(map(str, sorted(there)))}."
        for option, named in (("test", test), ("val", val))
        if tuple(named) != TEST
        for subject in sorted(set(named) - there)
    ]
    if both := set(test) & set(val):
        wrong.append(f"test, val: subject {min(both)} is in both; give each one split.")
    if wrong and not found:
        raise OptionError("\n".join(wrong))
    found += wrong


def long_videos(
    root: Path, test: set[int], val: set[int], found: list[str], space: bool = False
) -> tuple[list[LongVideo], list[np.ndarray | None]]:
    """The recordings, and the key points of each, [T, 25, 3].

    Args:
        root: the folder.
        test, val: numbers of the subjects in these splits.
        found: receives a sentence per fault; the key points concerned are None.
        space: add x, y and z in metres after x, y and score: [T, 25, 6].

    Raises:
        DataError: there is no recording.
    """
    samples = _samples(root, test, val, found)
    files, below = [sample.points for sample in samples], lambda file: " below" * headed(file)
    if space:
        return samples, converted(files, read_places, JOINTS, "smg", PLACES, found, below, values=6)
    return samples, converted(files, read_skeleton, JOINTS, "smg", READER, found, below)


def _samples(root: Path, test: set[int], val: set[int], found: list[str]) -> list[LongVideo]:
    samples: dict[str, LongVideo] = {}
    for labels in sorted(visible(root, "*_finelabels.csv"), key=lambda path: (path.name, path)):
        match = SAMPLE.fullmatch(labels.name)
        if match is None:
            continue
        sample, subject = match[1], int(match[2])
        points = labels.with_name(f"{sample}_skeleton.csv")
        if not points.is_file():
            found.append(f"{labels}: beside it is no {points.name}; get the file again.")
        elif sample in samples:
            found.append(f"{labels}: {sample} is there twice ({samples[sample].labels}); delete one of the two.")
        else:
            split = "test" if subject in test else "val" if subject in val else "train"
            segments = read_segments(labels, f"{sample}_{{start}}_{{end}}", CLASSES, found)
            samples[sample] = LongVideo(sample, f"{sample}_color", split, f"s{subject}", labels, points, segments)
    if not samples:
        names = "Sample0001_finelabels.csv beside Sample0001_skeleton.csv"
        settle([f"{root}: no {names}; give the folder with SMG's files.", *found], None)
    return list(samples.values())


def read_skeleton(path: Path) -> np.ndarray:
    """Read `Sample00NN_skeleton.csv`, a row per frame: float32 [T, 25, 3] = x, y in image pixels and 1, or zeros.

    Raises:
        DataError: the file is not a table of 25 x 11 numbers, or columns have other content.
    """
    return read_places(path)[..., :3]


def read_places(path: Path) -> np.ndarray:
    """The same, followed by x to the right, y up and z away from the camera in metres: float32 [T, 25, 6]."""
    rows = without_index(path, read_csv(path), JOINTS * VALUES, f"{JOINTS} joints x {VALUES}")
    values = rows.reshape(len(rows), JOINTS, VALUES)
    depth, positions = values[..., DEPTH], values[..., [U, V]]
    placed = np.isfinite(positions).all(-1) & np.isfinite(depth) & (depth != 0)
    seen = placed & (depth > 0) & (positions > -0.1 * LARGEST).all(-1) & (positions < 1.1 * LARGEST).all(-1)
    if placed.any() and (seen.sum() < placed.sum() / 2 or np.ptp(positions[seen], axis=0).max() < 2):
        raise DataError(
            f"{path}: of a joint's {VALUES} columns, number {DEPTH} is no depth in metres, or {U} and {V} are no "
            "position in pixels, as in the authors' reader; put the columns into its order."
        )
    points = np.concatenate([positions, np.ones_like(depth)[..., None], np.nan_to_num(values[..., :3])], axis=-1)
    return np.where(seen[..., None], points, 0).astype(np.float32)
