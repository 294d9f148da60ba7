"""Several processes do what one does on the joint batch: the refinement, a whole training, what the launchers start.

Batch norm is local to a process on the CPU, so whole networks are compared with its statistics held still.
"""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate import PartialState
from safetensors.torch import load_file
from torch import Tensor, nn

from mglib.base import paths
from mglib.base.errors import ConfigError, DataError
from mglib.config import TrainConfig
from mglib.data import load
from mglib.models import PrototypicalRefinement
from mglib.runs import Run
from mglib.training import loop as training
from mglib.training import processes as ranks
from mglib.training.__main__ import main
from mglib.training.collectives import joint_loss
from tests.builders import waving_table

K, WORLD = 5, 2
VARIANTS = [
    {},
    {"anchors": "label", "prototype_init": "random"},
    {"terms": "fn", "memory": 2},
    {"terms": "fp", "anchors": "label", "memory": 1},
]
FIRST = [8, 8, 5]  # clips of each batch of 16 that rank 0 has; in the second batch no class is on both ranks

SETTINGS = {
    "preset": "tiny", "epochs": 2, "batch_size": 6, "dim": 8, "evaluate_every": 1, "precision": "no", "lr": 0.02,
    "memory": 2, "dropout": 0.0,
}  # fmt: skip
SMALL = {"preset": "tiny", "streams": "joint", "epochs": 2, "data_options": {"num_clips": 160}, "precision": "no"}


@pytest.fixture(autouse=True)
def _folders(folders):
    return folders


def still(norm: nn.Module, mode: bool = True) -> nn.Module:
    """Batch norm that stays in evaluation mode."""
    return nn.Module.train(norm, False)


def refine(settings: dict, rank: int | None) -> dict:
    """Loss, gradients and state after three batches, of one rank's share or of the joint batch; gradients averaged."""
    torch.manual_seed(1)
    module, kept = PrototypicalRefinement(3, K, dim=7, **settings), {"loss": [], "maps": [], "embed": []}
    for seed, first in enumerate(FIRST):
        g = torch.Generator().manual_seed(seed)
        labels = torch.randint(0, K - 1, (16,), generator=g)
        labels = labels.sort().values if seed == 1 else labels
        first = int((labels < 2).sum()) if seed == 1 else first
        logits = torch.randn(16, K, generator=g) + 1.5 * nn.functional.one_hot(labels, K)
        share = {None: slice(None), 0: slice(first), 1: slice(first, None)}[rank]
        maps = torch.randn(16, 3, generator=g)[share].requires_grad_()
        part = len(maps) / 16
        loss = joint_loss(module, module.embed(maps), logits[share], labels[share])
        world = 1 if rank is None else WORLD
        grads = torch.autograd.grad(loss * part * world, [maps, *module.embed.parameters()])
        kept["loss"].append(loss.detach() * part)
        kept["maps"].append(grads[0] / world)
        kept["embed"].append([x / world for x in grads[1:]])
    return kept | {"state": module.state_dict()}


def rank_of_two(rank: int, port: int, folder: str) -> None:
    """What each of two processes does: refine, then train, interrupted and resumed."""
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(WORLD), "LOCAL_WORLD_SIZE": str(WORLD)}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "OMP_NUM_THREADS": "1"}
    state = PartialState(cpu=True)
    torch.save([refine(settings, rank) for settings in VARIANTS], f"{folder}/rank{rank}.pt")

    nn.BatchNorm3d.train = still
    step, calls = training.Session.train_step, []

    def interrupted(session: training.Session, batch: training.Batch) -> dict:
        calls.append(1)
        if len(calls) == 6:  # in the second epoch
            raise InterruptedError
        return step(session, batch)

    training.Session.train_step = interrupted
    config = TrainConfig.read(SETTINGS | {"run_name": "two", "num_processes": WORLD})
    with pytest.raises(InterruptedError):
        training.train(config, waving_table(13))
    run = training.train(config.model_copy(update={"resume": True}), waving_table(13))
    assert run.finished and len(calls) == 6 + 4
    with pytest.raises(ConfigError, match="the run two exists"):  # on the rank that did not look, too
        training.train(config, waving_table(13))
    os.environ["TORCHELASTIC_ERROR_FILE"] = f"{folder}/rank{rank}.json"
    assert main(["-p", "preset", "tiny", "-p", "data_options", "{num_clips: 40}"]) == 2
    state.destroy_process_group()


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> Path:
    """The folder in which two processes left what they found; its runs lie in `two`."""
    folder = tmp_path_factory.mktemp("ranks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MGLIB_RUNS", str(folder))
        patch.setenv("MGLIB_CACHE", str(folder / "cache"))
        torch.multiprocessing.spawn(rank_of_two, (ranks.free_port(), str(folder)), WORLD)
    return folder


@pytest.mark.parametrize("variant", range(len(VARIANTS)), ids=str)
def test_refinement_of_two_ranks_is_that_of_the_joint_batch(two, variant):
    a, b = (torch.load(two / f"rank{rank}.pt")[variant] for rank in range(WORLD))
    joint = refine(VARIANTS[variant], None)

    def close(x: Tensor, y: Tensor) -> bool:
        return torch.allclose(x, y, rtol=1e-5, atol=1e-6)

    for i in range(len(FIRST)):
        assert joint["maps"][i].any() and close(a["loss"][i] + b["loss"][i], joint["loss"][i])
        assert close(torch.cat([a["maps"][i], b["maps"][i]]), joint["maps"][i])
        assert all(close(x + y, z) for x, y, z in zip(*(r["embed"][i] for r in (a, b, joint)), strict=True))
    assert a["state"].keys() == joint["state"].keys()
    for name, expected in joint["state"].items():
        assert torch.equal(a["state"][name], b["state"][name]) and close(a["state"][name], expected), name


def test_training_by_two_resumed_is_training_by_one(two, monkeypatch):
    """21 clips in batches of 6: the last has 3, one of them on the first rank and two on the second."""
    monkeypatch.setattr(nn.BatchNorm3d, "train", still)
    one, both = training.train(TrainConfig.read(SETTINGS | {"run_name": "one"}), waving_table(13)), Run(two / "two")
    columns = [name for name in one.history if name != "seconds"]
    assert both.history[columns].to_numpy() == pytest.approx(one.history[columns].to_numpy(), rel=1e-3)
    assert (both.dynamics()["predicted"] >= 0).all() and both.dynamics()["predicted"].shape == (2, 21)
    for key, values in one.dynamics().items():
        assert both.dynamics()[key] == pytest.approx(values, rel=1e-2, abs=1e-3), key
    for stream in one.streams:
        assert both.probabilities(stream) == pytest.approx(one.probabilities(stream), abs=1e-3)
        assert both.features(stream) == pytest.approx(one.features(stream), rel=1e-2, abs=1e-3)
        assert np.array_equal(both.prototype_updates(stream), one.prototype_updates(stream))
        assert both.prototypes(stream) == pytest.approx(one.prototypes(stream), rel=1e-2, abs=1e-3, nan_ok=True)


def test_a_launched_run_survives_the_loss_of_a_process(monkeypatch):
    """`train` starts two processes and one is killed; `accelerate launch` continues to whole and right results."""
    config = TrainConfig.read(SMALL | {"run_name": "cut", "num_processes": WORLD})
    folder, started, popen = paths.runs_dir() / "cut", [], subprocess.Popen

    def kill() -> None:
        while not training.checkpoints(folder):
            time.sleep(0.02)
        started[1].kill()

    monkeypatch.setattr(subprocess, "Popen", lambda *args, **more: started.append(popen(*args, **more)) or started[-1])
    threading.Thread(target=kill, daemon=True).start()
    with pytest.raises(RuntimeError, match="Process 1 of 2 ended with exit code -9"):
        training.train(config)
    assert started[0].returncode is not None and not Run("cut").finished

    launcher = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", str(WORLD)]
    command = [*launcher, "-m", "mglib.training", "--config", str(folder / "config.yaml"), "-p", "resume", "true"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert printed.strip().endswith(f"cut finished: {folder}")
    run = training.train(config.model_copy(update={"resume": True}))  # only returns it
    assert run.history["epoch"].tolist() == [0, 1] and run.environment["processes"] == WORLD
    assert (run.dynamics()["predicted"] >= 0).all()

    table = load("synthetic", **config.data_options)
    alone = TrainConfig.read(SMALL | {"run_name": "alone"})
    session = training.Session(alone, table, paths.runs_dir() / "alone")
    session.network.load_state_dict(load_file(run.path / "weights.safetensors"))
    answers = session.answer(np.arange(len(table)))
    assert run.probabilities() == pytest.approx(answers.fused, abs=1e-5)


def test_more_processes_than_gpus_are_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(ConfigError, match="num_processes: 2, but GPUs visible here: 1; .* Give at most 1, or set C"):
        ranks.launch(TrainConfig.read({"preset": "tiny", "num_processes": 2}))


def test_what_a_process_raises_is_raised_where_it_was_launched(two):
    error = ranks.failure(two, [None, 2])
    assert isinstance(error, DataError) and str(error).startswith("num_clips: 40; give 160 or more")


@pytest.mark.parametrize(("codes", "rank"), [([1, -9], 1), ([None, -9], 1), ([-9, 1], 0), ([0, 1], 1), ([1, 1], 0)])
def test_it_is_the_process_that_was_killed_which_is_named_not_those_that_miss_it(tmp_path, codes, rank):
    said = f"Process {rank} of 2 ended with exit code {codes[rank]}; its output says why."
    assert str(ranks.failure(tmp_path, codes)) == said


@pytest.mark.parametrize(
    "changes",
    [
        {"alpha": 0.0},
        {"terms": "none"},
        {"attention": "time"},
        {"attention": "off"},
        {"streams": "rgb"},
        {"apart": 0.5},
    ],
    ids=str,
)
def test_every_parameter_that_learns_has_a_gradient_at_once(changes, tmp_path):
    """Processes wait for the gradients of all; at the first step no prototype may be known and no gate is open."""
    config = TrainConfig.read(SETTINGS | changes)
    session = training.Session(config, waving_table(), tmp_path)
    session.network.part(config.apart > 0)
    session.train_step(next(iter(session.loader)))
    assert all((x.grad is not None) == x.requires_grad for x in session.network.parameters())
    assert all(x.requires_grad for name, x in session.network.named_parameters() if "refinement" not in name)
