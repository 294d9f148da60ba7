"""Every system of Table 2 learns, and leaves a run that explorer, ambiguity, saliency, ensemble and report take."""

import numpy as np
import pytest
import torch
from torch import nn

from mglib.analysis.ambiguity import clip_table
from mglib.analysis.ensemble import find_members
from mglib.base.errors import ConfigError
from mglib.config import MODELS, SKELETON_MODELS, TrainConfig
from mglib.explorer.payload import make_payload
from mglib.prediction.saliency import explain, load_network
from mglib.report import Study, sections
from mglib.runs import Run
from mglib.sweep import SYSTEMS
from mglib.training import loop as training
from mglib.training.building import make_network
from mglib.training.optimizing import make_optimizer
from tests.builders import waving_table

SETTINGS = {"preset": "tiny", "batch_size": 6, "dim": 8, "precision": "no", "crop_area": 1.0, "rotation": 0.0}
TRAINED = {name: system for name, system in SYSTEMS.items() if not system.parts}


def config(name: str, system: str, **changes) -> TrainConfig:
    return TrainConfig.read(SETTINGS | SYSTEMS[system].settings | {"run_name": name} | changes)


def test_every_model_is_a_system_and_every_system_a_model():
    models = [TrainConfig.read(SETTINGS | system.settings).model for system in TRAINED.values()]
    assert set(models) == set(MODELS)
    assert {part for system in SYSTEMS.values() for part in system.parts} <= set(TRAINED)


@pytest.mark.parametrize("system", TRAINED)
def test_a_system_learns_a_batch_and_leaves_a_run(system, folders):
    table = waving_table()
    session = training.Session(config("batch", system, dropout=0.0, epochs=40, alpha=0.2), table, folders)
    session.model.train()
    batch = next(iter(session.loader))
    losses = [session.train_step(batch)["loss_ce"] for _ in range(12)]
    assert min(losses[6:]) < losses[0] and np.isfinite(losses).all()
    run = training.train(config("run", system, epochs=2, alpha=0.2), table)
    clips = clip_table(run)
    assert clips["margin"].notna().any() and run.features(run.streams[0]).shape == (36, 8)
    assert run.environment["gmacs"] > 0 and run.environment["answering_parameters"] > 1000
    assert make_payload(run).meta["maps"]
    assert [member.name.split(":")[0] for member in find_members(["run"])] == ["run"] * len(run.streams)
    study = Study(run, clips, projection="pca", frames=False)
    method = sections.method(study)
    assert run.config["model"] in sections.appendix(study).items[0].text["value"].tolist()
    assert ("AdamW" in method.text[2]) == ("swin" in system or system == "hcn")
    assert ("label_embedding = 20" in method.text[3]) == ("label" in system)
    assert sections.scores(study, rng=np.random.default_rng(0)).text[0].startswith("run: top-1 ")


@pytest.mark.parametrize("system", ["label_joint", "hypergraph", "video_swin_t", "ctr_gcn"])
def test_a_system_trains_in_half_precision(system, folders):
    run = training.train(config("half", system, epochs=1, precision="bf16", alpha=0.2), waving_table())
    assert np.isfinite(run.history["loss"]).all() and run.environment["precision"] == "bf16"


@pytest.mark.parametrize("model", ["ctr_gcn", "hypergraph"])
def test_what_a_decision_on_joints_rests_on_adds_up(model, folders):
    """Joints of one clip: the sum of the evidence is what the network says beyond an empty clip."""
    table = waving_table()
    run = training.train(TrainConfig.read(SETTINGS | {"model": model, "epochs": 2, "run_name": "joints"}), table)
    given = explain(run, load_network(Run(run.path)), table, 3, (0, 1))
    assert given.pose.shape == (table.layout.num_joints, 16) and len(given.channels) == table.layout.num_joints
    assert np.isfinite(given.pose).all() and abs(given.pose).max() > 0


def test_the_heads_learning_rate_is_their_own():
    settings = config("x", "video_swin_t", backbone_lr=0.1)
    network = make_network(settings, waving_table())
    optimizer = make_optimizer(settings, network)
    rates = {id(p): group["lr"] for group in optimizer.param_groups for p in group["params"]}
    assert len(rates) == sum(1 for _ in network.parameters())
    assert rates[id(network.heads["rgb"].classify.weight)] == pytest.approx(1e-3)
    assert all(rates[id(p)] == pytest.approx(1e-4) for p in network.pathways.parameters())
    assert isinstance(optimizer, torch.optim.AdamW)


@pytest.mark.parametrize(
    ("settings", "everything"),
    [({}, False), ({"preset": "paper"}, True), ({"preset": "paper", "streams": "joint"}, True),
     ({"preset": "paper", "model": "st_gcn_pp"}, True), ({"preset": "paper", "model": "video_swin_t"}, False)],
)  # fmt: skip
def test_norms_and_biases_decay_where_the_public_recipe_has_it(settings, everything):
    """MMAction2 and PYSKL give their SGD no exceptions; Video Swin's recipe leaves out the norms."""
    config = TrainConfig.read(settings)
    assert config.decay_all is everything
    network = nn.Sequential(nn.Conv3d(3, 4, 1), nn.BatchNorm3d(4))
    network.pathways = nn.ModuleDict()
    decay = {
        id(p): group["weight_decay"] for group in make_optimizer(config, network).param_groups for p in group["params"]
    }
    of_others = config.weight_decay if everything else 0.0
    expected = [config.weight_decay if p.ndim > 1 else of_others for p in network.parameters()]
    assert [decay[id(p)] for p in network.parameters()] == expected and config.weight_decay > 0


def test_settings_that_do_not_fit_the_model_are_sentences():
    for values, said in {
        ("model", "tsm", "streams", "joint"): "tsm takes rgb or rgb_motion or rgb_taylor, not joint",
        ("model", "st_gcn", "init_pose", "x"): "are for two_stream, not for st_gcn",
        ("augment", "strong"): "strong moves joints alone",
    }.items():
        with pytest.raises(ConfigError, match=said):
            TrainConfig.read(dict(zip(values[::2], values[1::2], strict=True)))
    assert TrainConfig.read({"augment": "strong", "model": "st_gcn_pp"}).epochs == 150
    assert all(TrainConfig.read({"model": model}).takes_joints for model in SKELETON_MODELS)
    paper = TrainConfig.read({"preset": "paper", "model": "video_swin_b", "batch_size": 64})
    assert (paper.lr, paper.optimizer, paper.backbone_lr) == (pytest.approx(1e-3), "adamw", 0.1)
