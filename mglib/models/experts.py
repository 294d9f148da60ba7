"""EHCT's remedies for rare classes: an auxiliary classifier, and experts for classes of similar frequency.

Source: Huang et al., "Micro-gesture Classification Based on Ensemble Hypergraph-convolution Transformer", MiGA 2023.
The paper mentions an auxiliary classifier, "data grouping training" and an ensemble of "models focused on various
categories", without public code; this is an interpretation. The groups are head, mid and tail of the class frequencies.
Each expert distinguishes the classes of its group and all others together, as in Li et al., "Overcoming Classifier
Imbalance for Long-Tail Object Detection with Balanced Group Softmax", CVPR 2020. The auxiliary classifier corrects for
class frequencies as in Ren et al., "Balanced Meta-Softmax for Long-Tailed Visual Recognition", NeurIPS 2020.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mglib.data.frequency import frequency_groups


class AuxiliaryClassifier(nn.Module):
    """A second linear classifier for training, whose balanced softmax treats classes as equally frequent.

    It gives the backbone gradients for rare classes that are as strong as those for frequent ones; predictions are made
    by the first classifier.

    Args:
        width: channels of the backbone's last map.
        counts: [K] training clips of each class.
        weight: weight of the loss.
    """

    def __init__(self, width: int, counts: np.ndarray, weight: float = 1.0):
        super().__init__()
        self.classify = nn.Linear(width, len(counts))
        self.register_buffer("log_counts", torch.as_tensor(counts, dtype=torch.float32).clamp(min=1).log())
        self.weight = weight

    def loss(self, pooled: Tensor, labels: Tensor) -> Tensor:
        """weight * cross-entropy of softmax(logits + log n_k), a scalar in float32.

        Args:
            pooled: [N, width], mean of the last map over time and space.
            labels: [N] int64.
        """
        return self.weight * F.cross_entropy(self.classify(pooled).float() + self.log_counts, labels)


class ExpertHead(nn.Module):
    """Replaces the classifier by experts, one per group of classes, whose predictions are combined.

    The experts share the backbone, while EHCT trains one network per group: a third of the cost, and the expert for
    rare classes is still not dominated by the frequent ones.

    Args:
        width: channels of the backbone's last map.
        counts: [K] training clips of each class, from which `frequency_groups` forms groups.
        dropout: dropout probability before each classifier.
    """

    def __init__(self, width: int, counts: np.ndarray, dropout: float):
        super().__init__()
        groups = list(frequency_groups(counts).values())
        self.dropout = nn.Dropout(dropout)
        self.experts = nn.ModuleList(nn.Linear(width, len(group) + 1) for group in groups)
        labels = [expert_labels(np.arange(len(counts)), group) for group in groups]
        self.register_buffer("place", torch.as_tensor(np.stack(labels)))  # [G, K], labels by expert
        self.register_buffer("order", torch.as_tensor(np.argsort(np.concatenate(groups))))

    def forward(self, x: Tensor) -> Tensor:
        """[N, width, T, H, W] -> [N, K], log-probabilities combined from each expert's own classes.

        Probabilities are normalised to sum 1, so that perfect experts give the true probabilities.
        """
        pooled = self.dropout(x.mean((2, 3, 4)))
        answers = [expert(pooled).float().log_softmax(1)[:, :-1] for expert in self.experts]
        return torch.cat(answers, 1)[:, self.order].log_softmax(1)

    def loss(self, pooled: Tensor, labels: Tensor) -> Tensor:
        """Mean cross-entropy of the experts, a scalar in float32."""
        dropped = self.dropout(pooled)
        losses = [
            F.cross_entropy(expert(dropped).float(), place[labels])
            for expert, place in zip(self.experts, self.place, strict=True)
        ]
        return torch.stack(losses).mean()


def expert_labels(labels: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Labels for training the expert of a group, int64 [N]: positions in the group, or its length for others.

    Args:
        labels: [N] classes.
        group: [G] from `frequency_groups`.
    """
    match = labels[:, None] == group
    return np.where(match.any(1), match.argmax(1), len(group))
