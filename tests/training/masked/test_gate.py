"""The gate's three numbers on a case made so that they are known; and where hidden joints are drawn."""

import numpy as np
import pytest
import torch
from torch import nn

from mglib.data.loader import Batch
from mglib.models.reconstruction import target
from mglib.training.masked.gate import Gate, measure, positions, straight

TUBE = torch.zeros(6, dtype=torch.long)


class Answering(nn.Module):
    """Tells what it was made with."""

    def __init__(self, told: torch.Tensor):
        super().__init__()
        self.told = told

    def forward(self, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        assert not inputs["pose"][0, 0, 1:5, 0].any()  # what is hidden is not seen
        return self.told


def case() -> tuple[Batch, torch.Tensor]:
    """Two joints: the first at x = t * t, hidden in frames 1 to 4; the second stands still, and is seen."""
    points = torch.ones(1, 1, 6, 2, 3)
    points[0, 0, :, 0, 0] = torch.arange(6.0) ** 2
    hidden = torch.zeros(1, 6, 2, dtype=torch.bool)
    hidden[0, 1:5, 0] = True
    label = torch.zeros(1, dtype=torch.long)
    return Batch(points, torch.empty(1, 0), label, label, label.bool()), hidden


def test_the_three_errors_are_those_of_the_case():
    batch, hidden = case()
    wanted = target(batch.keypoints[:, 0], TUBE)
    scale = wanted.scale[0, 0, 0, 0].item()
    steps = np.array([3, 5, 7, 9.0])  # of x, from the hidden frames on; a straight line makes 5 of each
    spread = np.sqrt(np.var([1, 3, 5, 7, 9, 0]) / 2)  # of x and y; the last frame has no motion
    assert scale == pytest.approx(spread)
    half = 0.5 * wanted.scaled
    found = measure(Answering(half), [(batch, hidden)], lambda batch: {"pose": batch.keypoints}, TUBE)
    zero = np.mean(steps**2) / 2 / scale**2
    assert found.zero_motion == pytest.approx(zero, rel=1e-5)
    assert found.interpolation == pytest.approx(np.mean((steps - 5) ** 2) / 2 / scale**2, rel=1e-5)
    assert found.network == pytest.approx(zero / 4, rel=1e-5)
    exact = measure(Answering(wanted.scaled), [(batch, hidden)] * 2, lambda batch: {"pose": batch.keypoints}, TUBE)
    assert exact.network == pytest.approx(0) and exact.passed and exact[1:] == pytest.approx(found[1:])


@pytest.mark.parametrize(
    ("gate", "passed"), [(Gate(0.5, 1.0, 0.6), True), (Gate(0.7, 1.0, 0.6), False), (Gate(1.1, 1.0, 1.2), False)]
)
def test_a_run_that_fails_the_gate_says_so(gate, passed):
    sentence = gate.sentence(10, "people")
    assert gate.passed == passed and ("The gate is not passed" in sentence) != passed
    assert all(f"{value:.3f}" in sentence for value in gate) and "clips of held-out people" in sentence


def test_straight_lines_and_places_go_from_what_is_seen_to_what_is_seen():
    batch, hidden = case()
    points, none = batch.keypoints[:, 0], hidden.clone()
    none[0, :, 1] = True  # the second is never seen
    lines = straight(points.numpy(), none.numpy())
    assert lines[0, :, 0, 0].tolist() == [5, 5, 5, 5, 5, 0] and not lines[0, :, 1].any()
    placed = positions(points, none, torch.from_numpy(lines))
    assert placed[0, :, 0, 0].tolist() == [0, 5, 10, 15, 20, 25]
    assert (placed[0, :, 1] == points[0, :, 1, :2]).all()
    late = torch.zeros_like(hidden)
    late[0, :3, 0] = True  # hidden at first: back from where it is seen
    back = positions(points, late, torch.full((1, 6, 2, 2), 2.0))
    assert back[0, :, 0, 0].tolist() == [9 - 6, 9 - 4, 9 - 2, 9, 16, 25]
