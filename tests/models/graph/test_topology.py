"""The three subsets of every layout's graph against a walk along its limbs."""

import numpy as np
import pytest

from mglib.data.layouts import LAYOUTS, Layout
from mglib.models.graph.topology import adjacency, hops_to_centre, subsets

every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
CENTRES = {
    "coco17": "nose", "body25": "mid_hip", "openpose137": "nose", "coco_wholebody133": "nose",
    "coco_wholebody21": "nose", "halpe26": "mid_hip", "h36m17": "spine", "mediapipe33": "nose", "hand21": "wrist",
    "kinect20": "spine", "kinect25": "spine_shoulder", "ntu25": "spine_shoulder",
}  # fmt: skip
LEVEL = {"coco17": {(11, 12)}}  # the hip line, between joints equally far from the nose


@every_layout
def test_depths_are_those_of_a_walk_from_the_centre(layout):
    depth, level = {layout.joints.index(CENTRES.get(layout.name, "neck")): 0}, 0
    while len(depth) < layout.num_joints:
        level += 1
        reached = {b for limb in layout.limbs for a, b in (limb, limb[::-1]) if a in depth and b not in depth}
        depth |= dict.fromkeys(reached, level)
    assert hops_to_centre(layout).tolist() == [depth[joint] for joint in range(layout.num_joints)]


@every_layout
def test_subsets_share_out_the_limbs(layout):
    same, inward, outward = subsets(layout)
    np.testing.assert_array_equal(inward, outward.T)
    level = LEVEL.get(layout.name, set())
    assert {(v, w) for v, w in np.argwhere(same) if v < w} == level and same.diagonal().all()
    depth = hops_to_centre(layout)
    towards = {(a, b) if depth[a] > depth[b] else (b, a) for a, b in layout.limbs if (a, b) not in level}
    assert {tuple(edge) for edge in np.argwhere(inward)} == towards
    leaves = ~inward.any(0)  # nobody lies further out than they
    np.testing.assert_array_equal(inward.any(1), depth > 0)  # every joint but the centre has one nearer to it
    sums = adjacency(layout).sum(1)
    np.testing.assert_allclose(sums, [np.ones(layout.num_joints), ~leaves, depth > 0], atol=1e-6)


@every_layout
def test_the_graph_of_a_mirrored_person_is_the_same(layout):
    flip = layout.flip_permutation
    graph = adjacency(layout)
    np.testing.assert_array_equal(graph[:, flip][:, :, flip], graph)


def test_every_part_of_a_torn_skeleton_has_a_centre_and_a_joint_alone_hears_itself():
    """A chain of three, a mirrored pair whose joints are centres together, and a joint alone."""
    layout = Layout("torn", tuple("abcdef"), ((0, 1), (1, 2), (3, 4)), ((3, 4),))
    assert hops_to_centre(layout).tolist() == [1, 0, 1, 0, 0, 0]
    graph = adjacency(layout)
    assert graph[0, 5].tolist() == graph[0, :, 5].tolist() == [0, 0, 0, 0, 0, 1]
    assert not graph[1:, 5].any() and not graph[1:, :, 5].any()
    np.testing.assert_allclose(graph[0, 3:5, 3:5], 0.5)
