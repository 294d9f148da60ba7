"""A setting reaches the part of the network, or of the data, that takes it."""

import inspect

import numpy as np
import pytest

from mglib.base.errors import ConfigError
from mglib.config import TrainConfig
from mglib.data import get_layout
from mglib.models import ExpertHead, Meeting, PrototypicalRefinement, own
from mglib.models.network import Head
from mglib.training.building import answering_network, make_draws

CHANGED = dict(
    dim=12, tau=0.5, rho=0.25, terms="fn", anchors="label", prototype_init="random", memory=3, dropout=0.125,
)  # fmt: skip
FUSED = {"attention": "time"}  # for two streams only


@pytest.mark.parametrize(("model", "streams"), [("two_stream", "rgb+joint"), ("st_gcn", "joint"), ("tsm", "rgb")])
def test_a_setting_reaches_the_part_that_takes_it(model, streams):
    given = CHANGED | (FUSED if model == "two_stream" else {})
    config = TrainConfig.read({"preset": "tiny", "model": model, "streams": streams} | given)
    network = answering_network(config, get_layout("imigue22"), np.full(4, 5))
    for refinement in network.refinement.values():
        assert (refinement.tau, refinement.rho, refinement.anchors) == (0.5, 0.25, "label")
        assert (refinement.pull, refinement.push) == (1.0, 0.0)
        assert refinement.known.all() and refinement.embed.out_features == 12
        assert refinement.missed.features.shape == (4, 3, 12)
    assert {head.dropout.p for head in network.heads.values()} == {0.125}
    assert {meeting.fusion.rgb_asks.over for meeting in network.meetings} <= {"time"}
    assert len(network.meetings) == (2 if model == "two_stream" else 0)


def test_experts_take_theirs():
    config = TrainConfig.read({"preset": "tiny", "model": "hypergraph"} | CHANGED)
    head = answering_network(config, get_layout("imigue22"), np.full(4, 5)).heads["pose"]
    assert isinstance(head, ExpertHead) and head.dropout.p == 0.125


def test_parts_call_their_parameters_as_the_settings_and_agree_on_defaults():
    config = dict(TrainConfig.read({"preset": "paper"}))
    taken = {part: own(part, config) for part in (Meeting, Head, PrototypicalRefinement)}
    assert set().union(*taken.values()) == {*CHANGED, *FUSED}
    for part, settings in taken.items():
        defaults = {name: inspect.signature(part).parameters[name].default for name in settings}
        assert {n: v for n, v in defaults.items() if n != "dim"} == {n: v for n, v in settings.items() if n != "dim"}


def test_too_few_frames_for_hcn_are_told():
    layout, counts = get_layout("coco17"), np.ones(3, np.int64)
    with pytest.raises(ConfigError, match="pose_frames: hcn pools time by 16, and 15 frames are fewer"):
        answering_network(TrainConfig.read({"model": "hcn", "preset": "tiny", "pose_frames": 15}), layout, counts)
    answering_network(TrainConfig.read({"model": "hcn", "preset": "tiny", "pose_frames": 16}), layout, counts)


def test_joints_are_hidden_where_the_network_sees_joints(make_table):
    hidden, erased = {"joint_dropout": 0.2, "joint_noise": 0.3}, {"random_erasing": 0.4}
    for streams, given, wanted in (
        ("joint", hidden, (0.2, 0.3, 0)), ("rgb+joint", hidden | erased, (0.2, 0.3, 0.4)), ("rgb", erased, (0, 0, 0.4)),
    ):  # fmt: skip
        draws = make_draws(TrainConfig.read(given | {"streams": streams}), make_table())
        assert (draws.hidden, draws.displaced, draws.erased) == wanted


def test_a_camera_is_turned_around_3d_joints_only(make_table):
    for streams in ("joint", "rgb+joint"):
        for given in ({"turn": 50}, {"tilt": 20}):
            with pytest.raises(
                ConfigError, match=rf"^{next(iter(given))}: .* sees 2-D joints of .*; leave it at [13]0,"
            ):
                make_draws(TrainConfig.read(given | {"streams": streams}), make_table())
    make_draws(TrainConfig.read({"streams": "rgb", "turn": 50}), make_table())  # as 02_pretrain passes it to both
    make_draws(TrainConfig.read({"turn": 0, "tilt": 0}), make_table())
