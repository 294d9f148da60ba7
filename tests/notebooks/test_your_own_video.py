"""Notebook 08 under bare papermill: a clip of the synthetic data answered, and sentences where it cannot be."""

import re

import nbformat
import pytest

from mglib.base import paths
from mglib.config import TrainConfig, VideoConfig
from mglib.training import train
from tests.notebooks.running import execute

DATA = {"num_clips": 160, "num_frames": [8, 12], "height": 120, "width": 160, "frame_height": 60}


@pytest.fixture(autouse=True)
def _folders(folders, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def test_08_answers_a_clip_of_the_run_and_shows_why(tmp_path):
    settings = {"preset": "tiny", "epochs": 1, "batch_size": 16, "run_name": "first", "data_options": DATA}
    run = train(TrainConfig.read(settings | {"precision": "no"}))
    row = run.where("test")[3]
    done, cells = execute("08_your_own_video", tmp_path, clip=run.clips["id"][row])
    assert done.returncode == 0, done.stderr
    drawn = [cell for cell in cells if re.match(r"figures\.(?!sheet\()", cell.source.splitlines()[-1])]
    assert len(drawn) == 4 and all("image/png" in cell.outputs[0].data for cell in drawn)
    answer, p = run.data.class_names[run.probabilities()[row].argmax()], run.probabilities()[row].max()
    assert f": {answer}, {p:.0%}>" in drawn[1].outputs[0].data["text/plain"]
    assert answer in cells[-1].outputs[0].data["text/html"]
    printed = "".join(output.text for cell in cells for output in cell.outputs if output.output_type == "stream")
    assert f"first, trained on synthetic, is asked about {run.clips['id'][row]} of synthetic" in printed


def test_08_without_a_run_says_what_trains_one(tmp_path):
    done, cells = execute("08_your_own_video", tmp_path)
    assert done.returncode != 0
    (error,) = (output for cell in cells for output in cell.outputs if output.output_type == "error")
    assert error.evalue.startswith("There is no finished network in") and "train one with 03_train" in error.evalue


def test_08_offers_every_setting_with_its_default():
    path = paths.notebooks_dir() / "08_your_own_video.ipynb"
    (cell,) = (c for c in nbformat.read(path, 4).cells if c.metadata.get("tags"))
    offered = {}
    exec(cell.source, {}, offered)
    assert list(offered) == list(VideoConfig.model_fields)
    assert VideoConfig.read(offered) == VideoConfig.read({})
