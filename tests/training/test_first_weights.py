"""The merged network says at first exactly what its branches said, and whatever does not fit is named."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from mglib.base.errors import ConfigError, RunError
from mglib.base.facts import DataFacts
from mglib.config import TrainConfig
from mglib.data import get_layout
from mglib.models import SIZES, GestureNet, build_network
from mglib.prediction import saliency
from mglib.training import first_weights as merging
from mglib.training import train
from mglib.training.loop import Session
from tests.builders import waving_table
from tests.run_builder import fake_run

TINY = SIZES["tiny"]


def made(streams: str, seed: int, channels: int = 22, attention: str = "channel", dim: int = 8) -> GestureNet:
    """A network in which no tensor but the gates' is what it starts as, norms' statistics included."""
    torch.manual_seed(seed)
    network = build_network(TINY, streams, 5, channels, {"attention": attention, "dim": dim}).eval()
    for name, x in network.state_dict().items():
        if name.endswith("running_var"):
            x.uniform_(0.5, 2)
        elif x.is_floating_point() and "_gate." not in name:
            x += 0.1 * torch.randn_like(x)
    return network


def inputs(channels: int = 22) -> dict[str, torch.Tensor]:
    torch.manual_seed(9)
    rgb = torch.randn(2, 3, TINY.rgb_frames, TINY.rgb_pixels, TINY.rgb_pixels)
    pose = torch.rand(2, channels, TINY.pose_frames, TINY.pose_pixels, TINY.pose_pixels)
    return {"rgb": rgb, "pose": pose}


@pytest.mark.parametrize("attention", ["channel", "time", "off"])
@pytest.mark.parametrize("channels", [len(get_layout("imigue22").joints), len(get_layout("imigue22").limbs)])
def test_the_merged_network_answers_as_its_branches(attention, channels):
    """Up to rounding: zero weights add nothing, but a wider sum may be taken in another order."""
    merged = made("both", 0, channels, attention)
    x, laterals = inputs(channels), []
    merged.meetings[1].register_forward_hook(lambda _, given, out: laterals.extend(o[:, -4:] for o in out))
    for seed, stream in enumerate(("rgb", "pose"), 1):
        branch = made(stream, seed, channels)
        merging.merge_branch(merged, stream, branch.state_dict(), "the branch")
        expected, found = branch(x), merged(x)
        torch.testing.assert_close(found.logits[stream], expected.logits[stream], rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(found.features[stream], expected.features[stream], rtol=1e-5, atol=1e-5)
    assert min(float(lateral.detach().abs().max()) for lateral in laterals) > 0.01  # the meetings do carry something


@pytest.mark.parametrize("preset", list(SIZES))
def test_the_widened_weights_are_eight_and_follow_from_the_specs(preset):
    with torch.device("meta"):
        both, *alone = (build_network(SIZES[preset], streams, 5, 22) for streams in ("both", "rgb", "pose"))
    shapes = {name: x.shape for network in alone for name, x in network.state_dict().items()}
    wider = {n: x.shape[1] - shapes[n][1] for n, x in both.state_dict().items() if shapes.get(n, x.shape) != x.shape}
    found = {f"pathways.{s}.{n}": c for s, p in both.pathways.items() for n, c in merging.lateral_weights(p).items()}
    assert found == wider and len(wider) == 8
    assert not any(merging.lateral_weights(p) for network in alone for p in network.pathways.values())


def test_of_the_refinement_only_the_map_to_features_is_copied_and_only_where_it_fits():
    branch, merged, shorter = made("rgb", 1), made("both", 0), made("both", 0, dim=4)
    before = {name: x.clone() for name, x in merged.refinement.state_dict().items()}
    for network in (merged, shorter):
        merging.merge_branch(network, "rgb", branch.state_dict(), "the branch")
    after = merged.refinement.state_dict()
    assert {n for n in after if not torch.equal(after[n], before[n])} == {"rgb.embed.weight", "rgb.embed.bias"}
    untouched = made("both", 0, dim=4).refinement.state_dict()
    assert all(torch.equal(x, untouched[name]) for name, x in shorter.refinement.state_dict().items())


STEM, CONV, LATER = (f"pathways.pose.{n}.0.weight" for n in ("stem.0", "stages.1.0.conv1", "stages.1.0.conv2"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda w: w.pop(STEM), rf"^the branch lacks {STEM}; give"),
        (lambda w: w.update(more=w[STEM]), "^the branch has more than this network expects: more; give"),
        (
            lambda w: w.update({STEM: w[STEM][:, 1:]}),
            rf"{STEM} has the shape \[4, 21, .*expects \[4, 22, 1, 7, 7\]; give",
        ),
        (lambda w: w.update({LATER: w[LATER][:, 1:]}), rf"{LATER} has the shape .*expects \[8, 8, 1, 3, 3\]; give"),
        (
            lambda w: w.update({CONV: w[CONV][:, :12]}),
            rf"{CONV} .* expects \[8, 16, 3, 1, 1\] beside 4 lateral channels",
        ),
        # the shape after widening: the weights of a pathway that had another one beside it
        (
            lambda w: w.update({CONV: w[CONV].repeat(1, 2, 1, 1, 1)[:, :20]}),
            rf"{CONV} has the shape \[8, 20, 3, 1, 1\]",
        ),
    ],
)
def test_a_tensor_that_does_not_fit_is_named_and_nothing_is_copied(change, sentence):
    weights, merged = dict(made("pose", 1).state_dict()), made("both", 0)
    change(weights)
    with pytest.raises(ConfigError, match=sentence):
        merging.merge_branch(merged, "pose", weights, "the branch")
    untouched = made("both", 0).state_dict()
    assert all(torch.equal(x, untouched[name]) for name, x in merged.state_dict().items())


DATA = DataFacts(
    "made up",
    None,
    ("nod", "wave"),
    ("head", "hand"),
    "own",
    ("head", "hand", "foot"),
    ((0, 1),),
    "subject",
    25.0,
    {},
    {},
)


@pytest.mark.parametrize(
    ("there", "data", "streams", "sentence"),
    [
        (
            {"streams": "rgb", "preset": "tiny"},
            {},
            "rgb+joint",
            "with preset tiny, and this network's rgb branch is small",
        ),
        ({"streams": "joint"}, {}, "rgb+limb", "with streams joint, and this network's pose branch is limb; give"),
        ({"streams": "rgb+joint"}, {}, "rgb+joint", "with streams rgb+joint, and this network's pose branch is joint"),
        ({"streams": "rgb"}, {"class_names": ("nod",)}, "rgb", "on other data, OTHER: 1 classes there, 2 here; give"),
        ({"streams": "rgb"}, {"class_names": ("wave", "nod")}, "rgb", "number 0 is 'wave' there and 'nod' here; give"),
        (
            {"streams": "joint"},
            {"joints": ("head",)},
            "joint",
            "1 joints there, 3 here; give a run on data with the joints",
        ),
        (
            {"streams": "limb"},
            {"limbs": ((1, 2),)},
            "rgb+limb",
            "of the limbs, number 0 is (1, 2) there and (0, 1) here",
        ),
    ],
)
def test_a_branch_of_other_settings_or_data_is_a_sentence(there, data, streams, sentence):
    run = SimpleNamespace(name="branch", config={"preset": "small"} | there, data=replace(DATA, name="OTHER", **data))
    stream = "rgb" if there["streams"] == "rgb" else "pose"
    with pytest.raises(ConfigError) as error:
        merging.check_branch(run, stream, TrainConfig.read({"streams": streams}), DATA)
    assert str(error.value).startswith(f"init_{stream}: the run branch was trained ") and sentence in str(error.value)


@pytest.mark.parametrize(
    ("stream", "streams", "changed"), [("rgb", "rgb", "joints"), ("pose", "joint", "limbs"), ("pose", "limb", "name")]
)
def test_what_a_branch_does_not_see_may_differ(stream, streams, changed):
    run = SimpleNamespace(
        name="branch", config={"preset": "small", "streams": streams}, data=replace(DATA, **{changed: "other"})
    )
    merging.check_branch(run, stream, TrainConfig.read({"streams": streams}), DATA)


def test_a_run_without_weights_is_a_sentence(tmp_path):
    run = fake_run(tmp_path / "branch", streams=("rgb",))
    (run.path / "weights.safetensors").unlink()
    with pytest.raises(RunError, match=r"weights\.safetensors is missing, so no network can start from the run branch"):
        merging.initialise(None, TrainConfig.read({"init_rgb": str(run.path)}), run.data)


def test_a_training_starts_from_the_runs_it_is_given(folders):
    settings = {"preset": "tiny", "epochs": 1, "batch_size": 6, "dim": 8, "precision": "no"}
    table = waving_table()
    runs = {s: train(TrainConfig.read(settings | {"streams": s, "run_name": s}), table) for s in ("rgb", "joint")}
    names = {"init_rgb": "rgb", "init_pose": "joint"}
    both = Session(TrainConfig.read(settings | names), table, folders / "both")
    alone = Session(TrainConfig.read(settings | {"streams": "joint", "init_pose": "joint"}), table, folders / "j")
    x = inputs()
    for run, stream, networks in (("rgb", "rgb", [both]), ("joint", "pose", [both, alone])):
        expected = saliency.load_network(runs[run])(x).logits[stream]
        for session in networks:
            found = session.network.eval()(x).logits[stream]
            torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


def test_what_streams_learn_apart_holds_when_they_are_connected(folders):
    """Neither the gates nor the weights of the lateral channels have learnt anything until then."""
    settings = {"preset": "tiny", "epochs": 4, "batch_size": 6, "dim": 8, "precision": "no", "apart": 0.5}
    session = Session(TrainConfig.read(settings), waving_table(), folders / "apart")
    network, x = session.network, inputs()
    answers, steps = [], network.get_parameter("heads.pose.classify.weight").detach().clone()
    for epoch in range(3):
        session.train_epoch(epoch)
        network.eval()
        found = []
        for apart in (True, False):
            network.part(apart)
            found.append(network(x).logits)
        answers.append(all(torch.allclose(found[0][s], found[1][s], atol=1e-6) for s in ("rgb", "pose")))
    assert answers == [True, True, False]
    assert not torch.equal(steps, network.get_parameter("heads.pose.classify.weight"))
