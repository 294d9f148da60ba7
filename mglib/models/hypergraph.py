"""The hypergraph transformer of EHCT: joints attend to each other, and to the body parts to which they belong.

Source: Huang et al., "Micro-gesture Classification Based on Ensemble Hypergraph-convolution Transformer" (EHCT), MiGA
2023, based on Zhou et al., "Hypergraph Transformer for Skeleton-based Action Recognition" (Hyperformer), 2022. EHCT's
code is not public; body parts, temporal convolutions and initial values are chosen here. Its training in groups of
classes and its auxiliary classifier are in `experts`.
"""

import numpy as np
import torch
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path
from torch import Tensor, nn

from mglib.data.layouts import Layout
from mglib.data.streams import bones

from .graph.network import over_persons
from .graph.temporal import Branches
from .graph.topology import hops_to_centre

BRANCH = 3  # fewest joints of a branch that is a body part: an arm or a leg, but not an eye with its ear


def hops(layout: Layout) -> np.ndarray:
    """int64 [V, V], limbs between two joints; if unconnected, one more than the longest path, at least 2."""
    v = layout.num_joints
    start, end = np.array(layout.limbs, dtype=int).reshape(-1, 2).T
    ways = shortest_path(coo_array((np.ones(len(start)), (start, end)), (v, v)), directed=False, unweighted=True)
    joined = np.isfinite(ways)
    return np.where(joined, ways, ways[joined].max(initial=1) + 1).astype(np.int64)


def parents(layout: Layout) -> np.ndarray:
    """int64 [V], the neighbour of each joint that is nearer to the body's centre; a centre is its own parent."""
    near, depth = hops(layout) == 1, hops_to_centre(layout)
    inward = near & (depth == depth[:, None] - 1)
    return np.where(inward.any(1), inward.argmax(1), np.arange(len(depth)))


def centre(layout: Layout) -> int:
    """The joint at the body's centre, the first if there are several."""
    return int((parents(layout) == np.arange(layout.num_joints)).argmax())


def body_parts(layout: Layout) -> np.ndarray:
    """int64 [V], the body part, or hyperedge, to which each joint belongs.

    The skeleton is traversed from its centre outwards. At a fork, each branch of `BRANCH` joints or more is a new part;
    the shorter branches together are one part (the fingertips of a hand, eyes and ears). Remaining single joints are
    the trunk. For imigue22: trunk (neck, nose), face, two arms, two hands.
    """
    parent, order = parents(layout), np.argsort(hops_to_centre(layout), kind="stable")
    size = np.ones(len(parent), dtype=int)
    for joint in order[::-1]:
        if parent[joint] != joint:
            size[parent[joint]] += size[joint]
    children = np.bincount(parent[parent != np.arange(len(parent))], minlength=len(parent))
    part = np.arange(len(parent))  # each joint starts a part, unless it continues one
    for joint in order:
        above = parent[joint]
        if children[above] == 1 and parent[above] != above:
            part[joint] = part[above]
        elif above != joint and size[joint] < BRANCH:
            part[joint] = len(parent) + above  # the common part of the short branches of this fork
    alone = np.bincount(part)[part] == 1
    return np.unique(np.where(alone, -1, part), return_inverse=True)[1]


class HypergraphAttention(nn.Module):
    """Attention between the joints of one frame, with terms for the skeleton.

    With query q, key k, value v of each joint and e, a linear map of the mean over the joints of its part:

        score(i, j) = q_i k_j + q_i r_hops(i,j) + q_i e_j + u e_j
        out_i = sum_j (softmax_j(score(i, j) / sqrt(d)) + B_ij) v_j

    Per head, the learnable r, u start at 0, and the static topology B starts as the mean over a joint and its
    neighbours. There is no final linear map over the heads, as the temporal convolutions that follow begin with one.

    Args:
        width: channels.
        heads: attention heads; must divide the width.
        hop: [V, V] from `hops`.
        part: [V] from `body_parts`.
    """

    def __init__(self, width: int, heads: int, hop: np.ndarray, part: np.ndarray):
        super().__init__()
        self.qkv = nn.Linear(width, 3 * width)
        self.part = nn.Linear(width, width, bias=False)
        self.hop_bias = nn.Parameter(torch.zeros(heads, hop.max() + 1, width // heads))  # r
        self.part_bias = nn.Parameter(torch.zeros(heads, width // heads))  # u
        self.topology = nn.Parameter(_rows(hop <= 1).repeat(heads, 1, 1))  # B
        self.register_buffer("hop", torch.as_tensor(hop), persistent=False)
        self.register_buffer("mean", _rows(part[:, None] == part), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """[N, T, V, width] -> the same shape."""
        q, k, v = (self._split(y) for y in self.qkv(x).chunk(3, -1))  # [N, T, heads, V, d] each
        e = self._split(self.part(self.mean @ x))
        by_hop = q @ self.hop_bias.transpose(1, 2)  # [N, T, heads, V, hops]
        scores = q @ (k + e).transpose(3, 4) + by_hop.gather(4, self.hop.expand(*by_hop.shape[:4], -1))
        scores = scores + (e @ self.part_bias[..., None]).transpose(3, 4)
        weights = (scores * q.shape[-1] ** -0.5).softmax(-1) + self.topology
        return (weights @ v).transpose(2, 3).flatten(3)

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(3, (len(self.part_bias), -1)).transpose(2, 3)


class Block(nn.Module):
    """Attention in each frame, then convolutions over time at several scales (those of ST-GCN++), each with a shortcut.

    [N, C, T, V] -> [N, C, T / stride, V].
    """

    def __init__(self, width: int, heads: int, stride: int, hop: np.ndarray, part: np.ndarray):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.attend = HypergraphAttention(width, heads, hop, part)
        self.temporal = nn.Sequential(Branches(width, stride, 3, (1, 2, 3, 4)), nn.BatchNorm2d(width))
        self.shortcut = nn.AvgPool2d(1, (stride, 1))  # every stride-th frame
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attend(self.norm(x.permute(0, 2, 3, 1))).permute(0, 3, 1, 2)
        return self.relu(self.temporal(x) + self.shortcut(x))


class HypergraphTransformer(nn.Module):
    """A transformer on joints, from which it computes `bones`; the defaults give Hyperformer's 2.6 M parameters.

    Batch norm of all coordinates, a linear map plus a learnable vector for each joint, then blocks of equal width. The
    first blocks of stages two and three halve the frames.

    Args:
        layout: layout whose limbs are the skeleton.
        in_channels: C, values per joint, the last of which is the score.
        base: channels of all blocks, a multiple of the heads and at least 6.
        heads: attention heads.
        blocks: blocks per stage.

    Attributes:
        width: channels of the last map.

    Raises:
        ValueError: base is not such a number.
    """

    def __init__(
        self,
        layout: Layout,
        in_channels: int = 3,
        base: int = 216,
        heads: int = 9,
        blocks: tuple[int, ...] = (4, 3, 3),
    ):
        super().__init__()
        if base % heads or base < 6:  # 6 branches over time
            raise ValueError(
                f"HypergraphTransformer: base is {base} with {heads} heads; give a multiple of the heads, at least 6."
            )
        self.layout, self.in_channels, self.width = layout, in_channels, base
        self.parent, hop, part = parents(layout), hops(layout), body_parts(layout)
        self.norm = nn.BatchNorm1d(layout.num_joints * in_channels)
        self.embed = nn.Linear(in_channels, base)
        self.place = nn.Parameter(torch.randn(layout.num_joints, base) * 0.02)  # usual for transformers
        strides = [2 if stage and i == 0 else 1 for stage, n in enumerate(blocks) for i in range(n)]
        self.blocks = nn.Sequential(*(Block(base, heads, stride, hop, part) for stride in strides))

    def forward(self, joints: Tensor) -> Tensor:
        """The last map, averaged over the persons present, as in `GraphNetwork`.

        Args:
            joints: [N, M, T, V, C], scaled per clip; the last channel is the score. A person whose scores are all 0 is
                absent. A clip without persons keeps its first, empty person.

        Returns:
            [N, width, T', V, 1].
        """
        return over_persons(self._persons, joints)

    def _persons(self, joints: Tensor) -> Tensor:
        """[P, T, V, C] -> [P, width, T', V]."""
        x = bones(joints, self.parent)
        x = self.norm(x.flatten(2).transpose(1, 2)).transpose(1, 2).unflatten(2, x.shape[2:])
        return self.blocks((self.embed(x) + self.place).permute(0, 3, 1, 2))


def _rows(linked: np.ndarray) -> Tensor:
    """bool [V, V] -> float32 [V, V] whose rows sum to 1."""
    return torch.as_tensor(linked / linked.sum(1, keepdims=True), dtype=torch.float32)
