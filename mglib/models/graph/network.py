"""The common structure of the graph networks: blocks of a spatial and a temporal unit, which differ by network."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from mglib.data.layouts import Layout

from . import spatial, temporal
from .topology import adjacency


@dataclass(frozen=True)
class Units:
    """What distinguishes one graph network from another."""

    convolve: Callable[[int, int, np.ndarray], nn.Module]  # (channels in, channels out, adjacency) -> graph convolution
    temporal: Callable[[int, int, int], nn.Module]  # (channels, stride, V) -> convolution over time
    shortcut: bool = True  # whether there is a shortcut around the graph convolution
    gates: Callable[[int, int], nn.Module] | None = None  # (channels, V) -> attention after the graph convolution


NETWORKS = {
    "st-gcn": Units(spatial.WeightedEdges, temporal.one_kernel, shortcut=False),
    "st-gcn++": Units(spatial.FreeEdges, temporal.six_branches),
    "aagcn": Units(spatial.AdaptiveEdges, temporal.one_kernel, gates=spatial.Gates),
    "ctr-gcn": Units(spatial.ChannelEdges, temporal.four_branches),
    "dg-stgcn": Units(spatial.DynamicEdges, temporal.six_branches_with_body),
}


class Spatial(nn.Module):
    """Graph convolution, batch norm, shortcut, ReLU and, in some networks, gates."""

    def __init__(self, units: Units, inputs: int, outputs: int, graph: np.ndarray):
        super().__init__()
        self.convolve = units.convolve(inputs, outputs, graph)
        self.norm = nn.BatchNorm2d(outputs)
        self.shortcut = _shortcut(inputs, outputs) if units.shortcut else None
        self.relu = nn.ReLU(inplace=True)
        self.gates = units.gates(outputs, graph.shape[-1]) if units.gates else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.convolve(x))
        return self.gates(self.relu(y if self.shortcut is None else y + self.shortcut(x)))


class Block(nn.Module):
    """Spatial unit, then temporal unit with stride, plus a shortcut, except in the first block.

    [N, C, T, V] -> [N, C', T / stride, V].
    """

    def __init__(self, units: Units, inputs: int, outputs: int, stride: int, graph: np.ndarray, first: bool):
        super().__init__()
        self.spatial = Spatial(units, inputs, outputs, graph)
        self.temporal = units.temporal(outputs, stride, graph.shape[-1])
        self.shortcut = None if first else _shortcut(inputs, outputs, stride)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.temporal(self.spatial(x))
        return self.relu(y if self.shortcut is None else y + self.shortcut(x))


class GraphNetwork(nn.Module):
    """Batch norm of all coordinates, then three stages of blocks, each of the last two doubling the width.

    The first blocks of stages two and three halve the frames. Persons are processed separately and averaged.

    Attributes:
        width: channels of the last map.
    """

    def __init__(self, units: Units, layout: Layout, in_channels: int, base: int, blocks: tuple[int, ...]):
        super().__init__()
        self.layout, self.in_channels = layout, in_channels
        graph = adjacency(layout)
        self.norm = nn.BatchNorm1d(layout.num_joints * in_channels)
        stages = [(base * 2**stage, 2 if stage and not i else 1) for stage, n in enumerate(blocks) for i in range(n)]
        inputs = [in_channels, *(width for width, _ in stages)]
        self.blocks = nn.Sequential(
            *(Block(units, inputs[i], width, stride, graph, first=i == 0) for i, (width, stride) in enumerate(stages))
        )
        self.width = inputs[-1]

    def forward(self, joints: Tensor) -> Tensor:
        """The last map, averaged over the persons present.

        Args:
            joints: [N, M, T, V, C], centred and scaled per clip; the last channel is the score. A person whose scores
                are all 0 is absent and touches neither the mean nor the batch norms. A clip without anybody keeps its
                first, empty person, so that it has an answer too.

        Returns:
            [N, width, T', V, 1].

        Raises:
            ValueError: the number of joints or channels does not fit the network.
        """
        if joints.shape[3:] != (self.layout.num_joints, self.in_channels):
            raise ValueError(
                f"GraphNetwork: joints are {list(joints.shape)}, but layout {self.layout.name!r} has [N, M, T, "
                f"{self.layout.num_joints}, {self.in_channels}]; give the clips' own layout and all its channels."
            )
        return over_persons(self._persons, joints)

    def _persons(self, joints: Tensor) -> Tensor:
        """[P, T, V, C] -> [P, width, T', V]."""
        x = self.norm(joints.flatten(2).transpose(1, 2))  # [P, V * C, T]
        return self.blocks(x.unflatten(1, (-1, self.in_channels)).permute(0, 2, 3, 1))


def over_persons(network: Callable[[Tensor], Tensor], joints: Tensor) -> Tensor:
    """Apply a network to each person present, and average by clip.

    Args:
        network: [P, T, V, C] -> [P, C', T', V], for all persons at once.
        joints: [N, M, T, V, C]; a person whose scores, the last channel, are all 0 is absent. A clip without anybody
            keeps its first, empty person.

    Returns:
        [N, C', T', V, 1].
    """
    if joints.shape[1] == 1:  # the first person is kept in any case; without branching the network can be exported
        return network(joints[:, 0])[..., None]
    present = (joints[..., -1] > 0).flatten(2).any(2)  # [N, M]
    present[:, 0] |= ~present.any(1)
    y = network(joints[present])
    by_clip = y.new_zeros(*present.shape, *y.shape[1:])
    by_clip[present] = y
    return (by_clip.sum(1) / present.sum(1)[:, None, None, None])[..., None]


def graph_network(
    name: str, layout: Layout, in_channels: int = 3, base: int = 64, blocks: tuple[int, ...] = (4, 3, 3)
) -> GraphNetwork:
    """Build a graph network by name; the defaults are the published size.

    Args:
        name: one of `NETWORKS`.
        layout: layout whose limbs are the graph.
        in_channels: C, values per joint, the last of which is the score.
        base: channels of the first stage, at least 8.
        blocks: blocks per stage.

    Raises:
        ValueError: the name is unknown.
    """
    if name not in NETWORKS:
        raise ValueError(f"Graph network {name!r} is not known; give one of {', '.join(NETWORKS)}.")
    return GraphNetwork(NETWORKS[name], layout, in_channels, base, blocks)


def _shortcut(inputs: int, outputs: int, stride: int = 1) -> nn.Module:
    if inputs == outputs and stride == 1:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1, (stride, 1)), nn.BatchNorm2d(outputs))
