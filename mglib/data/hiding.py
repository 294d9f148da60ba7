"""Hides joints of a clip from a network that learns to predict their motion.

Tubes (a joint over some frames), whole limbs and runs of frames are hidden, as a single joint in a single frame could
be interpolated from its neighbours. Moving tubes are hidden more often (Mao et al., "Masked Motion Predictors are
Strong 3D Action Representation Learners", ICCV 2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from .loader import Batch, ClipDataset
from .streams import motions

FIRST = 1e6  # above any log-probability: these tubes are hidden first
ALWAYS = 2**31  # in place of the epoch, if the same joints are hidden every time


@dataclass(frozen=True)
class Hiding:
    """How much is hidden, and in which form."""

    share: float = 0.75  # share of the tubes that are hidden
    tube: int = 4  # frames of a tube
    tau: float = 0.8  # temperature: the lower, the more often moving tubes are chosen
    limbs: float = 0.5  # share of the clips in which a whole limb is hidden in all frames
    frames: float = 0.25  # share of the clips in which all joints are hidden in a run of frames


class HidingClips(Dataset):
    """Clips with the joints to hide, bool [T, V], drawn from seed, epoch and row only.

    Args:
        clips: complete clips; without augmentation, the same joints are hidden in every epoch.
        hiding: how much, and in which form.
        limbs: joints of each limb, from `branches`.
    """

    def __init__(self, clips: ClipDataset, hiding: Hiding, limbs: Sequence[np.ndarray]):
        self.clips, self.hiding, self.limbs = clips, hiding, limbs
        self.clip_bytes = clips.clip_bytes

    def __len__(self) -> int:
        return len(self.clips)

    def __getitem__(self, i: int) -> tuple[Batch, Tensor]:
        batch = self.clips[i]
        epoch = ALWAYS if self.clips.draws is None else self.clips.epoch
        rng = np.random.default_rng([self.clips.seed, epoch, int(batch.rows), 1])  # differs from that of `ClipDataset`
        person = batch.keypoints[batch.keypoints[..., -1].sum((1, 2)).argmax()].numpy()
        return batch, torch.from_numpy(draw_hidden(person, self.hiding, self.limbs, rng))


def tubes(num_frames: int, length: int) -> np.ndarray:
    """The tube of each frame, int64 [T]; left-over frames belong to the last."""
    return np.minimum(np.arange(num_frames) // length, max(num_frames // length, 1) - 1)


def branches(parents: Sequence[int], largest: float = 1 / 3) -> list[np.ndarray]:
    """Limbs: each joint with all joints beyond it, at least two joints and at most a share of the body.

    Args:
        parents: [V], each joint's neighbour towards the body's centre; the centre is its own parent.
        largest: largest limb, as a share of the joints.
    """
    up, found = np.asarray(parents), []
    for joint in range(len(up)):
        inside = np.arange(len(up)) == joint
        for _ in up:
            inside |= inside[up]
        if 2 <= inside.sum() <= largest * len(up):
            found.append(np.flatnonzero(inside))
    return found


def liveliness(points: np.ndarray, length: int) -> np.ndarray:
    """The motion of each joint in each tube: mean distance from frame to frame, [tubes, V].

    Args:
        points: [T, V, C], the last channel is the score.
        length: of a tube, frames.
    """
    moved = np.linalg.norm(motions(torch.from_numpy(points))[..., :-1].numpy(), axis=-1)
    tube = tubes(len(points), length)
    return np.stack([moved[tube == i].mean(0) for i in range(tube[-1] + 1)])


def draw_hidden(
    points: np.ndarray, hiding: Hiding, limbs: Sequence[np.ndarray], rng: np.random.Generator
) -> np.ndarray:
    """Draw the joints that are hidden in each frame, bool [T, V].

    A share of the tubes is hidden, at least one: first those of a limb or a run of frames, if one is drawn; then single
    tubes, with a probability that increases with their motion (drawn by Gumbel noise on the log-probabilities).

    Args:
        points: [T, V, C] of one person, the last channel is the score.
        hiding: how much.
        limbs: joints of each limb; may be empty.
        rng: random draws.
    """
    lively = liveliness(points, hiding.tube)
    order = lively / (max(lively.max(), 1e-9) * hiding.tau) + rng.gumbel(size=lively.shape)
    number = max(1, round(hiding.share * order.size))
    fitting = [limb for limb in limbs if len(limb) * len(order) <= number]
    if fitting and rng.random() < hiding.limbs:
        order[:, fitting[rng.integers(len(fitting))]] += FIRST
    if rng.random() < hiding.frames:
        run = max(1, min(len(order) // 2, number // order.shape[1]))
        first = rng.integers(len(order) - run + 1)
        order[first : first + run] += FIRST
    hidden = np.zeros(order.size, bool)
    hidden[np.argsort(-order, axis=None)[:number]] = True
    return hidden.reshape(order.shape)[tubes(len(points), hiding.tube)]
