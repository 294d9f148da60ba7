"""Which tensors belong to a skeleton is held against networks of two skeletons; depths against the networks' order."""

import pytest
import torch

from mglib.config import MODELS, SKELETON_MODELS
from mglib.data import LAYOUTS
from mglib.models import BACKBONES, by_joint, depths, make_backbone, of_skeleton

NETWORKS = [name for name in MODELS if name != "two_stream"]


def made(model: str, layout: str) -> torch.nn.Module:
    return make_backbone(model, BACKBONES["tiny"], LAYOUTS[layout], LAYOUTS[layout].num_joints)


@pytest.mark.parametrize("model", ["pose_conv3d", *SKELETON_MODELS])
def test_every_tensor_whose_shape_follows_the_skeleton_is_known(model):
    torch.manual_seed(0)
    one, other = (made(model, layout).state_dict() for layout in ("imigue22", "body25"))
    follows = {name for name in one if one[name].shape != other[name].shape}
    own = {name for name, x in one.items() if of_skeleton(name, x)}
    joints = {name for name in one if by_joint(name)}
    assert follows and follows <= own | joints and not own & joints
    assert all(one[name].shape[1] == 22 and other[name].shape[1] == 25 for name in joints)
    rest = {name.rpartition(".")[2] for name in own - follows}
    assert rest <= {"num_batches_tracked", "bias", "hop_bias"}  # of norms and gates that do follow it


@pytest.mark.parametrize("model", NETWORKS)
def test_depths_rise_from_the_input_without_a_gap(model):
    backbone = made(model, "imigue22")
    found = depths(backbone)
    assert set(found) == dict(backbone.named_parameters()).keys()
    assert sorted(set(found.values())) == list(range(max(found.values()) + 1))
    if model not in SKELETON_MODELS or model == "hcn":
        return
    first, last = (f"blocks.{i}." for i in (0, len(backbone.blocks) - 1))
    assert {d for name, d in found.items() if name.startswith(first)} == {1}
    assert {d for name, d in found.items() if name.startswith(last)} == {max(found.values())}
