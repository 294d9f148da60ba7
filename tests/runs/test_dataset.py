"""The data behind a run, found again, or a sentence."""

import os
from dataclasses import asdict

import numpy as np
import pytest

from mglib import data
from mglib.base import files
from mglib.config import TrainConfig
from mglib.data import load
from mglib.data.splits import hold_out
from mglib.runs import Run
from mglib.runs import dataset as tables
from mglib.runs.dataset import DataMissing, find_table, load_table
from tests.run_builder import fake_run

SMALL = {"num_clips": 160, "num_frames": [8, 12], "height": 120, "width": 160, "frame_height": 60}


def test_rows_and_splits_are_the_runs_and_loaded_once(tmp_path, monkeypatch):
    """A run that saw some of the clips, in another order, one fold of them held out."""
    run, table, asked = fake_run(tmp_path / "run"), load("synthetic", **SMALL), []
    tables._load.cache_clear()  # of what another test asked for
    monkeypatch.setattr(data, "load", lambda *args, **options: asked.append((args, options)) or table)
    rows = np.arange(len(table))[::-2]
    clips = hold_out(table, 1, 4).clips.iloc[rows]
    files.write_text(run.path / "clips.csv", clips.to_csv(index=False))
    files.write_json(run.path / "data.json", asdict(run.data) | {"class_names": table.class_names})
    files.write_text(run.path / "config.yaml", TrainConfig.read({"data_options": SMALL}).to_yaml())
    run = Run(run.path)
    found = find_table(run)
    find_table(Run(run.path))
    assert asked == [(("synthetic", None), SMALL)]
    assert list(found.clips["id"]) == list(clips["id"])
    assert list(found.clips["split"]) == list(clips["split"]) != list(table.clips["split"].iloc[rows])
    np.testing.assert_array_equal(found.keypoints[3], table.keypoints[rows[3]])
    np.testing.assert_array_equal(found.frames.read(3), table.frames.read(rows[3]))
    files.write_text(run.path / "clips.csv", clips.assign(id=clips["id"] + "x").to_csv(index=False))
    with pytest.raises(DataMissing, match=f"The data lack {len(rows)} of the {len(rows)} clips of the run run"):
        find_table(Run(run.path))


def test_a_file_that_changed_comes_or_goes_is_noticed(tmp_path, monkeypatch):
    run, table, asked = fake_run(tmp_path / "run"), load("synthetic", **SMALL), []
    monkeypatch.setattr(data, "load", lambda *args, **options: asked.append(args) or table)
    root, videos = tmp_path / "clips.pkl", tmp_path / "videos" / "person 1"
    videos.mkdir(parents=True)
    root.write_bytes(b"first")
    settings = {"dataset": "annotation", "data_root": str(root), "data_options": {"videos": str(videos.parent)}}
    files.write_text(run.path / "config.yaml", TrainConfig.read(settings).to_yaml())
    files.write_text(run.path / "clips.csv", table.clips.to_csv(index=False))
    files.write_json(run.path / "data.json", asdict(run.data) | {"class_names": table.class_names})

    def loads() -> int:
        for _ in range(2):
            find_table(Run(run.path))
        return len(asked)

    assert loads() == 1
    root.write_bytes(b"other")  # of the same size
    os.utime(root, ns=(0, root.stat().st_mtime_ns + 1))
    assert loads() == 2
    (videos / "a.mp4").write_bytes(b"")
    assert loads() == 3
    (videos / "a.mp4").unlink()
    assert loads() == 4


def test_data_that_are_not_at_hand_are_a_warning(tmp_path):
    run = fake_run(tmp_path / "run")
    settings = TrainConfig.read({"dataset": "utd_mhad", "data_root": tmp_path / "nowhere"})
    files.write_text(run.path / "config.yaml", settings.to_yaml())
    with pytest.warns(UserWarning, match="The data of the run run cannot be loaded: .*there is no .*nowhere"):
        assert load_table(Run(run.path)) is None
