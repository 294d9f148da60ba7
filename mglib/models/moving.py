"""Facts for transferring a backbone to other data: which tensors depend on the skeleton, and their depth."""

import re

from torch import Tensor, nn

from .video import VideoSwin

# Convolutions with a channel per joint or limb, [C, V, ...]: on heat-maps, and in HCN.
BY_JOINT = re.compile(r"^(stem\.0\.0|places\.mix\.0\.0|moves\.mix\.0\.0)\.weight$")
# Tensors for the joints and limbs of one skeleton: the norm of coordinates, edges, gates of joints.
OF_SKELETON = re.compile(
    r"^(norm\.|place$)|\.(adjacency|importance|topology|hop_bias)$|\.gates\.joints\.|\.temporal\.0\.weight$"
)
FLAT = re.compile(r"\.temporal\.0\.weight$")  # DG-STGCN's weights of joints; elsewhere the name of a convolution


def by_joint(name: str) -> bool:
    """Whether a tensor of a backbone on joints, or limbs, has an entry for each of them along axis 1."""
    return bool(BY_JOINT.search(name))


def of_skeleton(name: str, x: Tensor) -> bool:
    """Whether a tensor of a backbone on joints is specific to one skeleton, whatever its shape."""
    return bool(OF_SKELETON.search(name)) and not (FLAT.search(name) and x.ndim > 1)


def depths(backbone: nn.Module) -> dict[str, int]:
    """The depth of each parameter, by name: 0 for layers on the input, then by stage or block."""
    found = {name: _depth(name) for name, _ in backbone.named_parameters()}
    if isinstance(backbone, VideoSwin):  # its norm comes last, while the others' is at the input
        found |= {name: max(found.values()) for name in found if name.startswith("norm.")}
    return found


def _depth(name: str) -> int:
    if found := re.match(r"(?:stages|blocks)\.(\d+)\.", name):
        return int(found[1]) + 1
    if found := re.match(r"features\.(\d+)\.", name):  # Video Swin, where every second one merges patches
        return int(found[1]) // 2 + 1
    return {"join": 1, "whole": 2}.get(name.partition(".")[0], 0)  # HCN
