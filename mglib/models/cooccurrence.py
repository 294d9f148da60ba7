"""HCN: a small convolutional network on positions and motion that mixes all joints early.

Source: Li et al., "Co-occurrence Feature Learning from Skeleton Data for Action Recognition and Detection with
Hierarchical Aggregation" (HCN), IJCAI 2018. Batch norms after the convolutions, and the mean over persons in place of
the maximum, are ours.
"""

import torch
from torch import Tensor, nn

from mglib.data.layouts import Layout
from mglib.data.streams import motions

from .graph.network import over_persons

POOLS = 16  # factor by which four poolings reduce a map


class Branch(nn.Module):
    """Convolve per joint, then over time, then with joints as channels: [N, C, T, V] -> [N, C', T/4, H/4]."""

    def __init__(self, values: int, joints: int, base: int):
        super().__init__()
        self.point = nn.Sequential(nn.Conv2d(values, base, 1), nn.BatchNorm2d(base), nn.ReLU(inplace=True))
        self.time = nn.Sequential(nn.Conv2d(base, base // 2, (3, 1), padding=(1, 0)), nn.BatchNorm2d(base // 2))
        self.mix = nn.Sequential(_pooled(joints, base // 2), _pooled(base // 2, base))

    def forward(self, x: Tensor) -> Tensor:
        return self.mix(self.time(self.point(x)).permute(0, 3, 2, 1))


class Cooccurrence(nn.Module):
    """Two branches, for positions and motion, are concatenated; a last layer sees the whole clip.

    Args:
        layout: layout of the skeleton.
        values: C, values per joint: coordinates and score.
        base: channels of the first convolution, at least 32.
        frames: T, number of frames, at least 16.
        dropout: dropout probability before and after the last layers.

    Attributes:
        width: channels of the output.

    Raises:
        ValueError: fewer frames.
    """

    def __init__(self, layout: Layout, values: int = 3, base: int = 64, frames: int = 64, dropout: float = 0.5):
        super().__init__()
        if frames < POOLS:
            raise ValueError(f"hcn pools time by {POOLS}, and {frames} frames are fewer; give {POOLS} or more.")
        self.in_channels, self.width = values, 4 * base
        joints = layout.num_joints
        self.norm = nn.BatchNorm1d(joints * 2 * values)
        self.places, self.moves = Branch(values, joints, base), Branch(values, joints, base)
        self.join = nn.Sequential(_pooled(2 * base, 2 * base), nn.Dropout2d(dropout), _pooled(2 * base, 4 * base))
        cells = (frames // POOLS) * (base // 2 // POOLS)
        self.whole = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(4 * base * cells, 4 * base),
            nn.BatchNorm1d(4 * base),
            nn.ReLU(),
        )

    def forward(self, joints: Tensor) -> Tensor:
        """[N, M, T, V, C], as for `GraphNetwork`, -> [N, width, 1, 1, 1]."""
        return over_persons(self._persons, torch.cat([motions(joints), joints], -1))

    def _persons(self, both: Tensor) -> Tensor:
        """Motion and positions [P, T, V, 2 C] -> [P, width, 1, 1]."""
        x = self.norm(both.flatten(2).transpose(1, 2)).unflatten(1, both.shape[2:]).permute(0, 2, 3, 1)
        moves, places = x.chunk(2, 1)
        return self.whole(self.join(torch.cat([self.places(places), self.moves(moves)], 1)))[..., None, None]


def _pooled(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True), nn.MaxPool2d(2)
    )
