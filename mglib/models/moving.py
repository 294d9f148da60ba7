"""How a backbone is taken over to other data: which of its tensors belong to one skeleton, and how deep each lies."""

import re

from torch import Tensor, nn

from .video import VideoSwin

# Convolutions that see every joint or limb in a channel of its own, [C, V, ...]: of the heat-maps, and of HCN.
BY_JOINT = re.compile(r"^(stem\.0\.0|places\.mix\.0\.0|moves\.mix\.0\.0)\.weight$")
# What belongs to the joints of one skeleton and their limbs: the norm of their coordinates, edges, gates of joints.
OF_SKELETON = re.compile(
    r"^(norm\.|place$)|\.(adjacency|importance|topology|hop_bias)$|\.gates\.joints\.|\.temporal\.0\.weight$"
)
FLAT = re.compile(r"\.temporal\.0\.weight$")  # DG-STGCN's weights of joints; elsewhere a convolution is called so


def by_joint(name: str) -> bool:
    """Whether a tensor of a backbone on joints, or limbs, has an entry for each of them along axis 1."""
    return bool(BY_JOINT.search(name))


def of_skeleton(name: str, x: Tensor) -> bool:
    """Whether a tensor of a backbone on joints has a meaning for one skeleton alone, whatever its shape."""
    return bool(OF_SKELETON.search(name)) and not (FLAT.search(name) and x.ndim > 1)


def depths(backbone: nn.Module) -> dict[str, int]:
    """How deep each parameter lies, by name: 0 in what sees the input, then stage by stage, or block by block."""
    found = {name: _depth(name) for name, _ in backbone.named_parameters()}
    if isinstance(backbone, VideoSwin):  # whose norm comes last, where the others' is of the input
        found |= {name: max(found.values()) for name in found if name.startswith("norm.")}
    return found


def _depth(name: str) -> int:
    if found := re.match(r"(?:stages|blocks)\.(\d+)\.", name):
        return int(found[1]) + 1
    if found := re.match(r"features\.(\d+)\.", name):  # of Video Swin, where every second one merges patches
        return int(found[1]) // 2 + 1
    return {"join": 1, "whole": 2}.get(name.partition(".")[0], 0)  # of HCN
