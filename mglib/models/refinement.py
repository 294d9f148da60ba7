"""Prototypical refinement (paper section 2.3, Eq. 5-9): find confused samples in a batch and pull them to their class.

The paper prints Eq. 9 without exponentials, and one line twice. It is implemented as in Zhou et al., "Learning
Discriminative Representations for Skeleton Based Action Recognition" (FR-Head), CVPR 2023, from which the loss comes:
two cross-entropies over the similarities to all classes that differ in one logit. s(a, b) is the cosine similarity.

The loss is computed for one batch; in distributed training, functions are passed that combine it over processes.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_MASKED = -1e4  # exp(-1e4) is 0 in float32; unlike -inf, it causes no NaN in the gradient

Joint = Callable[[Tensor], Tensor]  # from the values of this process to those of all processes


class PrototypicalRefinement(nn.Module):
    """Features, prototypes and the loss L_PR of one modality. The loss is for training; prediction needs no labels.

    Args:
        width: channels of the pathway's last map.
        num_classes: K.
        dim: D, length of a feature.
        tau: temperature of the similarities.
        rho: momentum of the prototypes.
        terms: which of phi (FN) and psi (FP) are computed, "fn+fp" or one; the other is 0, and L_PR keeps its two
            cross-entropies. "none" leaves only the attraction to the prototype of the class.
        anchors: "tp": phi and psi apply to true positives only (the paper); "label": to all samples.
        prototype_init: "first", a prototype starts as the first mean it receives and its class takes no part before,
            or "random" (the paper), N(0, 1).
        memory: FN and FP features remembered per class beyond the batch, see `FeatureMemory`; 0 is the paper.

    Attributes:
        prototypes: [K, D], a buffer: in the state dict, moved with the module.
        updates: [K], number of updates of each prototype.
    """

    def __init__(
        self,
        width: int,
        num_classes: int,
        dim: int = 256,
        tau: float = 0.125,
        rho: float = 0.9,
        terms: Literal["fn+fp", "fn", "fp", "none"] = "fn+fp",
        anchors: Literal["tp", "label"] = "tp",
        prototype_init: Literal["first", "random"] = "first",
        memory: int = 0,
    ):
        super().__init__()
        self.embed = nn.Linear(width, dim)
        self.tau, self.rho, self.anchors, self.prototype_init = tau, rho, anchors, prototype_init
        self.pull, self.push = float("fn" in terms), float("fp" in terms)
        start = torch.randn(num_classes, dim) if prototype_init == "random" else torch.zeros(num_classes, dim)
        self.register_buffer("prototypes", start)
        self.register_buffer("updates", torch.zeros(num_classes, dtype=torch.long))
        self.missed = FeatureMemory(num_classes, memory, dim) if memory else None  # FN
        self.false = FeatureMemory(num_classes, memory, dim) if memory else None  # FP

    @property
    def known(self) -> Tensor:
        """[K] bool: classes with a valid prototype."""
        return torch.ones_like(self.updates, dtype=torch.bool) if self.prototype_init == "random" else self.updates > 0

    def features(self, x: Tensor) -> Tensor:
        """[N, C, T, H, W] -> F [N, D] float32: mean over time, then maximum over space, then a linear map."""
        with _no_autocast(x):
            return self.embed(x.mean(2, dtype=torch.float32).amax((2, 3)))

    def forward(
        self,
        features: Tensor,
        logits: Tensor,
        labels: Tensor,
        *,
        reduce: Joint = lambda sums: sums,
        gather: Joint = lambda rows: rows,
    ) -> Tensor:
        """L_PR of a batch (Eq. 9), after updating the prototypes with it (Eq. 6). Computed in float32.

        Args:
            features: F [N, D] from `features`.
            logits: [N, K].
            labels: [N] int64.
            reduce: sums over this batch [3 K, D + 1] -> sums over the batches of all processes, with gradient.
            gather: rows of this batch [N, D + 2 K] -> rows of all processes, without gradient.

        Returns:
            A scalar, the mean over the batch. Samples whose class has no prototype yet contribute 0.
        """
        with _no_autocast(features):
            f, p = features.float(), logits.detach().float().softmax(1)
            predicted = p.argmax(1)
            hit = predicted == labels
            num_classes = p.shape[1]
            label, guess = (F.one_hot(i, num_classes).float() for i in (labels, predicted))
            right = hit[:, None]
            members = torch.cat([label * right, label * ~right, guess * ~right], 1)  # S_TP, S_FN, S_FP: [N, 3 K]
            sums = reduce(members.T @ F.pad(f, (0, 1), value=1.0))  # the last column counts the members
            tp, fn, fp = sums.unflatten(0, (3, num_classes))  # [K, D + 1] each
            self._update(tp[:, :-1].detach(), tp[:, -1:].detach())
            if self.missed is not None:
                earlier = self.missed.total(), self.false.total()
                rows = gather(torch.cat([f, members[:, num_classes:]], 1).detach())
                self._remember(*rows.split([f.shape[1], num_classes, num_classes], 1))
                fn, fp = fn + earlier[0], fp + earlier[1]

            # a centre (Eq. 5) has the direction of the sum over its set; only samples of its class are compared with it
            directions = F.normalize(torch.cat([self.prototypes, fn[:, :-1], fp[:, :-1]]))
            scores, to_fn, to_fp = (F.normalize(f) @ directions.T).split(num_classes, 1)  # s(.,.): [N, K] each
            anchor = label * right if self.anchors == "tp" else label
            phi = self.pull * (1 - to_fn) * (fn[:, -1] > 0) * anchor  # Eq. 7, [N, K], 0 beside the own class
            psi = self.push * (1 + to_fp) * (fp[:, -1] > 0) * anchor  # Eq. 8
            own = 1 - p.gather(1, labels[:, None])  # 1 - p_iy, detached
            scores = (scores / self.tau).masked_fill(~self.known, _MASKED)
            shifted = torch.cat([scores - own * phi, scores - own * psi])  # they differ only in the own class
            losses = F.cross_entropy(shifted, labels.repeat(2), reduction="none")
            return (losses * self.known[labels].repeat(2)).sum() / len(labels)

    @torch.no_grad()
    def _update(self, total: Tensor, count: Tensor) -> None:
        """Eq. 6: move prototypes towards the mean of their true positives; without any, a prototype stays."""
        mean = total / count.clamp(min=1)
        rho = torch.where(self.known, self.rho, 0.0)[:, None]
        seen = count > 0
        self.prototypes.copy_(torch.where(seen, rho * self.prototypes + (1 - rho) * mean, self.prototypes))
        self.updates += seen.squeeze(1)

    def _remember(self, f: Tensor, missed: Tensor, false: Tensor) -> None:
        self.missed.push(f, missed)
        self.false.push(f, false)


class FeatureMemory(nn.Module):
    """The last `size` features of each class's FN or FP set, detached, as small batches contain few of them."""

    def __init__(self, num_classes: int, size: int, dim: int):
        super().__init__()
        self.register_buffer("features", torch.zeros(num_classes, size, dim))
        self.register_buffer("pushed", torch.zeros(num_classes, dtype=torch.long))

    @property
    def count(self) -> Tensor:
        """[K] number of features stored per class."""
        return self.pushed.clamp(max=self.features.shape[1]).float()

    def total(self) -> Tensor:
        """[K, D + 1]: sum and number of the features stored; empty places are zero."""
        return torch.cat([self.features.sum(1), self.count[:, None]], 1)

    def push(self, f: Tensor, members: Tensor) -> None:
        """Replace the oldest features by f [N, D] of members [N, K], which has at most one 1 per row."""
        size = self.features.shape[1]
        order = members.cumsum(0).long() - 1  # a sample's position among the new ones of its class
        sample, k = members.nonzero(as_tuple=True)
        keep = order[sample, k] >= members.sum(0).long()[k] - size  # too many for the places: keep the last
        sample, k = sample[keep], k[keep]
        self.features[k, (self.pushed[k] + order[sample, k]) % size] = f[sample]
        self.pushed += members.sum(0).long()


def _no_autocast(x: Tensor) -> AbstractContextManager:
    """Turn autocast off on the device of x; the meta device, used to count parameters, has no autocast."""
    return nullcontext() if x.is_meta else torch.autocast(x.device.type, enabled=False)
