"""Graph convolutions against loops over joints; convolutions over time against shifted clips."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from mglib.data.layouts import get_layout
from mglib.models.graph import adjacency
from mglib.models.graph.spatial import AdaptiveEdges, ChannelEdges, DynamicEdges, FreeEdges, Gates, WeightedEdges
from mglib.models.graph.temporal import Branches, four_branches, one_kernel, six_branches, six_branches_with_body

LAYOUT = get_layout("kinect20")
V, C, T = LAYOUT.num_joints, 16, 5
Edge = Callable[[int, int, int], Tensor]  # (k, v, w) -> a number, or one per channel [C', 1]
TEMPORAL = [one_kernel, four_branches, six_branches, six_branches_with_body]


def randomised(module: nn.Module) -> nn.Module:
    """Parameters that start at zero or one would hide what they multiply."""
    for parameter in module.parameters():
        nn.init.normal_(parameter, std=0.3)
    return module.eval()


def weighted(unit: WeightedEdges, x: Tensor) -> Edge:
    return lambda k, v, w: unit.adjacency[k, v, w] * unit.importance[k, v, w]


def free(unit: FreeEdges, x: Tensor) -> Edge:
    return lambda k, v, w: unit.adjacency[k, v, w]


def adaptive(unit: AdaptiveEdges, x: Tensor) -> Edge:
    speak, hear = (f(x)[0].unflatten(0, (3, -1)) for f in (unit.speak, unit.hear))
    size = speak[0, ..., 0].numel()
    return lambda k, v, w: (
        unit.adjacency[k, v, w] + unit.alpha * ((speak[k, ..., v] * hear[k, ..., w]).sum() / size).tanh()
    )


def channel(unit: ChannelEdges, x: Tensor) -> Edge:
    speak, hear = (f(x.mean(2))[0].unflatten(0, (3, -1)) for f in (unit.speak, unit.hear))
    weight = unit.refine.weight.flatten(1).unflatten(0, (3, -1))
    bias = unit.refine.bias.unflatten(0, (3, -1))

    def edge(k: int, v: int, w: int) -> Tensor:
        return (unit.adjacency[k, v, w] + unit.alpha * (weight[k] @ (hear[k, :, w] - speak[k, :, v]).tanh() + bias[k]))[
            :, None
        ]

    return edge


def dynamic(unit: DynamicEdges, x: Tensor) -> Edge:
    speak, hear = (f(x.mean(2))[0].unflatten(0, (8, -1)) for f in (unit.speak, unit.hear))

    def edge(k: int, v: int, w: int) -> Tensor:
        own = (hear[k, :, w] - speak[k, :, v]).tanh()[:, None]
        share = torch.stack([speak[k, :, u] @ hear[k, :, w] for u in range(V)]).softmax(0)[v]
        return unit.adjacency[k, v, w] + unit.alpha * own + unit.beta * share

    return edge


@pytest.mark.parametrize(
    ("make", "edges"),
    [
        (WeightedEdges, weighted),
        (FreeEdges, free),
        (AdaptiveEdges, adaptive),
        (ChannelEdges, channel),
        (DynamicEdges, dynamic),
    ],
)
def test_graph_convolution_against_loops(make, edges):
    torch.manual_seed(0)
    unit, x = randomised(make(C, 24, adjacency(LAYOUT))), torch.randn(1, C, T, V)
    with torch.no_grad():
        edge, embedded = edges(unit, x), unit.embed(x)[0]
        if make is DynamicEdges:
            embedded = embedded.unflatten(0, (8, -1))
        groups = torch.zeros_like(embedded)
        for k in range(len(groups)):
            for w in range(V):
                for v in range(V):
                    groups[k, ..., w] += edge(k, v, w) * embedded[k, ..., v]
        expected = unit.project(groups.flatten(0, 1)) if make is DynamicEdges else groups.sum(0)
        assert torch.allclose(unit(x)[0], expected, atol=1e-4)


@pytest.mark.parametrize(("name", "constant"), [("joints", (1, 2)), ("frames", (1, 3)), ("channels", (2, 3))])
def test_each_gate_weighs_its_own_axis_alone(name, constant):
    """The other two weigh all alike, by 1 + sigmoid(0), before they are trained."""
    torch.manual_seed(0)
    gates, x = Gates(C, V), torch.rand(2, C, 12, V) + 0.5
    assert torch.allclose(gates(x), 1.5**3 * x)
    randomised(getattr(gates, name))
    ratio = gates(x) / x / 1.5**2
    assert ratio.std(constant).max() < 1e-5 < 1e-2 < ratio.std()
    assert ratio.min() > 1 and ratio.max() < 2


@pytest.mark.parametrize("make", TEMPORAL)
def test_temporal_units_move_with_time_and_a_stride_takes_every_second_frame(make):
    torch.manual_seed(0)
    unit, long = make(C, 1, V).eval(), torch.randn(2, C, 33, V)
    strided = make(C, 2, V).eval()
    strided.load_state_dict(unit.state_dict())
    y, later = unit(long[:, :, :-3]), unit(long[:, :, 3:])
    reach = 4  # frames that the widest of the kernels sees to each side
    assert y.shape == (2, C, 30, V)
    assert torch.allclose(y[:, :, 3 + reach : -reach], later[:, :, reach : -3 - reach], atol=1e-5)
    assert not torch.allclose(y[:, :, 3:], later[:, :, :-3], atol=1e-5)  # at the edges they see the padding
    assert torch.allclose(strided(long), unit(long)[:, :, ::2], atol=1e-5)


@pytest.mark.parametrize("make", TEMPORAL)
def test_temporal_units_keep_joints_apart_but_for_the_body(make):
    torch.manual_seed(0)
    unit, x = randomised(make(C, 1, V)), torch.randn(1, C, 8, V)
    other = x.clone()
    other[..., 3] += 1
    moved = (unit(x) - unit(other)).abs().amax((0, 1, 2)) > 1e-6
    assert moved[3] and (moved.all() if make is six_branches_with_body else moved.sum() == 1)


def test_branches_by_hand():
    """Two dilations, the maximum and the copy, on one joint: what each branch sees, and who takes the odd channels."""
    branches = Branches(9, 1, 3, (1, 2)).eval()
    assert [b[3].out_channels for b in branches.branches[:2]] == [3, 2] and branches.branches[3].out_channels == 2
    impulse = torch.zeros(1, 9, 11, 1)
    impulse[0, :, 5] = 1
    answer = (branches(impulse) - branches(torch.zeros_like(impulse)))[0, :, :, 0].abs()
    seen = [set(part.amax(0).nonzero().flatten().tolist()) for part in answer.split([3, 2, 2, 2])]
    assert seen[0] <= {4, 5, 6} and seen[1] <= {3, 5, 7} and seen[2] <= {4, 5, 6} and seen[3] == {5}
    assert max(map(len, seen[:2])) > 1
