"""The cameras that walk around a person: by hand, and against the 2-D joints that come with the data."""

import numpy as np
import pytest

from benchmarks.views import FOCAL, HIP_CENTER, projected, turned, write_views
from mglib.data import load


def test_a_camera_that_has_walked_a_quarter_sees_depth_as_width():
    """A hand half a metre before the hips lies half a metre beside them, as far away as these; heights stay."""
    clip = np.zeros((1, 2, 20, 3))
    clip[..., 2] = 3
    clip[:, :, 7] = (0, 0.4, 2.5)
    hips, hand = turned(clip, 90)[0, 0, [HIP_CENTER, 7]]
    assert hips == pytest.approx([0, 0, 3], abs=1e-6) and hand == pytest.approx([-0.5, 0.4, 3], abs=1e-6)
    back = turned(turned(clip, 35).astype(float), -35)
    assert back == pytest.approx(clip, abs=1e-5)


def test_pixels_of_a_pinhole_and_what_it_loses():
    points = projected(np.array([[[[0, 0, 2], [0.2, 0.1, 2], [3, 0, 2], [0, 0, -1]]]], float))[0, 0]
    assert points[:2].tolist() == [[320, 240, 1], pytest.approx([320 + FOCAL / 10, 240 - FOCAL / 20, 1])]
    assert points[2:].tolist() == [[0, 0, 0]] * 2


def test_views_hold_training_people_alone_and_those_held_out_from_two_sides(msr_action3d_folder, folders):
    flat = load("annotation", msr_action3d_folder / "msr_action3d_2d.pkl", layout="kinect20")
    same = {clip: points for clip, points in zip(flat.clips["id"], flat.keypoints, strict=True)}
    people = {}
    for fold in (1, 2):
        path = write_views(msr_action3d_folder / "msr_action3d_3d.pkl", fold, 2)
        views = load("annotation", path, layout="kinect20", splits={"train": "train", "val": "val", "test": "test"})
        people[fold] = {split: set(views.groups[views.where(split)]) for split in ("train", "val", "test")}
        for clip, points in zip(views.clips["id"], views.keypoints, strict=True):
            name, _, angle = clip.rpartition("_v")
            if angle == "0":
                assert np.abs(points - same[name]).max() < 0.6  # those of the set are whole or half pixels
    everybody = set(flat.groups[flat.where("train")])
    for parts in people.values():
        assert parts["val"] == parts["test"] and parts["train"] == everybody - parts["val"]
    assert people[1]["val"] | people[2]["val"] == everybody and not people[1]["val"] & people[2]["val"]
