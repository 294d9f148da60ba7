"""02_pretrain under bare papermill leaves two runs, and the command that it ends with starts 03_train from them."""

import shlex
import subprocess
import sys

import nbformat
import torch
from safetensors.torch import load_file

from mglib.base import paths
from mglib.config import PretrainConfig, TrainConfig
from mglib.runs import Run
from mglib.training import train
from mglib.training.pretraining import branch_configs

SMALL = "{num_clips: 160, num_frames: [8, 12], height: 120, width: 160, frame_height: 60}"
VALUES = {"name": "first", "preset": "tiny", "epochs": "1", "batch_size": "16", "data_options": SMALL}


def test_the_two_stream_network_starts_from_the_runs_of_02(folders, monkeypatch):
    """With next to no learning rate it keeps the branches' weights, and lateral channels that weigh nothing."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    words = [word for name, value in VALUES.items() for word in ("-p", name, value)]
    notebook, target = paths.notebooks_dir() / "02_pretrain.ipynb", folders / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(notebook), str(target), "--no-progress-bar", *words]
    done = subprocess.run(command, cwd=folders, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outputs = [output for cell in nbformat.read(target, 4).cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 5

    printed = shlex.split(outputs[-1].text)
    assert printed[:3] == ["papermill", "03_train.ipynb", "out.ipynb"]
    settings = dict(zip(printed[4::3], printed[5::3], strict=True))
    assert (settings["init_rgb"], settings["init_pose"]) == ("first-rgb", "first-pose")
    train(TrainConfig.read(settings | {"epochs": 1, "batch_size": 16, "lr": 1e-12, "run_name": "both"}))
    both, *alone = (load_file(Run(name).path / "weights.safetensors") for name in ("both", "first-rgb", "first-pose"))
    for weights in alone:
        for name, x in weights.items():
            if name.endswith("weight"):
                found = both[name] if x.ndim < 2 else both[name][:, : x.shape[1]]
                torch.testing.assert_close(found, x, rtol=0, atol=1e-7)
    assert both["pathways.rgb.stages.2.0.conv1.0.weight"][:, 64:].abs().max() < 1e-7


def test_02_offers_settings_of_03_with_the_same_defaults():
    (cell,) = (c for c in nbformat.read(paths.notebooks_dir() / "02_pretrain.ipynb", 4).cells if c.metadata.get("tags"))
    values = {}
    exec(cell.source, values)
    offered = {name: value for name, value in values.items() if name != "__builtins__"}
    own, shared = set(PretrainConfig.model_fields), set(TrainConfig.model_fields)
    assert own < set(offered) <= own | shared
    assert {name: offered[name] for name in own} == PretrainConfig.read({}).model_dump()
    for config in branch_configs(offered | {"name": "first"}).values():
        given = {"alpha": 0.0, "streams": config.streams, "run_name": config.run_name}
        assert config == TrainConfig.read(given)


def test_02_tells_what_was_hidden_and_how_well_it_was_told(folders, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    values = VALUES | {"objective": "masked", "epochs": "2"}
    words = [word for name, value in values.items() for word in ("-p", name, value)]
    notebook, target = paths.notebooks_dir() / "02_pretrain.ipynb", folders / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(notebook), str(target), "--no-progress-bar", *words]
    done = subprocess.run(command, cwd=folders, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outputs = [output for cell in nbformat.read(target, 4).cells for output in cell.get("outputs", [])]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 3
    assert any("for the network, " in output.get("text", "") for output in outputs)
    assert shlex.split(outputs[-1].text)[4:6] == ["init_from", "first-masked"]
    assert Run("first-masked").kind == "masked" and {"s"} == {group[0] for group in Run("first-masked").groups}
