"""What version 0.1.0 left at commit a16ee1f, before the modules moved, is read as it was written.

`earlier/run`: preset tiny, joints of 160 synthetic clips, made up by the settings in its config.yaml; `earlier/cache`:
the frames of clip 5 of these. The names of cached key points were printed by the same commit.
"""

import shutil
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from mglib.analysis.ambiguity import clip_table
from mglib.config import TrainConfig
from mglib.data import FrameCache, load
from mglib.data.sources import conversion, imigue, smg
from mglib.figures import learning_curves
from mglib.prediction import Predictor
from mglib.runs import Run
from mglib.runs.dataset import find_table
from mglib.training.checkpoints import claim

EARLIER = Path(__file__).with_name("earlier")
KEYPOINTS = {
    ("imigue", "mglib.data.openpose.read_workbook"): "4a6224651f0f7f8696875f2bb0e525c4.npy",
    ("imigue", "mglib.data.openpose.read_light"): "e37eff1fb098bbe6cdf0b5d97be14d40.npy",
    ("smg", "mglib.data.smg.read_skeleton"): "d66e2ea36f620146f4bea6542b85e756.npy",
}


@pytest.fixture(scope="module")
def run():
    return Run(EARLIER / "run")


def test_a_run_is_read_and_its_numbers_are_those_it_wrote(run):
    answers, test = run.probabilities(), run.where("test")
    top1 = (answers[test].argmax(1) == run.labels[test]).mean()
    assert top1 == pytest.approx(run.metrics["pose"]["top1"]) and run.finished
    assert len(clip_table(run, folds=0)) == len(run.clips)
    assert learning_curves(run).axes


def test_settings_that_came_later_are_what_it_was_trained_with(run):
    """At preset paper everything decays now; it did not then."""
    assert run.settings.decay_all is False
    recorded = dict(run.config) | {"preset": "paper"}
    assert "decay_all" not in recorded and TrainConfig.of_run(recorded).decay_all is False
    assert TrainConfig.read(recorded).decay_all is True


def test_its_network_still_gives_the_answers_that_it_gave(run):
    table = find_table(run)
    rows = run.where("test")[:4]
    answers = Predictor(run).answers(table.select(rows)).probabilities["pose"]
    np.testing.assert_allclose(answers, run.probabilities("pose")[rows], atol=2e-3)  # bf16 then, float32 now


def test_cached_frames_are_found(run, monkeypatch):
    reader = load("synthetic", **run.config["data_options"]).frames
    monkeypatch.setattr(type(reader), "read", None)
    clip = FrameCache(reader, EARLIER / "cache", 24).read(5, np.arange(3))
    assert clip.shape == (3, 24, 32, 3)


@pytest.mark.parametrize(("folder", "reader"), KEYPOINTS)
def test_cached_key_points_keep_their_names(monkeypatch, folder, reader):
    monkeypatch.setattr(conversion, "file_key", lambda file: "/data/0001.csv 1234 5678")
    assert conversion._place(Path("x"), reader, folder).name == KEYPOINTS[folder, reader]


def test_the_readers_ask_for_these_names():
    asked = {("imigue", reader) for _, _, reader in imigue.READERS.values()} | {("smg", smg.READER)}
    assert asked == set(KEYPOINTS)


def test_settings_that_are_newer_than_a_run_do_not_part_it_from_its_command(run, tmp_path, monkeypatch):
    monkeypatch.setenv("MGLIB_RUNS", str(tmp_path))
    shutil.copytree(EARLIER / "run", tmp_path / "run")
    config = TrainConfig.read({**run.config, "run_name": "run", "resume": True})
    with ExitStack() as held:
        assert claim(config, held) == tmp_path / "run"
