"""A pathway that learns without labels: it tells how hidden joints move, and then serves as a branch as any other does.

Its tensors are named as in a network that is trained with labels, so that one starts from the other. In heat-maps, and
among the joints that a graph network takes, a hidden joint looks as an undetected one: no sign of its own is needed.

Source of the objective: Mao et al., "Masked Motion Predictors are Strong 3D Action Representation Learners", ICCV 2023.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from mglib.data.streams import motions

FLOOR = 0.1  # of a clip's spread of motion: what stays below it may be no more than a detector's trembling


class Reconstruction(nn.Module):
    """Pathway -> linear map from each frame of its last map to the motion of all joints in the frames behind it.

    Args:
        pathway: backbone of heat-maps or joints.
        inputs: of some clips, as it takes them; what it makes of them says how large the decoder is.
        num_frames: T of the clips.
        num_joints: V.
        dimensions: C of a joint's place, 2 or 3.

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
        """[N, width]: the mean of the last map, which a classifier is given."""
        return self.pathways["pose"](inputs["pose"]).mean((2, 3, 4))


class Target(NamedTuple):
    """What is to be told of clips."""

    motion: Tensor  # [N, T, V, C], x[t+1] - x[t], pixels; 0 in the last frame
    scale: Tensor  # [N, T, V, 1], pixels that it is divided by
    weight: Tensor  # [N, T, V, 1], the lower of the scores of both frames

    @property
    def scaled(self) -> Tensor:
        """What the network is to say, [N, T, V, C]."""
        return self.motion / self.scale


def main_person(keypoints: Tensor) -> Tensor:
    """Of each clip the person that is detected best, [N, M, T, V, C + 1] -> [N, T, V, C + 1]."""
    best = keypoints[..., -1].sum((2, 3)).argmax(1)
    return keypoints[torch.arange(len(keypoints), device=keypoints.device), best]


def hide(keypoints: Tensor, hidden: Tensor) -> Tensor:
    """The same key points [N, M, T, V, C + 1] with hidden joints, bool [N, T, V], as undetected ones are: all 0."""
    return keypoints.masked_fill(hidden[:, None, :, :, None], 0)


def target(points: Tensor, tube: Tensor) -> Target:
    """How each joint moves, in units of how much it does so in its tube.

    In pixels, quick hands would be all that is learnt. But little is made of joints that stand still (`FLOOR`).

    Args:
        points: [N, T, V, C + 1] of one person, the score last; pixels.
        tube: of each frame, int64 [T].
    """
    moved = motions(points)
    motion, weight = moved[..., :-1], moved[..., -1:]
    inside = nn.functional.one_hot(tube).to(motion)  # [T, tubes]
    whole = inside.new_ones(inside.shape[0] * motion.shape[2], 1)  # of a clip all joints, one after the other
    own = _spread(motion, weight, inside)
    clip = _spread(motion.flatten(1, 2)[:, :, None], weight.flatten(1, 2)[:, :, None], whole)[:, :1]
    return Target(motion, torch.maximum(own, FLOOR * clip).clamp(min=1e-6), weight)


def square_errors(told: Tensor, wanted: Target, hidden: Tensor) -> tuple[Tensor, Tensor]:
    """Sum of the weighted squares of what is told wrongly of hidden joints, and sum of the weights.

    Args:
        told: [N, T, V, C], in the target's units.
        wanted: the target.
        hidden: bool [N, T, V].
    """
    weight = wanted.weight * hidden[..., None]
    square = (told.float() - wanted.scaled).square()
    return (square * weight).sum(), weight.sum() * square.shape[-1]


def _spread(motion: Tensor, weight: Tensor, inside: Tensor) -> Tensor:
    """Standard deviation of the motion of each joint in each frame's tube, [N, T, V, 1], over coordinates too."""
    seen = (weight > 0).to(motion)
    number = _sums(seen, inside).clamp(min=1)
    mean, square = _sums(motion * seen, inside) / number, _sums(motion.square() * seen, inside) / number
    return (square - mean.square()).mean(-1, keepdim=True).clamp(min=0).sqrt()


def _sums(x: Tensor, inside: Tensor) -> Tensor:
    """Sums over each frame's tube, as long as x: n = clip, t and s = frames, i = tube, v = joint, c = coordinate."""
    return torch.einsum("nivc,ti->ntvc", torch.einsum("nsvc,si->nivc", x, inside), inside)
