"""Joints of one skeleton stand for those of another by their names, on both sides of the body alike."""

import itertools

import numpy as np
import pytest

from mglib.data import LAYOUTS
from mglib.data.correspondence import (
    as_table,
    in_words,
    limb_names,
    match_joints,
    match_limbs,
    plain_name,
    shares_matrix,
)
from mglib.data.layouts import Layout, other_side

BODIES = (
    *("coco17", "coco_wholebody21", "body25", "openpose18", "halpe26", "h36m17", "mediapipe33", "kinect20", "kinect25"),
    *("imigue22", "imigue36", "ma52_28"),
)
PAIRS = list(itertools.product(BODIES, BODIES))


def shares(new: str, old: str) -> dict[str, dict[str, float]]:
    return {match.name: dict(match.shares) for match in match_joints(LAYOUTS[new], LAYOUTS[old])}


@pytest.mark.parametrize(("new", "old"), PAIRS)
def test_shares_sum_to_one_and_a_mirror_swaps_both_sides(new, old):
    """What stands for the left hand is the mirror image of what stands for the right one."""
    found = shares(new, old)
    assert set(found) == set(LAYOUTS[new].joints)
    for joint, from_these in found.items():
        assert sum(from_these.values()) == pytest.approx(1)
        assert set(from_these) <= set(LAYOUTS[old].joints)
        if other_side(joint) != joint:
            assert found[other_side(joint)] == pytest.approx({other_side(k): w for k, w in from_these.items()})
    limbs = match_limbs(LAYOUTS[new], LAYOUTS[old])
    matrix = shares_matrix(limbs, limb_names(LAYOUTS[old]))
    assert matrix.shape == (len(LAYOUTS[new].limbs), len(LAYOUTS[old].limbs))
    np.testing.assert_allclose(matrix.sum(1), 1, rtol=1e-6)


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_a_skeleton_stands_for_itself(name):
    layout = LAYOUTS[name]
    for matches, names in (
        (match_joints(layout, layout), layout.joints),
        (match_limbs(layout, layout), limb_names(layout)),
    ):
        np.testing.assert_array_equal(shares_matrix(matches, names), np.eye(len(names)))
        assert {match.how for match in matches} == {"matched"}


def test_known_places_have_what_an_anatomist_would_take():
    kinect = shares("kinect20", "coco17")
    assert kinect["head"] == {"nose": 1}
    assert kinect["shoulder_center"] == {"left_shoulder": 0.5, "right_shoulder": 0.5}
    hips, shoulders = (dict.fromkeys((f"left_{part}", f"right_{part}"), 0.25) for part in ("hip", "shoulder"))
    assert kinect["spine"] == hips | shoulders
    assert kinect["left_foot"] == {"left_ankle": 1}
    seated = shares("kinect20", "imigue22")
    tips = [f"left_{finger}" for finger in ("thumb", "index", "middle", "ring", "little")]
    assert seated["left_hand"] == pytest.approx(dict.fromkeys(tips, 0.2))
    assert seated["right_foot"] == {"neck": 1}  # nothing below the neck: the nearest along the skeleton
    desk = match_joints(LAYOUTS["imigue22"], LAYOUTS["kinect20"])
    table = as_table(desk).set_index("joint")
    assert table.loc["neck"].tolist() == ["matched", "shoulder_center"]
    assert table.loc["left_ear"].tolist() == ["nearest", "head"]
    assert table.loc["right_thumb"].tolist() == ["nearest", "right_hand"]
    assert in_words(desk) == "8 matched by name, 14 from their nearest neighbour"
    assert as_table(match_joints(LAYOUTS["kinect20"], LAYOUTS["coco17"]))["from"][1] == (
        "0.5 left_shoulder + 0.5 right_shoulder"
    )


def test_limbs_follow_their_ends():
    table = as_table(match_limbs(LAYOUTS["body25"], LAYOUTS["kinect20"])).set_index("joint")
    assert table.loc["neck - mid_hip"].tolist() == ["averaged", "0.5 spine - hip_center + 0.5 shoulder_center - spine"]
    assert table.loc["neck - nose"].tolist() == ["matched", "head - shoulder_center"]
    assert table.loc["right_eye - right_ear", "how"] == "nearest"


def test_names_of_ones_own_are_understood():
    for name in ("LWrist", "wrist.l", "L_wrist", "leftWrist", "left_wrist"):
        assert plain_name(name) == "left_wrist"
    own = Layout("own", ("Neck", "LWrist", "RWrist", "lid"), ((0, 1), (0, 2), (1, 3)), ((1, 2),))
    found = {m.name: (m.how, dict(m.shares)) for m in match_joints(own, LAYOUTS["imigue22"])}
    assert found["RWrist"] == ("matched", {"right_wrist": 1})
    assert found["lid"] == ("nearest", {"left_wrist": 1})


def test_skeletons_without_a_name_in_common_are_refused():
    with pytest.raises(ValueError, match=r"no joint of layout hand21 \(wrist, thumb1, .*layout coco17"):
        match_joints(LAYOUTS["hand21"], LAYOUTS["coco17"])
