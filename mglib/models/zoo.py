"""The systems of the paper's Table 2 as backbones of `GestureNet`, in the three sizes of the workbook."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from mglib.data.layouts import Layout

from .cooccurrence import Cooccurrence
from .graph import graph_network
from .hypergraph import HypergraphTransformer
from .pathway import Pathway, pose_spec
from .video import SWIN_SIZES, TSM, SwinSize, VideoSwin


@dataclass(frozen=True)
class Backbones:
    """Sizes of the backbones; "paper" has the published ones."""

    pose_base: int  # PoseConv3D: channels of the stem
    pose_blocks: tuple[int, ...]
    rgb_base: int  # TSM: channels of the stem
    rgb_blocks: tuple[int, ...]
    swin: dict[str, SwinSize]
    graph_base: int
    hyper_base: int
    blocks: tuple[int, ...]  # blocks of the networks on joints
    hcn_base: int = 64


def _small_swin(dim: int) -> dict[str, SwinSize]:
    """Video Swin T, S and B with reduced width and depth: S is deeper than T, and B wider."""
    window = (4, 4, 4)
    deep = SwinSize(dim, (1, 1, 3, 1), (1, 2, 4, 8), window)
    return {"t": SwinSize(dim, (1, 1, 1, 1), (1, 2, 4, 8), window), "s": deep,
            "b": SwinSize(dim * 4 // 3, (1, 1, 3, 1), (1, 2, 4, 8), window)}  # fmt: skip


BACKBONES = {
    "tiny": Backbones(4, (1, 1, 1), 8, (1, 1, 1, 1), _small_swin(12), 8, 18, (1, 1, 1), 32),
    "small": Backbones(8, (1, 1, 1), 16, (1, 1, 1, 1), _small_swin(24), 32, 54, (2, 2, 2)),
    "paper": Backbones(32, (4, 6, 3), 64, (3, 4, 6, 3), SWIN_SIZES, 64, 216, (4, 3, 3)),
}
GRAPHS = {"st_gcn": "st-gcn", "st_gcn_pp": "st-gcn++", "aagcn": "aagcn", "ctr_gcn": "ctr-gcn", "dg_stgcn": "dg-stgcn"}


def pose_conv3d(size: Backbones, channels: int, kernel: int = 3) -> Pathway:
    """SlowOnly-R50 on heat-maps only: the pose pathway, whose last stage halves the frames."""
    return Pathway(pose_spec(channels, size.pose_base, size.pose_blocks, temporal_strides=(1, 1, 2), kernel=kernel))


def make_backbone(
    model: str, size: Backbones, layout: Layout, channels: int, values: int = 3, frames: int = 48, kernel: int = 3
) -> nn.Module:
    """Build a backbone by its name in `config.MODELS`, except "two_stream".

    Args:
        model: its name.
        size: one of `BACKBONES`, or your own.
        layout: layout of the skeleton.
        channels: heat-map channels, that is, joints or limbs of the layout.
        values: values per joint for networks on joints: coordinates and score.
        frames: frames per clip for HCN.
        kernel: length of PoseConv3D's temporal convolutions, frames.

    Raises:
        VisionError: torchvision, needed for Video Swin, is missing or does not fit torch.
    """
    makers: dict[str, Callable[[], nn.Module]] = {
        "pose_conv3d": lambda: pose_conv3d(size, channels, kernel),
        "tsm": lambda: TSM(size.rgb_base, size.rgb_blocks),
        "hcn": lambda: Cooccurrence(layout, values, size.hcn_base, frames=frames),
        "hypergraph": lambda: HypergraphTransformer(layout, values, base=size.hyper_base, blocks=size.blocks),
    }
    makers |= {f"video_swin_{name}": lambda swin=swin: VideoSwin(swin) for name, swin in size.swin.items()}
    makers |= {
        name: lambda graph=graph: graph_network(graph, layout, values, base=size.graph_base, blocks=size.blocks)
        for name, graph in GRAPHS.items()
    }
    return makers[model]()
