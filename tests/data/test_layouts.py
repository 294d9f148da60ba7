import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mglib.data.layouts import IMIGUE36_FROM_OPENPOSE137, LAYOUTS, Layout, get_layout

SIZES = {"coco17": 17, "body25": 25, "kinect20": 20, "kinect25": 25, "imigue22": 22, "imigue36": 36, "ma52_28": 28}
every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


def test_the_registry_holds_the_seven_layouts_with_their_published_sizes():
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
    ],
)
def test_joints_stand_where_the_detectors_write_them(name, places):
    assert {place: get_layout(name).joints[place] for place in places} == places


def test_a_layout_of_ones_own_is_checked():
    with pytest.raises(ValueError, match=r"uses joints \[3\] in limbs or flip_pairs, but it has joints 0\.\.2"):
        Layout("own", ("a", "b", "c"), limbs=((0, 3),), flip_pairs=())
    with pytest.raises(ValueError, match="pairs a joint twice"):
        Layout("own", ("a", "b", "c"), limbs=(), flip_pairs=((0, 1), (1, 2)))
