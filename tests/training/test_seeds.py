"""Several seeds: runs of their own, averaged as one run of members, and what their deviation is."""

import numpy as np
import pytest

from mglib import figures
from mglib.analysis.ensemble import EnsembleError, average_seeds
from mglib.analysis.evaluation import score_table
from mglib.base.errors import ConfigError
from mglib.config import ReportConfig, TrainConfig
from mglib.report import finding, sections
from mglib.report.document import Table
from mglib.report.sections.results import _split
from mglib.report.study import Study, load_study
from mglib.runs import Run
from mglib.runs.ancestry import ancestry, in_a_sentence
from mglib.sweep import Sweep
from mglib.sweep.cells import SweepError
from mglib.training import seeds as training
from mglib.training import train, train_seeds
from mglib.training.processes import SENTENCES
from tests.builders import waving_table

SETTINGS = {"preset": "tiny", "batch_size": 6, "dim": 8, "precision": "no", "epochs": 2, "streams": "joint", "seed": 4}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MGLIB_RUNS", str(folder))
        train_seeds(TrainConfig.read(SETTINGS | {"seeds": 3, "run_name": "three"}), waving_table())
    return folder


@pytest.fixture
def run(trained, monkeypatch):
    monkeypatch.setenv("MGLIB_RUNS", str(trained))
    return Run("three")


def test_each_seed_is_a_run_and_their_mean_is_another(run, monkeypatch):
    assert [one.name for one in run.seeds] == [f"three-seed={seed}" for seed in (4, 5, 6)]
    assert [one.config["seed"] for one in run.seeds] == run.config["seeds"] == [4, 5, 6]
    answers = [one.probabilities() for one in run.seeds]
    assert not np.allclose(answers[0], answers[1])
    np.testing.assert_allclose(run.probabilities(), np.mean(answers, axis=0), atol=1e-6)
    assert run.kind == "ensemble" and run.finished and not run.has("held_out.npz")
    alone = train(TrainConfig.read(SETTINGS | {"seed": 5, "run_name": "alone"}), waving_table())
    assert np.array_equal(alone.probabilities(), answers[1]) and alone.seeds == ()
    assert set(run.floors["system"]) == {"majority class", "linear SVM on joints"}
    monkeypatch.setattr(training, "train", lambda part, table: Run(part.run_name))  # none is trained again
    again = train_seeds(TrainConfig.read(SETTINGS | {"seeds": 3, "run_name": "three", "resume": True}))
    assert np.array_equal(again.probabilities(), run.probabilities())


def test_the_deviation_is_shown_beside_the_seeds(run):
    test, sheet = run.where("test"), figures.seed_sheet(run)
    assert sheet.index.tolist() == ["seed 4", "seed 5", "seed 6", "one of them", "averaged"]
    top1 = [100 * one.metrics["pose"]["top1"] for one in run.seeds]
    assert sheet.loc["one of them", "top-1"].startswith(f"{np.mean(top1):.1f} ± {np.std(top1, ddof=1):.1f} [")
    scored = score_table({"x": run.probabilities()[test]}, run.labels[test], run.groups[test], run.data.class_groups)
    assert sheet.loc["averaged", "top-1"].startswith(f"{100 * scored['value'][0]:.1f} [")
    assert figures.seed_sheet(run.seeds[0]).index.tolist() == ["seed 4"]
    assert figures.learning_curves(run).axes and figures.reliance(run) and figures.scores_figure(run).axes


def test_a_report_on_one_of_them_knows_the_others(run):
    study = load_study(ReportConfig.read({"run": "three-seed=5", "projection": "pca", "frames": False}))
    assert [one.name for one in study.seeds] == ["three-seed=4", "three-seed=6"]
    assert [one.name for one in study.others] == ["three"] and study.ensemble is None
    section = sections.scores(study, rng=np.random.default_rng(0))
    (sheet,) = (item.text for item in section.items if isinstance(item, Table) and item.name == "scores")
    top1 = [100 * one.metrics["pose"]["top1"] for one in run.seeds]
    row = sheet.set_index("system").loc["joints", "top-1"]
    assert row.startswith(f"{np.mean(top1):.1f} ± {np.std(top1, ddof=1):.1f}")
    assert sections.ensemble(load_study(ReportConfig.read({"run": "three"})), rng=np.random.default_rng(0)) is None


def test_a_report_on_their_average_says_so_and_describes_each(run):
    study = load_study(ReportConfig.read({"run": "three", "projection": "pca", "frames": False}))
    assert sections.scores(study, rng=np.random.default_rng(0)).text[0].endswith("the average of 3 seeds.")
    assert ", the ensemble three recognises " in " ".join(finding(study))
    text = sections.method(study).text
    assert text[0] == "3 networks of different seeds (4, 5, 6) are averaged. Each of them:"
    assert text[1].startswith("A network of ") and "one pathway, for joints" in text[1]
    assert "three-seed=4" in sections.appendix(study).items[0].caption


def test_where_the_members_weights_come_from_is_told_of_their_mean_too(folders):
    settings = SETTINGS | {"epochs": 1}
    train(TrainConfig.read(settings | {"run_name": "first"}), waving_table())
    mean = train_seeds(
        TrainConfig.read(settings | {"run_name": "two", "seeds": 2, "init_from": "first"}), waving_table()
    )
    told = in_a_sentence(mean)
    assert told.startswith(
        "Not all of its members were trained from random weights: a backbone is that of first (labels"
    )
    assert told.count("first") == 1 and told in (mean.path / "README.md").read_text(encoding="utf-8")
    assert [each.run for each in ancestry(mean)] == ["first"]
    assert "apart from what it took over from first." in _split(Study(mean, None))


def test_interrupted_it_says_how_all_of_them_go_on(folders, monkeypatch):
    def stop(part, table):
        raise KeyboardInterrupt(f"The run {part.run_name} was interrupted.")

    monkeypatch.setattr(training, "train", stop)
    with pytest.raises(KeyboardInterrupt, match=r"three-seed=4 was .* resume=True, run_name=three and seeds=3"):
        train_seeds(TrainConfig.read(SETTINGS | {"seeds": 3, "run_name": "three"}))


def test_what_does_not_go_together_is_a_sentence(run):
    with pytest.raises(ConfigError, match="seeds: train trains one network; call train_seeds for 2 seeds"):
        train(TrainConfig.read(SETTINGS | {"seeds": 2}), waving_table())
    with pytest.raises(ConfigError, match="resume: give the run_name of the run to resume"):
        train_seeds(TrainConfig.read(SETTINGS | {"seeds": 2, "resume": True}), waving_table())
    with pytest.raises(ConfigError, match="three-seed=4 exists and is a single network"):
        train_seeds(TrainConfig.read(SETTINGS | {"seeds": 2, "run_name": "three-seed=4"}), waving_table())
    (run.path.parent / "mine").mkdir()
    (run.path.parent / "mine" / "notes.txt").write_text("not a run")
    with pytest.raises(ConfigError, match="mine exists and holds other files; give another name for 2 seeds"):
        train_seeds(TrainConfig.read(SETTINGS | {"seeds": 2, "run_name": "mine"}), waving_table())
    assert EnsembleError in SENTENCES, "no command ends in a traceback"
    with pytest.raises(EnsembleError, match="share a seed"):
        average_seeds([run.seeds[0], run.seeds[0]], "twice")
    with pytest.raises(SweepError, match="seeds is set by the sweep itself"):
        Sweep("grid", {"seeds": 3}, {"base": {}})
