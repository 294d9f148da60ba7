"""The hypergraph transformer against its formula in loops, and against symmetries of bodies."""

import numpy as np
import pytest
import torch

from mglib.data.layouts import LAYOUTS, Layout
from mglib.models.hypergraph import HypergraphAttention, HypergraphTransformer, body_parts, bones, hops, parents
from mglib.models.network import Head
from tests.models.learning import losses, million

every_layout = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
IMIGUE = LAYOUTS["imigue22"]


def randomised(module: torch.nn.Module) -> torch.nn.Module:
    """With nothing at its first value, which is 0 for much of the skeleton's part."""
    torch.manual_seed(0)
    for name, x in module.state_dict().items():
        if x.is_floating_point():
            x.uniform_(0.5, 1.5) if name.endswith("running_var") else x.normal_(0, 0.3)
    return module.eval()


def clips(layout: Layout, n: int = 2, persons: int = 2, frames: int = 9) -> torch.Tensor:
    """[N, M, T, V, 3], every joint detected."""
    joints = torch.rand(n, persons, frames, layout.num_joints, 3, generator=torch.Generator().manual_seed(0))
    joints[..., 2] = 0.5 + joints[..., 2] / 2
    return joints


def slow_attention(module: HypergraphAttention, x: torch.Tensor, hop: np.ndarray, part: np.ndarray) -> torch.Tensor:
    """One frame, [V, C]."""
    joints, width = x.shape
    heads, d = module.part_bias.shape
    q, k, v = module.qkv(x).split(width, 1)
    out = torch.zeros(joints, width)
    for h in range(heads):
        own = slice(h * d, (h + 1) * d)
        for i in range(joints):
            scores = []
            for j in range(joints):
                fellows = [m for m in range(joints) if part[m] == part[j]]
                e = module.part(sum(x[m] for m in fellows) / len(fellows))[own]
                r = module.hop_bias[h, hop[i, j]]
                scores.append(q[i, own] @ k[j, own] + q[i, own] @ r + q[i, own] @ e + module.part_bias[h] @ e)
            weights = (torch.stack(scores) / d**0.5).softmax(0) + module.topology[h, i]
            out[i, own] = sum(weights[j] * v[j, own] for j in range(joints))
    return out


def test_attention_against_loops():
    hop, part = hops(IMIGUE), body_parts(IMIGUE)
    module = randomised(HypergraphAttention(6, 2, hop, part))
    x = torch.randn(2, 2, 22, 6)
    with torch.no_grad():
        expected = torch.stack(
            [torch.stack([slow_attention(module, frame, hop, part) for frame in clip]) for clip in x]
        )
        torch.testing.assert_close(module(x), expected, rtol=1e-4, atol=1e-4)


def test_parts_of_imigue22():
    parts = {frozenset(np.array(IMIGUE.joints)[body_parts(IMIGUE) == part].tolist()) for part in range(6)}
    arms = [{f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist")} for side in ("left", "right")]
    tips = [{f"{side}_{tip}" for tip in ("thumb", "index", "middle", "ring", "little")} for side in ("left", "right")]
    face = {f"{side}_{joint}" for joint in ("eye", "ear") for side in ("left", "right")}
    assert parts == {frozenset(part) for part in ({"neck", "nose"}, face, *arms, *tips)}


@every_layout
def test_a_mirror_maps_parts_onto_parts_and_parents_onto_parents(layout):
    part, parent, flip = body_parts(layout), parents(layout), layout.flip_permutation
    assert ((part[:, None] == part) == (part[flip][:, None] == part[flip])).all()
    assert (parent[flip] == flip[parent]).all()
    assert 1 < part.max() + 1 < layout.num_joints / 2


@every_layout
def test_bones_lead_back_to_the_joints(layout):
    """Added up from the centre they are the joints, but for where the centre is."""
    joints, parent = clips(layout).double(), parents(layout)
    bone, depth = bones(joints, parent)[..., :2], hops(layout)[np.flatnonzero(parent == np.arange(len(parent)))[0]]
    rebuilt = joints[..., :2].clone()
    for joint in np.argsort(depth)[1:]:
        rebuilt[..., joint, :] = rebuilt[..., parent[joint], :] + bone[..., joint, :]
    torch.testing.assert_close(rebuilt, joints[..., :2])
    joints[..., 0, 2] = 0
    lost = bones(joints, parent)[..., (parent == 0) | (np.arange(len(parent)) == 0), :]
    assert not lost.any()


def test_renamed_joints_rename_the_map():
    """The same skeleton with its joints in another order, the weights that belong to joints likewise."""
    order = np.random.default_rng(0).permutation(22)
    place = np.argsort(order)  # joint order[i] is now joint i
    renamed = Layout(
        "renamed",
        tuple(np.array(IMIGUE.joints)[order]),
        tuple((place[a], place[b]) for a, b in IMIGUE.limbs),
        tuple((place[a], place[b]) for a, b in IMIGUE.flip_pairs),
    )
    ours, theirs = (
        randomised(HypergraphTransformer(IMIGUE, 3, 12, 2, (1, 1, 1))),
        HypergraphTransformer(renamed, 3, 12, 2, (1, 1, 1)),
    )
    state = {}
    for name, x in ours.state_dict().items():
        if name.endswith("topology"):
            x = x[:, order][:, :, order]
        elif name == "place":
            x = x[order]
        elif len(x.shape) == 1 and name.startswith("norm."):
            x = x.unflatten(0, (22, 3))[order].flatten()
        state[name] = x
    theirs.load_state_dict(state)
    with torch.no_grad():
        torch.testing.assert_close(theirs.eval()(clips(IMIGUE)[..., order, :]), ours(clips(IMIGUE))[:, :, :, order])


def test_place_of_the_body_absent_persons_and_their_order_change_nothing():
    network, joints = randomised(HypergraphTransformer(IMIGUE, 3, 12, 2, (1, 1, 1))), clips(IMIGUE)
    moved = joints + torch.tensor([0.3, -0.2, 0])
    crowd = torch.cat([joints.flip(1), torch.zeros_like(joints)], 1)
    with torch.no_grad():
        expected = network(joints)
        for same in (moved, crowd):
            torch.testing.assert_close(network(same), expected, rtol=1e-4, atol=1e-5)
        alone = (network(joints[:, :1]) + network(joints[:, 1:])) / 2
        torch.testing.assert_close(alone, expected, rtol=1e-4, atol=1e-5)
        assert torch.isfinite(network(torch.zeros_like(joints))).all()


def test_skeleton_in_pieces_and_without_limbs():
    for limbs in (((0, 1), (1, 2)), ()):
        layout = Layout("pieces", tuple("abcde"), limbs, ())
        network = randomised(HypergraphTransformer(layout, 3, 12, 2, (1, 1)))
        assert torch.isfinite(network(clips(layout))).all()


@pytest.mark.parametrize(("frames", "persons", "expected"), [(1, 1, 1), (9, 2, 3), (100, 1, 25)])
def test_shapes(frames, persons, expected):
    network = HypergraphTransformer(LAYOUTS["coco17"], 3, 12, 2, (1, 1, 1))
    assert network(clips(LAYOUTS["coco17"], 2, persons, frames)).shape == (2, 12, expected, 17, 1)


def test_count():
    """About 2.6 M, which is what Hyperformer's table has."""
    with torch.device("meta"):
        network = HypergraphTransformer(IMIGUE)
        head = Head(network.width, 32, 0.5)
    assert million(network, head) == pytest.approx(2.6, rel=0.01)


def test_it_learns_a_batch():
    torch.manual_seed(0)
    values = losses(HypergraphTransformer(IMIGUE, 3, 24, 2, (1, 1, 1)), clips(IMIGUE, 4))
    assert values[-1] < 0.5 * values[0]


def test_a_width_that_heads_do_not_divide_is_a_sentence():
    with pytest.raises(ValueError, match="base is 16 with 3 heads; give a multiple of the heads"):
        HypergraphTransformer(IMIGUE, base=16, heads=3)
