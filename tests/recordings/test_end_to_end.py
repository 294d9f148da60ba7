"""From a folder as a coder has it to files for ELAN: named by a run of its clips, spotted, corrected, read again."""

import numpy as np
import pandas as pd
import pytest

from mglib.config import SpotConfig, TrainConfig
from mglib.recordings import Corrections, Spotter, open_recordings, train_spotter
from mglib.recordings.__main__ import main
from mglib.recordings.corrections import Correction, segment_id
from mglib.training import train
from tests.data import folders as make
from tests.data.sources import recordings_folder as own

PERSONS = {"anna": "train", "bert": "train", "carl": "val", "dora": "test"}
TINY = {"preset": "tiny", "epochs": 1, "batch_size": 4, "dim": 8, "precision": "no", "streams": "joint"}


@pytest.fixture
def folder(folders):
    made = own.write_folder(folders / "interviews", tuple(PERSONS))
    rows = [f"{name}.mp4,{name.title()},{split}" for name, split in PERSONS.items()]
    (made / "persons.csv").write_text("\n".join(["file,person,split", *rows]) + "\n")
    return made


def test_from_elan_to_elan(folder, folders, capsys):
    run = train(TrainConfig.read(TINY | {"dataset": "recordings", "data_root": folder, "run_name": "naming"}))
    assert sorted(set(run.groups[run.where("train")])) == ["Anna", "Bert"]
    recordings = open_recordings(folder, need_keypoints=True)
    config = {"run": "naming", "data_root": folder, "folds": 4, "epochs": 2, "layers": 2, "width": 8, "run_name": "net"}
    spotter = train_spotter(SpotConfig.read(config), recordings)
    folds = sorted(path.name for path in run.path.parent.glob("naming--fold*"))
    assert len(folds) == 3  # Anna, Bert and Carl are each asked about of a network that has not seen them
    assert set(spotter.scores["system"]) >= {"spotter", "thresholded windows", "nothing"}

    assert main(["spot", "net", str(folder), "-o", str(folders / "out"), "--ending", ".csv"]) == 0
    capsys.readouterr()
    (one,) = recordings.where("test").recordings
    spotted = spotter.spot(one)
    kept = Corrections(spotter.path / "corrections.csv", recordings.class_names)
    kept.replace(f"{one.name} added 1.000", Correction(one.name, "added", 1.0, 2.0, 0))
    for segment in spotted.segments[:1]:
        said = Correction(one.name, "accepted", segment.start, segment.stop, segment.label)
        kept.replace(segment_id(one.name, segment, recordings.class_names), said)
    reviewed = kept.apply(one, spotted.segments, "dora")
    assert any((s.start, s.stop, s.label, s.coder) == (1.0, 2.0, 0, "dora") for s in reviewed)
    tables = [pd.read_csv(path) for path in (folders / "out").glob("*.csv")]
    assert {name for table in tables for name in table["recording"]} <= set(PERSONS)
    assert Spotter("net").facts.run == "naming"


def test_from_an_imigue_folder_to_elan(folders, capsys):
    root = make.write_imigue(folders / "imigue", make.imigue_videos(np.random.default_rng(0)))
    run = train(TrainConfig.read(TINY | {"dataset": "imigue", "data_root": root, "run_name": "naming"}))
    recordings = open_recordings(root, need_keypoints=True)
    assert recordings.class_names == tuple(run.data.class_names)
    config = {"run": "naming", "data_root": root, "folds": 0, "epochs": 1, "layers": 2, "width": 8, "run_name": "net"}
    spotter = train_spotter(SpotConfig.read(config), recordings)
    assert set(spotter.scores["system"]) >= {"spotter", "thresholded windows", "nothing"}
    assert main(["spot", "net", str(root), "-o", str(folders / "out"), "--ending", ".eaf"]) == 0
    capsys.readouterr()
    asked = {one.name for one in recordings.where("test").recordings}
    assert {path.name for path in (folders / "out").glob("*.eaf")} >= {f"{name}.net.eaf" for name in asked} > set()
