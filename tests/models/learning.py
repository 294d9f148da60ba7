"""What every backbone must be able to do: learn one batch by heart."""

import torch
from torch import Tensor, nn

from mglib.models import GestureNet


def losses(backbone: nn.Module, inputs: Tensor, steps: int = 12, lr: float = 0.05) -> list[float]:
    """Of each SGD step on one batch, a class a clip, as a `GestureNet` with refinement."""
    torch.manual_seed(0)
    network = GestureNet({"x": backbone}, [], len(inputs), {"dropout": 0.0, "dim": 8})
    labels, values = torch.arange(len(inputs)), []
    optimizer = torch.optim.SGD(network.parameters(), lr, momentum=0.9)
    for _ in range(steps):
        output = network({"x": inputs})
        logits, features = output.logits["x"], output.features["x"]
        loss = nn.functional.cross_entropy(logits, labels) + 0.2 * network.refinement["x"](features, logits, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        values.append(loss.item())
    return values


def million(*modules: nn.Module) -> float:
    """Parameters, in millions."""
    return sum(p.numel() for module in modules for p in module.parameters()) / 1e6
