"""Table 2 as a sweep: what is shared, what a mixture answers, and what stands beside what."""

from dataclasses import asdict

import numpy as np
import pytest

from mglib import figures
from mglib.base import files
from mglib.base.errors import ConfigError
from mglib.config import CompareConfig
from mglib.runs import Run
from mglib.sweep import (
    SYSTEMS,
    SweepError,
    compare,
    format_systems,
    format_variants,
    make_mixtures,
    make_sweep,
    system_table,
)
from tests.run_builder import fake_run, rewrite


def made(folders, names, dataset="made up", skip=()):
    """The sweep of these systems with two seeds, its runs made up; K = 5, 80 test clips."""
    config = CompareConfig.read({"name": "t", "systems": names, "seeds": [0, 1], "epochs": 10})
    sweep = make_sweep(config)
    for number, cell in enumerate(sweep.cells):
        if cell.run_name in skip:
            continue
        run = fake_run(cell.folder, clips=240, groups=12, streams=("pose",), noise=6.0)
        answers = np.random.default_rng(number).dirichlet(np.ones(5), 240) + 0.3 * np.eye(5)[run.clips["label"]]
        rewrite(run, "predictions", pose=(answers / 1.3).astype(np.float32))
        files.write_text(cell.folder / "config.yaml", cell.config.to_yaml())
        cost = {"answering_parameters": 10**6 * (1 + number // 2), "gmacs": 0.5}
        files.write_json(cell.folder / "environment.json", run.environment | cost)
        files.write_json(cell.folder / "data.json", asdict(run.data) | {"name": dataset})
    return sweep, compare(sweep, mixtures=make_mixtures(config))


def test_all_of_table_2_differs_in_the_network_alone():
    sweep = make_sweep(CompareConfig.read({"systems": "all", "seeds": [0], "epochs": 10}))
    assert set(sweep.variants) == {name for name, system in SYSTEMS.items() if not system.parts}
    assert sweep.baseline == "two_stream"
    shared = {(c.config.batch_size, c.config.crop_area, c.config.rotation, c.config.dataset) for c in sweep.cells}
    assert len(shared) == 1
    assert {c.variant: c.config.epochs for c in sweep.cells if c.config.epochs != 10} == {"strong_aug": 15}
    with pytest.raises(SweepError, match="systems: there is no 'resnet'; there are two_stream, "):
        make_sweep(CompareConfig.read({"systems": ["resnet"]}))


def test_default_factors_without_effect_are_left_out_and_given_ones_refused():
    both, one = (list(make_sweep(CompareConfig.read({"settings": s})).variants) for s in ({}, {"streams": "joint"}))
    assert set(both) - set(one) == {"attention=time", "attention=off"} and len(one) == 17
    asked = {"settings": {"streams": "joint"}, "factors": {"attention": ["off"]}}
    with pytest.raises(SweepError, match="attention=off--seed=0: attention: off changes nothing for two_stream with"):
        make_sweep(CompareConfig.read(asked))


def test_a_mixture_answers_with_its_parts_probabilities_seed_by_seed(folders):
    sweep, comparison = made(folders, ["label_embedding"])
    table = system_table(comparison).set_index("variant")
    assert list(table.index) == ["two_stream", "label_joint", "label_limb", "label_embedding"]
    top1 = []
    for seed in (0, 1):
        joint, limb = (Run(f"t--label_{part}--seed={seed}") for part in ("joint", "limb"))
        test, labels = joint.where("test"), joint.clips["label"].to_numpy()
        mixed = 0.4 * joint.probabilities()[test] + 0.6 * limb.probabilities()[test]
        top1.append((mixed.argmax(1) == labels[test]).mean())
    assert table.loc["label_embedding", "top1"] == pytest.approx(np.mean(top1))
    assert table.loc["label_embedding", "top1_sd"] == pytest.approx(np.std(top1, ddof=1))
    assert table.loc["label_embedding", "changed"] == "0.4 label_joint + 0.6 label_limb"
    parts = table.loc[["label_joint", "label_limb"]]
    assert table.loc["label_embedding", "parameters"] == parts["parameters"].sum()
    assert table.loc["label_embedding", "gmacs"] == 1.0


def test_a_part_that_is_not_trained_leaves_its_mixture_out(folders):
    _, comparison = made(folders, ["label_embedding"], skip=["t--label_limb--seed=1"])
    table = comparison.variants.set_index("variant")
    assert table.loc["label_embedding", "seeds"] == 1 and table.loc["label_embedding", "left_out"] == "missing: seed 1"
    assert len(figures.accuracy_against_cost(comparison).axes[0].texts) == 4


def test_published_scores_stand_beside_imigue_alone(folders):
    elsewhere = format_systems(made(folders, ["st_gcn", "tsm"])[1])
    assert "published" not in elsewhere and "seeds" in elsewhere
    assert elsewhere.index[0] == "two streams, fusion and refinement (two_stream)"


def test_published_scores_are_marked_on_imigue(folders):
    sheet = format_systems(made(folders, ["st_gcn"], dataset="imigue")[1])
    assert list(sheet["published"]) == ["67.91", "46.38"]
    assert sheet.loc["ST-GCN (st_gcn)", "modality"] == "joints"


def test_training_before_and_after_corrections_is_compared(folders):
    path = folders / "review.csv"
    path.write_text("id,was,label\nclip 00000,gesture 0,gesture 1\nclip 00001,gesture 1,\n")
    config = CompareConfig.read({"name": "c", "corrections": str(path), "seeds": [0, 1], "epochs": 10})
    sweep = make_sweep(config)
    assert list(sweep.variants) == ["before", "after"]
    for number, cell in enumerate(sweep.cells):
        run = fake_run(cell.folder, clips=240, groups=12, streams=("pose",), noise=6.0)
        answers = np.random.default_rng(number).dirichlet(np.ones(5), 240)
        rewrite(run, "predictions", pose=answers.astype(np.float32))
        files.write_text(cell.folder / "config.yaml", cell.config.to_yaml())
    comparison = compare(sweep)
    assert "left out" not in format_variants(comparison), "nothing is"
    assert format_systems(comparison).to_numpy().tolist() == [["c compares settings of one network"]]
    found = comparison.variants.set_index("variant")
    assert found.loc["after", "changed"] == "data_options: {} -> {'corrections': 'review, 2 clips'}"
    assert np.isfinite(found.loc["after", ["difference", "low", "high"]].astype(float)).all()
    first = Run(sweep.cells[1].folder)
    kept = first.config["data_options"]["corrections"]["clips"]
    assert kept[1] == {
        "id": "clip 00001",
        "label": None,
        "was": "gesture 1",
    }
    with pytest.raises(ConfigError, match="corrections: are compared alone"):
        CompareConfig.read({"corrections": str(path), "systems": ["st_gcn"]})
    for other in ({"corrections": str(path)}, {"systems": ["st_gcn"]}):
        with pytest.raises(ConfigError, match="^factors: are varied alone; leave out systems and corrections"):
            CompareConfig.read({"factors": {"alpha": [0]}} | other)
