"""MediaPipe itself on a photograph of Grace Hopper, of matplotlib: what it finds is where a human sees it.

MediaPipe 1 is tried where MGLIB_HOLISTIC_MODEL names its file holistic_landmarker.task.
"""

import os

import numpy as np
import pytest
from matplotlib.cbook import get_sample_data
from PIL import Image

from mglib.data.layouts import get_layout
from mglib.data.pose import PoseMissing, estimate
from mglib.data.pose.holistic import interpreter
from tests.data.pose.films import film

LAYOUT = get_layout("imigue22")
WIDTH, HEIGHT = 512, 600
# Read off the photograph, in its pixels; she faces the camera, so her right is on the left. Her wrists are not shown.
SEEN = {
    "nose": (266, 232), "neck": (268, 405), "right_eye": (222, 190), "left_eye": (306, 186), "right_ear": (172, 228),
    "left_ear": (358, 225), "right_shoulder": (85, 405), "left_shoulder": (450, 405),
}  # fmt: skip
NEAR = 40  # pixels, a twelfth of the picture
BLACK = range(12, 20)
FRAMES = 28


def _box(frame):
    """What the camera sees: it closes in, and pans to the left and back."""
    zoom = 0.94 - 0.005 * frame
    left = (1 - zoom) / 2 * WIDTH + 12 * np.sin(frame / 5)
    return left, 0.0, left + zoom * WIDTH, zoom * HEIGHT


@pytest.fixture(scope="module")
def pictures():
    photograph = Image.open(get_sample_data("grace_hopper.jpg")).convert("RGB")
    return [np.asarray(photograph.resize((WIDTH, HEIGHT), box=_box(frame))) for frame in range(FRAMES)]


@pytest.fixture(scope="module")
def found(pictures, tmp_path_factory):
    """Estimates of the film with black frames in it, and of its mirror image."""
    try:
        interpreter()
    except PoseMissing as error:
        pytest.skip(str(error))
    model = os.environ.get("MGLIB_HOLISTIC_MODEL")
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as in a notebook
    folder = tmp_path_factory.mktemp("hopper")
    dark = [picture * (frame not in BLACK) for frame, picture in enumerate(pictures)]
    mirrored = [np.ascontiguousarray(picture[:, ::-1]) for picture in pictures[:12]]
    return {
        name: estimate(film(folder / f"{name}.mp4", shown), model=model, progress=False)
        for name, shown in (("straight", dark), ("mirrored", mirrored))
    }


def test_joints_lie_where_a_human_sees_them(found):
    points = found["straight"].keypoints[0]
    for frame in (0, 5, 10, 24, 27):
        left, top, right, bottom = _box(frame)
        for name, (x, y) in SEEN.items():
            expected = (x - left) / (right - left) * WIDTH, (y - top) / (bottom - top) * HEIGHT
            joint = points[frame, LAYOUT.joints.index(name)]
            assert np.hypot(*(joint[:2] - expected)) < NEAR and joint[2] > 0.8, (frame, name, joint, expected)


def test_fingers_that_are_not_shown_are_not_found(found):
    assert not found["straight"].keypoints[0][:, 12:].any()  # a wrist beyond the edge Holistic may place within


def test_black_frames_are_gaps_and_no_jumps(found):
    straight = found["straight"]
    there = (straight.keypoints[0, ..., 2] > 0).any(1)
    assert not there[13:20].any()  # smoothing may carry the last answer one frame on
    assert there[:12].all() and there[22:].all()
    assert straight.jumps == () and "frames show no person" in straight.notes[0]


def test_the_mirror_image_has_left_and_right_exchanged(found):
    straight, mirrored = (found[name].keypoints[0, :12, :12] for name in ("straight", "mirrored"))
    expected = straight.copy()
    for a, b in [pair for pair in LAYOUT.flip_pairs if max(pair) < 12]:
        expected[:, [a, b]] = straight[:, [b, a]]
    expected[..., 0] = WIDTH - expected[..., 0]
    sure = (expected[..., 2] > 0.8) & (mirrored[..., 2] > 0.8)
    away = np.linalg.norm(expected[..., :2] - mirrored[..., :2], axis=-1)[sure]
    assert sure.sum() >= 12 * len(SEEN) and away.max() < NEAR  # exchanged, her eyes would lie 80 pixels off
