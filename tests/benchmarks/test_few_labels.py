"""One command for few labels: draws are nested and shared by all arms, and the table says what the runs say."""

import re
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import few_labels
from mglib import data
from mglib.config import MaskedConfig, TrainConfig
from mglib.runs import Run
from mglib.runs.ancestry import ancestry
from tests.builders import waving_table


def test_draws_are_nested_and_of_training_clips_alone():
    table = waving_table()
    train = set(table.where("train"))
    for draw in range(3):
        rows = [set(few_labels.nested(table.labels, table.where("train"), n, draw)) for n in (1, 2, 4, 0)]
        assert rows[0] < rows[1] < rows[2] < rows[3] == train
        assert [np.bincount(table.labels[list(r)]).tolist() for r in rows[:3]] == [[n] * 3 for n in (1, 2, 4)]
    assert len({tuple(few_labels.nested(table.labels, table.where("train"), 2, d)) for d in range(5)}) > 1
    part = few_labels.few(table, 2, 0)
    assert part.clips["id"][part.where("test")].tolist() == table.clips["id"][table.where("test")].tolist()


@pytest.mark.parametrize(("clips", "each"), [(27, 2), (54, 4), (33, 2), (431, 27), (2, 1)])
def test_epochs_make_the_steps_that_were_asked_for(clips, each):
    epochs = few_labels.epochs_for(400, clips, 16)
    assert epochs * each == pytest.approx(400, abs=each / 2)  # of 33 clips the last is alone, and no batch


def test_arms_differ_in_start_and_length_alone():
    table, plan = waving_table(), few_labels.Plan({"utd_mhad": few_labels.ROOT, "msr_action3d": None}, epochs=40)
    arms = {arm: few_labels.fine_tuning(arm, "utd", plan, table, 2, 3) for arm in few_labels.ARMS}
    plain = arms["scratch"].model_dump(exclude={"run_name", "init_from", "epochs"})
    for arm, config in arms.items():
        assert config.model_dump(exclude={"run_name", "init_from", "epochs"}) == plain
        assert (config.epochs == arms["scratch"].epochs) == (arm != "long")
        assert bool(config.init_from) == (arm in ("masked", "both"))
    assert arms["long"].epochs == arms["scratch"].epochs + few_labels.epochs_for(40 * 18 // 16, 6, 16)
    every = few_labels.fine_tuning("masked", "utd", plan, table, 0, 3)
    assert every.epochs == TrainConfig.read({"streams": "joint"}).epochs
    first, second = few_labels.start_of("both", "utd", plan, 3)
    assert isinstance(first, MaskedConfig) and (first.dataset, second.dataset) == ("synthetic", "utd_mhad")
    assert second.init_from == first.run_name and arms["both"].init_from == second.run_name
    assert not first.transductive and not second.transductive


def test_it_trains_the_arms_and_prints_what_the_runs_say(folders, monkeypatch, capsys):
    table, runs = replace(waving_table(), frames=None), folders / "few"
    settings = {"dataset": "annotation", "data_root": folders, "data_options": {}}
    monkeypatch.setattr(few_labels, "where", lambda name, folders, network: settings)
    monkeypatch.setattr(data, "load", lambda *_, **__: table)
    monkeypatch.setattr(few_labels, "JOINTS", {"streams": "joint", "precision": "no", "dim": 8})
    arguments = ["--runs", str(runs), "--preset", "tiny", "--only", "utd", "--arms", "scratch", "masked"]
    arguments += ["--clips", "2", "0", "--draws", "2", "--steps", "4", "--epochs", "2"]
    few_labels.main(arguments)
    said = capsys.readouterr().out
    for draw in (0, 1):
        scratch, tuned = (Run(runs / f"few-utd-{arm}-2--seed={draw}") for arm in ("scratch", "masked"))
        assert scratch.clips.equals(tuned.clips) and len(scratch.where("train")) == 6
        (parent,) = ancestry(tuned)
        assert (parent.run, parent.objective) == (f"few-utd-pretrained-{draw}", "masked")
        assert set(parent.groups) == {"s0", "s1"} and not ancestry(scratch)
    top1 = {
        arm: [100 * Run(runs / f"few-utd-{arm}-2--seed={s}").metrics["pose"]["top1"] for s in (0, 1)]
        for arm in ("scratch", "masked")
    }
    (line,) = re.findall(r"^\| 2 \|.*", said, re.MULTILINE)
    for each in top1.values():
        assert f"{np.mean(each):.1f} ± {np.std(each, ddof=1):.1f}" in line
    assert f"{np.mean(top1['masked']) - np.mean(top1['scratch']):+.1f}" in line
    assert len(re.findall(r"^few-utd-pretrained-\d: Motion of hidden joints", said, re.MULTILINE)) == 2  # the gates
    monkeypatch.setattr(few_labels, "train_one", lambda *_: pytest.fail("something was trained"))
    few_labels.main([*arguments, "--read"])
    assert line in capsys.readouterr().out
