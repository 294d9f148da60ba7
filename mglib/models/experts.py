"""How EHCT meets rare classes: an auxiliary classifier, and experts for groups of classes of like size.

Source: Huang et al., "Micro-gesture Classification Based on Ensemble Hypergraph-convolution Transformer", MiGA 2023.
It names an auxiliary classifier, "data grouping training" and an ensemble of "models focused on various categories".
No code is public; what these are here is a reading. The groups are head, mid and tail of the class frequencies. Each
expert tells the classes of its group apart from each other and from all else, as in Li et al., "Overcoming Classifier
Imbalance for Long-Tail Object Detection with Balanced Group Softmax", CVPR 2020. The auxiliary classifier is rid of
the class frequencies, as in Ren et al., "Balanced Meta-Softmax for Long-Tailed Visual Recognition", NeurIPS 2020.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from mglib.data.frequency import frequency_groups


class AuxiliaryClassifier(nn.Module):
    """A second linear classifier in training, whose softmax counts every class as equally frequent (balanced softmax).

    It gives the backbone gradients for rare classes as strong as those for frequent ones; the answer stays that of the
    first classifier.

    Args:
        width: channels of the backbone's last map.
        counts: [K] training clips of each class.
        weight: of the loss.
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
    """In place of the classifier: one for each group of classes and all others, whose answers are combined.

    The experts share the backbone, where EHCT trains one network a group: a third of the cost, and the rare classes'
    expert still learns without the frequent ones outvoting it.

    Args:
        width: channels of the backbone's last map.
        counts: [K] training clips of each class, which `frequency_groups` divides.
        dropout: before each classifier.
    """

    def __init__(self, width: int, counts: np.ndarray, dropout: float):
        super().__init__()
        groups = list(frequency_groups(counts).values())
        self.dropout = nn.Dropout(dropout)
        self.experts = nn.ModuleList(nn.Linear(width, len(group) + 1) for group in groups)
        labels = [expert_labels(np.arange(len(counts)), group) for group in groups]
        self.register_buffer("place", torch.as_tensor(np.stack(labels)))  # [G, K], what each expert calls a class
        self.register_buffer("order", torch.as_tensor(np.argsort(np.concatenate(groups))))

    def forward(self, x: Tensor) -> Tensor:
        """[N, width, T, H, W] -> [N, K], logarithms of one answer of all experts: each speaks for its own classes.

        The sum is made 1, so that experts that know the true probabilities give the true probabilities.
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
    """int64 [N], the labels that the expert of a group is trained on: places in the group, or its length for others.

    Args:
        labels: [N] classes.
        group: [G] from `frequency_groups`.
    """
    match = labels[:, None] == group
    return np.where(match.any(1), match.argmax(1), len(group))
