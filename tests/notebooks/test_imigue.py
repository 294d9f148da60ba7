"""A folder in iMiGUE's format with synthetic persons, through 01, 03, 04 and 05 to the file that a challenge wants."""

import numpy as np
import pandas as pd
import pytest

from mglib import data
from mglib.runs import Run
from tests.notebooks.running import execute
from tests.synthetic_imigue import SMALL, write_synthetic


@pytest.fixture
def imigue(folders, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return write_synthetic(folders / "iMiGUE of synthetic persons")


def test_from_the_folder_to_the_submission(imigue, tmp_path):
    table, made = data.load("imigue", imigue), data.load("synthetic", **SMALL)
    counts = made.clips["split"].value_counts()
    assert dict(table.clips["split"].value_counts()) == {
        "train": counts["train"], "test": counts["val"], "hidden": counts["test"]
    }  # fmt: skip
    for number in np.random.default_rng(0).choice(len(made), 12, replace=False):
        row = table.clips.index[table.clips["id"] == _name(made, number)].item()
        np.testing.assert_allclose(table.keypoints[row], made.keypoints[number], atol=1e-3)
        assert np.abs(table.frames.read(row).astype(int) - made.frames.read(number)).mean() < 4  # H.264 loses a little

    source = {"dataset": "imigue", "data_root": str(imigue)}
    for name, values in {
        "01_explore_data": source,
        "03_train": source | {"preset": "tiny", "epochs": "1", "run_name": "first", "precision": "no"},
        "04_explore_confusions": {"projection": "pca"},
        "05_ensemble": {"folds": "2"},
    }.items():
        done, _ = execute(name, tmp_path, **values)
        assert done.returncode == 0, done.stderr

    run = Run("first-ensemble")
    assert set(run.clips["split"]) == {"train", "test"} and len(run.clips) == counts["train"] + counts["val"]
    hidden = table.clips[table.clips["split"] == "hidden"]
    submission = pd.read_csv(run.path / "submission.csv", dtype={"Id": str})
    assert list(submission["Id"]) == list(hidden["id"])
    np.testing.assert_array_equal(submission["Target"], run.hidden()[1].argmax(1))


def _name(made: data.ClipTable, number: int) -> str:
    """VIDEO_LINE of a clip: which of its person's clips it is."""
    line = np.flatnonzero(made.groups == made.groups[number]).tolist().index(number)
    return f"{made.groups[number]}_{line}"
