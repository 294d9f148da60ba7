"""A network that starts from a run of other data has that run's backbone, joint by joint, and nothing else of it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from mglib.base.errors import ConfigError, Interrupted, RunError
from mglib.config import TrainConfig
from mglib.data import ClipTable, get_layout
from mglib.data.correspondence import match_joints, shares_matrix
from mglib.runs import Run
from mglib.runs.ancestry import in_a_sentence
from mglib.training import transferring
from mglib.training.building import make_network, read_weights
from mglib.training.loop import Session, train
from mglib.training.optimizing import make_optimizer
from tests.builders import waving_table

SETTINGS = {
    "preset": "tiny", "streams": "joint", "epochs": 2, "batch_size": 6, "dim": 8, "precision": "no", "lr": 0.05,
}  # fmt: skip


def config(**changes) -> TrainConfig:
    return TrainConfig.read(SETTINGS | changes)


def other_table(layout: str = "kinect20") -> ClipTable:
    """Clips of other people in two other classes and, unless told, another skeleton."""
    table, new = waving_table(), get_layout(layout)
    take = np.arange(new.num_joints) % table.layout.num_joints
    clips = table.clips.assign(label=table.labels % 2, group=[f"p{group}" for group in table.groups])
    return replace(
        table, name="others", layout=new, class_names=("a", "b"), class_groups=("x", "x"), clips=clips, frames=None,
        keypoints=tuple(points[:, :, take] for points in table.keypoints),
    )  # fmt: skip


@pytest.fixture
def runs(folders):
    """A run of waving_table to start from, by model."""
    made = {}

    def make(**changes) -> Run:
        key = str(changes)
        if key not in made:
            name = f"first-{len(made)}"
            made[key] = train(config(run_name=name, **changes), replace(waving_table(), frames=None))
        return made[key]

    return make


def backbone(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {n: x for n, x in network.state_dict().items() if n.startswith(("pathways.", "meetings."))}


@pytest.mark.parametrize("model", ["two_stream", "st_gcn_pp", "hcn"])
def test_the_same_skeleton_and_classes_give_the_same_backbone_to_the_bit(runs, model):
    settings = {"model": model} | ({"pose_frames": 16} if model == "hcn" else {})
    run, table = runs(**settings), replace(waving_table(), frames=None)
    torch.manual_seed(5)
    network = make_network(config(init_from=run.name, **settings), table)
    before = {n: x.clone() for n, x in network.state_dict().items()}
    start = transferring.transfer(network, config(init_from=run.name, **settings), table)
    weights = read_weights(run.path / "weights.safetensors")
    for name, x in network.state_dict().items():
        wanted = weights[name] if name.startswith("pathways.") else before[name]  # heads and prototypes start anew
        assert torch.equal(x, wanted), name
    assert start.familiar and not start.matches


def test_heat_maps_of_another_skeleton_look_to_the_stem_like_those_that_its_joints_stand_for(runs):
    """The stem is linear: new joints' maps give what old maps give into which they are added by their shares."""
    run, table = runs(), other_table()
    network = make_network(config(init_from=run.name), table)
    start = transferring.transfer(network, config(init_from=run.name), table)
    old = make_network(config(), replace(waving_table(), frames=None))
    old.load_state_dict(read_weights(run.path / "weights.safetensors"))
    maps = torch.rand(2, 20, 4, 8, 8)
    shares = torch.zeros(20, 22)
    for row, match in enumerate(start.matches):  # the slow way, entry by entry
        for joint, weight in match.shares.items():
            shares[row, get_layout("imigue22").joints.index(joint)] += weight
    stand_in = torch.einsum("nvthw,vo->nothw", maps, shares)
    there, here = (net.pathways["pose"].stem[0][0] for net in (old, network))
    torch.testing.assert_close(here(maps), there(stand_in), rtol=1e-4, atol=1e-5)
    rest = [n for n in backbone(network) if n != "pathways.pose.stem.0.0.weight"]
    assert all(torch.equal(network.state_dict()[n], old.state_dict()[n]) for n in rest)
    assert not start.familiar


def test_three_sides_of_joints_in_space_are_mapped_one_by_one():
    matches = match_joints(get_layout("kinect20"), get_layout("imigue22"))
    shares = torch.from_numpy(shares_matrix(matches, get_layout("imigue22").joints))
    stem = torch.randn(4, 66, 1, 7, 7)
    given = {"pathways.pose.stem.0.0.weight": stem}
    moved = transferring._moved(given, {}, matches, get_layout("imigue22").joints)["pathways.pose.stem.0.0.weight"]
    for side in range(3):
        for joint in range(20):
            wanted = sum(shares[joint, old] * stem[:, 22 * side + old] for old in range(22))
            torch.testing.assert_close(moved[:, 20 * side + joint], wanted)


def test_a_graph_network_keeps_what_belongs_to_the_new_skeleton_and_copies_the_rest(runs):
    run, table = runs(model="st_gcn_pp"), other_table()
    network = make_network(config(model="st_gcn_pp", init_from=run.name), table)
    fresh = {n: x.clone() for n, x in network.state_dict().items()}
    transferring.transfer(network, config(model="st_gcn_pp", init_from=run.name), table)
    weights = read_weights(run.path / "weights.safetensors")
    kept = {n for n, x in backbone(network).items() if torch.equal(x, fresh[n]) and not torch.equal(x, weights[n])}
    copied = {n for n, x in backbone(network).items() if n in weights and torch.equal(x, weights[n])}
    assert kept | copied == set(backbone(network))
    assert {n.rpartition(".")[2] for n in kept if ".norm." not in n} == {"adjacency"}
    assert "pathways.pose.blocks.0.spatial.convolve.embed.0.weight" in copied - kept


def test_of_one_branch_a_two_stream_network_gets_that_branch(runs):
    run, table = runs(), waving_table()
    both = config(streams="rgb+joint", init_from=run.name)
    network = make_network(both, table)
    fresh = {n: x.clone() for n, x in network.state_dict().items()}
    transferring.transfer(network, both, table)
    state, weights = network.state_dict(), read_weights(run.path / "weights.safetensors")
    assert torch.equal(state["pathways.pose.stem.0.0.weight"], weights["pathways.pose.stem.0.0.weight"])
    wide = "pathways.pose.stages.1.0.conv1.0.weight"
    narrow = weights[wide].shape[1]
    assert torch.equal(state[wide][:, :narrow], weights[wide]) and not state[wide][:, narrow:].any()
    assert all(torch.equal(state[n], fresh[n]) for n in state if n.startswith(("pathways.rgb", "meetings")))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"model": "st_gcn"},
            "has model two_stream, and this network has model st_gcn, so its weights do not fit; give a run",
        ),
        ({"preset": "small"}, "has preset tiny, and this network has preset small"),
        ({"pose_kernel": 5}, "has pose_kernel 3, and this network has pose_kernel 5"),
        ({"streams": "limb"}, "has streams joint, and this network limb; give a run with streams limb, or change"),
    ],
)
def test_another_network_or_input_is_a_sentence(runs, changes, sentence):
    run = runs()
    given = config(**changes, init_from=run.name)
    with pytest.raises(ConfigError, match=f"^init_from: the run {run.name} {sentence}"):
        transferring.transfer(make_network(given, other_table()), given, other_table())


@pytest.mark.parametrize(
    ("changes", "ours"),
    [
        ({}, "3-D joints, seen from front and side and top"),
        ({"sides": "front"}, "3-D joints, seen from front"),
        ({"model": "st_gcn"}, "3-D joints"),
    ],
)
def test_flat_joints_and_joints_in_space_are_told_apart_in_a_sentence(runs, changes, ours):
    run, table = runs(model=changes.get("model", "two_stream")), other_table()
    space = tuple(np.insert(points, 2, 0.5, axis=-1) for points in table.keypoints)
    given, deep = config(**changes, init_from=run.name), replace(table, joints3d=space)
    with pytest.raises(ConfigError, match=f"{run.name} was trained on 2-D joints, and here are {ours}; give a run on"):
        transferring.transfer(make_network(given, deep), given, deep)


def test_streams_that_are_fused_already_are_not_trained_apart_again(runs):
    run = train(config(run_name="fused", streams="rgb+joint", epochs=1), waving_table())
    given = config(streams="rgb+joint", init_from=run.name, apart=0.5)
    other = config(streams="rgb+joint", init_from=run.name, attention="time")
    with pytest.raises(ConfigError, match="the run fused has attention channel, and this network has attention time"):
        transferring.transfer(make_network(other, waving_table()), other, waving_table())
    with pytest.raises(
        ConfigError, match=r"^apart: 0.5, but the streams of the run fused \(init_from\) are fused already"
    ):
        transferring.transfer(make_network(given, waving_table()), given, waving_table())


def test_a_run_that_is_damaged_not_finished_or_not_there_is_a_sentence(runs):
    run, table = runs(), other_table()
    network, given = make_network(config(), table), config(init_from=run.name)
    with pytest.raises(RunError, match="There is no run 'nowhere'"):
        transferring.transfer(network, config(init_from="nowhere"), table)
    path = run.path / "weights.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    with pytest.raises(RunError, match=r"weights\.safetensors cannot be used"):
        transferring.transfer(network, given, table)
    path.unlink()
    with pytest.raises(RunError, match=r"weights\.safetensors is missing; finish the training of first-0"):
        transferring.transfer(network, given, table)


def test_people_who_are_tested_and_whose_labels_it_learnt_are_refused_however_far_back(runs):
    run, table = runs(), replace(waving_table(), frames=None)
    turned = replace(
        table, clips=table.clips.assign(split=table.clips["split"].map({"train": "test", "test": "train"}))
    )
    network = make_network(config(), table)
    with pytest.raises(ConfigError, match=r"first-0 was trained on waving, too, on 2 of the 2 subjects .*\(s0, s1\)"):
        transferring.transfer(network, config(init_from=run.name), turned)
    between = train(config(run_name="between", init_from=run.name), other_table())
    with pytest.raises(ConfigError, match="the run first-0, which between started from, was trained on waving, too"):
        transferring.transfer(network, config(init_from=between.name), turned)
    held = table.clips.assign(split=np.where(table.groups == "s1", "val", table.clips["split"]))
    branch = config(run_name="branch", init_pose=run.name)
    with pytest.raises(ConfigError, match=r"^init_pose: the run first-0 was trained on waving, too, on 1 of the 3"):
        train(branch, replace(table, clips=held))
    renamed = replace(turned, name="elsewhere")  # where no name tells
    assert transferring.transfer(network, config(init_from=run.name), renamed).parent.run == run.name


def test_a_run_is_killed_and_goes_on_to_the_same_weights_and_knows_where_it_came_from(runs, monkeypatch, capsys):
    run, table = runs(), other_table()
    whole = train(config(run_name="whole", init_from=run.name), table)
    assert "Joints: 8 matched by name, 2 averaged, 10 from their nearest neighbour" in capsys.readouterr().out
    first = Session.train_epoch

    def stopped(self, epoch):
        if epoch == 1:
            raise KeyboardInterrupt
        return first(self, epoch)

    monkeypatch.setattr(Session, "train_epoch", stopped)
    with pytest.raises(Interrupted):
        train(config(run_name="torn", init_from=run.name), table)
    monkeypatch.undo()
    monkeypatch.setenv("MGLIB_RUNS", str(run.path.parent))
    (run.path / "weights.safetensors").unlink()  # nothing is asked of the first run again
    torn = train(config(run_name="torn", init_from=run.name, resume=True), table)
    one, other = (read_weights(each.path / "weights.safetensors") for each in (whole, torn))
    assert all(torch.equal(x, other[name]) for name, x in one.items())
    told = in_a_sentence(torn)
    assert told == (
        "Not trained from random weights: its backbone is that of first-0 (labels of 3 classes, 18 clips of 2 subjects "
        "of waving: s0, s1). No subject tested is known to have been in the earlier training data; whether waving "
        "shares people with others is not known."
    )
    assert told in (torn.path / "README.md").read_text(encoding="utf-8")
    assert (torn.path / "joints.csv").read_text().startswith("joint,how,from\nhead,matched,nose\n")


def test_an_attempt_that_never_began_leaves_no_ancestry_to_the_next_one(runs, monkeypatch):
    run, table = runs(), other_table()
    with monkeypatch.context() as patch:
        patch.setattr("mglib.training.loop.write_start", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            train(config(run_name="again", init_from=run.name), table)
    assert (run.path.with_name("again") / "ancestry.json").is_file()
    again = train(config(run_name="again", epochs=1), table)
    assert in_a_sentence(again) == "" and not again.has("joints.csv")


def test_statistics_of_norms_are_those_of_the_new_clips(runs):
    run, table = runs(), other_table()
    given = config(init_from=run.name)
    network = make_network(given, table)
    transferring.transfer(network, given, table)
    before = {n: x.clone() for n, x in network.state_dict().items()}
    batches = [{"pose": torch.rand(4, 20, 8, 8, 8)} for _ in range(3)]
    transferring.settle_norms(network, batches, torch.Generator(), 0)
    after = network.state_dict()
    changed = {n.rpartition(".")[2] for n in after if not torch.equal(after[n], before[n])}
    assert changed == {"running_mean", "running_var", "num_batches_tracked"}
    stem = network.pathways["pose"].stem[0]
    means = torch.stack([stem[0](batch["pose"]).mean((0, 2, 3, 4)) for batch in batches]).mean(0)
    torch.testing.assert_close(stem[1].running_mean, means, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("decay", [1.0, 0.7])
def test_each_stage_has_its_share_of_the_learning_rate(decay):
    given = config(layer_decay=decay, backbone_lr=0.5)
    network = make_network(given, other_table())
    rates = {id(p): g["lr"] for g in make_optimizer(given, network).param_groups for p in g["params"]}
    found = {name: rates[id(p)] for name, p in network.named_parameters()}
    stages = {"pathways.pose.stem.": 4, "pathways.pose.stages.0.": 3, "pathways.pose.stages.2.": 1}
    for prefix, below in stages.items():
        inside = [rate for name, rate in found.items() if name.startswith(prefix)]
        assert inside == pytest.approx([0.05 * 0.5 * decay**below] * len(inside)) and inside
    assert {r for n, r in found.items() if not n.startswith("pathways.")} == {0.05}
    assert len(make_optimizer(given, network).param_groups) == (4 if decay == 1 else 10)  # as runs of old resume
