"""The optimizer and the learning-rate schedule that the settings describe."""

import itertools

import torch

from mglib.config import CYCLED_MOMENTUM, MOMENTUM, TrainConfig
from mglib.models import GestureNet, depths


def make_optimizer(config: TrainConfig, network: GestureNet) -> torch.optim.Optimizer:
    """SGD or AdamW; weight decay applies to weights and, with `decay_all`, to biases and norms.

    The learning rate is `lr` for the heads and `lr * backbone_lr * layer_decay ** (L - i)` for stage i = 0 .. L - 1 of
    a backbone with L stages (layer-wise decay; Clark et al., "ELECTRA", ICLR 2020).
    """
    shares = layer_shares(config, network)
    groups = []
    for share, decays in itertools.product(sorted({*shares.values(), None}, key=_deepest_first), (True, False)):
        chosen = [p for p in network.parameters() if shares.get(id(p)) == share and (p.ndim > 1) == decays]
        lr = config.lr * (1.0 if share is None else config.backbone_lr * share)
        decay = config.weight_decay if decays or config.decay_all else 0.0
        groups.append({"params": chosen, "lr": lr, "weight_decay": decay})
    groups = [group for group in groups if group["params"]]
    if config.optimizer == "adamw":
        return torch.optim.AdamW(groups, config.lr)
    return torch.optim.SGD(groups, config.lr, momentum=MOMENTUM, nesterov=config.optimizer == "nesterov")


def layer_shares(config: TrainConfig, network: GestureNet) -> dict[int, float]:
    """Share of the backbones' learning rate, by `id` of each parameter of a backbone."""
    shares = {}
    for backbone in network.pathways.values():
        depth = depths(backbone)
        heads = max(depth.values()) + 1
        shares |= {id(p): config.layer_decay ** (heads - depth[name]) for name, p in backbone.named_parameters()}
    return shares


def _deepest_first(share: float | None) -> float:
    """Sort key that puts backbones before the rest: checkpoints rely on this order."""
    return 1.0 if share is None else -share


def make_scheduler(
    config: TrainConfig, optimizer: torch.optim.Optimizer, steps: int
) -> torch.optim.lr_scheduler.LRScheduler:
    """The schedule, stepped once per batch: x 0.1 at 8/30 and 22/30 of the epochs (the paper), cosine, or one cycle."""
    total = config.epochs * steps
    if config.schedule == "onecycle":
        highest = [group["lr"] for group in optimizer.param_groups]
        rise = 0.2 if total != 4 else 0.25  # 0.2 of 5 steps is a rise of length 0, by which torch divides
        return torch.optim.lr_scheduler.OneCycleLR(
            optimizer, highest, total_steps=total + 1, pct_start=rise, cycle_momentum=config.optimizer != "adamw",
            base_momentum=CYCLED_MOMENTUM[0], max_momentum=CYCLED_MOMENTUM[1],
        )  # fmt: skip
    if config.schedule == "cosine":
        return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total)
    return torch.optim.lr_scheduler.MultiStepLR(optimizer, [total * 8 // 30, total * 22 // 30])
