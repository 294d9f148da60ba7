"""Joints that a sensor infers outside the image are told and not used; a wrong size of the image is refused."""

import numpy as np
import pandas as pd
import pytest

from mglib.base.errors import DataError
from mglib.data import load
from mglib.data.outside import within
from tests.data import folders as make
from tests.safety.hostile import write_pickle


def _points(clips=20, frames=10):
    """Seated people in an image of 1280 x 720."""
    joints = make.LAYOUTS["kinect25"].joints
    return [make.person(joints, frames, np.random.default_rng(clip), (640, 280))[None] for clip in range(clips)]


def _write(path, points, size=(720, 1280)):
    annotations = [
        {"frame_dir": f"v{i}_{i}", "label": i % 2, "img_shape": size, "keypoint": each[..., :2], "keypoint_score":
         each[..., 2]} for i, each in enumerate(points)
    ]  # fmt: skip
    return write_pickle(path / "a.pkl", annotations)


def test_feet_below_the_image_are_told_and_count_as_not_detected(tmp_path):
    points = _points()
    points[3][0, 2:9, 14:20, 1] = 1.5 * 720  # feet and ankles, 17 % of the clip
    points[7][0, :, 7, 0] = -500
    with pytest.warns(UserWarning, match=r"a: in 2 of 20 clips, v3_3 first, 52 joints \(1\.04%\) lie more than 10%"):
        table = load("annotation", _write(tmp_path, points), layout="kinect25")
    assert not table.keypoints[3][0, 2:9, 14:20].any() and not table.keypoints[7][0, :, 7].any()
    points[3][0, 2:9, 14:20], points[7][0, :, 7] = 0, 0
    assert all(map(np.array_equal, table.keypoints, points))


def test_what_lies_a_little_outside_stays():
    points = _points(4)
    points[0][0, :, :, 1] += 720 * 1.09 - points[0][..., 1].max()
    clips = pd.DataFrame({"id": list("abcd"), "height": 720, "width": 1280})
    assert all(one is other for one, other in zip(within("x", clips, points), points, strict=True))


@pytest.mark.parametrize("size", [(480, 853), (720, 600)])
def test_a_wrong_size_of_the_image_is_refused(tmp_path, size):
    with pytest.raises(
        DataError, match="far outside the image of .* give the size of the image that the key points were"
    ):
        load("annotation", _write(tmp_path, _points(), size), layout="kinect25")


def test_one_clip_of_another_size_is_refused(tmp_path):
    points = _points(40)
    points[5][..., :2] *= 2
    with pytest.raises(DataError, match="clip v5_5, keypoints: x runs over"):
        load("annotation", _write(tmp_path, points), layout="kinect25")


def test_positions_that_are_no_numbers_are_still_refused(tmp_path):
    points = _points()
    points[2][0, 1, 3, 0] = np.nan
    with pytest.raises(DataError, match="clip v2_2, keypoints: 1 of 250 joints hold NaN or infinity"):
        load("annotation", _write(tmp_path, points), layout="kinect25")


@pytest.mark.parametrize("filler", [0, -1])
def test_joints_with_a_score_where_files_put_those_not_detected_are_told_and_not_used(tmp_path, filler):
    """As pickles hold them whose scores are all 1, and clips padded with zeros beside such scores."""
    points = _points(6)
    points[2][0, 3:, 7], points[4][0, 8:] = (filler, filler, 1), (filler, filler, 1)
    sentence = rf"a: in 2 of 6 clips, v2_2 first, 57 joints have a score, but lie at exactly \({filler}, {filler}\)"
    with pytest.warns(UserWarning, match=sentence):
        table = load("annotation", _write(tmp_path, points), layout="kinect25")
    assert not table.keypoints[2][0, 3:, 7].any() and not table.keypoints[4][0, 8:].any()
    points[2][0, 3:, 7], points[4][0, 8:] = 0, 0
    assert all(map(np.array_equal, table.keypoints, points))
