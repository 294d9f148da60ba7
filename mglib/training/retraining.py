"""A second stage for rare classes: the classifiers are re-trained while the backbone is frozen.

Trained on imbalanced classes, a network learns good features of all classes, but its classifier favours the frequent
ones (Kang et al., "Decoupling Representation and Classifier for Long-Tailed Recognition", ICLR 2020). So after the last
epoch the backbone is frozen, with batch norms in evaluation mode, and the features of the training clips are computed
once. Then, by the setting `retrain`:

sqrt, balanced  a new linear layer is trained (cRT in the paper). A class of n clips is drawn in proportion to sqrt(n),
                or all classes are drawn equally often.
tau             the classifier's weights w_k become w_k / |w_k|^tau, without a bias (tau-normalisation in the paper),
                since frequent classes have larger norms. The tau with the highest macro F1 on the validation clips is
                used.

No test clip is used here. Features are computed from clips without augmentation.
"""

from collections.abc import Callable, Mapping

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score
from torch import Tensor, nn

from mglib.base.errors import ConfigError
from mglib.config import TrainConfig
from mglib.data import ClipTable
from mglib.models import GestureNet, Output, predict

from .answering import Questions

# The public recipe of Kang et al. is SGD with learning rate 0.2, 512 clips per step, a cosine schedule and weight decay
# 5e-4. Its 10 epochs are 2,260 steps on ImageNet-LT, but only about 20 on a few hundred clips, so there is a minimum
# number of steps here. This minimum, and forty times the weight decay, were chosen on validation clips of the
# synthetic data (python -m benchmarks.rare --grid).
EPOCHS, STEPS, BATCH, LR, MOMENTUM, DECAY = 10, 500, 512, 0.2, 0.9, 2e-2
POWERS = {"sqrt": 0.5, "balanced": 0.0}  # a class of n clips is drawn in proportion to n to this power
TAUS = np.arange(11) / 10

Features = Mapping[str, Tensor]  # by stream [N, C]


class Pooled(nn.Module):
    """A network whose features are the inputs of its classifiers, the mean of the last map."""

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network = network

    def forward(self, inputs: dict[str, Tensor]) -> Output:
        output = self.network(inputs)
        return Output(output.logits, output.pooled, {})


def pooled_features(ask: Questions, model: nn.Module, rows: np.ndarray) -> dict[str, Tensor]:
    """Inputs of the classifiers, float32 [N, C] by stream, from one view per clip, not mirrored.

    Args:
        ask: how the run classifies clips.
        model: the network, prepared by the accelerator of `ask`.
        rows: rows of the clips.
    """
    return {stream: torch.from_numpy(x) for stream, x in ask.plain(Pooled(model), rows).features.items()}


def check_retraining(config: TrainConfig, table: ClipTable) -> None:
    """Refuse, before the first epoch, a second stage without the validation clips that it needs.

    Raises:
        ConfigError: `retrain` is tau, and the data have no validation clips.
    """
    if config.retrain == "tau" and not len(table.where("val")):
        raise ConfigError(
            f"retrain: tau is chosen on validation clips, and {table.name} has none; hold out some of its training "
            f'{table.group_kind}s by fold, such as "1/5", or give sqrt, which needs none.'
        )


def retrain_classifiers(
    network: GestureNet, config: TrainConfig, table: ClipTable, ask: Callable[[np.ndarray], Features]
) -> None:
    """Re-train the classifiers of a network in place, by the method of `config.retrain`.

    Args:
        network: a trained network; only its classifiers are changed.
        config: settings of its run.
        table: its data set.
        ask: rows of the table -> inputs of the classifiers for these clips.
    """
    old = {stream: head.classify.weight.detach().float().cpu() for stream, head in network.heads.items()}
    if config.retrain == "tau":
        rows = table.where("val")
        tau = choose_tau(old, ask(rows), table.labels[rows])
        fresh = {stream: (tau_norm(weight, tau), torch.zeros(len(weight))) for stream, weight in old.items()}
    else:
        rows, power = table.where("train"), POWERS[config.retrain]
        labels = torch.from_numpy(table.labels[rows].astype(np.int64))
        features = ask(rows)
        fresh = {s: train_linear(x, labels, table.num_classes, power, config.seed) for s, x in features.items()}
    with torch.no_grad():
        for stream, (weight, bias) in fresh.items():
            network.heads[stream].classify.weight.copy_(weight)
            network.heads[stream].classify.bias.copy_(bias)


def train_linear(features: Tensor, labels: Tensor, num_classes: int, power: float, seed: int) -> tuple[Tensor, Tensor]:
    """Train a linear layer from random weights, drawing clips so that a class of n clips has a share of n^power.

    Args:
        features: [N, C] float32.
        labels: [N] int64.
        num_classes: K.
        power: 1: every clip is drawn equally often; 0: every class; 0.5: in between.
        seed: of the draws and of the initial weights.

    Returns:
        Weights [K, C] and biases [K].
    """
    draws = torch.Generator().manual_seed(seed)
    counts = torch.bincount(labels, minlength=num_classes).float()
    chances = counts[labels] ** (power - 1)
    layer = nn.Linear(features.shape[1], num_classes)
    nn.init.normal_(layer.weight, std=0.01, generator=draws)
    nn.init.zeros_(layer.bias)
    size = min(BATCH, len(labels))
    steps = max(STEPS, EPOCHS * len(labels) // size)
    optimizer = torch.optim.SGD(layer.parameters(), LR, momentum=MOMENTUM, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        drawn = torch.multinomial(chances, size, replacement=True, generator=draws)
        optimizer.zero_grad()
        F.cross_entropy(layer(features[drawn]), labels[drawn]).backward()
        optimizer.step()
        schedule.step()
    return layer.weight.detach(), layer.bias.detach()


def tau_norm(weight: Tensor, tau: float) -> Tensor:
    """w_k / |w_k|^tau for each row of a classifier's weights [K, C]; tau 0 changes nothing, 1 gives equal norms."""
    return weight / weight.norm(dim=1, keepdim=True).clamp(min=1e-12) ** tau


def choose_tau(weights: Features, features: Features, labels: np.ndarray) -> float:
    """The tau in 0, 0.1 ... 1 with the highest macro F1 of the fused prediction; the smallest of several.

    Args:
        weights: classifier weights by stream [K, C].
        features: features of the validation clips by stream [n, C].
        labels: their classes [n].
    """
    present = np.unique(labels)

    def score(tau: float) -> float:
        answers = predict({s: x @ tau_norm(weights[s], tau).T for s, x in features.items()}).argmax(1)
        return f1_score(labels, answers, labels=present, average="macro", zero_division=0)

    return float(max(TAUS, key=score))
