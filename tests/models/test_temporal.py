import math

import numpy as np
import pytest
import torch

from mglib.models.temporal import IGNORED, TemporalNetwork, spotting_loss, step_weights


def network(**changes) -> TemporalNetwork:
    torch.manual_seed(0)
    settings = {"inputs": 12, "tracks": [[0, 2], [1]], "stages": 2, "layers": 3, "width": 8, "dropout": 0.0}
    return TemporalNetwork(**settings | changes).eval()


def test_it_has_the_parameters_that_were_counted():
    net = TemporalNetwork(512, [range(32)])
    own = sum(p.numel() for p in net.stages.parameters())
    assert own == 150_561 + 119_905  # 0.27 million: 512 inputs, 64 channels, 33 outputs, two stages of 7 layers
    assert sum(p.numel() for p in net.parameters()) == own + 2


@pytest.mark.parametrize("layers", [1, 3, 5])
def test_a_stage_of_l_layers_sees_so_many_steps(layers):
    net = network(stages=1, layers=layers)
    features = torch.randn(1, 12, 201, requires_grad=True)
    net(features)[0][0][0, 0, 100].backward()
    seen = features.grad.abs().sum((0, 1)).nonzero().squeeze(1)
    assert (100 - seen.min(), seen.max() - 100) == (2**layers - 1, 2**layers - 1)


def test_a_stage_that_adds_nothing_says_what_was_known():
    net = network()
    for parameter in net.stages.parameters():
        parameter.data.zero_()
    log_p = torch.randn(1, 3, 5).log_softmax(1)
    first, second = net(torch.cat([log_p, torch.zeros(1, 9, 5)], 1))
    expected = 0.5 * torch.cat([log_p[:, [0, 2]], torch.zeros(1, 1, 5)], 1)
    torch.testing.assert_close(first[0], expected)
    torch.testing.assert_close(second[0], expected.log_softmax(1))
    torch.testing.assert_close(first[1][:, 0], 0.5 * log_p[:, 1])


def slow_loss(found, targets, weights, smoothing):
    total = 0.0
    for stage in found:
        for logits, target, weight in zip(stage, targets, weights, strict=True):
            log_p = logits.log_softmax(1).numpy()
            n, k, steps = log_p.shape
            ce, mass, jumps = 0.0, 0.0, []
            for i in range(n):
                for t in range(steps):
                    if target[i, t] != IGNORED:
                        ce -= float(weight[target[i, t]]) * log_p[i, target[i, t], t]
                        mass += float(weight[target[i, t]])
                    jumps += [min((log_p[i, c, t] - log_p[i, c, t - 1]) ** 2, 16) for c in range(k) if t]
            total += ce / mass + smoothing * np.mean(jumps)
    return total


def test_the_loss_is_that_of_a_plain_loop_and_reaches_every_stage():
    torch.manual_seed(1)
    net = network(stages=3)
    features = 3 * torch.randn(2, 12, 9)
    targets = [torch.randint(3, (2, 9)), torch.randint(2, (2, 9))]
    targets[0][0, :4] = IGNORED
    weights = [torch.tensor([0.5, 2.0, 1.0]), torch.tensor([1.0, 3.0])]
    loss = spotting_loss(net(features), targets, weights, 0.15)
    with torch.no_grad():
        assert loss.item() == pytest.approx(slow_loss(net(features), targets, weights, 0.15), rel=1e-4)
    loss.backward()
    assert all(stage[-1].weight.grad.abs().sum() > 0 for stage in net.stages)
    assert torch.isfinite(net.trust.grad).all()


def test_where_nothing_is_asked_the_loss_is_a_number():
    found = network()(torch.randn(1, 12, 4))
    nothing = [torch.full((1, 4), IGNORED)] * 2
    assert math.isfinite(spotting_loss(found, nothing, [torch.ones(3), torch.ones(2)]).item())


def test_rare_classes_weigh_more_but_ten_times_at_most():
    targets = torch.tensor([0] * 1000 + [1] * 250 + [2] + [IGNORED] * 50)
    weights = step_weights(targets, 4)
    assert weights[1] / weights[0] == pytest.approx(2)
    assert weights[2] / weights[0] == weights[3] / weights[0] == pytest.approx(10)
    known = targets[targets != IGNORED]
    assert weights[known].mean().item() == pytest.approx(1, rel=1e-2)


def test_features_are_taken_in_units_of_their_spread():
    net = network()
    features = torch.randn(50, 12) * torch.arange(1, 13) + 5
    features[:, 4] = 7.0
    net.normalise(features)
    inside = (features - net.mean) / net.scale
    torch.testing.assert_close(inside.mean(0), torch.zeros(12), atol=1e-4, rtol=0)
    assert inside[:, 4].abs().max() < 1e-4 and inside[:, 0].std() == pytest.approx(1, abs=1e-4)
