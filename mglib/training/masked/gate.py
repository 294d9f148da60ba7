"""The gate: predicted motion of hidden joints in held-out clips, compared with no motion and with straight lines."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from mglib.data.loader import Batch, InputMaker
from mglib.models.reconstruction import hide, main_person, square_errors, target


class Gate(NamedTuple):
    """Mean squared errors of the motion of hidden joints, in units of each joint's spread (`Target.scale`)."""

    network: float
    zero_motion: float
    interpolation: float

    @property
    def passed(self) -> bool:
        """Whether the network's error is below those of both baselines."""
        return self.network < min(self.zero_motion, self.interpolation)

    def sentence(self, clips: int, held_out_by: str) -> str:
        """The result in words; `clips`: number of clips held out, by "people" or by "clips"."""
        better = min(self.zero_motion, self.interpolation)
        if not better:
            return (
                f"The gate is not passed: in {clips} held-out clips no hidden joint moves, so there is no motion to "
                "predict, and this run is not worth using; give clips in which joints are detected and move."
            )
        gain = f"{abs(1 - self.network / better):.1%} {'below' if self.network < better else 'above'}"
        whose = "clips of held-out people" if held_out_by == "people" else "held-out clips of all people"
        text = (
            f"Motion of hidden joints in {clips} {whose}, mean squared error: {self.network:.3f} for the network, "
            f"{self.zero_motion:.3f} for no motion, {self.interpolation:.3f} for straight lines between visible "
            f"positions; the network's error is {gain} the lower of these two."
        )
        failed = " The gate is not passed: the network predicts no better than these, so this run is not worth using."
        return text + ("" if self.passed else failed)


@torch.no_grad()
def measure(model: nn.Module, batches: Iterable[tuple[Batch, Tensor]], make_inputs: InputMaker, tube: Tensor) -> Gate:
    """Measure the errors of a network and of both baselines on clips with hidden joints.

    Args:
        model: a `Reconstruction`, or a wrapper of one; left in evaluation mode.
        batches: clips, and which of their joints are hidden, bool [N, T, V].
        make_inputs: batch -> inputs of the network.
        tube: number of the tube of each frame, int64 [T].
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
    """Motion along straight lines, from where a hidden joint was last visible to where it is next visible.

    Before a joint is first visible, after it is last visible, and if it never is, it does not move.

    Args:
        points: [N, T, V, C + 1], the score last.
        hidden: bool [N, T, V].

    Returns:
        float32 [N, T, V, C], differences to the next frame as in `streams.motions`; 0 in the last frame.
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
    """Positions of joints in which hidden ones are computed from predicted motion.

    Motion is summed from where the joint was last visible or, before it is first visible, backwards from there; a joint
    that is never visible starts at its true position.

    Args:
        points: [N, T, V, C + 1], the score last.
        hidden: bool [N, T, V].
        motion: [N, T, V, C], predicted, pixels.

    Returns:
        [N, T, V, C], pixels.
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
