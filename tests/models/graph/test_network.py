"""Published counts, persons, mirrored clips, and learning, for every graph network there is."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from mglib.data.layouts import LAYOUTS, Layout, get_layout
from mglib.models import GestureNet
from mglib.models.graph import NETWORKS, GraphNetwork, graph_network
from mglib.models.network import Head

every_network = pytest.mark.parametrize("name", NETWORKS)
MILLIONS = {"st-gcn": 3.09, "st-gcn++": 1.39, "aagcn": 3.76, "ctr-gcn": 1.44, "dg-stgcn": 1.68}


def tiny(name: str, layout: Layout, **settings) -> GraphNetwork:
    torch.manual_seed(0)
    return graph_network(name, layout, base=8, blocks=(1, 1, 1), **settings)


def clips(n: int, m: int, t: int, v: int, seed: int = 0) -> Tensor:
    joints = torch.randn(n, m, t, v, 3, generator=torch.Generator().manual_seed(seed))
    joints[..., 2] = joints[..., 2].abs().clamp(0.1, 1)
    return joints


@every_network
def test_counts_at_the_published_size(name):
    """iMiGUE: 22 joints, 32 classes."""
    with torch.device("meta"):
        network = graph_network(name, get_layout("imigue22"))
        parts = network, Head(network.width, 32, 0.5)
    assert len(network.blocks) == 10 and network.width == 256
    assert sum(p.numel() for part in parts for p in part.parameters()) / 1e6 == pytest.approx(MILLIONS[name], abs=5e-3)


@every_network
@pytest.mark.parametrize(("layout", "persons", "frames", "left"), [("coco17", 2, 16, 4), ("imigue36", 1, 13, 4)])
def test_shapes(name, layout, persons, frames, left):
    v = LAYOUTS[layout].num_joints
    out = tiny(name, LAYOUTS[layout])(clips(2, persons, frames, v))
    assert out.shape == (2, 32, left, v, 1)


@every_network
def test_persons_are_averaged_in_any_order_and_absent_ones_touch_nothing(name):
    layout = get_layout("imigue22")
    joints = clips(3, 2, 8, 22)
    network = tiny(name, layout).eval()
    with torch.no_grad():
        both = network(joints)
        alone = [network(joints[:, m : m + 1]) for m in range(2)]
        assert torch.allclose(both, (alone[0] + alone[1]) / 2, atol=1e-5)
        assert torch.allclose(both, network(joints.flip(1)), atol=1e-5)

        absent = clips(3, 1, 8, 22, seed=1)
        absent[..., 2] = 0  # centring by clip moves x and y of those who are not there too
        network.train()
        with_absent, without = network(torch.cat([absent, joints], 1)), tiny(name, layout).train()
        assert torch.allclose(with_absent, without(joints), atol=1e-5)
        for buffer, expected in zip(network.buffers(), without.buffers(), strict=True):
            assert torch.allclose(buffer.float(), expected.float(), atol=1e-5)

        joints[0, :, ..., 2] = 0  # a clip without anybody
        assert torch.isfinite(network(joints)).all()


@every_network
@pytest.mark.parametrize("layout", ["coco17", "imigue22"])
def test_a_mirrored_clip_gives_mirrored_maps(name, layout):
    """Where no weight tells left from right: x is not looked at, and the free graphs of DG-STGCN are made symmetric.

    All others start at the skeleton; the gate of joints, which depends on their order, starts at nothing.
    """
    layout = LAYOUTS[layout]
    network, flip = tiny(name, layout).eval(), torch.as_tensor(layout.flip_permutation)
    joints = clips(2, 1, 8, layout.num_joints)
    mirrored = joints[..., flip, :] * torch.tensor([-1, 1, 1])
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.Conv1d | nn.Conv2d) and module.in_channels == 3:
                module.weight[:, 0] = 0
        for key, parameter in network.named_parameters():
            if key.endswith(("alpha", "beta")):
                parameter.fill_(0.5)
            if name == "dg-stgcn" and key.endswith("adjacency"):
                parameter.copy_((parameter + parameter[:, flip][:, :, flip]) / 2)
        maps = network(joints)
        assert torch.allclose(network(mirrored), maps[:, :, :, flip], atol=1e-4)  # of maps up to 60
        assert not torch.allclose(maps, maps[:, :, :, flip], atol=1e-2)


@every_network
def test_joints_without_limbs_give_finite_maps_and_gradients(name):
    layout = replace(get_layout("coco17"), name="torn", limbs=((0, 1), (5, 7)))
    network = tiny(name, layout)
    out = network(clips(2, 1, 8, 17))
    out.square().mean().backward()
    assert torch.isfinite(out).all()
    assert all(torch.isfinite(p.grad).all() for p in network.parameters() if p.grad is not None)


@every_network
def test_learns_a_batch_and_every_parameter_takes_part(name):
    network = GestureNet({"joint": tiny(name, get_layout("imigue22"))}, [], 4, dict(dropout=0.0, dim=8))
    x, y = clips(8, 1, 8, 22), torch.arange(8) % 4
    optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9, nesterov=True)
    losses = []
    for _ in range(20):
        output = network({"joint": x})
        loss = nn.functional.cross_entropy(output.logits["joint"], y)
        loss = loss + 0.2 * network.refinement["joint"](output.features["joint"], output.logits["joint"], y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    assert not [key for key, p in network.named_parameters() if p.grad is None]


def test_another_layout_or_name_is_told():
    with pytest.raises(ValueError, match=r"joints are \[2, 1, 8, 17, 3\], but layout 'imigue22' has .* 22, 3\]"):
        tiny("st-gcn", get_layout("imigue22"))(clips(2, 1, 8, 17))
    with pytest.raises(ValueError, match="'gcn' is not known; give one of st-gcn, st-gcn"):
        tiny("gcn", get_layout("imigue22"))
