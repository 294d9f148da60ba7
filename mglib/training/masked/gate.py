"""What is told of hidden joints of held-out clips, against saying that nothing moves, and against straight lines."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from mglib.data.loader import Batch, InputMaker
from mglib.models.reconstruction import hide, main_person, square_errors, target


class Gate(NamedTuple):
    """Mean square errors of the motion of hidden joints, in units of each joint's own spread (`Target.scale`)."""

    network: float
    zero_motion: float
    interpolation: float

    @property
    def passed(self) -> bool:
        """Whether the network tells more than both."""
        return self.network < min(self.zero_motion, self.interpolation)

    def sentence(self, clips: int, held_out_by: str) -> str:
        """What it says, in words; `clips` were held out, "people" or "clips" at a time."""
        better = min(self.zero_motion, self.interpolation)
        gain = f"{abs(1 - self.network / better):.1%} {'below' if self.network < better else 'above'}"
        whose = "clips of people held out" if held_out_by == "people" else "clips held out of those of all people"
        text = (
            f"Motion of hidden joints in {clips} {whose}, mean square error: {self.network:.3f} by the network, "
            f"{self.zero_motion:.3f} if nothing moved, {self.interpolation:.3f} on straight lines between what is "
            f"seen; {gain} the better of the two."
        )
        failed = " The gate is not passed: the network tells no more than these, so expect nothing of this run."
        return text + ("" if self.passed else failed)


@torch.no_grad()
def measure(model: nn.Module, batches: Iterable[tuple[Batch, Tensor]], make_inputs: InputMaker, tube: Tensor) -> Gate:
    """Ask a network about clips with hidden joints.

    Args:
        model: a `Reconstruction`, or what wraps one; left in evaluation mode.
        batches: clips, and which of their joints are hidden, bool [N, T, V].
        make_inputs: batch -> inputs of the network.
        tube: of each frame, int64 [T].
    """
    model.eval()
    sums, weight = np.zeros(3), 0.0
    for batch, hidden in batches:
        points = main_person(batch.keypoints)
        wanted = target(points, tube)
        shown = batch._replace(keypoints=hide(batch.keypoints, hidden))
        lines = torch.from_numpy(straight(points.cpu().numpy(), hidden.cpu().numpy())).to(points)
        told = (model(make_inputs(shown)).float(), torch.zeros_like(lines), lines / wanted.scale)
        found = [square_errors(each, wanted, hidden) for each in told]
        sums += [float(total) for total, _ in found]
        weight += float(found[0][1])
    return Gate(*(sums / max(weight, 1e-9)).tolist())


def straight(points: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """The motion, if a hidden joint went in a straight line from where it was last seen to where it is seen next.

    Before it is first seen, after it is last seen, and where it never is, it stands still.

    Args:
        points: [N, T, V, C + 1], the score last.
        hidden: bool [N, T, V].

    Returns:
        float32 [N, T, V, C], as `streams.motions`: 0 in the last frame.
    """
    places, seen = points[..., :-1], ~hidden & (points[..., -1] > 0)
    told, time = np.zeros(places.shape, np.float32), np.arange(points.shape[1])
    for clip, joint in np.argwhere(seen.any(1)):
        known = seen[clip, :, joint]
        for axis in range(places.shape[-1]):
            line = np.interp(time, time[known], places[clip, known, joint, axis])
            told[clip, :-1, joint, axis] = np.diff(line)
    return told


def positions(points: Tensor, hidden: Tensor, motion: Tensor) -> Tensor:
    """Where hidden joints are by motions that were told; the others, where they are.

    A joint goes on from where it was last seen; before it is first seen, back from there; one that is never seen starts
    where it truly is.

    Args:
        points: [N, T, V, C + 1], the score last.
        hidden: bool [N, T, V].
        motion: [N, T, V, C], told, pixels.

    Returns:
        [N, T, V, C].
    """
    places, seen = points[..., :-1].clone(), ~hidden & (points[..., -1] > 0)
    seen[:, 0] |= ~seen.any(1)
    first = seen.int().argmax(1)  # [N, V]
    for t in range(1, points.shape[1]):
        follows = ~seen[:, t] & (t > first)
        places[:, t][follows] = (places[:, t - 1] + motion[:, t - 1])[follows]
    for t in range(points.shape[1] - 2, -1, -1):
        leads = t < first
        places[:, t][leads] = (places[:, t + 1] - motion[:, t])[leads]
    return places
