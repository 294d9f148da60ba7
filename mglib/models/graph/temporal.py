"""Convolutions over time per joint, each [N, C, T, V] -> [N, C, T', V]; T' is T / stride, rounded up.

Sources: as in `spatial`.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def one_kernel(channels: int, stride: int, joints: int) -> nn.Module:
    """ST-GCN and AAGCN: a single 9x1 convolution."""
    return nn.Sequential(nn.Conv2d(channels, channels, (9, 1), (stride, 1), (4, 0)), nn.BatchNorm2d(channels))


def four_branches(channels: int, stride: int, joints: int) -> nn.Module:
    """CTR-GCN: kernel 5 with dilations 1 and 2, maximum, 1x1."""
    return nn.Sequential(Branches(channels, stride, 5, (1, 2)), nn.BatchNorm2d(channels))


def six_branches(channels: int, stride: int, joints: int) -> nn.Module:
    """ST-GCN++: kernel 3 with dilations 1 to 4, maximum, 1x1; a last 1x1 convolution mixes the branches."""
    return nn.Sequential(Branches(channels, stride, 3, (1, 2, 3, 4)), *_meet(channels))


def six_branches_with_body(channels: int, stride: int, joints: int) -> nn.Module:
    """DG-STGCN: as ST-GCN++, with the mean of all joints as an additional input of each joint."""
    return nn.Sequential(WithBody(Branches(channels, stride, 3, (1, 2, 3, 4)), joints), *_meet(channels))


class Branches(nn.Module):
    """Parallel branches on the same frames, each for a share of the channels.

    Dilated convolutions of one kernel, the maximum over 3 frames, and a 1x1 convolution; all but the last first reduce
    the channels by a 1x1 convolution. The first branch also gets the remainder of the division.
    """

    def __init__(self, channels: int, stride: int, kernel: int, dilations: Sequence[int]):
        super().__init__()
        share = channels // (len(dilations) + 2)
        widths = [channels - share * (len(dilations) + 1)] + [share] * (len(dilations) - 1)
        self.branches = nn.ModuleList(
            nn.Sequential(
                *_reduce(channels, w), nn.Conv2d(w, w, (kernel, 1), (stride, 1), (d * (kernel // 2), 0), (d, 1))
            )
            for w, d in zip(widths, dilations, strict=True)
        )
        self.branches.append(nn.Sequential(*_reduce(channels, share), nn.MaxPool2d((3, 1), (stride, 1), (1, 0))))
        self.branches.append(nn.Conv2d(channels, share, 1, (stride, 1)))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.branches], 1)


class WithBody(nn.Module):
    """DG-STGCN's fusion of joints and skeleton: the mean joint is processed like an additional joint.

    It is then added to every joint, with a weight per joint that starts at 0.
    """

    def __init__(self, convolve: nn.Module, joints: int):
        super().__init__()
        self.convolve = convolve
        self.weight = nn.Parameter(torch.zeros(joints))

    def forward(self, x: Tensor) -> Tensor:
        y = self.convolve(torch.cat([x, x.mean(3, keepdim=True)], 3))
        return y[..., :-1] + y[..., -1:] * self.weight


def _reduce(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(inputs, outputs, 1), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)


def _meet(channels: int) -> tuple[nn.Module, ...]:
    mix = nn.Conv2d(channels, channels, 1)
    return nn.BatchNorm2d(channels), nn.ReLU(inplace=True), mix, nn.BatchNorm2d(channels)
