import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mglib.data.layouts import IMIGUE36_FROM_OPENPOSE137, LAYOUTS, Layout, get_layout, other_side, side_of

SIZES = {
    "coco17": 17, "body25": 25, "openpose18": 18, "openpose137": 137, "coco_wholebody133": 133, "coco_wholebody21": 21,
    "halpe26": 26, "h36m17": 17, "mediapipe33": 33, "hand21": 21, "kinect20": 20, "kinect25": 25, "ntu25": 25,
    "imigue22": 22, "imigue36": 36, "ma52_28": 28,
}  # fmt: skip
every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


def test_the_registry_holds_the_layouts_with_their_published_sizes():
    assert {name: layout.num_joints for name, layout in LAYOUTS.items()} == SIZES
    assert all(len(set(layout.joints)) == layout.num_joints for layout in LAYOUTS.values())
    with pytest.raises(ValueError, match="'imigue23' is not known; the layouts are coco17, body25"):
        get_layout("imigue23")


@every_layout
def test_limbs_join_all_joints_without_a_cycle_but_for_the_hip_line_of_coco(layout):
    start, end = np.array(layout.limbs).T
    graph = coo_array((np.ones(len(start)), (start, end)), shape=(layout.num_joints, layout.num_joints))
    cycles = {"coco17": 1}.get(layout.name, 0)
    assert connected_components(graph, directed=False)[0] == 1
    assert len({frozenset(limb) for limb in layout.limbs}) == len(layout.limbs) == layout.num_joints - 1 + cycles


@every_layout
def test_the_flip_is_an_involution_that_swaps_the_sides_of_names_and_maps_the_limbs_onto_themselves(layout):
    flip = layout.flip_permutation
    assert flip.dtype == np.int64
    np.testing.assert_array_equal(flip[flip], np.arange(layout.num_joints))
    swap = {"left": "right", "right": "left"}
    for joint, mirrored in enumerate(flip):
        side, *rest = layout.joints[joint].split("_")
        assert layout.joints[mirrored] == "_".join([swap.get(side, side), *rest])
    limbs = {frozenset(limb) for limb in layout.limbs}
    assert {frozenset(flip[list(limb)].tolist()) for limb in limbs} == limbs


def test_imigue22_is_the_published_one():
    layout = get_layout("imigue22")
    arms_and_face = ((1, 0), (1, 2), (2, 3), (3, 4), (1, 5), (5, 6), (6, 7), (0, 8), (8, 10), (0, 9), (9, 11))
    fingers = tuple((7, tip) for tip in range(12, 17)) + tuple((4, tip) for tip in range(17, 22))
    assert layout.limbs == arms_and_face + fingers
    body_pairs = ((2, 5), (3, 6), (4, 7), (8, 9), (10, 11))
    assert layout.flip_pairs == body_pairs + ((12, 17), (13, 18), (14, 19), (15, 20), (16, 21))
    assert (layout.joints[4], layout.joints[8]) == ("right_wrist", "right_eye")  # OpenPose's right is the person's


def test_imigue36_takes_the_published_points_of_openpose():
    face = (27, 29, 33, 37, 39, 44, 49, 52, 73, 76, 79, 82)
    hands = (95, 99, 103, 107, 111, 115, 116, 120, 124, 128, 132, 136)
    assert (*range(8), *range(15, 19), *face, *hands) == IMIGUE36_FROM_OPENPOSE137
    layout = get_layout("imigue36")
    assert (7, IMIGUE36_FROM_OPENPOSE137.index(95)) in layout.limbs  # the left hand hangs on wrist 7 ...
    assert (4, IMIGUE36_FROM_OPENPOSE137.index(116)) in layout.limbs  # ... the right one on wrist 4


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("coco17", {0: "nose", 5: "left_shoulder", 10: "right_wrist", 11: "left_hip", 16: "right_ankle"}),
        ("body25", {1: "neck", 4: "right_wrist", 8: "mid_hip", 14: "left_ankle", 19: "left_big_toe", 24: "right_heel"}),
        ("kinect20", {0: "head", 3: "hip_center", 7: "left_hand", 11: "right_hand", 15: "left_foot"}),
        (
            "kinect25",
            {0: "spine_base", 3: "head", 4: "left_shoulder", 11: "right_hand", 20: "spine_shoulder", 24: "right_thumb"},
        ),
        ("ma52_28", {7: "left_wrist", 10: "right_ankle", 14: "right_eye", 18: "left_thumb", 23: "right_thumb"}),
        (
            "openpose18",
            {1: "neck", 4: "right_wrist", 8: "right_hip", 13: "left_ankle", 14: "right_eye", 17: "left_ear"},
        ),
        (
            "openpose137",
            {
                24: "right_heel",
                33: "chin",
                52: "nose_bridge",
                95: "left_hand",
                99: "left_thumb",
                116: "right_hand",
                136: "right_little",
            },
        ),
        (
            "coco_wholebody133",
            {
                16: "right_ankle",
                17: "left_big_toe",
                22: "right_heel",
                23: "right_jaw1",
                31: "chin",
                71: "right_mouth",
                91: "left_hand",
                112: "right_hand",
                132: "right_little",
            },
        ),
        ("halpe26", {16: "right_ankle", 17: "head", 18: "neck", 19: "mid_hip", 21: "right_big_toe", 25: "right_heel"}),
        ("h36m17", {1: "right_hip", 4: "left_hip", 8: "thorax", 10: "head", 11: "left_shoulder", 16: "right_wrist"}),
        (
            "mediapipe33",
            {
                2: "left_eye",
                8: "right_ear",
                9: "left_mouth",
                12: "right_shoulder",
                15: "left_wrist",
                18: "right_pinky",
                21: "left_thumb",
                24: "right_hip",
                32: "right_foot_index",
            },
        ),
        ("hand21", {0: "wrist", 4: "thumb", 5: "index1", 12: "middle", 16: "ring", 20: "little"}),
        ("ntu25", {0: "spine_base", 7: "left_hand", 20: "spine_shoulder", 21: "left_hand_tip", 24: "right_thumb"}),
    ],  # fmt: skip
)
def test_joints_stand_where_the_detectors_write_them(name, places):
    assert {place: get_layout(name).joints[place] for place in places} == places


def test_a_face_is_mirrored_as_its_68_points_are_published():
    pairs = [(a, 16 - a) for a in range(8)] + [(17 + a, 26 - a) for a in range(5)] + [(31, 35), (32, 34)]
    pairs += [(36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46)]
    pairs += [(48, 54), (49, 53), (50, 52), (55, 59), (56, 58), (60, 64), (61, 63), (65, 67)]
    for name, first in (("coco_wholebody133", 23), ("openpose137", 25)):
        layout = get_layout(name)
        face = [(a - first, b - first) for a, b in layout.flip_pairs if first <= a < first + 68]
        assert face == pairs
        hands = layout.joints.index("left_hand"), layout.joints.index("right_hand")
        assert {(hands[0] + joint, hands[1] + joint) for joint in range(21)} <= set(layout.flip_pairs)


def test_the_limbs_of_ntu_are_those_of_its_graph_networks():
    numbered = [(1, 2), (2, 21), (3, 21), (4, 3), (5, 21), (6, 5), (7, 6), (8, 7), (9, 21), (10, 9), (11, 10), (12, 11)]
    numbered += [(13, 1), (14, 13), (15, 14), (16, 15), (17, 1), (18, 17), (19, 18), (20, 19)]
    numbered += [(22, 23), (23, 8), (24, 25), (25, 12)]  # ST-GCN counts from 1
    layout = get_layout("ntu25")
    assert {frozenset(limb) for limb in layout.limbs} == {frozenset((a - 1, b - 1)) for a, b in numbered}
    assert layout.joints == get_layout("kinect25").joints


def test_what_whole_bodies_have_of_imigue22_is_all_but_the_neck():
    subset = set(get_layout("coco_wholebody21").joints)
    assert subset == set(get_layout("imigue22").joints) - {"neck"}
    assert subset <= set(get_layout("coco_wholebody133").joints)


@pytest.mark.parametrize(
    ("joint", "other"),
    [
        ("left_wrist", "right_wrist"), ("RightAnkle", "LeftAnkle"), ("wrist_left", "wrist_right"),
        ("LEFT EYE", "RIGHT EYE"),
        ("L_wrist", "R_wrist"), ("wrist.r", "wrist.l"), ("LWrist", "RWrist"), ("earright", "earleft"),
        ("nose", "nose"), ("lower_lip", "lower_lip"), ("Ring", "Ring"), ("shoulder", "shoulder"), ("Lip", "Lip"),
    ],
)  # fmt: skip
def test_names_tell_the_other_side(joint, other):
    assert other_side(joint) == other
    assert other_side(other) == joint
    sides = ("centre",) if joint == other else ("left", "right")
    assert {side_of(joint), side_of(other)} == set(sides)


def test_a_layout_of_ones_own_is_checked():
    with pytest.raises(ValueError, match=r"uses joints \[3\] in limbs or flip_pairs, but it has joints 0\.\.2"):
        Layout("own", ("a", "b", "c"), limbs=((0, 3),), flip_pairs=())
    with pytest.raises(ValueError, match="pairs a joint twice"):
        Layout("own", ("a", "b", "c"), limbs=(), flip_pairs=((0, 1), (1, 2)))
