"""Prototypical refinement over the joint batch of several processes, around a loss written for one process.

Each process passes its share of the batch. Gradients flow through the sums back to the features of all processes, so
the mean of the processes' gradients, weighted by their numbers of clips, is the gradient of the joint batch.
"""

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor

from mglib.models import PrototypicalRefinement


def joint_loss(refinement: PrototypicalRefinement, features: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
    """L_PR of this process's share, with sets, centres and prototypes of the joint batch; plain L_PR in one process.

    Arguments and result are those of `PrototypicalRefinement.forward`.
    """
    if not (dist.is_available() and dist.is_initialized()):
        return refinement(features, logits, labels)
    return refinement(features, logits, labels, reduce=Sum.apply, gather=gather_rows)


class Sum(torch.autograd.Function):
    """Differentiable sum over processes; torch's own versions are deprecated or private in 2.13."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        x = x.clone(memory_format=torch.contiguous_format)
        dist.all_reduce(x)
        return x

    @staticmethod
    def backward(ctx, grad: Tensor) -> Tensor:
        return Sum.apply(grad)  # each process's input contributes to the loss of every process


@torch.no_grad()
def gather_rows(x: Tensor) -> Tensor:
    """Concatenate the rows [N, D] of all processes in the order of ranks; N may differ. Without gradient."""
    sizes = [torch.zeros(1, dtype=torch.long, device=x.device) for _ in range(dist.get_world_size())]
    dist.all_gather(sizes, torch.tensor([len(x)], device=x.device))
    padded = F.pad(x, (0, 0, 0, int(max(sizes)) - len(x)))
    parts = [torch.empty_like(padded) for _ in sizes]
    dist.all_gather(parts, padded)
    return torch.cat([part[:n] for part, n in zip(parts, sizes, strict=True)])
