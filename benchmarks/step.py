"""Training and inference of a network on random inputs, one batch at a time; runs in both environments."""

import time
from collections.abc import Callable
from contextlib import nullcontext

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

CLASSES, JOINTS = 60, 17


def inputs(net: str, clips: int) -> list[Tensor]:
    """Inputs ([RGB,] heat-maps) of uniform noise, as the time does not depend on the values."""
    if net == "two-stream":
        return [torch.rand(clips, 3, 8, 224, 224), torch.rand(clips, JOINTS, 32, 56, 56)]
    if net == "small":
        from mglib.models import SIZES  # mmaction2's environment has no mglib

        size = SIZES["small"]
        rgb = torch.rand(clips, 3, size.rgb_frames, size.rgb_pixels, size.rgb_pixels)
        return [rgb, torch.rand(clips, JOINTS, size.pose_frames, size.pose_pixels, size.pose_pixels)]
    return [torch.rand(clips, JOINTS, 48, 56, 56)]


class Step:
    """Training and inference of a network, one batch each.

    Args:
        network: any module.
        forward: inputs -> logits, one tensor per stream.
        inputs: inputs of one batch.
        bf16: autocast to bfloat16.
    """

    def __init__(self, network: nn.Module, forward: Callable[..., list[Tensor]], inputs: list[Tensor], bf16: bool):
        self.network, self.forward, self.inputs = network, forward, inputs
        self.labels = torch.arange(len(inputs[0])) % CLASSES
        self.autocast = torch.autocast("cpu", torch.bfloat16) if bf16 else nullcontext()
        self.optimizer = torch.optim.SGD(network.parameters(), 1e-3, momentum=0.9, weight_decay=1e-4)

    def train(self) -> dict:
        """Forward, cross-entropy, backward, gradient clipping, update; seconds per clip."""
        self.network.train()
        start = time.perf_counter()
        with self.autocast:
            logits = self.forward(*self.inputs)
        sum(F.cross_entropy(z.float(), self.labels) for z in logits).backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 40)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return {"seconds": (time.perf_counter() - start) / len(self.labels)}

    @torch.no_grad()
    def infer(self) -> dict:
        """Softmax of the logits; seconds per clip."""
        self.network.eval()
        start = time.perf_counter()
        with self.autocast:
            logits = self.forward(*self.inputs)
        [z.float().softmax(1) for z in logits]
        return {"seconds": (time.perf_counter() - start) / len(self.labels)}

    @torch.no_grad()
    def describe(self) -> dict:
        """Parameters, and GMACs per clip."""
        with FlopCounterMode(display=False) as counter:
            self.forward(*(x[:1] for x in self.inputs))
        parameters = sum(p.numel() for p in self.network.parameters())
        return {"parameters": parameters, "gmacs": counter.get_total_flops() / 2e9}
