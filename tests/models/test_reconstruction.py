"""What is to be told of hidden joints, held against plain loops; and that nothing of them reaches the network."""

import numpy as np
import pytest
import torch

from mglib.config import MaskedConfig, TrainConfig
from mglib.data.loader import ClipDataset, make_loader
from mglib.models.reconstruction import FLOOR, Target, hide, main_person, square_errors, target
from mglib.training.building import answering_network, make_maker, make_view
from mglib.training.masked.networks import make_reconstruction
from tests.builders import waving_table

TUBE = torch.tensor([0, 0, 0, 1, 1, 1])


def some_points() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    points = torch.randn(2, 6, 3, 3, generator=generator) * 5
    points[..., 2] = torch.rand(2, 6, 3, generator=generator)
    points[0, 2, 1, 2] = 0
    points[1, :, 2, :2] *= 1e-3  # a joint that only trembles
    return points


def test_targets_are_motions_in_units_of_their_spread_as_a_loop_has_it():
    points = some_points()
    found = target(points, TUBE)
    for n in range(2):
        moved = {}
        for t in range(6):
            for v in range(3):
                here, there = points[n, t, v], points[n, min(t + 1, 5), v]
                seen = min(here[2], there[2]).item()
                moved[t, v] = (there - here)[:2].numpy() if seen > 0 else np.zeros(2)
                assert found.weight[n, t, v, 0] == pytest.approx(seen)
                np.testing.assert_allclose(found.motion[n, t, v], moved[t, v], atol=1e-5)
        valid = {key: x for key, x in moved.items() if found.weight[n, key[0], key[1], 0] > 0}
        clip = np.sqrt(np.var(np.array(list(valid.values())), axis=0).mean())
        for t, v in moved:
            own = np.array([x for (s, u), x in valid.items() if u == v and TUBE[s] == TUBE[t]])
            spread = np.sqrt(np.var(own, axis=0).mean()) if len(own) else 0
            assert found.scale[n, t, v, 0] == pytest.approx(max(spread, FLOOR * clip), rel=1e-3)
    assert (found.scale[1, :, 2] == found.scale[1, 0, 2]).all()  # trembling: the clip's share


def test_errors_count_hidden_joints_alone_weighted_by_their_scores():
    wanted = Target(torch.ones(1, 2, 2, 2), torch.full((1, 2, 2, 1), 0.5), torch.tensor([[[[1.0], [0.5]], [[0], [1]]]]))
    told = torch.zeros(1, 2, 2, 2)
    told[0, 0, 0] = 100  # not hidden
    hidden = torch.tensor([[[False, True], [True, True]]])
    total, weight = square_errors(told, wanted, hidden)
    assert (total.item(), weight.item()) == (pytest.approx(0.5 * 2 * 4 + 1 * 2 * 4), pytest.approx(1.5 * 2))


def test_the_person_detected_best_is_asked_about():
    keypoints = torch.rand(3, 2, 4, 5, 3)
    keypoints[[0, 2], 0, ..., 2], keypoints[1, 1, ..., 2] = 0.1, 0.1
    keypoints[[0, 2], 1, ..., 2], keypoints[1, 0, ..., 2] = 0.9, 0.9
    torch.testing.assert_close(main_person(keypoints), torch.stack([keypoints[0, 1], keypoints[1, 0], keypoints[2, 1]]))


@pytest.mark.parametrize("model", ["two_stream", "pose_conv3d", "st_gcn", "hcn"])
def test_nothing_of_hidden_joints_reaches_the_network(model):
    table, config = waving_table(), MaskedConfig.read({"preset": "tiny", "model": model})
    network, make_inputs = make_reconstruction(config, table)[0].eval(), make_maker(config, table.layout)
    clips = ClipDataset(table, table.where("train")[:3], make_view(config))
    batch = next(iter(make_loader(clips, 3)))
    hidden = torch.rand(3, config.pose_frames, 22, generator=torch.Generator().manual_seed(1)) < 0.5
    other = batch.keypoints.clone()
    other[hidden[:, None].expand(other.shape[:-1])] = torch.tensor([3.0, -7.0, 0.7])
    with torch.no_grad():
        told = [
            network(make_inputs(batch._replace(keypoints=hide(x, hidden)))).clone() for x in (batch.keypoints, other)
        ]
        assert told[0].shape == (3, config.pose_frames, 22, 2)
        assert torch.equal(*told)
        assert not torch.allclose(told[0], network(make_inputs(batch)))


@pytest.mark.parametrize("preset", ["tiny", "small"])
@pytest.mark.parametrize("model", ["two_stream", "pose_conv3d"])
def test_the_pathway_is_that_of_a_network_of_joints_alone(preset, model):
    table, given = waving_table(), {"preset": preset, "streams": "joint", "model": model}
    ours = make_reconstruction(MaskedConfig.read(given), table)[0].state_dict()
    other = answering_network(TrainConfig.read(given), table.layout, np.ones(3)).state_dict()
    shapes = [{n: x.shape for n, x in each.items() if n.startswith("pathways.")} for each in (ours, other)]
    assert shapes[0] == shapes[1] and len(shapes[0]) > 20
    assert {name.split(".")[0] for name in ours} == {"pathways", "decoder"}
