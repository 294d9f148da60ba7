"""A multi-stage temporal network that labels every step of a recording: MS-TCN (Abu Farha & Gall, CVPR 2019).

Each stage is a 1x1 convolution, then layers of dilated convolutions over 3 steps with residuals. The dilation doubles
from layer to layer, so that 7 layers cover 255 steps. The input of the first stage is features, that of later stages is
the output of the stage before, which they refine. If gestures of different body groups can occur at the same time,
there is one track per group, each with its own background.

Unlike MS-TCN, a stage only adds to earlier results: the first to the log-probabilities of the network that classifies
clips, the next ones to those of the stage before. Recordings have few segments of most classes, too few to learn the
classes from scratch.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

IGNORED = -100  # target of steps that are ignored by the loss
UNEVEN = 10.0  # limit of the ratio of class weights
STEEPEST = 16.0  # limit of squared differences of log-probabilities in the smoothing loss


class Layer(nn.Module):
    """A dilated convolution over three steps, ReLU, a 1x1 convolution, dropout, and the input added."""

    def __init__(self, width: int, dilation: int, dropout: float):
        super().__init__()
        self.wide = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.narrow = nn.Conv1d(width, width, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        """[N, width, T] -> [N, width, T]"""
        return x + self.dropout(self.narrow(F.relu(self.wide(x))))


class Stage(nn.Sequential):
    """[N, inputs, T] -> logits [N, outputs, T]"""

    def __init__(self, inputs: int, width: int, layers: int, outputs: int, dropout: float):
        inner = [Layer(width, 2**i, dropout) for i in range(layers)]
        super().__init__(nn.Conv1d(inputs, width, 1), *inner, nn.Conv1d(width, outputs, 1))


class TemporalNetwork(nn.Module):
    """Maps the features of a recording to logits of every track.

    Args:
        inputs: C, features per step; the first are the log-probabilities of all classes of the tracks.
        tracks: classes of each track; background is added as last class.
        stages: number of stages; later ones refine the output of the first.
        layers: layers per stage; L layers cover 2 (2^L - 1) + 1 steps.
        width: channels per stage.
        dropout: dropout probability after every layer.
    """

    def __init__(
        self, inputs: int, tracks: Sequence[Sequence[int]], stages: int = 2, layers: int = 7, width: int = 64,
        dropout: float = 0.5,
    ):  # fmt: skip
        super().__init__()
        self.sizes = [len(track) + 1 for track in tracks]
        self.order = [label for track in tracks for label in track]
        outputs = sum(self.sizes)
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("scale", torch.ones(inputs))
        first = [inputs] + [outputs] * (stages - 1)
        self.stages = nn.ModuleList(Stage(n, width, layers, outputs, dropout) for n in first)
        self.trust = nn.Parameter(torch.tensor([0.5] + [1.0] * (stages - 1)))  # weights of the result before each stage

    def normalise(self, features: Tensor) -> None:
        """Set mean and spread of each feature from training steps [n, C]; constant features are only shifted."""
        self.mean.copy_(features.mean(0))
        spread = features.std(0)
        self.scale.copy_(torch.where(spread > 1e-6, spread, torch.ones_like(spread)))

    def forward(self, features: Tensor) -> list[list[Tensor]]:
        """Logits of every stage and track, [N, classes of the track + 1, T] each, from features [N, C, T]."""
        x = ((features - self.mean[:, None]) / self.scale[:, None]).clamp(-10, 10)
        known, found = self._spread(features[:, self.order]), []
        for stage, trust in zip(self.stages, self.trust, strict=True):
            logits = (stage(x) + trust * known).split(self.sizes, 1)
            found.append(list(logits))
            known = torch.cat([z.log_softmax(1) for z in logits], 1)
            x = known.exp()
        return found

    def _spread(self, log_p: Tensor) -> Tensor:
        """Log-probabilities of the classes [N, K, T] with a 0 for the background of each track."""
        parts = log_p.split([size - 1 for size in self.sizes], 1)
        nothing = torch.zeros_like(log_p[:, :1])
        return torch.cat([part for each in parts for part in (each, nothing)], 1)


def step_weights(targets: Tensor, size: int) -> Tensor:
    """Class weights of a track for the loss: 1/sqrt(frequency), with a ratio of at most 10 and mean 1.

    Args:
        targets: int64 [n], targets of the training steps.
        size: number of classes of the track, with background.
    """
    counts = torch.bincount(targets[targets != IGNORED], minlength=size).clamp(min=1).float()
    weights = counts.rsqrt()
    weights = weights.clamp(max=UNEVEN * weights.min())
    return weights * counts.sum() / (weights * counts).sum()


def spotting_loss(
    found: list[list[Tensor]], targets: Sequence[Tensor], weights: Sequence[Tensor], smoothing: float = 0.15
) -> Tensor:
    """Sum of cross-entropy and smoothing loss over stages and tracks.

    Args:
        found: output of the network.
        targets: int64 [N, T] per track; `IGNORED` for steps without a target.
        weights: class weights per track.
        smoothing: weight of the smoothing loss: the mean over steps and classes of min(d^2, 16), d being the difference
            of log-probabilities from those of the step before, which get no gradient (equations 5 and 6).
    """
    total = targets[0].new_zeros((), dtype=torch.float32)
    for stage in found:
        for logits, target, weight in zip(stage, targets, weights, strict=True):
            if (target != IGNORED).any():
                total = total + F.cross_entropy(logits, target, weight, ignore_index=IGNORED)
            log_p = logits.log_softmax(1)
            jump = log_p[..., 1:] - log_p[..., :-1].detach()
            if jump.shape[-1]:
                total = total + smoothing * jump.square().clamp(max=STEEPEST).mean()
    return total
