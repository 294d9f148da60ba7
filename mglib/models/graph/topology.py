"""The graph of a skeleton: its limbs, divided into those towards the body's centre and away from it.

Source: Yan et al., "Spatial Temporal Graph Convolutional Networks for Skeleton-Based Action Recognition" (ST-GCN),
AAAI 2018, spatial configuration partitioning (Eq. 8).
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

from mglib.data.layouts import Layout


def adjacency(layout: Layout) -> np.ndarray:
    """float32 [3, V, V], the `subsets` of the graph, normalised so that each column sums to 1.

    Columns of joints without a neighbour in the subset are 0.
    """
    graph = subsets(layout)
    return (graph / graph.sum(1, keepdims=True).clip(1)).astype(np.float32)


def subsets(layout: Layout) -> np.ndarray:
    """bool [3, V, V]: self, inward and outward; entry [., v, w] is true where there is an edge from v to w.

    Inward, v lies one limb further from the centre than w; outward is its transpose. A limb between joints equally far
    (the hip line of coco17) belongs to the first subset, as in ST-GCN.
    """
    linked = np.zeros((layout.num_joints,) * 2, bool)
    for a, b in layout.limbs:
        linked[a, b] = linked[b, a] = True
    depth = hops_to_centre(layout)
    further = depth[:, None] - depth
    same = np.eye(layout.num_joints, dtype=bool) | (linked & (further == 0))
    return np.stack([same, linked & (further > 0), linked & (further < 0)])


def hops_to_centre(layout: Layout) -> np.ndarray:
    """[V], number of limbs from each joint to the centre of its connected part of the skeleton.

    The centre is the joint with the smallest distance to its farthest joint; among equals, the one with the smallest
    sum of distances. Joints that are their own mirror image have priority, and equal joints are centres together, so
    that the graph of a symmetric skeleton is symmetric. It is the nose for coco17, the neck for imigue22, imigue36 and
    ma52_28, the middle of the hips for body25, the spine for kinect20 and its upper end for kinect25.
    """
    v = layout.num_joints
    start, end = np.array(layout.limbs, dtype=int).reshape(-1, 2).T
    hops = shortest_path(coo_array((np.ones(len(start)), (start, end)), (v, v)), directed=False, unweighted=True)
    within = np.isfinite(hops)
    finite = np.where(within, hops, 0)
    lateral = layout.flip_permutation != np.arange(v)
    rank = (lateral * v + finite.max(1)) * v**2 + finite.sum(1)  # three sort keys in one number: the sum is below V^2
    rank = np.where(within, rank, np.inf)
    return np.where(rank == rank.min(1, keepdims=True), hops, np.inf).min(1)
