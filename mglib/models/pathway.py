"""One ResNet-style 3-D pathway: the RGB and the pose branch of PoseConv3D differ only in their sizes.

Sources: Duan et al., "Revisiting Skeleton-based Action Recognition", CVPR 2022; Feichtenhofer et al., "SlowFast
Networks for Video Recognition", ICCV 2019.
"""

from dataclasses import dataclass

from torch import Tensor, nn

EXPANSION = 4  # output channels of a bottleneck per plane


@dataclass(frozen=True)
class PathwaySpec:
    """What distinguishes one pathway from another."""

    in_channels: int  # 3 for RGB, the number of joints or limbs for pose
    base: int  # channels of the stem
    blocks: tuple[int, ...]  # bottlenecks per stage
    planes: tuple[int, ...]  # width of each stage's bottlenecks
    inflated: tuple[bool, ...]  # whether the first 1x1 convolution of the stage's blocks covers `kernel` frames
    spatial_strides: tuple[int, ...]
    temporal_strides: tuple[int, ...]
    stem_stride: int
    stem_pool: bool
    lateral: tuple[int, ...]  # channels that a lateral connection adds to each stage's input
    kernel: int = 3  # frames, odd

    @property
    def widths(self) -> tuple[int, ...]:
        """Output channels of each stage."""
        return tuple(EXPANSION * p for p in self.planes)


def rgb_spec(
    base: int = 64, blocks: tuple[int, ...] = (3, 4, 6, 3), lateral: tuple[int, ...] = (0, 0, 0, 0)
) -> PathwaySpec:
    """SlowOnly ResNet: stages 3 and 4 use neighbouring frames; there is no stride in time.

    Args:
        base: channels of the stem, 64 at full size.
        blocks, lateral: as in `PathwaySpec`.
    """
    planes = tuple(base * 2**i for i in range(4))
    return PathwaySpec(3, base, blocks, planes, (False, False, True, True), (1, 2, 2, 2), (1,) * 4, 2, True, lateral)


def pose_spec(
    in_channels: int,
    base: int = 32,
    blocks: tuple[int, ...] = (4, 6, 3),
    lateral: tuple[int, ...] = (0, 0, 0),
    temporal_strides: tuple[int, ...] = (1, 1, 1),
    kernel: int = 3,
) -> PathwaySpec:
    """The narrower, shallower pathway for small, sparse heat-map volumes, without stem stride and pooling.

    Args:
        in_channels: channels of a heat-map: joints or limbs.
        base: channels of the stem, 32 at full size.
        blocks, lateral, temporal_strides, kernel: as in `PathwaySpec`.
    """
    planes = tuple(base * 2**i for i in range(3))
    return PathwaySpec(
        in_channels, base, blocks, planes, (False, True, True), (2, 2, 2), temporal_strides, 1, False, lateral,
        kernel,
    )  # fmt: skip


def conv_bn(
    inputs: int, outputs: int, kernel: tuple[int, int, int], stride: tuple[int, int, int] = (1, 1, 1)
) -> nn.Sequential:
    """Convolution without bias, padded to keep the size, and batch norm."""
    padding = tuple(k // 2 for k in kernel)
    return nn.Sequential(nn.Conv3d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm3d(outputs))


class Bottleneck(nn.Module):
    """Convolutions 1x1 over `frames` frames, 1x3x3 with the stride, and 1x1x1, plus the shortcut."""

    def __init__(self, inputs: int, planes: int, frames: int, stride: tuple[int, int, int]):
        super().__init__()
        outputs = EXPANSION * planes
        self.conv1 = conv_bn(inputs, planes, (frames, 1, 1))
        self.conv2 = conv_bn(planes, planes, (1, 3, 3), stride)
        self.conv3 = conv_bn(planes, outputs, (1, 1, 1))
        same = inputs == outputs and stride == (1, 1, 1)
        self.shortcut = nn.Identity() if same else conv_bn(inputs, outputs, (1, 1, 1), stride)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.conv1(x))
        y = self.relu(self.conv2(y))
        return self.relu(self.conv3(y) + self.shortcut(x))


class Pathway(nn.Module):
    """Stem and stages; the two-stream network calls the stages one by one, to fuse between them.

    Attributes:
        spec: its specification.
        stem: [N, in_channels, T, H, W] -> [N, base, T, H', W'].
        stages: one `nn.Sequential` of bottlenecks each, [N, C_in + lateral, T, H, W] -> [N, 4 * planes, T', H', W'].
        width: channels of the last stage.
    """

    def __init__(self, spec: PathwaySpec):
        super().__init__()
        self.spec = spec
        stride = (1, spec.stem_stride, spec.stem_stride)
        stem = [conv_bn(spec.in_channels, spec.base, (1, 7, 7), stride), nn.ReLU(inplace=True)]
        if spec.stem_pool:
            stem.append(nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1)))
        self.stem = nn.Sequential(*stem)
        inputs = (spec.base, *spec.widths[:-1])
        self.stages = nn.ModuleList(self._stage(spec, i, inputs[i] + spec.lateral[i]) for i in range(len(spec.blocks)))
        self.width = spec.widths[-1]
        self.apply(_init)

    @staticmethod
    def _stage(spec: PathwaySpec, i: int, inputs: int) -> nn.Sequential:
        stride = (spec.temporal_strides[i], spec.spatial_strides[i], spec.spatial_strides[i])
        frames = spec.kernel if spec.inflated[i] else 1
        blocks = [Bottleneck(inputs, spec.planes[i], frames, stride)]
        blocks += [Bottleneck(spec.widths[i], spec.planes[i], frames, (1, 1, 1)) for _ in range(spec.blocks[i] - 1)]
        return nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        """[N, in_channels, T, H, W] -> [N, width, T', H', W'], without a lateral connection."""
        x = self.stem(x)
        for stage in self.stages:
            x = stage(x)
        return x


def _init(module: nn.Module) -> None:
    if isinstance(module, nn.Conv3d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
