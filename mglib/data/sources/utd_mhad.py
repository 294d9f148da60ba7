"""UTD-MHAD, read from its official files: 27 actions, 8 subjects, Kinect skeletons with colour or depth video.

Source: Chen, Jafari, Kehtarnavaz, "UTD-MHAD: A Multimodal Dataset for Human Action Recognition Utilizing a Depth Camera
and a Wearable Inertial Sensor", ICIP 2015. Protocol: odd subjects train, even subjects test.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import scipy.io

from mglib.base.errors import DataError, OptionError
from mglib.base.files import distinct, visible
from mglib.data.clips import ClipTable
from mglib.data.cutting import VIDEO_SUFFIXES, twins
from mglib.data.faults import settle
from mglib.data.headers import headers
from mglib.data.layouts import get_layout
from mglib.data.matching import Matched, match
from mglib.data.opening import check_decoded, file_key
from mglib.data.outside import within
from mglib.data.space import Dimension
from mglib.data.video import VideoReader

from .labels import LABELS

HEIGHT, WIDTH, FPS = 240, 320, 30.0
FOCAL = 285.63  # pixels, Kinect v1 depth camera at 320 x 240; the optical axis passes through the image centre
MIRRORED = ((0, 1), (8, 9))  # swipe left / right, circle clockwise / counter-clockwise
NAME = re.compile(r"a(\d+)_s(\d+)_t(\d+)_skeleton\.mat")
USED = re.compile(r"a\d+_s\d+_t\d+_(skeleton\.mat|depth\.mat|color\.avi)")
COLOUR = re.compile(rf"_color({'|'.join(map(re.escape, VIDEO_SUFFIXES))})$", re.IGNORECASE)  # official: .avi
LEADING = re.compile(r"(?<=[ast])0+(?=\d+_)")  # leading zeros of numbers: a01 is a1
OFFSET = 0.1  # tolerated share of frames: the colour camera starts and stops independently of the depth camera


def load(
    root: str | Path,
    visual: Literal["auto", "colour", "depth", "none"] = "auto",
    *,
    joints: Dimension = "2d",
    faults: list[str] | None = None,
) -> ClipTable:
    """Load all clips below a folder with the official files, in any sub-folders.

    Joints are projected to the depth image, x and y in its pixels. The visual stream is colour video if available,
    else depth video.

    Args:
        root: folder with `aA_sS_tT_skeleton.mat` and, for a visual stream, `aA_sS_tT_color.avi` or `_depth.mat`.
        visual: "auto" takes colour if every clip has it, else depth if every clip has it, else none; "colour" and
            "depth" are required to exist; "none": no visual stream.
        joints: "3d": the Kinect's, in metres, for networks on joints only; "2d": in the image.
        faults: receives a sentence for every unusable skeleton, whose clip is left out; None: faults raise an error.

    Raises:
        DataError: there is no skeleton file, a file has the wrong content, or the visual stream is incomplete.
    """
    root = Path(root).expanduser()
    files, found = _files(root)
    names = sorted((tuple(map(int, m.groups())), m.group()) for m in map(NAME.fullmatch, files) if m)
    if not names:
        raise DataError(f"{root}: no file like a1_s1_t1_skeleton.mat; give the folder that UTD-MHAD was unpacked to.")
    names, places = _skeletons(names, files, found)
    keypoints = tuple(map(_project, places))
    stems = [name.removesuffix("_skeleton.mat") for _, name in names]
    clips = pd.DataFrame(
        {
            "id": stems,
            "label": [action - 1 for (action, _, _), _ in names],
            "split": ["train" if subject % 2 else "test" for (_, subject, _), _ in names],
            "group": [f"s{subject}" for (_, subject, _), _ in names],
            "total_frames": [k.shape[1] for k in keypoints],
            "height": HEIGHT,
            "width": WIDTH,
        }
    )
    frames = _frames(files, stems, visual, root)
    seen = Matched(frames, FPS)
    if isinstance(frames, DepthReader):
        frames.lengths = clips["total_frames"].tolist()
    elif frames is not None:
        heads = headers(frames.paths, found, "utd_mhad")
        seen = match(frames, heads, clips, (None, FPS), found, OFFSET)
    settle(found, faults)
    swap = list(range(27))
    for a, b in MIRRORED:
        swap[a], swap[b] = b, a
    return ClipTable(
        "utd_mhad", get_layout("kinect20"), LABELS["utd_mhad"].names, LABELS["utd_mhad"].groups, clips,
        within("utd_mhad", clips, keypoints), group_kind="subject", fps=FPS, frames=seen.frames,
        flip=False,  # all one-arm actions are done with the same arm
        flip_labels=tuple(swap), joints3d=tuple(p.astype(np.float32) for p in places) if joints == "3d" else None,
    )  # fmt: skip


def _files(root: Path) -> tuple[dict[str, Path], list[str]]:
    """The official files by name, and sentences on duplicates, where a01 equals a1."""
    files: dict[str, list[Path]] = {}
    for path in visible(root, "a*_s*_t*_*"):
        if path.is_file():
            files.setdefault(COLOUR.sub("_color.avi", LEADING.sub("", path.name)), []).append(path)
    files = {name: distinct(paths) for name, paths in files.items()}
    several = [twins(name, paths) for name, paths in files.items() if len(paths) > 1 and USED.fullmatch(name)]
    return {COLOUR.sub("_color.avi", paths[0].name): paths[0] for paths in files.values()}, several


def _skeletons(
    names: list[tuple[tuple[int, ...], str]], files: dict[str, Path], found: list[str]
) -> tuple[list[tuple[tuple[int, ...], str]], tuple[np.ndarray, ...]]:
    """3-D joints, and the names of the files that contain them."""
    used, keypoints = [], []
    for numbers, name in names:
        try:
            keypoints.append(_places(_matrix(files[name], "d_skel"), name.removesuffix("_skeleton.mat")))
            used.append((numbers, name))
        except DataError as error:
            found.append(str(error))
    if not used:
        settle(found, None)
    return used, tuple(keypoints)


class DepthReader:
    """Renders depth videos to grey: brighter is nearer than the person's median distance, black is background.

    Three frames 0.1 s apart become the three channels, so moving parts have coloured edges.

    Args:
        paths: one file per clip.
        lengths: number of frames of the clips' skeletons, for comparison; None: not compared.
    """

    kind = "depth video"
    moments = (-3, 0, 3)

    def __init__(self, paths: Sequence[Path], lengths: Sequence[int] | None = None):
        self.paths, self.lengths = list(paths), None if lengths is None else list(lengths)

    def read(self, row: int) -> np.ndarray:
        """uint8 [T, 240, 320, 1]."""
        depth = _matrix(self.paths[row], "d_depth").transpose(2, 0, 1).astype(np.float32)
        if depth.shape[1:] != (HEIGHT, WIDTH):
            raise DataError(
                f"{self.paths[row]}, d_depth: images of {depth.shape[2]} x {depth.shape[1]}, not {WIDTH} x {HEIGHT} "
                "(width x height) pixels; get the file again."
            )
        if self.lengths is not None and len(depth) != self.lengths[row]:  # an earlier check would take as long
            raise DataError(
                f"{self.paths[row]}, d_depth: {len(depth)} frames, but its skeleton has {self.lengths[row]}; a frame "
                "and joints of the same number must belong together: get both files again."
            )
        person = depth > 0
        if not person.any():
            raise DataError(f"{self.paths[row]}, d_depth: no pixel holds a distance; get the file again.")
        nearer = np.median(depth[person]) - depth  # mm
        grey = np.clip(130 + nearer / 5, 30, 255)  # one level is 5 mm: 0.5 m behind the median to 0.6 m before it
        return np.where(person, grey, 0).astype(np.uint8)[..., None]

    def key(self, row: int) -> str:
        return file_key(self.paths[row])

    def select(self, rows: Sequence[int]) -> DepthReader:
        lengths = None if self.lengths is None else [self.lengths[row] for row in rows]
        return DepthReader([self.paths[row] for row in rows], lengths)


def _frames(files: dict[str, Path], stems: list[str], visual: str, root: Path) -> VideoReader | DepthReader | None:
    readers = {"colour": (VideoReader, "_color.avi"), "depth": (DepthReader, "_depth.mat")}
    if visual not in ("auto", "none", *readers):
        raise OptionError(f"visual: {visual!r}; give auto, colour, depth or none.")
    for kind, (reader, ending) in readers.items():
        missing = [stem for stem in stems if stem + ending not in files]
        if visual not in ("auto", kind):
            continue
        if not missing:
            return reader([files[stem + ending] for stem in stems])
        lacking = f"{root}: {len(missing)} of {len(stems)} clips have no {ending[1:]}, such as {missing[0]}"
        if visual == kind:
            raise DataError(f"{lacking}.")
        if any(name.endswith(ending) for name in files):
            warnings.warn(f"{lacking}, so {kind} is not used; add the missing files.", stacklevel=3)
    return None


def _matrix(path: Path, field: str) -> np.ndarray:
    try:
        declared = [math.prod(shape) for name, shape, _ in scipy.io.whosmat(path) if name == field]
        check_decoded(path, 4 * sum(declared))  # as float32, to which depth is converted
        content = scipy.io.loadmat(path, variable_names=[field])
    except DataError:
        raise
    except Exception as error:  # for broken files, scipy raises many kinds, such as zlib.error and TypeError
        raise DataError(f"{path}: not a readable MATLAB file ({error}); get the file again.") from error
    array = content.get(field)
    if not isinstance(array, np.ndarray) or array.ndim != 3 or array.dtype.kind not in "iuf":
        raise DataError(f"{path}, {field}: expected numbers in an array of three dimensions; get the file again.")
    return array


def _places(joints: np.ndarray, clip: str) -> np.ndarray:
    """Convert metres [20, 3, T] to 3-D joints [1, T, 20, 4]; joints at or behind the camera are not detected."""
    if joints.shape[:2] != (20, 3):
        raise DataError(f"utd_mhad, clip {clip}, d_skel: shape {joints.shape}, not 20 x 3 x frames; get it again.")
    x, y, z = joints.transpose(1, 2, 0)
    seen = np.isfinite(x + y + z) & (z > 0.1)
    return np.where(seen[..., None], np.stack([x, y, z, np.ones_like(z)], -1), 0.0)[None]


def _project(places: np.ndarray) -> np.ndarray:
    """Project 3-D joints to key points [1, T, 20, 3] in depth-image pixels."""
    x, y, z, score = np.moveaxis(places, -1, 0)
    depth = np.where(score > 0, z, 1.0)
    u, v = WIDTH / 2 + FOCAL * x / depth, HEIGHT / 2 - FOCAL * y / depth
    return np.where(score[..., None] > 0, np.stack([u, v, score], -1), 0.0).astype(np.float32)
