"""Whether clips of each class move the same side, on made-up skeletons and on both real sets."""

import pickle

import numpy as np
import pandas as pd
import pytest

from mglib.data import load
from mglib.data.clips import ClipTable
from mglib.data.handedness import handedness
from mglib.data.layouts import get_layout

LAYOUT = get_layout("kinect20")


def _table(sides: list[int], split: str = "train") -> ClipTable:
    """Clips of two classes in turn; the left hand moves in a clip whose side is 0, the right one if 1, none if 2."""
    keypoints = []
    for side in sides:
        points = np.full((1, 8, 20, 3), 50, np.float32)
        points[..., 2] = 1
        if side < 2:
            points[0, :, LAYOUT.joints.index(("left_hand", "right_hand")[side]), 0] += 5 * np.arange(8)
        keypoints.append(points)
    n = len(sides)
    clips = pd.DataFrame({"id": [f"c{i}" for i in range(n)], "label": np.arange(n) % 2, "split": split, "group": "p"})
    clips = clips.assign(total_frames=8, height=100, width=100)
    return ClipTable("hands", LAYOUT, ("a", "b"), ("all",) * 2, clips, tuple(keypoints), "subject", 25.0)


def test_classes_may_prefer_different_sides():
    found = handedness(_table([0, 1] * 20))
    assert (found.clips, found.one_sided, found.same) == (40, 40, 1.0) and found.always
    assert "40 of 40" in str(found) and "100%" in str(found)


def test_either_side_in_one_class_few_clips_or_still_ones_are_no_habit():
    assert handedness(_table([0, 0, 1, 1] * 10)).same == 0.5
    assert not handedness(_table([0, 0, 1, 1] * 10)).always
    assert not handedness(_table([0] * 18)).always and "too few" in str(handedness(_table([0] * 18)))
    assert handedness(_table([2] * 40)).one_sided == 0


def test_a_joint_that_is_lost_for_a_frame_has_not_moved():
    table = _table([2] * 40)
    for points in table.keypoints:
        points[0, ::2, 7] = 0
    assert handedness(table).one_sided == 0


def test_only_training_clips_are_looked_at():
    assert handedness(_table([0] * 40, "test")).one_sided == 0


@pytest.mark.parametrize(("sides", "flip"), [([0, 1] * 20, False), ([0, 0, 1, 1] * 10, True)])
def test_annotation_pickles_are_mirrored_by_what_they_show_unless_told(tmp_path, sides, flip):
    table, path = _table(sides), tmp_path / "clips.pkl"
    annotations = [
        {"frame_dir": clip, "label": int(label), "img_shape": (100, 100), "keypoint": points[..., :2]}
        for clip, label, points in zip(table.clips["id"], table.labels, table.keypoints, strict=True)
    ]
    path.write_bytes(pickle.dumps(annotations))
    assert load("annotation", path, layout="kinect20").flip is flip
    assert load("annotation", path, layout="kinect20", flip=not flip).flip is not flip


def test_one_arm_actions_of_utd_mhad_are_done_with_one_arm(utd_mhad_folder):
    table = load("utd_mhad", utd_mhad_folder, visual="none")
    found = handedness(table)
    assert (found.clips, found.one_sided, found.same) == (431, 186, 1.0) and not table.flip


def test_msr_action3d_is_not_mirrored_by_default(msr_action3d_folder):
    table = load("annotation", msr_action3d_folder / "msr_action3d_2d.pkl", layout="kinect20")
    assert (handedness(table).one_sided, handedness(table).same, table.flip) == (156, 1.0, False)


def test_synthetic_clips_show_both_sides():
    table = load("synthetic", num_clips=200)
    assert table.flip and not handedness(table).always
