"""What a network says of clips: probabilities and features, averaged over test views."""

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from accelerate import Accelerator
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from mglib.data.loader import Batch, InputMaker
from mglib.models import GestureNet, channels_last


@dataclass(frozen=True)
class Answers:
    """By stream, in the order of the loader's clips."""

    probabilities: dict[str, np.ndarray]  # float32 [N, K]
    features: dict[str, np.ndarray]  # float32 [N, D]

    @property
    def fused(self) -> np.ndarray:
        """Mean of the streams' probabilities, [N, K]."""
        return np.mean(list(self.probabilities.values()), axis=0)


@torch.no_grad()
def answer(
    model: GestureNet,
    loaders: Sequence[tuple[Iterable[Batch], Sequence[int]]],
    make_inputs: InputMaker,
    accelerator: Accelerator | None = None,
) -> Answers:
    """Run the network over every loader (one a test view of the same clips) and average.

    Args:
        model: prepared by the accelerator, or `fuse_batch_norms` of it; left in evaluation mode.
        loaders: prepared by the accelerator, if any, and unshuffled; beside each, where the answer to class 0, 1, ...
            is found in this view, since a mirrored clip may show the mirrored class.
        make_inputs: batch -> inputs of the network.
        accelerator: gathers over processes; None: there is this one alone.
    """
    model.eval()
    views = []
    for loader, place in loaders:
        parts = []
        for batch in loader:
            output = model(make_inputs(batch))
            part = {f"p_{s}": z.float().softmax(1)[:, list(place)] for s, z in output.logits.items()}
            part |= {f"f_{s}": f.float() for s, f in output.features.items()}
            parts.append(part if accelerator is None else accelerator.gather_for_metrics(part))
        views.append({key: torch.cat([part[key] for part in parts]) for key in parts[0]})
    mean = {key: torch.stack([view[key] for view in views]).mean(0).cpu().numpy() for key in views[0]}
    return Answers(*({key[2:]: x for key, x in mean.items() if key[0] == kind} for kind in "pf"))


def fuse_batch_norms(network: GestureNet) -> GestureNet:
    """A copy for inference alone, its batch norms fused with the convolutions before them: same answers, sooner."""
    fused = copy.deepcopy(network).eval()
    for block in fused.modules():
        if isinstance(block, nn.Sequential):
            for i, (conv, norm) in enumerate(pairwise(block)):
                if isinstance(norm, nn.BatchNorm3d):
                    block[i] = fuse_conv_bn_eval(conv, norm, isinstance(conv, nn.ConvTranspose3d))
                    block[i + 1] = nn.Identity()
    return channels_last(fused)
