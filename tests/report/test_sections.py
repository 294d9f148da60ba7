"""What the sections say is what the runs hold; what a run lacks is left out or said."""

import inspect
import re
import shutil
import warnings
from dataclasses import asdict, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml

from mglib import figures
from mglib.analysis.ambiguity import clip_table
from mglib.analysis.reliance import reliance_table
from mglib.base import files
from mglib.base.errors import ConfigError, RunError
from mglib.config import ReportConfig, TrainConfig
from mglib.explorer.frames import FrameStrips
from mglib.figures.ambiguity import MOMENTS
from mglib.report import Report, ReportError, Study, finding, load_study, sections, write_report
from mglib.report.sections.parts import _shown
from mglib.report.sections.results import _split
from mglib.report.sections.setting import OPTIMIZERS, _refinement, method
from mglib.runs import Run
from mglib.runs.ancestry import Ancestor, write_ancestry
from mglib.runs.heads import BEFORE
from mglib.sweep import SweepError
from mglib.training.building import make_network
from mglib.training.optimizing import make_optimizer, make_scheduler
from tests.builders import waving_table
from tests.run_builder import fake_run, recolumn, rewrite


@pytest.fixture(autouse=True)
def _runs(folders):
    return folders


def make(study, name):
    function = getattr(sections, name)
    draws = {"rng": np.random.default_rng(0)} if "rng" in inspect.signature(function).parameters else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few clips: classes without an interval
        return function(study, **draws)


def top1(study, run):
    return 100 * np.mean(run.probabilities()[run.where("test")].argmax(1) == study.labels)


def test_the_honest_sentence_holds_what_the_runs_hold(study):
    said = make(study, "scores").text[0]
    own, other = [top1(study, run) for run in (study.run, *study.seeds)], top1(study, study.others[0])
    assert f"top-1 {np.mean(own):.1f} % ± {np.std(own, ddof=1):.1f} [" in said
    assert f"(95 % interval over {len(np.unique(study.groups))} subjects and 2 seeds)" in said
    assert f"paired difference {np.mean(own) - other:+.1f} [" in said and "to other, p = " in said
    low, value, high = (
        float(x) for x in re.search(r"\[([-+.\d]+).*?difference ([-+.\d]+) \[.*?([-+.\d]+)\] to", said).groups()
    )
    assert said.endswith("mean of 2 seeds.") and low < np.mean(own) and value <= high
    alone = make(replace(study, seeds=(), others=()), "scores").text[0]
    assert "paired" not in alone and "over 3 subjects)" in alone and alone.endswith("one seed.")


def test_with_seeds_what_is_of_one_network_says_so(study):
    """The scores are means over seeds; the clips counted in the other sections are those of the run."""
    told = f"This section is about {study.run.name} alone, one of 2 seeds."
    of_one = ("learning", "confusions", "classes", "calibration", "reliance")
    assert all(told in make(study, name).text for name in of_one) and told not in make(study, "scores").text
    assert f"of {study.run.name} alone is" in finding(study)[2]
    single = replace(study, seeds=())
    assert not [text for name in of_one for text in make(single, name).text if "alone" in text]
    assert "alone" not in finding(single)[2]


def test_few_groups_are_confessed(study):
    text = make(study, "scores").text
    assert "come from 3 subjects. So few say little about others: the intervals are wide" in text[-1]
    assert "p of a sign-flip test cannot be below 0.25." in text[-1]


def test_a_run_of_predictions_alone_makes_a_report(tmp_path):
    """No history, features, prototypes, dynamics, skeletons, truth; one group only; no data at hand."""
    run = recolumn(fake_run(tmp_path / "bare"), group="the same")
    for name in ("history.csv", "features.npz", "prototypes.npz", "dynamics.npz", "skeletons.npz", "truth.csv"):
        (run.path / name).unlink()
    study = Study(run, clip_table(run))
    made = {name: make(study, name) for name in sections.__all__}
    assert {name for name, part in made.items() if part is None} == {
        "learning",
        "prototypes",
        "feature_map",
        "ensemble",
        "ablation",
        "spotting",
    }
    assert "(no interval)" in made["scores"].text[0]
    assert "The data set was not available" in made["data"].text[1]
    assert "no temperature was fitted" in made["calibration"].text[0]
    assert made["ambiguous_clips"].items == [] and "no skeletons" in made["ambiguous_clips"].text[1]
    assert (tmp_path / "out" / "tables") in {
        path.parent for path in write_report(Report("bare", list(made.values())), tmp_path / "out", ["tables"])
    }


def test_clips_of_one_group_are_said_to_have_no_intervals(tmp_path):
    run = fake_run(tmp_path / "one")
    run = recolumn(run, group=np.where(run.clips["split"] == "test", "subject 005", run.clips["group"]))
    made = [make(Study(run, clip_table(run)), name) for name in ("scores", "classes", "calibration")]
    words = [text for part in made for text in (*part.text, *(item.caption for item in part.items))]
    assert "(no interval), macro-F1" in words[0] and "from 1 subject, which says nothing about others" in words[2]
    assert not [text for text in words if re.search(r"over (up to )?1 (subject|group)|\b1 [a-z]+s\b", text)]
    assert made[0].items[0].caption.startswith("Scores of the test clips in percent with no intervals, as the clips")
    titles = [axes.get_title("left") for axes in made[2].items[1].figure.axes]
    assert re.fullmatch(r"as trained: ECE 0\.\d{3}", titles[0])


def test_captions_count_what_they_show(study):
    """Moments of the gallery, clips in the table of doubtful labels, pairs in the table of confusions."""
    made = make(replace(study, clips=study.clips.assign(suspected=study.clips["split"] == "train")), "ambiguous_clips")
    captions = {item.name: item.caption for item in made.items}
    assert f" {MOMENTS} moments," in captions["gallery-test"] and "confused in most epochs" in captions["gallery-train"]
    assert captions["label-candidates"].startswith("The first 12 of 60 training clips whose label")
    assert make(study, "ambiguous_clips").items[3].caption.startswith("Training clips whose label")
    section = make(study, "confusions")
    assert section.items[0].caption.startswith("The confused pairs of classes, the most frequent first:")


def test_without_confusions_there_is_no_table_of_them(tmp_path):
    run = fake_run(tmp_path / "right", num_classes=4)
    rewrite(run, "predictions", **{stream: np.eye(4, dtype=np.float32)[run.labels] for stream in run.streams})
    section = make(Study(Run(run.path), None), "confusions")
    assert [item.name for item in section.items] == ["confusions"] and "No test clip was confused" in section.text[0]
    rewrite(run, "predictions", **{stream: np.eye(4, dtype=np.float32)[run.labels ^ 1] for stream in run.streams})
    assert finding(Study(Run(run.path), None))[2].startswith("One of the 4 most frequent confusions is")


def test_a_long_list_of_pairs_says_that_it_is_cut(tmp_path):
    section = make(Study(fake_run(tmp_path / "run", num_classes=12, clips=200, noise=8.0), None), "confusions")
    number = int(re.match(r"20 of the (\d+) confused pairs", section.items[0].caption).group(1))
    assert number > 20 == len(section.items[0].frame)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {},
            "others; besides, recognised clips and the missed clips of their class (FN) are pulled together, and "
            "recognised clips and the clips wrongly assigned to their class (FP) are pushed apart.",
        ),
        ({"terms": "fp"}, "others; besides, recognised clips and the clips wrongly assigned to their class (FP) are"),
        ({"terms": "fn", "anchors": "label"}, "others; besides, clips and the missed clips of their class (FN) are"),
        ({"terms": "none"}, "each clip is pulled to the prototype of its class and pushed from the others."),
    ],
)
def test_refinement_is_described_as_its_terms_work(changes, told):
    assert told in _refinement(TrainConfig.read({"preset": "tiny"} | changes))


def test_held_out_clips_give_a_temperature_and_prediction_sets(study):
    made = make(study, "calibration")
    assert [item.name for item in made.items] == ["calibration", "reliability", "risk-coverage", "prediction-sets"]
    rows, _ = study.run.held_out()
    groups = study.run.clips["group"].iloc[rows].nunique()
    assert f"too few to guarantee a level above {groups / (groups + 1):.0%}" in made.text[1]
    assert len(made.items[0].frame) == 2


@pytest.mark.parametrize("frames", [True, False])
def test_pictures_of_persons_are_shown_only_where_they_may_be(study, monkeypatch, frames):
    shown, drawn = [], []
    monkeypatch.setattr(FrameStrips, "of", lambda self, rows: shown.extend(rows) or dict.fromkeys(rows, b""))
    monkeypatch.setattr(figures, "gallery", lambda run, clips, table: drawn.append(table) or figures.Figure(1))
    table = SimpleNamespace(frames="colour video")
    asked = replace(study, table=table, frames=frames)
    make(asked, "explorer"), make(asked, "ambiguous_clips")
    assert set(shown) == (set(study.test) if frames else set())
    assert drawn == [table if frames else None] * 2


def test_load_study_finds_its_runs_and_refuses_those_of_other_clips(folders, monkeypatch):
    monkeypatch.setattr("mglib.report.study.load_table", lambda run: None)
    run = fake_run(folders / "runs" / "first")
    shutil.copytree(run.path, folders / "runs" / "same")
    found = load_study(ReportConfig.read({"run": "first", "others": "same", "seed": 3}))
    assert [one.name for one in (found.run, *found.others)] == ["first", "same"] and found.seed == 3
    with pytest.raises(ReportError, match="seeds: same has the same seed, 0; give runs that differ"):
        load_study(ReportConfig.read({"run": "first", "seeds": ["same"]}))
    fake_run(folders / "runs" / "others", clips=50)
    with pytest.raises(RunError, match="others lacks 10 of the 20 test clips of first"):
        load_study(ReportConfig.read({"run": "first", "others": ["others"]}))
    with pytest.raises(RunError, match="There is no run 'frist'"):
        load_study(ReportConfig.read({"run": "frist"}))
    with pytest.raises(SweepError, match="no finished run of a grid 'none'"):
        load_study(ReportConfig.read({"run": "first", "sweep": "none"}))


def test_answers_of_another_run_are_matched_by_clip(tmp_path, study):
    """The same clips in another order give the same answers."""
    run = fake_run(tmp_path / "plain")
    turned = tmp_path / "turned"
    shutil.copytree(run.path, turned)
    run.clips.iloc[::-1].to_csv(turned / "clips.csv", index=False)
    arrays = {s: run.probabilities(s)[::-1] for s in run.streams}
    np.savez(turned / "predictions.npz", **arrays)
    own = Study(run, study.clips)
    np.testing.assert_array_equal(own.answers(Run(turned)), own.answers(run))


def test_the_settings_of_a_report_come_as_text():
    given = {"seeds": "[a, b=0.2]", "others": "one", "formats": "['pdf']", "frames": "false"}
    config = ReportConfig.read(given)
    assert (config.seeds, config.others, config.formats, config.frames) == (["a", "b=0.2"], ["one"], ["pdf"], False)
    with pytest.raises(ConfigError, match="name: 'a/b' does not fit"):
        ReportConfig.read({"name": "a/b"})


@pytest.mark.parametrize(
    ("optimizer", "schedule"), [(o, s) for o in OPTIMIZERS for s in ("onecycle", "step", "cosine")]
)
def test_the_momentum_in_words_is_the_one_of_the_steps(tmp_path, optimizer, schedule):
    settings = {"optimizer": optimizer, "schedule": schedule, "preset": "tiny", "streams": "joint"}
    config = TrainConfig.read(settings)
    made = make_optimizer(config, make_network(config, waving_table()))
    scheduler, used = make_scheduler(config, made, 10), []
    for _ in range(10 * config.epochs):
        used.append(made.param_groups[0].get("momentum"))
        made.step()
        scheduler.step()
    run = fake_run(tmp_path / "run", streams=("pose",))
    files.write_text(run.path / "config.yaml", config.to_yaml())
    said = make(Study(Run(run.path), None), "method").text[2]
    told = re.search(r"epochs of (.*?), \d+ clips per step", said).group(1)
    written = [float(x) for x in re.findall(r"\d\.\d+", told)]
    expected = [] if used[0] is None else [used[0], min(used), used[0]] if schedule == "onecycle" else [used[0]]
    assert written == pytest.approx(expected, abs=2e-3)


def test_what_a_run_cannot_know_of_itself_is_not_claimed(study):
    """Settings may have been chosen by the test scores of earlier runs."""
    texts = [text for name in sections.__all__ if (part := make(study, name)) is not None for text in part.text]
    assert not [text for text in texts if re.search(r"nothing was chosen|nor for a choice|chose nothing", text)]
    assert any("cannot know whether its settings were selected by test scores" in text for text in texts)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"epochs": 80}, "In the first 60 of 80 epochs they were trained separately"),
        ({"epochs": 2}, "In the first 1 of 2 epochs they were trained separately"),
        ({"epochs": 1}, "the prediction is the mean of their softmax."),
    ],
)
def test_how_long_streams_were_apart_is_told_in_epochs(tmp_path, changes, told):
    run = fake_run(tmp_path / "run")
    files.write_text(run.path / "config.yaml", TrainConfig.read({"preset": "small"} | changes).to_yaml())
    text = method(Study(Run(run.path), None)).text[0]
    assert told in text and ("separately" in text) == ("separately" in told)


def test_a_run_that_began_with_other_weights_says_whose(tmp_path):
    run = fake_run(tmp_path / "run")
    assert "trained on no test clip, with or without its label." in _split(Study(run, None))
    settings = dict(run.config) | {"init_rgb": "full-rgb", "init_pose": "full-pose"}
    files.write_text(run.path / "config.yaml", yaml.safe_dump(settings))
    said = _split(Study(Run(run.path), None))
    assert "apart from what it took over from full-rgb, full-pose." in said


def test_a_run_that_began_with_a_run_of_other_data_says_what_that_was_trained_on(tmp_path):
    run = fake_run(tmp_path / "run", streams=("pose",))
    shown = Ancestor("large", "backbone", "labels", "ma52", 900, ("a", "b"), "subject", 52)
    write_ancestry(run.path, [shown])
    settings = dict(run.config) | {"init_from": "large"}
    files.write_text(run.path / "config.yaml", yaml.safe_dump(settings))
    study = Study(Run(run.path), None)
    assert "apart from what it took over from large. No subject tested is known" in _split(study)
    told = "its backbone is that of large (labels of 52 classes, 900 clips of 2 subjects of ma52: a, b)"
    assert told in " ".join(method(study).text)


def test_the_report_says_on_which_input_the_network_rests(tmp_path):
    run = fake_run(tmp_path / "run")
    said = make(Study(run, None), "reliance")
    assert "was not measured" in said.text[0] and not said.items
    labels, groups = (run.clips[name].to_numpy()[run.where("test")] for name in ("label", "group"))
    own = {s: run.probabilities(s)[run.where("test")] for s in run.streams}
    lost = {s: np.roll(p, 1, axis=1) for s, p in own.items()}
    table = reliance_table(own, {"rgb": own, "pose": lost}, labels, groups)
    files.write_text(run.path / "reliance.csv", table.to_csv(index=False))
    section = make(Study(Run(run.path), None), "reliance")
    assert "ignores the made-up video" in section.text[0] and "uses the joints" in section.text[0]
    assert "ignores" not in section.items[0].caption, "it is said once, above the figure"
    sheet = section.items[1].frame.set_index("answered by")
    assert sheet.index.tolist() == ["made-up head", "pose head", "fused 1:1"]
    top1 = 100 * np.mean(run.probabilities()[run.where("test")].argmax(1) == labels)
    assert sheet.loc["fused 1:1", "own inputs"] == f"{top1:.1f}"
    assert sheet.loc["fused 1:1", "drop, made-up video"] == "+0.0 [+0.0, +0.0]"
    assert make(Study(fake_run(tmp_path / "one", streams=("pose",)), None), "reliance") is None


def test_other_late_fusions_stand_beside_1_to_1_and_f1_mean_in_a_table_of_its_own(tmp_path):
    run = fake_run(tmp_path / "run", noise=3.0)
    section = make(Study(run, clip_table(run)), "scores")
    tables = {item.name: item.frame.set_index("system") for item in section.items if hasattr(item, "frame")}
    test, labels = run.where("test"), run.clips["label"].to_numpy()[run.where("test")]
    rgb, pose = (run.probabilities(stream)[test] for stream in ("rgb", "pose"))
    for name, mixed in {"fused 1:1": rgb + pose, "fused 2:1": 2 * rgb + pose, "fused 1:2": rgb + 2 * pose}.items():
        top1 = 100 * np.mean(mixed.argmax(1) == labels)
        assert tables["scores"].loc[name, "top-1"].startswith(f"{top1:.1f} [")
        assert tables["f1-mean"].loc[name, "micro F1 (top-1)"] == tables["scores"].loc[name, "top-1"]
    assert tables["f1-mean"].columns[0] == "F1-mean" and "F1-mean" not in tables["scores"]
    assert (
        "fused 2:1" not in make(Study(fake_run(tmp_path / "one", streams=("pose",)), None), "scores").items[0].caption
    )


def test_classifiers_before_they_were_trained_again_stand_beside_the_runs_answer(tmp_path):
    run = fake_run(tmp_path / "run", noise=3.0)
    before = {stream: np.roll(run.probabilities(stream), 1, axis=1) for stream in run.streams}
    files.write_arrays(run.path / "first_head.npz", **before)
    settings = yaml.safe_load((run.path / "config.yaml").read_text(encoding="utf-8")) | {"retrain": "sqrt"}
    files.write_text(run.path / "config.yaml", yaml.safe_dump(settings))
    run = Run(run.path)
    table = make(Study(run, clip_table(run)), "scores").items[0]
    test = run.where("test")
    top1 = 100 * np.mean(sum(before.values())[test].argmax(1) == run.labels[test])
    assert table.frame.set_index("system").loc[BEFORE, "top-1"].startswith(f"{top1:.1f} [")
    assert "trained again for rare classes (retrain sqrt); the run's prediction is that of the new" in table.caption


def test_what_was_fitted_on_networks_of_folds_says_so(study, tmp_path):
    """Held-out answers of this network (a val split, or clips left out) warrant what those of fold networks do not."""
    own = make(study, "calibration")
    assert "predictions of this network" in own.text[0] and not any("too cautious" in part for part in own.text)
    run = fake_run(tmp_path / "folds", clips=90, groups=9)
    held = run.where("train")[:20]
    answers = {stream: run.probabilities(stream)[held] for stream in run.streams}
    files.write_arrays(run.path / "held_out.npz", rows=held, folds=np.array(4), **answers)
    run = Run(run.path)
    of_folds = make(replace(study, run=run, clips=clip_table(run), seeds=(), others=()), "calibration")
    assert "4 networks" in of_folds.text[0] and "too cautious" in of_folds.text[0]
    assert "no level is guaranteed at all" in of_folds.text[1]
    table = of_folds.items[0]
    assert "over 3 subjects" in table.caption and "positive by chance alone" in table.caption
    assert table.text["ECE"].str.contains(r"\], chance 0\.\d{3}$").all() and (table.text["groups"] == "3").all()


def test_words_follow_the_intervals():
    """Only a variant whose interval leaves out 0 is said to differ, and one of a single seed never."""
    rows = pd.DataFrame(
        {
            "variant": ["base", "up", "down", "wide", "one seed"],
            "low": [np.nan, 0.01, -0.2, -0.1, np.nan],
            "high": [np.nan, 0.05, -0.1, 0.3, np.nan],
            "compared": [0, 2, 2, 2, 1],
        }
    )
    people = {"groups": 7, "data": SimpleNamespace(group_kind="subject")}
    said = _shown(SimpleNamespace(variants=rows, **people))
    assert "above 0 for up and below 0 for down" in said and "wide" not in said and "one seed" in said.split(";")[1]
    nothing = _shown(SimpleNamespace(variants=rows.iloc[[0, 3, 4]], **people))
    assert nothing == "Every interval of a difference includes 0, so no variant is shown to differ."
    without = rows.assign(low=np.nan, high=np.nan)
    single = _shown(SimpleNamespace(variants=without.assign(compared=1), **people))
    assert single.startswith("One seed says nothing about a setting") and "includes 0" not in single
    one = _shown(SimpleNamespace(variants=without, **people | {"groups": 1}))
    assert one.startswith("One subject says nothing about others, so no difference has an interval")
    assert _shown(SimpleNamespace(variants=without.assign(compared=0), **people)).startswith(
        "No variant has a finished"
    )


def test_the_same_people_on_both_sides_are_said_in_figures_and_report(folders):
    run = fake_run(folders / "runs" / "view")
    apart = Study(run, clip_table(run), projection="pca")
    assert not any("both in train" in text for text in make(apart, "data").text)
    files.write_json(run.path / "data.json", asdict(run.data) | {"shared_groups": 7})
    run = Run(run.path)
    study = Study(run, clip_table(run), projection="pca")
    (said,) = (text for text in make(study, "data").text if "both in train" in text)
    assert said.startswith("7 subjects are both in train and in the clips that are tested, as the protocol wants")
    assert "Intervals are over subjects nevertheless" in said
    heading = "made up (subjects shared by train and test), run view"
    assert heading in figures.learning_curves(run).get_suptitle() and heading in figures.style.title(run, "fused")


def test_a_caption_of_the_recall_claims_one_number_of_people(study):
    """Not each person has clips of each class: the figure's note says over how many the intervals are."""
    picture = make(study, "classes").items[1]
    assert picture.caption.count("interval") == 1 and "intervals over up to" in picture.caption


def test_synthetic_clips_are_called_so_in_results(study, monkeypatch):
    made_up = replace(study.run.data, name="synthetic")
    monkeypatch.setattr(study.run, "data", made_up)
    assert f"test clips of {len(np.unique(study.groups))} synthetic subjects" in finding(study)[0]
    caption = make(study, "scores").items[0].caption
    assert f"95 % intervals over {len(np.unique(study.groups))} synthetic subjects" in caption
