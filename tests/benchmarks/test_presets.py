"""The table by which presets are chosen: what is pooled, what is left out, and that no test clip is looked at."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import presets, solid
from mglib.config import TrainConfig
from mglib.data import load
from mglib.data.splits import hold_out


def test_every_variant_is_a_setting_and_the_chosen_one_is_the_default(tmp_path, monkeypatch):
    monkeypatch.setattr(presets, "write_views", lambda source, fold, folds: tmp_path / "views.pkl")
    folders = {"utd_mhad": tmp_path, "msr_action3d": tmp_path}
    for variant in presets.VARIANTS:
        for data in (*folders, presets.MADE_UP):
            config = TrainConfig.read(presets.settings(presets.Cell(variant, data, 1, 0), folders))
            assert data != presets.MADE_UP or config.data_options == {"seed": 7}, "not the embedded data's, 0"
            streams = "both" if variant.startswith("two streams") else "rgb" if "video" in variant else "pose"
            assert config.network_streams == streams and config.resume and config.preset == "small"
            assert presets.sees_video(variant) == (streams != "pose")
            assert data != "utd_mhad" or config.data_options == {"visual": "none" if streams == "pose" else "depth"}
    default = TrainConfig.read({"streams": "joint"})
    assert presets.VARIANTS["default"] == {}
    assert all(getattr(default, name) != value for name, value in presets.INPUT.items())


def test_networks_on_joints_in_space_are_chosen_on_the_same_folds(utd_mhad_folder, msr_action3d_folder):
    folders = {"utd_mhad": utd_mhad_folder, "msr_action3d": msr_action3d_folder}
    for variant in solid.VARIANTS:
        for data in solid.SETS:
            config = TrainConfig.read(solid.settings(presets.Cell(variant, data, 2, 1), folders))
            assert (config.fold, config.seed, config.network_streams) == ("2/2", 1, "pose")
            assert set(presets.ASKED[data].values()) == {"val"}
    first, default = (TrainConfig.read({"model": "hcn"} | more) for more in (solid.VARIANTS["hcn"], {}))
    assert first == default and default.epochs == 100


def test_names_of_runs_are_told_apart():
    cells = [presets.Cell(v, d, f, 0).name for v in presets.VARIANTS for d in presets.ASKED for f in (1, 2)]
    assert len(set(cells)) == len(cells) and all(name.replace(".", "").isascii() and " " not in name for name in cells)


def test_folds_are_pooled_by_clip_and_a_seed_that_lacks_one_is_left_out(monkeypatch, tmp_path):
    right = {("a", 1, 0): (10, 40), ("a", 2, 0): (30, 60), ("a", 1, 1): (20, 40), ("a", 2, 1): (40, 60)}
    right |= {("b", 1, 0): (40, 40)}

    def scores(cell, runs):
        found = right.get((cell.variant, cell.fold, cell.seed))
        if found:
            counts = {"right": found[0], "asked": found[1], "minutes": 2.0}
            yield {"variant": cell.variant, "seed": cell.seed, "what": "UTD-MHAD"} | counts

    monkeypatch.setattr(presets, "scores", scores)
    cells = [presets.Cell(v, "utd_mhad", fold, seed) for v in "ab" for seed in (0, 1) for fold in (1, 2)]
    found = presets.table(cells, tmp_path)
    assert found["variant"].tolist() == ["a"] and found["seeds"].tolist() == [2]
    assert found["UTD-MHAD"].item() == pytest.approx((40 + 60) / 2)
    assert found["sd UTD-MHAD"].item() == pytest.approx(np.std([40, 60], ddof=1))
    assert isinstance(presets.table([], tmp_path), pd.DataFrame) and presets.table([], tmp_path).empty


def test_what_is_asked_is_held_out_of_training_and_no_test_person(utd_mhad_folder, msr_action3d_folder, folders):
    table = load("utd_mhad", utd_mhad_folder, visual="none")
    test = set(table.groups[table.where("test")])
    for fold in range(1, presets.FOLDS + 1):
        parts = hold_out(table, fold, presets.FOLDS)
        asked = set(parts.groups[parts.where(presets.ASKED["utd_mhad"]["UTD-MHAD"])])
        assert asked and not asked & (test | set(parts.groups[parts.where("train")]))
    path = presets.write_views(msr_action3d_folder / "msr_action3d_3d.pkl", 1, presets.FOLDS)
    views = load("annotation", path, **presets.VIEWS)
    assert set(views.groups) == {f"s{number:02d}" for number in (1, 3, 5, 7, 9)}
