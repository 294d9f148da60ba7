"""MSR-Action3D seen from other cameras: its 3-D joints, rotated about the vertical axis and projected.

For choosing presets, a fold of the training people is held out, and test people are not used (`write_views`); for
reporting results, test people are predicted (`write_test_views`).
"""

import pickle
from pathlib import Path

import numpy as np

from mglib.base import files, paths
from mglib.data.sources.unpickle import read_pickle

HEIGHT, WIDTH, FOCAL = 480, 640, 525.0  # of the pinhole camera of the set's 2-D joints
HIP_CENTER = 3  # in layout kinect20
TRAIN_ANGLES, OTHER_ANGLE = (0, 30), 45  # degrees


def turned(joints: np.ndarray, degrees: float) -> np.ndarray:
    """A clip as seen by a camera moved around the person, about the vertical axis through the mean of the hips.

    Args:
        joints: [M, T, V, 3], metres in the coordinates of the camera, y up, z away from it.
        degrees: angle of the camera's movement.

    Returns:
        float32 [M, T, V, 3] in the coordinates of the moved camera.
    """
    centre = joints[:, :, HIP_CENTER].reshape(-1, 3).mean(0) * (1, 0, 1)
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    around_y = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    return ((joints - centre) @ around_y.T + centre).astype(np.float32)


def projected(joints: np.ndarray) -> np.ndarray:
    """Project [M, T, V, 3] metres to [M, T, V, 3] = x, y in pixels of an image of WIDTH x HEIGHT, and 1.

    Joints more than a tenth outside the image, or behind the camera, are (0, 0, 0), as in the set's 2-D joints.
    """
    x, y, z = np.moveaxis(joints, -1, 0)
    ahead = np.maximum(z, 0.1)
    u, v = WIDTH / 2 + FOCAL * x / ahead, HEIGHT / 2 - FOCAL * y / ahead
    seen = (z > 0.1) & (abs(u / WIDTH - 0.5) < 0.6) & (abs(v / HEIGHT - 0.5) < 0.6)
    return np.where(seen[..., None], np.stack([u, v, np.ones_like(u)], -1), 0).astype(np.float32)


def write_views(source: Path, number: int, folds: int) -> Path:
    """Write an annotation pickle of one fold of the training people, if there is none yet.

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
    """The same for the official split: "train" its training people, "val" and "test" its test people."""
    path = paths.cache_dir() / "views" / f"{source.stem}-test.pkl"
    if path.is_file():
        return path
    content = read_pickle(source)
    held = {clip.partition("_")[0] for clip in content["split"]["test"]}
    return _write(path, content["annotations"], held)


def _write(path: Path, clips: list[dict], held: set[str]) -> Path:
    """Write the pickle of annotations as seen by the cameras, which differ for the people in `held`."""
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
