"""What of a clip's joints a network does not see while it learns to tell how they move.

Hidden are tubes, a joint over some frames; whole limbs; and runs of frames: a single joint in a single frame is guessed
from what is beside it, and teaches nothing. Tubes that move are hidden more often (Mao et al., "Masked Motion
Predictors are Strong 3D Action Representation Learners", ICCV 2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from .loader import Batch, ClipDataset
from .streams import motions

FIRST = 1e6  # beyond any log-probability: hidden before all else
ALWAYS = 2**31  # in place of the epoch, where the same is hidden every time


@dataclass(frozen=True)
class Hiding:
    """How much is hidden, and in which shapes."""

    share: float = 0.75  # of the tubes
    tube: int = 4  # frames
    tau: float = 0.8  # temperature: the lower, the more it is moving tubes that are hidden
    limbs: float = 0.5  # share of the clips of which a whole limb is hidden throughout
    frames: float = 0.25  # share of the clips of which a run of frames is hidden wholly


class HidingClips(Dataset):
    """Clips, and which of their joints are to be hidden, bool [T, V]: a draw of seed, epoch and row alone.

    Args:
        clips: as the network would see them whole; without draws of their own, the same is hidden in every epoch.
        hiding: how much.
        limbs: joints of each limb, as of `branches`.
    """

    def __init__(self, clips: ClipDataset, hiding: Hiding, limbs: Sequence[np.ndarray]):
        self.clips, self.hiding, self.limbs = clips, hiding, limbs
        self.clip_bytes = clips.clip_bytes

    def __len__(self) -> int:
        return len(self.clips)

    def __getitem__(self, i: int) -> tuple[Batch, Tensor]:
        batch = self.clips[i]
        epoch = ALWAYS if self.clips.draws is None else self.clips.epoch
        rng = np.random.default_rng([self.clips.seed, epoch, int(batch.rows), 1])  # not those of `ClipDataset`
        person = batch.keypoints[batch.keypoints[..., -1].sum((1, 2)).argmax()].numpy()
        return batch, torch.from_numpy(draw_hidden(person, self.hiding, self.limbs, rng))


def tubes(num_frames: int, length: int) -> np.ndarray:
    """The tube of each frame, int64 [T]; frames that are too few for a tube of their own belong to the last."""
    return np.minimum(np.arange(num_frames) // length, max(num_frames // length, 1) - 1)


def branches(parents: Sequence[int], largest: float = 1 / 3) -> list[np.ndarray]:
    """Limbs: each joint with all that hangs on it, of two joints or more and no more than a share of the body.

    Args:
        parents: each joint's neighbour towards the body's centre, [V]; the centre is its own.
        largest: share of the joints.
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
    """How much each joint moves in each tube: mean length of its motion from frame to frame, [tubes, V].

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
    """Which joints are hidden when, bool [T, V].

    Of so many tubes a share is hidden: first those of a limb, or of a run of frames, where one is drawn; then one after
    the other, each with a chance that grows with its motion (drawn by Gumbel noise on the log-probabilities).

    Args:
        points: [T, V, C] of one person, the last channel is the score.
        hiding: how much.
        limbs: joints of each limb; may be empty.
        rng: random draws.
    """
    lively = liveliness(points, hiding.tube)
    order = lively / (max(lively.max(), 1e-9) * hiding.tau) + rng.gumbel(size=lively.shape)
    number = round(hiding.share * order.size)
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
