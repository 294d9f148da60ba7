"""Modality dropout: for some training clips the network sees only one input, so that it learns to use both.

Source: Neverova et al., "ModDrop: Adaptive Multi-modal Gesture Recognition", TPAMI 2016.
"""

import torch
from torch import Tensor


def drop_modality(inputs: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Set one input of a share of the clips to zero, either input equally often.

    Args:
        inputs: of both streams [N, C, T, H, W]; zero is the mean colour, or a heat-map without joints.
        share: share of the clips, 0 to 1.

    Returns:
        New tensors of the same shapes in the same memory format; the inputs themselves where share is 0.
    """
    if not share or len(inputs) < 2:
        return inputs
    device = next(iter(inputs.values())).device
    drawn = torch.rand(len(next(iter(inputs.values()))), device=device)
    dropped = {"rgb": drawn < share / 2, "pose": (drawn >= share / 2) & (drawn < share)}
    return {s: x * (~dropped[s]).to(x.dtype).view(-1, 1, 1, 1, 1) for s, x in inputs.items()}
