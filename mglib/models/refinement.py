"""Prototypical refinement (paper section 2.3, Eq. 5-9): find ambiguous samples in the batch and pull them back.

The paper prints Eq. 9 without exponentials and the same line twice; read as in Zhou et al., "Learning Discriminative
Representations for Skeleton Based Action Recognition" (FR-Head), CVPR 2023, from which the loss comes, it is two
cross-entropies over the classes' similarities that differ in one logit. s(a, b) is the cosine similarity.
"""

from typing import Literal

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

_MASKED = -1e4  # exp(-1e4) is 0 in float32, and unlike -inf it leaves no NaN in the gradient


class PrototypicalRefinement(nn.Module):
    """Features, prototypes and the loss L_PR of one modality. Only training needs the loss; inference needs no labels.

    Args:
        width: channels of the pathway's last map.
        num_classes: K.
        dim: D, length of a feature.
        tau: temperature of the similarities.
        rho: momentum of the prototypes.
        terms: which of phi (FN) and psi (FP) are computed, "fn+fp" or one; a term that is left out is 0, and L_PR keeps
            its two cross-entropies. "none" leaves the pull to the own prototype.
        anchors: "tp", only true positives carry the terms phi and psi (the paper), or "label", every sample does.
        init: "first", a prototype starts as the first mean it receives and its class takes no part before, or "random"
            (the paper), N(0, 1).
        memory: FN and FP features remembered per class beyond the batch, see `FeatureMemory`; 0 is the paper.

    Attributes:
        prototypes: [K, D], a buffer: in the state dict, moved with the module.
        updates: [K], how often each prototype was updated.
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
        init: Literal["first", "random"] = "first",
        memory: int = 0,
    ):
        super().__init__()
        self.embed = nn.Linear(width, dim)
        self.tau, self.rho, self.anchors, self.init = tau, rho, anchors, init
        self.pull, self.push = float("fn" in terms), float("fp" in terms)
        start = torch.randn(num_classes, dim) if init == "random" else torch.zeros(num_classes, dim)
        self.register_buffer("prototypes", start)
        self.register_buffer("updates", torch.zeros(num_classes, dtype=torch.long))
        self.missed = FeatureMemory(num_classes, memory, dim) if memory else None  # FN
        self.false = FeatureMemory(num_classes, memory, dim) if memory else None  # FP

    @property
    def known(self) -> Tensor:
        """[K] bool: classes whose prototype means something."""
        return torch.ones_like(self.updates, dtype=torch.bool) if self.init == "random" else self.updates > 0

    def features(self, x: Tensor) -> Tensor:
        """[N, C, T, H, W] -> F [N, D]: mean over time, then maximum over space, then a linear map."""
        return self.embed(x.mean(2).amax((2, 3)))

    def forward(self, features: Tensor, logits: Tensor, labels: Tensor) -> Tensor:
        """L_PR of a batch (Eq. 9), after updating the prototypes with it (Eq. 6). Computed in float32.

        Args:
            features: F [N, D] from `features`.
            logits: [N, K].
            labels: [N] int64.

        Returns:
            A scalar, the mean over the batch. A sample whose class has no prototype yet adds 0.
        """
        with torch.autocast(features.device.type, enabled=False):
            f, p = features.float(), logits.detach().float().softmax(1)
            predicted = p.argmax(1)
            hit = predicted == labels
            num_classes = p.shape[1]
            label, guess = (F.one_hot(i, num_classes).float() for i in (labels, predicted))
            missed, false = label * ~hit[:, None], guess * ~hit[:, None]  # S_FN, S_FP: [N, K]
            self._update(f.detach(), label * hit[:, None])

            own = 1 - p.gather(1, labels[:, None]).squeeze(1)  # 1 - p_iy, detached
            similarity, has_fn = self._to_centre(f, missed, self.missed, labels)
            phi = self.pull * (1 - similarity) * has_fn * self._anchor(hit)  # Eq. 7
            similarity, has_fp = self._to_centre(f, false, self.false, labels)
            psi = self.push * (1 + similarity) * has_fp * self._anchor(hit)  # Eq. 8

            scores = F.normalize(f) @ F.normalize(self.prototypes).T / self.tau  # nd,kd->nk
            scores = scores.masked_fill(~self.known, _MASKED)
            losses = [
                F.cross_entropy(scores - label * (own * d)[:, None], labels, reduction="none") for d in (phi, psi)
            ]
            return (sum(losses) * self.known[labels]).mean()

    def _anchor(self, hit: Tensor) -> Tensor:
        return hit.float() if self.anchors == "tp" else torch.ones_like(hit, dtype=torch.float)

    def _to_centre(
        self, f: Tensor, members: Tensor, memory: "FeatureMemory | None", labels: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Similarity of samples to the centre (Eq. 5) of their class's set [N], and whether the set has members [N]."""
        total, count = members.T @ f, members.sum(0)  # nk,nd->kd
        if memory is not None:
            total, count = total + memory.total(), count + memory.count
            memory.push(f.detach(), members)
        centre = total / count.clamp(min=1)[:, None]
        return F.cosine_similarity(f, centre[labels]), (count > 0)[labels].float()

    @torch.no_grad()
    def _update(self, f: Tensor, members: Tensor) -> None:
        """Eq. 6: momentum towards the mean of each class's true positives; a class without any keeps its prototype."""
        total, count = members.T @ f, members.sum(0)
        if dist.is_available() and dist.is_initialized():  # otherwise the ranks' prototypes drift apart
            dist.all_reduce(total)
            dist.all_reduce(count)
        mean = total / count.clamp(min=1)[:, None]
        rho = torch.where(self.known, self.rho, 0.0)[:, None]
        seen = count > 0
        self.prototypes.copy_(torch.where(seen[:, None], rho * self.prototypes + (1 - rho) * mean, self.prototypes))
        self.updates += seen


class FeatureMemory(nn.Module):
    """The last `size` features of each class's FN or FP set, detached; small batches seldom hold one of every class."""

    def __init__(self, num_classes: int, size: int, dim: int):
        super().__init__()
        self.register_buffer("features", torch.zeros(num_classes, size, dim))
        self.register_buffer("pushed", torch.zeros(num_classes, dtype=torch.long))

    @property
    def count(self) -> Tensor:
        """[K] features held per class."""
        return self.pushed.clamp(max=self.features.shape[1]).float()

    def total(self) -> Tensor:
        """[K, D] sum of the features held; empty places are zero."""
        return self.features.sum(1)

    def push(self, f: Tensor, members: Tensor) -> None:
        """Replace the oldest: f [N, D], members [N, K] with at most one 1 a row."""
        size = self.features.shape[1]
        order = members.cumsum(0).long() - 1  # a sample's place among its class's newcomers
        sample, k = members.nonzero(as_tuple=True)
        keep = order[sample, k] >= members.sum(0).long()[k] - size  # more newcomers than places: the last ones stay
        sample, k = sample[keep], k[keep]
        self.features[k, (self.pushed[k] + order[sample, k]) % size] = f[sample]
        self.pushed += members.sum(0).long()
