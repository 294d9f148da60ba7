"""Masked pre-training: who is learnt from, killed and resumed to the same result, and started from by name."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from mglib.base.errors import ConfigError, DataError, Interrupted, RunError
from mglib.config import MaskedConfig, TrainConfig
from mglib.figures import pretraining_curves
from mglib.runs import Run, find_run
from mglib.runs.ancestry import ancestry, in_a_sentence
from mglib.training import train
from mglib.training.checkpoints import checkpoints
from mglib.training.masked import pretrain, pretraining
from mglib.training.masked.probe import recognised
from mglib.training.masked.shares import divide
from tests.builders import waving_table

SETTINGS = {"preset": "tiny", "epochs": 3, "batch_size": 6, "precision": "no", "evaluate_every": 1}


def config(name: str, **changes) -> MaskedConfig:
    return MaskedConfig.read(SETTINGS | {"run_name": name} | changes)


@pytest.fixture(autouse=True)
def _folders(folders):
    return folders


def with_other_test_clips() -> object:
    """The same data, but for the joints and the labels of test clips."""
    table, rng = waving_table(), np.random.default_rng(5)
    keypoints, labels = list(table.keypoints), table.labels.copy()
    for row in table.where("test"):
        keypoints[row] = keypoints[row].copy()
        keypoints[row][..., :2] = rng.uniform(0, 100, keypoints[row][..., :2].shape)
        labels[row] = rng.integers(3)
    return replace(table, keypoints=tuple(keypoints), clips=table.clips.assign(label=labels), frames=None)


def same(a: Run, b: Run) -> None:
    """Two runs agree to the last bit, but for the clock."""
    pd.testing.assert_frame_equal(a.history.drop(columns="seconds"), b.history.drop(columns="seconds"))
    ours, theirs = (load_file(run.path / "weights.safetensors") for run in (a, b))
    assert ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert a.metrics == b.metrics


def test_no_test_person_enters_unless_the_run_says_transductive():
    first, other = pretrain(config("a"), waving_table()), pretrain(config("b"), with_other_test_clips())
    same(first, other)
    assert set(first.groups) == {"s0", "s1"} and "ransductive" not in (first.path / "README.md").read_text()
    open_ = [
        pretrain(config(f"t{i}", transductive=True), t) for i, t in enumerate((waving_table(), with_other_test_clips()))
    ]
    assert not np.array_equal(*[run.history["loss"].to_numpy() for run in open_])
    assert set(open_[0].groups) == {"s0", "s1", "s2", "s3"}
    assert "Transductive: the test clips" in (open_[0].path / "README.md").read_text()
    tuned = TrainConfig.read({"preset": "tiny", "streams": "joint", "epochs": 1, "run_name": "on", "init_from": "t0"})
    assert "transductive" in in_a_sentence(train(tuned, waving_table()))


@pytest.mark.parametrize(
    ("by", "share", "held"),
    [("people", 0.2, 9), ("clips", 0.25, 5), ("clips", 0.5, 9), ("clips", 0.6, 9), ("clips", 0.67, 12)],
)
def test_whole_people_or_clips_are_held_out_of_training_ones(by, share, held):
    table = waving_table()
    shares = divide(table, config("x", held_out=share, held_out_by=by))
    assert len(shares.held_out) == held and not set(shares.train) & set(shares.held_out)
    assert sorted([*shares.train, *shares.held_out]) == list(table.where("train"))
    apart = set(table.groups[shares.train]).isdisjoint(table.groups[shares.held_out])
    assert apart == (by == "people")
    val = table.clips.assign(split=np.where(np.arange(36) % 5 == 0, "val", table.clips["split"]))
    val["group"] = np.where(np.arange(36) % 5 == 0, "another", val["group"])
    assert not set(np.concatenate(divide(replace(table, clips=val, frames=None), config("x")))) & set(range(0, 36, 5))


def test_too_few_are_refused():
    table = waving_table()
    alone = table.select(np.flatnonzero((table.groups == "s0") | (table.groups == "s2")))
    with pytest.raises(DataError, match="9 training clips; masked pre-training needs 12"):
        pretrain(config("few"), alone)
    one = replace(table, clips=table.clips.assign(group=np.where(table.groups < "s2", "s0", "s2")), frames=None)
    with pytest.raises(DataError, match="all training clips are of one subject.*held_out_by=clips"):
        pretrain(config("one"), one)
    with pytest.raises(DataError, match="held_out: 0.9 of the training clips of waving leaves 2 to learn from"):
        pretrain(config("most", held_out=0.9, held_out_by="clips"), table)


def test_clips_in_which_nothing_moves_are_told_in_a_sentence():
    table = waving_table()
    still = replace(table, keypoints=tuple(points[:, :1].repeat(10, 1) for points in table.keypoints), frames=None)
    run = pretrain(config("still", epochs=1), still)
    assert not run.metrics["gate"]["passed"]
    assert "in 9 held-out clips no hidden joint moves" in (run.path / "README.md").read_text()
    pretraining_curves(run)


def test_however_small_the_share_something_is_hidden():
    run = pretrain(config("little", epochs=1, mask=0.001), waving_table())
    assert run.examples()["hidden"].any((1, 2)).all() and run.metrics["gate"]["network"] > 0


def test_the_run_that_a_killed_one_started_from_is_not_asked_again(monkeypatch):
    table = waving_table()
    first = pretrain(config("first", epochs=1), table)
    changes = {"init_from": "first", "epochs": 2}
    whole, step = pretrain(config("whole", **changes), table), pretraining.MaskedSession.train_epoch

    def stopped(self, epoch):
        if epoch == 1:
            raise KeyboardInterrupt
        return step(self, epoch)

    with monkeypatch.context() as patch:
        patch.setattr(pretraining.MaskedSession, "train_epoch", stopped)
        with pytest.raises(Interrupted):
            pretrain(config("torn", **changes), table)
    (first.path / "weights.safetensors").unlink()
    same(whole, pretrain(config("torn", resume=True, **changes), table))


KILLED = """
import os, signal, sys
from mglib.config import MaskedConfig
from mglib.training.masked import pretraining
from tests.builders import waving_table

original, calls = pretraining.MaskedSession.train_step, 0

def dying(self, *args):
    global calls
    calls += 1
    if calls == 4:  # in the second epoch
        os.kill(os.getpid(), signal.SIGKILL)
    return original(self, *args)

pretraining.MaskedSession.train_step = dying
pretraining.pretrain(MaskedConfig.read(eval(sys.argv[1])), waving_table())
"""


def test_a_killed_run_resumes_to_the_same_result():
    changes = {"held_out_by": "clips", "held_out": 0.3}
    whole = pretrain(config("whole", **changes), waving_table())
    settings = repr(SETTINGS | {"run_name": "cut"} | changes)
    killed = subprocess.run([sys.executable, "-c", KILLED, settings], capture_output=True, check=False)
    assert killed.returncode == -9, killed.stderr.decode()
    assert not Run("cut").finished and len(checkpoints(Run("cut").path)) == 1
    with pytest.raises(ConfigError, match=r"mask was 0.75 and is 0.5"):
        pretrain(config("cut", resume=True, mask=0.5, **changes), waving_table())
    same(whole, pretrain(config("cut", resume=True, **changes), waving_table()))
    assert not (Run("cut").path / "checkpoint").exists()


def test_a_run_says_what_it_learnt_from_and_another_starts_from_it():
    table = waving_table()
    run = pretrain(config("first"), table)
    assert run.kind == "masked" and run.finished and isinstance(run.settings, MaskedConfig)
    gate, probe = run.metrics["gate"], run.metrics["probe"]
    assert gate["clips"] == 9 and gate["passed"] == (gate["network"] < min(gate["zero_motion"], gate["interpolation"]))
    assert 0 <= probe["trained"] <= 1 and probe["clips"] == 18
    assert run.history["held_out"].iloc[-1] == pytest.approx(gate["network"])
    shown = run.examples()
    assert shown["keypoints"].shape == (9, 8, 22, 3) and shown["network"].shape == (9, 8, 22, 2)
    kept = ~shown["hidden"] & (shown["keypoints"][..., 2] > 0)
    np.testing.assert_allclose(shown["network"][kept], shown["keypoints"][kept][:, :2], atol=1e-5)
    tuned = TrainConfig.read(
        {"preset": "tiny", "streams": "joint", "epochs": 1, "lr": 1e-12, "run_name": "on", "init_from": "first"}
    )
    after = load_file(train(tuned, table).path / "weights.safetensors")
    for name, x in load_file(run.path / "weights.safetensors").items():
        if name.startswith("pathways.") and name.endswith("weight"):
            torch.testing.assert_close(after[name], x, rtol=0, atol=1e-6)
    (parent,) = ancestry(Run("on"))
    assert (parent.run, parent.objective, parent.groups, parent.clips) == ("first", "masked", ("s0",), 9)
    again = pretrain(config("again", init_from="first"), table)
    assert [each.run for each in ancestry(again)] == ["first"]
    assert again.metrics["probe"]["untrained"] == probe["untrained"], "of random weights, not of those of first"


def test_a_run_without_answers_is_not_taken_for_one_with_them():
    run = pretrain(config("first"), waving_table())
    with pytest.raises(RunError, match="There is no finished run"):
        find_run()
    assert find_run(kind="masked").path == run.path == find_run("first").path
    with pytest.raises(RunError, match="first is of masked pre-training: it makes no predictions.*init_from=first"):
        run.probabilities()


def test_the_probe_asks_about_people_it_did_not_see():
    rng, labels = np.random.default_rng(0), np.arange(40) % 2
    groups = np.arange(40) // 10
    features = np.column_stack([labels + rng.normal(0, 0.05, 40), rng.normal(size=40)])
    assert recognised(features, labels, groups) == 1
    assert recognised(np.eye(40), labels, groups) <= 0.6  # each clip by itself: nothing to go by
    assert recognised(features, labels, np.zeros(40)) is None and recognised(features, 0 * labels, groups) is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"streams": "rgb"}, "streams: rgb; masked pre-training hides joints"),
        ({"model": "tsm"}, "streams: rgb; masked pre-training hides joints; give a model on joints or heat-maps"),
        ({"streams": "motion"}, "streams: motion shows the motion that masked pre-training predicts"),
        ({"num_processes": 2}, "num_processes, seeds: masked pre-training trains one network"),
        ({"mask": 1.0}, "mask: 1.0 does not fit"),
        ({"held_out": 0}, "held_out: 0 does not fit"),
        ({"tube": 17}, "tube: 17 frames, and clips have pose_frames 16; give so many or fewer."),
    ],
)
def test_refusals_are_sentences(values, sentence):
    with pytest.raises(ConfigError) as error:
        MaskedConfig.read(values)
    assert str(error.value).startswith(sentence)


def test_a_run_on_labels_is_not_resumed_as_one_without_them_nor_the_other_way_round():
    labels = {"preset": "tiny", "streams": "joint", "epochs": 1, "resume": True}
    train(TrainConfig.read(labels | {"run_name": "first", "resume": False}), waving_table())
    with pytest.raises(ConfigError, match="run_name: the run first is trained on labels; give another name"):
        pretrain(config("first", resume=True), waving_table())
    pretrain(config("second", epochs=1), waving_table())
    with pytest.raises(ConfigError, match="run_name: the run second is of masked pre-training; give another name"):
        train(TrainConfig.read(labels | {"run_name": "second"}), waving_table())


def test_config_yaml_is_read_back():
    written = pretrain(config("first", epochs=1), waving_table()).path / "config.yaml"
    assert Run("first").settings == config("first", epochs=1)
    assert "objective: masked" in written.read_text() and json.loads((written.parent / "data.json").read_text())[
        "clips"
    ] == {"train": 9, "val": 9}
