"""The networks: RGB only, pose only, or both with cross-modal fusion; all return an `Output`."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import torch
from torch import Tensor, nn

from mglib.config import PRESETS

from .experts import ExpertHead
from .fusion import Meeting
from .pathway import Pathway, pose_spec, rgb_spec
from .refinement import PrototypicalRefinement

NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})  # all parts keep their defaults


@dataclass(frozen=True)
class Size:
    """Sizes of the network and its input, the only difference between a test and the paper."""

    rgb_base: int  # stem channels of the RGB pathway; the pose pathway has half as many
    rgb_blocks: tuple[int, ...]  # bottlenecks per stage
    pose_blocks: tuple[int, ...]
    rgb_frames: int
    rgb_pixels: int
    pose_frames: int
    pose_pixels: int
    pose_kernel: int = 3  # length of the pose pathway's temporal convolutions, frames

    def __post_init__(self) -> None:
        maps = self.rgb_pixels, 4 * self.pose_pixels
        if self.pose_frames % self.rgb_frames or max(maps) % min(maps) or self.pose_pixels % 8:
            raise ValueError(
                f"Size: {self.pose_frames} pose frames of {self.pose_pixels} pixels do not fit {self.rgb_frames} RGB "
                f"frames of {self.rgb_pixels}; give a multiple of the RGB frames, and a multiple of 8 pixels of which "
                "4 times as many divide the RGB pixels, or are divided by them."
            )

    @property
    def ratio(self) -> int:
        """Pose frames per RGB frame."""
        return self.pose_frames // self.rgb_frames


def _size(preset: str, *parts: Any) -> Size:
    """A size with the pose input of the preset."""
    return Size(*parts, **{name: PRESETS[preset][name] for name in ("pose_frames", "pose_pixels", "pose_kernel")})


SIZES = {
    "tiny": _size("tiny", 8, (1, 1, 1, 1), (1, 1, 1), 4, 32),
    "small": _size("small", 16, (1, 1, 1, 1), (1, 1, 1), 8, 64),
    "paper": _size("paper", 64, (3, 4, 6, 3), (4, 6, 3), 8, 224),
}


@dataclass(frozen=True)
class Output:
    """The output of every model, by stream ("rgb", "pose")."""

    logits: dict[str, Tensor]  # [N, K]
    features: dict[str, Tensor]  # [N, D], compared with the prototypes
    pooled: dict[str, Tensor]  # [N, C], mean of the last map, for auxiliary losses


class Head(nn.Module):
    """Global average pool -> dropout -> linear: [N, C, T, H, W] -> [N, K]."""

    def __init__(self, width: int, num_classes: int, dropout: float = 0.5):
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.classify = nn.Linear(width, num_classes)
        nn.init.normal_(self.classify.weight, std=0.01)
        nn.init.zeros_(self.classify.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.classify(self.dropout(x.mean((2, 3, 4))))


class GestureNet(nn.Module):
    """One or two pathways, each with a head and a refinement; two pathways are connected at two points.

    Args:
        pathways: "rgb", "pose" or both; a single one has no lateral inputs and may be any backbone that has a `width`
            and returns a map [N, width, T, H, W].
        meetings: for two pathways, their two connections, else empty.
        num_classes: K.
        settings: settings of a run by name, for `Head` and `PrototypicalRefinement`.
    """

    def __init__(
        self,
        pathways: dict[str, nn.Module],
        meetings: list[Meeting],
        num_classes: int,
        settings: Mapping[str, Any] = NO_SETTINGS,
    ):
        super().__init__()
        self.pathways = nn.ModuleDict(pathways)
        self.meetings = nn.ModuleList(meetings)
        head, refine = own(Head, settings), own(PrototypicalRefinement, settings)
        self.heads = nn.ModuleDict({s: Head(p.width, num_classes, **head) for s, p in pathways.items()})
        self.refinement = nn.ModuleDict(
            {s: PrototypicalRefinement(p.width, num_classes, **refine) for s, p in pathways.items()}
        )
        self.auxiliaries = nn.ModuleDict()  # stream -> modules with `loss(pooled, labels)`, for training only

    def forward(self, inputs: dict[str, Tensor]) -> Output:
        """{"rgb": [N, 3, T, H, W], "pose": [N, V, ratio * T, H', W']}, or one of them for one stream."""
        maps = self._meet(inputs) if self.meetings else {s: p(inputs[s]) for s, p in self.pathways.items()}
        return Output(
            {s: self.heads[s](x) for s, x in maps.items()},
            {s: self.refinement[s].features(x) for s, x in maps.items()},
            {s: x.mean((2, 3, 4)) for s, x in maps.items()},
        )

    def part(self, apart: bool) -> None:
        """Disconnect the pathways, or connect them."""
        for meeting in self.meetings:
            meeting.apart = apart

    def add_auxiliary(self, stream: str, module: nn.Module) -> None:
        """Add a loss to a stream: a module with `loss(pooled, labels)`."""
        if stream not in self.auxiliaries:
            self.auxiliaries[stream] = nn.ModuleList()
        self.auxiliaries[stream].append(module)

    def auxiliary_loss(self, output: Output, labels: Tensor) -> Tensor | None:
        """Sum of the losses of auxiliaries and experts over the streams; None if there are none."""
        parts = [(s, part) for s, several in self.auxiliaries.items() for part in several]
        parts += [(s, head) for s, head in self.heads.items() if isinstance(head, ExpertHead)]
        losses = [part.loss(output.pooled[s].float(), labels) for s, part in parts]  # not in half precision
        return torch.stack(losses).sum() if losses else None

    def _meet(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        rgb, pose = self.pathways["rgb"], self.pathways["pose"]
        x, p = rgb.stages[0](rgb.stem(inputs["rgb"])), pose.stem(inputs["pose"])
        for meeting, i in zip(self.meetings, (0, 1), strict=True):  # after RGB stage 2 / pose 1, then RGB 3 / pose 2
            x, p = meeting(rgb.stages[i + 1](x), pose.stages[i](p))
        return {"rgb": rgb.stages[3](x), "pose": pose.stages[2](p)}


def build_network(
    size: Size,
    streams: Literal["rgb", "pose", "both"],
    num_classes: int,
    channels: int,
    settings: Mapping[str, Any] = NO_SETTINGS,
) -> GestureNet:
    """Build a network of the given size.

    Args:
        size: one of `SIZES`, or your own.
        streams: its pathways.
        num_classes: K.
        channels: heat-map channels, that is, joints or limbs of the layout.
        settings: settings of a run by name, for `Meeting`, `Head` and `PrototypicalRefinement`.
    """
    w = size.rgb_base
    rgb, pose = (4 * w * 2, 4 * w * 4), (4 * w // 2, 4 * w)  # channels of the maps at the connections
    both = streams == "both"
    pathways = {}
    if streams != "pose":
        lateral = (0, 0, *pose) if both else (0,) * 4
        pathways["rgb"] = Pathway(rgb_spec(w, size.rgb_blocks, lateral))
    if streams != "rgb":
        lateral = (0, *(c // 16 for c in rgb)) if both else (0,) * 3
        pathways["pose"] = Pathway(pose_spec(channels, w // 2, size.pose_blocks, lateral, kernel=size.pose_kernel))
    meet = own(Meeting, settings)
    meetings = [Meeting(r, p, size.ratio, **meet) for r, p in zip(rgb, pose, strict=True)] if both else []
    return GestureNet(pathways, meetings, num_classes, settings)


def own(part: type[nn.Module], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings for a part of a network: those named like its constructor's parameters."""
    return {name: settings[name] for name in inspect.signature(part).parameters if name in settings}


def channels_last(network: GestureNet) -> GestureNet:
    """Use the memory format in which 3-D convolutions are fastest on a CPU; other networks are unchanged."""
    flat = any(p.ndim == 4 for p in network.parameters())
    return network if flat else network.to(memory_format=torch.channels_last_3d)


def predict(logits: dict[str, Tensor]) -> Tensor:
    """Late fusion 1:1 (paper section 2.1): the mean of the streams' softmax, [N, K]."""
    return torch.as_tensor(sum(z.float().softmax(1) for z in logits.values()) / len(logits))
