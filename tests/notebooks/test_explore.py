"""Notebook 04 under bare papermill: on a run of the synthetic data, every figure is stored, and the explorer's twin."""

import os

import pytest

from mglib.base.errors import ConfigError, RunError
from mglib.config import ExploreConfig, TrainConfig
from mglib.runs import find_run
from mglib.training import train
from tests.notebooks.running import execute
from tests.run_builder import fake_run

DATA = {"num_clips": 160, "num_frames": [8, 12], "height": 120, "width": 160, "frame_height": 60}


@pytest.fixture(autouse=True)
def _folders(folders, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def test_04_shows_every_figure_and_begins_with_the_explorer(tmp_path):
    settings = {"preset": "tiny", "batch_size": 16, "run_name": "first", "data_options": DATA, "precision": "no"}
    train(TrainConfig.read(settings))
    done, cells = execute("04_explore_confusions", tmp_path, projection="pca", other="first")
    assert done.returncode == 0, done.stderr
    drawn = [cell for cell in cells if cell.source.splitlines()[-1].startswith("figures.")]
    kinds = [{kind for output in cell.outputs for kind in output.get("data", {})} for cell in drawn]
    tables = [cell for cell, kind in zip(drawn, kinds, strict=True) if "image/png" not in kind]
    assert [cell.source for cell in tables] == ["figures.sheet(figures.label_candidates(run, clips))"]
    (explorer,) = (cell for cell in cells if cell.source.startswith("explorer = ConfusionExplorer("))
    assert cells.index(explorer) < cells.index(drawn[0])
    bundle, twin = (output.data for output in explorer.outputs)
    assert {"image/png", "application/vnd.jupyter.widget-view+json"} <= bundle.keys()
    assert bundle["image/png"].strip() in twin["text/html"] and "Run this cell" in twin["text/html"]
    printed = "".join(output.text for cell in cells for output in cell.outputs if output.output_type == "stream")
    printed = " ".join(printed.split())
    assert "first, synthetic: 96 train clips of " in printed and ", 64 test clips of " in printed
    assert "Trustworthiness of the map: 0." in printed and "cannot be loaded" not in printed


def test_04_stops_at_a_misspelt_name_with_a_sentence(tmp_path):
    done, cells = execute("04_explore_confusions", tmp_path, strem="rgb")
    assert done.returncode != 0
    (error,) = (output for cell in cells for output in cell.outputs if output.output_type == "error")
    assert error.evalue.startswith("strem: there is no such setting; did you mean stream?")


def test_a_value_that_does_not_fit_is_a_sentence():
    with pytest.raises(ConfigError, match="split: 'tests' does not fit: it should be 'test', 'val' or 'train'"):
        ExploreConfig.read({"split": "tests"})


def test_without_a_name_the_latest_finished_run_is_found(folders):
    with pytest.raises(RunError, match="There is no finished run in .*; train one with 03_train"):
        find_run()
    for number, name in enumerate(("old", "new", "under way")):
        run = fake_run(folders / "runs" / name)
        os.utime(run.path / "metrics.json", (number, number))
    (run.path / "metrics.json").unlink()
    assert (find_run().name, find_run("old").name) == ("new", "old")
    with pytest.raises(
        RunError, match="under way is not finished; continue it with 03_train, .*run_name=.*resume=True"
    ):
        find_run("under way")
