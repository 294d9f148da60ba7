"""One command for all results: it trains the defaults, goes on where it stopped, and prints what the runs say."""

import re

import numpy as np
import pytest

from benchmarks import results
from mglib.base import paths
from mglib.config import MODELS, TrainConfig
from mglib.runs import Run
from mglib.training import loop as training
from tests.builders import waving_table
from tests.training.test_space import solid_table

TINY = {"epochs": 3, "batch_size": 6, "dim": 8, "precision": "no"}
FOLDERS = {"utd_mhad": None, "msr_action3d": None}


@pytest.fixture
def trained(folders, monkeypatch):
    """Networks of made-up clips in place of the tables' own; what was trained, by name."""
    done = []

    def train(config):
        done.append(config.run_name)
        data = solid_table() if config.model == results.SOLID else waving_table()
        training.train(config.model_copy(update=TINY | {"preset": "tiny"}), data)

    networks = (results.Network("one", "joints", {"streams": "joint"}), results.Network("both", "two streams", {}))
    gone = (results.Network("away", "joints", {"streams": "joint"}),)
    tables = (
        results.Table("made", "Made up", "synthetic", networks, means=(results.Mean("mean", ("one", "both")),)),
        results.Table("gone", "Not there", "utd_mhad", gone),
    )
    monkeypatch.setattr(results, "TABLES", tables)
    monkeypatch.setattr(results, "train_one", train)
    monkeypatch.setenv("MGLIB_UTD_MHAD", str(folders / "nowhere"))
    return done


def test_it_trains_seed_by_seed_and_prints_what_the_runs_say(trained, folders, capsys):
    runs = folders / "results"
    arguments = ["--runs", str(runs), "--preset", "tiny"]
    results.main([*arguments, "--seeds", "2", "--only", "made"])
    assert trained == ["one--seed=0", "both--seed=0", "one--seed=1", "both--seed=1"]
    said = capsys.readouterr().out
    both = [Run(runs / f"both--seed={seed}") for seed in (0, 1)]
    top1 = [100 * run.metrics["fused"]["top1"] for run in both]
    (line,) = re.findall(r"\| two streams \|.*", said)
    cells = [cell.strip() for cell in line.split("|")]
    assert cells[2] == "2" and cells[3].startswith(f"{np.mean(top1):.1f} ± {np.std(top1, ddof=1):.1f} [")
    drops = [run.reliance.query("system == 'fused' and swapped == 'pose'")["drop"].item() for run in both]
    assert f"{100 * np.mean(drops):.1f} ± {100 * np.std(drops, ddof=1):.1f}" in cells
    one = [100 * Run(runs / f"one--seed={seed}").metrics["pose"]["top1"] for seed in (0, 1)]
    assert any(cell.startswith(f"{np.mean(top1) - np.mean(one):+.1f}") for cell in cells)
    means = []
    for seed, run in enumerate(both):
        asked = run.where("test")
        answers = (run.probabilities() + Run(runs / f"one--seed={seed}").probabilities())[asked]
        means.append(100 * (answers.argmax(1) == run.labels[asked]).mean())
    assert f"| mean | 2 | {np.mean(means):.1f} ± {np.std(means, ddof=1):.1f} [" in said
    floor = Run(runs / "one--seed=0").floors.set_index(["system", "metric"])["value"]
    assert f"| {results.SVM} |  | {100 * floor[results.SVM, 'top1']:.1f} |" in said
    results.main([*arguments, "--read"])
    assert len(trained) == 4 and capsys.readouterr().out.count("Nothing is finished") == 1


def test_every_row_is_a_default_on_data_of_its_kind(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "write_test_views", lambda source: tmp_path / "views.pkl")
    here = dict.fromkeys(FOLDERS, tmp_path)
    options = type("Options", (), {"seeds": 5, "preset": "small"})
    for table in results.TABLES:
        found = results.configs(table, here, options)
        assert len(found) == 5 * len(table.networks)
        for seed, config in found:
            parts = table.name == "parts"
            own = {"model": config.model, "streams": config.streams}
            plain = TrainConfig.read(own | results.CHEAPER if parts else own)
            free = {"dataset", "data_root", "data_options", "seed", "run_name", "resume", "evaluate_every"}
            free |= set().union(*results.PARTS.values()) if parts else set()
            assert config.model_dump(exclude=free) == plain.model_dump(exclude=free) and config.seed == seed
            solid = config.data_options.get("joints") == "3d" or "msr_action3d_3d" in str(config.data_root)
            assert ("3d" in table.name) == solid
            assert config.network_streams == "pose" or config.data_options.get("visual") != "none"
        assert not results.configs(table, FOLDERS, options) or table.data == "synthetic"
    assert results.SOLID in MODELS and results.GRAPH in MODELS
    assert "results" in (paths.root() / "Makefile").read_text(encoding="utf-8")


def test_the_test_people_are_asked_from_two_sides(msr_action3d_folder, folders):
    from mglib.data import load

    source = msr_action3d_folder / "msr_action3d_3d.pkl"
    views = load("annotation", results.write_test_views(source), **results.VIEWS)
    flat = load("annotation", msr_action3d_folder / "msr_action3d_2d.pkl", layout="kinect20")
    for split, own, angles in (("train", "train", {"0", "30"}), ("val", "test", {"0"}), ("test", "test", {"45"})):
        names = views.clips["id"].iloc[views.where(split)].str.rpartition("_v")
        assert sorted(names[0]) == sorted(flat.clips["id"].iloc[flat.where(own)]) and set(names[2]) == angles
