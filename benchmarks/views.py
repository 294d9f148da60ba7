"""MSR-Action3D seen from cameras that stand elsewhere: its 3-D joints, turned about the vertical axis and projected.

Where presets are chosen, a fold of the people of the training split is held out, and those of the test split are left
out altogether (`write_views`); where results are reported, these are asked (`write_test_views`).
"""

import pickle
from pathlib import Path

import numpy as np

from mglib.base import files, paths
from mglib.data.sources.unpickle import read_pickle

HEIGHT, WIDTH, FOCAL = 480, 640, 525.0  # of the pinhole through which the 2-D joints of the set were made
HIP_CENTER = 3  # in layout kinect20
TRAIN_ANGLES, OTHER_ANGLE = (0, 30), 45  # degrees


def turned(joints: np.ndarray, degrees: float) -> np.ndarray:
    """A clip as a camera sees it that has walked around the person: about the vertical axis through the mean hips.

    Args:
        joints: [M, T, V, 3], metres in the coordinates of the camera, y up, z away from it.
        degrees: how far the camera walks.

    Returns:
        float32 [M, T, V, 3] in the coordinates of the camera that has walked.
    """
    centre = joints[:, :, HIP_CENTER].reshape(-1, 3).mean(0) * (1, 0, 1)
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    around_y = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return ((joints - centre) @ around_y.T + centre).astype(np.float32)


def projected(joints: np.ndarray) -> np.ndarray:
    """[M, T, V, 3] metres -> [M, T, V, 3] pixels of an image of WIDTH x HEIGHT, and 1.

    A joint more than a tenth outside of it, or behind the camera, is lost: (0, 0, 0), as in the 2-D joints of the set.
    """
    x, y, z = np.moveaxis(joints, -1, 0)
    ahead = np.maximum(z, 0.1)
    u, v = WIDTH / 2 + FOCAL * x / ahead, HEIGHT / 2 - FOCAL * y / ahead
    seen = (z > 0.1) & (abs(u / WIDTH - 0.5) < 0.6) & (abs(v / HEIGHT - 0.5) < 0.6)
    return np.where(seen[..., None], np.stack([u, v, np.ones_like(u)], -1), 0).astype(np.float32)


def write_views(source: Path, number: int, folds: int) -> Path:
    """An annotation pickle of one fold of the training people; made once.

    Split "train": the others, each clip from one of TRAIN_ANGLES in turn. "val": those held out, from the first of
    these. "test": the same clips of the same people from OTHER_ANGLE.
    """
    path = paths.cache_dir() / "views" / f"{source.stem}-{number}-of-{folds}.pkl"
    if path.is_file():
        return path
    content = read_pickle(source)
    wanted = set(content["split"]["train"])
    people = sorted({clip.partition("_")[0] for clip in wanted})
    held = set(people[number - 1 :: folds])
    return _write(path, [a for a in content["annotations"] if a["frame_dir"] in wanted], held)


def write_test_views(source: Path) -> Path:
    """The same of the official split: "train" its training people, "val" and "test" its test people."""
    path = paths.cache_dir() / "views" / f"{source.stem}-test.pkl"
    if path.is_file():
        return path
    content = read_pickle(source)
    held = {clip.partition("_")[0] for clip in content["split"]["test"]}
    return _write(path, content["annotations"], held)


def _write(path: Path, clips: list[dict], held: set[str]) -> Path:
    """The pickle of these annotations as the cameras see them, the people `held` from others than the rest."""
    split, annotations = {"train": [], "val": [], "test": []}, []
    for i, one in enumerate(clips):
        known = one["frame_dir"].partition("_")[0] not in held
        angles = (
            {TRAIN_ANGLES[i % len(TRAIN_ANGLES)]: "train"} if known else {TRAIN_ANGLES[0]: "val", OTHER_ANGLE: "test"}
        )
        for angle, name in angles.items():
            clip = f"{one['frame_dir']}_v{angle}"
            split[name].append(clip)
            points = projected(turned(one["keypoint"], angle))
            given = {"keypoint": points[..., :2], "keypoint_score": points[..., 2], "img_shape": (HEIGHT, WIDTH)}
            annotations.append({"frame_dir": clip, "label": one["label"]} | given)
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.whole(path) as part:
        part.write_bytes(pickle.dumps({"split": split, "annotations": annotations}))
    return path
