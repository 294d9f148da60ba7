"""A pathway trained without labels to predict the motion of hidden joints; it can then be used as a pose branch.

Its tensors are named as in a network trained with labels, which can start from them. In heat-maps, and in the joints
for graph networks, a hidden joint looks like an undetected one, so that no mask token is needed.

Source of the objective: Mao et al., "Masked Motion Predictors are Strong 3D Action Representation Learners", ICCV 2023.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from mglib.data.streams import motions

FLOOR = 0.1  # share of a clip's spread of motion; less may be detector noise


class Reconstruction(nn.Module):
    """A pathway, and a linear map from each frame of its last map to the motion of all joints in its frames.

    Args:
        pathway: backbone of heat-maps or joints.
        inputs: inputs of some clips, from which the size of the decoder is derived.
        num_frames: T of the clips.
        num_joints: V.
        dimensions: C, coordinates per joint, 2 or 3.

    Raises:
        ValueError: the frames of the last map do not divide those of the clips.
    """

    def __init__(self, pathway: nn.Module, inputs: Tensor, num_frames: int, num_joints: int, dimensions: int):
        super().__init__()
        self.pathways = nn.ModuleDict({"pose": pathway})
        self.shape = (num_frames, num_joints, dimensions)
        with torch.no_grad():
            _, width, frames, *plane = pathway.eval()(inputs).shape
        if num_frames % frames:
            raise ValueError(f"{num_frames} frames become {frames} in the network; give a multiple of those.")
        self.decoder = nn.Linear(width * plane[0] * plane[1], num_frames // frames * num_joints * dimensions)

    def forward(self, inputs: dict[str, Tensor]) -> Tensor:
        """{"pose": heat-maps or joints} -> [N, T, V, C], motion in units of `Target.scale`."""
        x = self.pathways["pose"](inputs["pose"]).transpose(1, 2).flatten(2)
        return self.decoder(x).reshape(len(x), *self.shape)

    def features(self, inputs: dict[str, Tensor]) -> Tensor:
        """[N, width]: the mean of the last map, the input of a classifier."""
        return self.pathways["pose"](inputs["pose"]).mean((2, 3, 4))


class Target(NamedTuple):
    """The target of the prediction."""

    motion: Tensor  # [N, T, V, C], x[t+1] - x[t], pixels; 0 in the last frame
    scale: Tensor  # [N, T, V, 1], pixels, by which motion is divided
    weight: Tensor  # [N, T, V, 1], the lower of the scores of both frames

    @property
    def scaled(self) -> Tensor:
        """The scaled motion that the network should predict, [N, T, V, C]."""
        return self.motion / self.scale


def main_person(keypoints: Tensor) -> Tensor:
    """The best detected person of each clip, [N, M, T, V, C + 1] -> [N, T, V, C + 1]."""
    best = keypoints[..., -1].sum((2, 3)).argmax(1)
    return keypoints[torch.arange(len(keypoints), device=keypoints.device), best]


def hide(keypoints: Tensor, hidden: Tensor) -> Tensor:
    """Set hidden joints, bool [N, T, V], of key points [N, M, T, V, C + 1] to 0, like undetected ones."""
    return keypoints.masked_fill(hidden[:, None, :, :, None], 0)


def target(points: Tensor, tube: Tensor) -> Target:
    """The motion of each joint, relative to its spread of motion within the tube.

    Without scaling, fast hands would dominate. Joints that hardly move are not scaled up (`FLOOR`).

    Args:
        points: [N, T, V, C + 1] of one person, pixels, score last.
        tube: of each frame, int64 [T].
    """
    moved = motions(points)
    motion, weight = moved[..., :-1], moved[..., -1:]
    inside = nn.functional.one_hot(tube).to(motion)  # [T, tubes]
    whole = inside.new_ones(inside.shape[0] * motion.shape[2], 1)  # all joints of a clip
    own = _spread(motion, weight, inside)
    clip = _spread(motion.flatten(1, 2)[:, :, None], weight.flatten(1, 2)[:, :, None], whole)[:, :1]
    return Target(motion, torch.maximum(own, FLOOR * clip).clamp(min=1e-6), weight)


def square_errors(told: Tensor, wanted: Target, hidden: Tensor) -> tuple[Tensor, Tensor]:
    """Weighted sum of squared errors of the hidden joints, and sum of the weights.

    Args:
        told: prediction [N, T, V, C], in the target's units.
        wanted: the target.
        hidden: bool [N, T, V].
    """
    weight = wanted.weight * hidden[..., None]
    square = (told.float() - wanted.scaled).square()
    return (square * weight).sum(), weight.sum() * square.shape[-1]


def _spread(motion: Tensor, weight: Tensor, inside: Tensor) -> Tensor:
    """Standard deviation of each joint's motion in each frame's tube and over coordinates, [N, T, V, 1]."""
    seen = (weight > 0).to(motion)
    number = _sums(seen, inside).clamp(min=1)
    mean, square = _sums(motion * seen, inside) / number, _sums(motion.square() * seen, inside) / number
    return (square - mean.square()).mean(-1, keepdim=True).clamp(min=0).sqrt()


def _sums(x: Tensor, inside: Tensor) -> Tensor:
    """Sums over each frame's tube, shaped like x: n = clip, t and s = frames, i = tube, v = joint, c = coordinate."""
    return torch.einsum("nivc,ti->ntvc", torch.einsum("nsvc,si->nivc", x, inside), inside)
