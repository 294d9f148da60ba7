"""Notebook 09 under bare papermill, on small synthetic recordings: trained, scored, drawn, written for ELAN."""

import re

import nbformat
import pytest

from mglib.base import paths
from mglib.config import LongConfig, SpotConfig
from mglib.recordings import Spotter
from tests.notebooks.running import execute

NAMING = {"preset": "tiny", "epochs": 1, "batch_size": 16, "precision": "no"}
NAMING |= {"data_options": {"num_clips": 160, "num_frames": [8, 12], "height": 120, "width": 160, "frame_height": 60}}


@pytest.fixture(autouse=True)
def _folders(folders, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def test_09_answers_when_which_gesture_happens(tmp_path):
    values = {"data_options": "{num_recordings: [2, 1, 2], seconds: 20}", "settings": str(NAMING), "epochs": "2"}
    done, cells = execute("09_long_recordings", tmp_path, **values, layers="3", width="8", run_name="mine")
    assert done.returncode == 0, done.stderr
    drawn = [cell for cell in cells if re.search(r"^figures\.(?!sheet\()", cell.source, re.MULTILINE)]
    assert len(drawn) == 7 and all("image/png" in cell.outputs[-1].data for cell in drawn)
    spotter = Spotter("mine")
    assert spotter.config.settings == NAMING and len(spotter.history) == 2
    scores = next(cell for cell in cells if "format_events(spotter.scores)" in cell.source)
    assert all(name in scores.outputs[0].data["text/html"] for name in ("thresholded windows", "coder 2", "nothing"))
    written = list((spotter.path / "elan").glob("*.eaf"))
    assert len(written) == 2 and cells[-1].outputs[-1].data["image/png"]


def test_09_offers_every_setting_with_its_default():
    path = paths.notebooks_dir() / "09_long_recordings.ipynb"
    (cell,) = (c for c in nbformat.read(path, 4).cells if c.metadata.get("tags"))
    offered = {}
    exec(cell.source, {}, offered)
    assert list(offered) == list(LongConfig.model_fields)
    assert LongConfig.read(offered) == LongConfig.read({}) and set(SpotConfig.model_fields) < set(offered)
