"""The overlay holds the frames of the video, with the joints where they were found and nothing elsewhere."""

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.layouts import get_layout
from mglib.data.pose import Estimate, overlay
from mglib.data.pose.overlay import COLOURS
from mglib.data.video import VideoReader
from tests.data.pose.films import film

JOINTS = get_layout("imigue22").joints
SIZE, FRAMES = 240, 5


@pytest.fixture
def grey(tmp_path):
    return film(tmp_path / "grey.mp4", [np.full((SIZE, SIZE, 3), 100, np.uint8)] * FRAMES)


def _estimate(frames=FRAMES, size=SIZE, **places):
    keypoints = np.zeros((1, frames, 22, 3), np.float32)
    for name, place in places.items():
        keypoints[0, :, JOINTS.index(name)] = (*place, 1)
    return Estimate(keypoints, 25.0, size, size)


def test_joints_and_limbs_have_the_colour_of_their_side_and_the_rest_is_untouched(grey, tmp_path):
    found = _estimate(left_shoulder=(60, 60), left_elbow=(60, 120), right_shoulder=(180, 60), right_elbow=(180, 120))
    found.keypoints[0, 3] = 0
    frames = VideoReader([overlay(grey, found, tmp_path / "out" / "drawn.mp4")]).read(0).astype(int)
    assert frames.shape == (FRAMES, SIZE, SIZE, 3)
    for x, side in ((60, "left"), (180, "right")):
        for y in (60, 90, 120):  # joint, middle of the limb, joint
            assert np.abs(frames[0, y, x] - COLOURS[side]).max() < 60, (side, y)
    assert np.abs(frames[0, :, 100:140] - 100).max() < 8
    assert np.abs(frames[3] - 100).max() < 8  # nobody was found there


def test_a_joint_in_doubt_is_hollow(grey, tmp_path):
    found = _estimate(nose=(120, 120))
    found.keypoints[..., 2] *= 0.3
    frame = VideoReader([overlay(grey, found, tmp_path / "drawn.mp4")]).read(0)[0].astype(int)
    assert np.abs(frame[120, 120] - 100).max() < 60 < np.abs(frame[112:129, 112:129] - 100).max()


def test_another_video_is_refused_and_nothing_is_left(grey, tmp_path):
    for stranger in (_estimate(frames=4), _estimate(frames=6), _estimate(size=200)):
        with pytest.raises(DataError, match="not the video of this estimate"):
            overlay(grey, stranger, tmp_path / "out" / "drawn.mp4")
    assert list((tmp_path / "out").iterdir()) == []
