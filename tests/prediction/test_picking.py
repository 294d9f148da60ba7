"""A person picks a run and uploads a video; what arrives is kept under a harmless name, in a folder that goes away."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from mglib.base.errors import DataError, RunError
from mglib.config import TrainConfig
from mglib.prediction.picking import ClipPicker
from mglib.training import train
from tests.run_builder import fake_run

DATA = {"num_clips": 160, "num_frames": [8, 12], "height": 120, "width": 160, "frame_height": 60}


def upload(picker: ClipPicker, name: str) -> None:
    """As the browser sends it."""
    file = {"name": name, "type": "video/mp4", "size": 3, "content": memoryview(b"abc")}
    picker._upload.value = (file | {"last_modified": datetime.now(UTC)},)


def test_a_run_is_picked_among_the_finished_ones(folders):
    for name in ("old", "new"):
        fake_run(folders / "runs" / name)
    picker = ClipPicker("old")
    assert [name for name, _ in picker._runs.options] == ["old", "new"] and picker.run.name == "old"
    picker._runs.value = picker._runs.options[1][1]
    assert picker.run.name == "new" and "Run new classifies a test clip" in picker._said.value


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Я машу 手.MP4", "Я машу 手.mp4"),
        ("../../etc/passwd.mp4", "passwd.mp4"),
        ("C:\\temp\\<b>&x.mov", "_b__x.mov"),
        ("../..mp4/...webm", "__.webm"),
        (100 * "a" + ".avi", 60 * "a" + ".avi"),
    ],
)
def test_an_upload_stays_in_its_folder_whatever_its_name(folders, sent, kept):
    fake_run(folders / "runs" / "run")
    picker = ClipPicker()
    upload(picker, sent)
    folder = Path(picker._folder.name)
    assert picker.video == folder / kept and [p.name for p in folder.iterdir()] == [kept]
    assert picker.video.read_bytes() == b"abc" and "run the cells below again" in picker._said.value
    picker._folder.cleanup()  # as when the kernel ends
    assert not folder.exists()


def test_what_is_no_video_is_not_taken(folders):
    fake_run(folders / "runs" / "run")
    picker = ClipPicker()
    upload(picker, "<i>notes.exe")
    assert picker.video is None and not list(Path(picker._folder.name).iterdir())
    assert "&lt;i&gt;notes.exe is not a video of the kinds .mp4" in picker._said.value
    with pytest.raises(DataError, match="video: there is no file .*missing.mp4; give its path, or leave it empty"):
        ClipPicker("run", "missing.mp4")


def test_without_a_run_it_says_so(folders):
    with pytest.raises(RunError, match="There is no finished network in .*; train one with 03_train"):
        ClipPicker()


def test_without_a_video_a_test_clip_of_the_runs_data_is_drawn(folders):
    settings = {"preset": "tiny", "streams": "joint", "epochs": 1, "batch_size": 16, "data_options": DATA}
    run = train(TrainConfig.read(settings | {"run_name": "first", "precision": "no"}))
    picker = ClipPicker()
    drawn = [picker.clip(rng=np.random.default_rng(seed)) for seed in range(8)]
    assert {table.clips["split"][0] for table in drawn} == {"test"} and len({t.clips["id"][0] for t in drawn}) > 2
    named = picker.clip(clip=run.clips["id"][5], rng=np.random.default_rng(0))
    assert len(named) == 1 and named.labels[0] == run.clips["label"][5]
    with pytest.raises(DataError, match="clip: 'x' is not a clip of synthetic; give an id such as 'synthetic_00000'"):
        picker.clip(clip="x", rng=np.random.default_rng(0))
