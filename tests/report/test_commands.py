"""The command of a run, read as the shell and the strict runner read it, gives the run's settings."""

import shlex

import numpy as np
import papermill
import pytest

from mglib import notebook
from mglib.analysis.ensemble import find_members, fit, gather, save_ensemble
from mglib.base import files
from mglib.config import EnsembleConfig, TrainConfig
from mglib.report.commands import ensemble_command, train_command
from tests.run_builder import fake_run

GIVEN = [
    {},
    {"preset": "paper", "streams": "rgb", "batch_size": 96, "dataset": "utd_mhad", "data_root": "/a b/it's"},
    {"preset": "tiny", "data_options": {"num_clips": 160, "layout": "coco17"}, "flip": True, "fold": "2/4"},
    {"preset": "small", "alpha": 0, "lr": 0.1, "schedule": "step", "run_name": "007 $x", "resume": True, "seed": 3},
    {"attention": "off", "apart": 0.5, "drop_modality": 0.1},
    {"model": "hcn", "streams": "bone", "epochs": 150},
    {"model": "st_gcn_pp", "sampling": "resized", "temporal_crop": 0.7, "augment": "strong"},
    {"streams": "joint", "epochs": 20, "joint_dropout": 0.1},
    {"init_from": "one", "apart": 0.75, "num_processes": 3, "batch_size": 12},
    {"preset": "paper", "model": "tsm", "imagenet": True},
    {"streams": "joint", "test_flip": True, "precision": "no", "init_pose": "a b"},
]


@pytest.mark.parametrize("given", GIVEN)
def test_the_command_gives_the_same_settings(given):
    config = TrainConfig.read(given)
    words = shlex.split(train_command(config))
    assert words[:4] == ["python", "-m", "mglib.notebook", "03_train"] and words[4::3] == ["-p"] * (len(words[4:]) // 3)
    known = papermill.inspect_notebook(notebook.find("03_train"))
    read = {name: notebook.typed(text, known[name]) for name, text in zip(words[5::3], words[6::3], strict=True)}
    assert TrainConfig.read(read) == config.model_copy(update={"resume": False})
    assert set(read) == set(given) - {"resume"} - ({"preset"} if given.get("preset") == "small" else set())


def test_a_command_is_one_to_copy_by_hand():
    command = train_command(TrainConfig.read({"data_options": {"layout": "coco17", "num_clips": 160}, "alpha": 0.5}))
    assert """ -p data_options '{"layout": "coco17", "num_clips": 160}' -p alpha 0.5""" in command


def test_the_command_of_an_ensemble_names_its_members(folders):
    run = fake_run(folders / "runs" / "two: streams", groups=9, clips=90)
    rows = np.flatnonzero(run.clips["split"] != "test")
    held = {stream: run.probabilities(stream)[rows] for stream in run.streams}
    files.write_arrays(run.path / "held_out.npz", rows=rows, folds=np.array(4), **held)
    pool = gather(find_members(["two: streams"]))
    made = save_ensemble(pool, fit(pool, "ratio", [1, 3]), "a b")
    words = shlex.split(ensemble_command(made))
    known = papermill.inspect_notebook(notebook.find("05_ensemble"))
    read = {name: notebook.typed(text, known[name]) for name, text in zip(words[5::3], words[6::3], strict=True)}
    config = EnsembleConfig.read(read)
    assert config.members == ["two: streams:rgb", "two: streams:pose"]
    assert [member.name for member in find_members(config.members)] == config.members
    assert (config.ratio, config.folds, config.name) == ([0.25, 0.75], 4, "a b")
