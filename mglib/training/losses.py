"""The loss of a training step: cross-entropy, prototypical refinement, and terms that some networks add (Eq. 10)."""

from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from mglib.config import TrainConfig
from mglib.data import ClipTable
from mglib.models import GestureNet, Output

from .collectives import joint_loss


class Losses(NamedTuple):
    """Terms of the loss, scalars."""

    ce: Tensor  # cross-entropy of the classifiers
    pr: Tensor  # prototypical refinement
    beside: Tensor | None  # of label embeddings, auxiliary classifiers and experts; None: the network has none

    def total(self, alpha: float) -> Tensor:
        """Their sum, refinement weighted by alpha."""
        return self.ce + alpha * self.pr + (0 if self.beside is None else self.beside)

    def named(self) -> dict[str, Tensor]:
        """The terms by column of the history."""
        terms = {"loss_ce": self.ce, "loss_pr": self.pr, "loss_beside": self.beside}
        return {name: term for name, term in terms.items() if term is not None}


def loss_terms(network: GestureNet, output: Output, labels: Tensor, config: TrainConfig, log_shares: Tensor) -> Losses:
    """The loss terms of a batch, summed over the heads (Eq. 10).

    Prototypes are updated even with alpha = 0, for the analysis after training. In the cross-entropy only,
    `config.logit_adjustment` times `log_shares` [K] is added to the logits (Menon et al., "Long-tail Learning via Logit
    Adjustment", ICLR 2021).
    """
    offset, smoothing = config.logit_adjustment * log_shares, config.label_smoothing
    ce = sum(F.cross_entropy(z.float() + offset, labels, label_smoothing=smoothing) for z in output.logits.values())
    beside = network.auxiliary_loss(output, labels)
    with torch.set_grad_enabled(config.alpha > 0):
        pr = sum(joint_loss(network.refinement[s], output.features[s], z, labels) for s, z in output.logits.items())
    return Losses(ce, pr, beside)


def alpha_of(config: TrainConfig, epoch: int) -> float:
    """Weight of refinement in an epoch, counted from 0: it rises linearly over a share `config.ramp` of the epochs.

    A share of less than one epoch is no rise, so that a single epoch has refinement too.
    """
    rising = config.ramp * config.epochs
    return config.alpha * (min(1.0, epoch / rising) if rising >= 1 else 1.0)


def log_shares(table: ClipTable) -> Tensor:
    """Logarithm of each class's share of the training clips, float32 [K]; a class without clips counts as one clip."""
    counts = np.bincount(table.labels[table.where("train")], minlength=table.num_classes).clip(min=1)
    return torch.from_numpy(np.log(counts / counts.sum())).float()
