"""The classifiers are trained once more: by the draws of a slow loop, without the backbone, without a test clip."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from torch import nn

from mglib.base.errors import ConfigError, RunError
from mglib.config import MaskedConfig, TrainConfig
from mglib.figures import retraining_sheet
from mglib.runs import Run
from mglib.runs.ancestry import in_a_sentence
from mglib.runs.heads import BEFORE
from mglib.training import loop as training
from mglib.training import retrain_run, retraining
from mglib.training.__main__ import main
from mglib.training.masked import pretrain
from mglib.training.retraining import TAUS, choose_tau, tau_norm, train_linear
from tests.builders import waving_table
from tests.training.test_loop import config, same

FOLD = "1/2"  # one of the two training people is held out, as validation


@pytest.fixture(autouse=True)
def _folders(folders):
    return folders


def blobs(counts, rng, spread=1.0):
    """Features of classes that overlap, as many of each as counted."""
    centres = np.eye(len(counts), 4)
    labels = np.repeat(np.arange(len(counts)), counts)
    return torch.as_tensor(centres[labels] + rng.normal(0, spread, (len(labels), 4)), dtype=torch.float32), labels


def by_weights(features, labels, power, num_classes):
    """What drawing amounts to: every clip weighed by its chance, descended on to the end."""
    weights = np.bincount(labels)[labels] ** (power - 1.0)
    weights, labels = torch.as_tensor(weights / weights.sum()), torch.as_tensor(labels)
    layer = nn.Linear(features.shape[1], num_classes).double()
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=500, tolerance_change=1e-12)

    def closure():
        optimizer.zero_grad()
        ce = nn.functional.cross_entropy(layer(features.double()), labels, reduction="none")
        decay = sum(p.square().sum() for p in layer.parameters())
        loss = (weights * ce).sum() + retraining.DECAY / 2 * decay
        loss.backward()
        return loss

    optimizer.step(closure)
    return layer(features.double()).softmax(1).detach().numpy()


@pytest.mark.parametrize("power", [1.0, 0.5, 0.0])
def test_drawing_by_classes_comes_to_weighing_the_clips(power):
    features, labels = blobs([300, 60, 12], np.random.default_rng(0))
    weight, bias = train_linear(features, torch.as_tensor(labels), 3, power, seed=0)
    answers = (features @ weight.T + bias).softmax(1).numpy()
    wanted = by_weights(features, labels, power, 3)
    assert np.abs(answers - wanted).mean() < 0.03
    share = answers.mean(0)
    assert share == pytest.approx(wanted.mean(0), abs=0.02)


def test_the_more_evenly_classes_are_drawn_the_more_often_the_rare_one_is_answered():
    features, labels = blobs([300, 60, 12], np.random.default_rng(0))
    rare = []
    for power in (1.0, 0.5, 0.0):
        weight, bias = train_linear(features, torch.as_tensor(labels), 3, power, seed=0)
        rare.append(((features @ weight.T + bias).argmax(1) == 2).sum().item())
    assert rare[0] < rare[1] < rare[2]


def test_tau_norm_by_hand_and_its_choice():
    weight = torch.tensor([[3.0, 4.0], [0.6, 0.8]])
    assert torch.equal(tau_norm(weight, 0.0), weight)
    assert tau_norm(weight, 1.0).numpy() == pytest.approx(np.array([[0.6, 0.8], [0.6, 0.8]]))
    assert tau_norm(weight, 0.5).norm(dim=1).numpy() == pytest.approx([5**0.5, 1.0])
    long = {"pose": torch.tensor([[4.0, 0.0], [0.0, 1.0]])}  # class 0 outvotes class 1 unless tau is large
    clips = {"pose": torch.tensor([[1.0, 0.0], [1.0, 0.2], [0.5, 1.0], [0.3, 1.0]])}
    tau = choose_tau(long, clips, np.array([0, 0, 1, 1]))
    smaller = [t for t in TAUS if t < tau]
    assert tau == pytest.approx(0.6) and len(smaller) == 6, "4^(1 - tau) * 0.5 < 1 from 0.6 on"


@pytest.mark.parametrize("how", ["sqrt", "tau"])
def test_a_finished_run_gets_the_second_stage_that_training_would_have_given_it(how):
    table = waving_table()
    plain = training.train(config("plain", epochs=2, fold=FOLD, test_clips=2), table)
    whole = training.train(config("whole", epochs=2, fold=FOLD, test_clips=2, retrain=how), table)
    later = retrain_run(plain, how, table=table)
    assert later.name == f"plain-{how}" and later.settings.retrain == how
    same(whole, later)
    assert later.scores.equals(whole.scores) and later.reliance.equals(whole.reliance)
    for stream in plain.streams:
        assert np.array_equal(later.features(stream), plain.features(stream))
    before, after = (load_file(run.path / "weights.safetensors") for run in (plain, later))
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed and changed <= {f"heads.{s}.classify.{part}" for s in plain.streams for part in ("weight", "bias")}
    for run in (whole, later):
        assert np.array_equal(run.probabilities(BEFORE), plain.probabilities())
    assert later.metrics[BEFORE] == plain.metrics["fused"]
    assert BEFORE in later.beside and BEFORE not in set(later.floors["system"]) and BEFORE not in plain.beside
    assert retrain_run(plain, how, table=table).path == later.path, "it is there already"
    sheet = retraining_sheet(later)
    gain = later.metrics["fused"]["macro_f1"] - plain.metrics["fused"]["macro_f1"]
    assert sheet.loc["difference, points", "macro F1"].startswith(f"{100 * gain:+.1f} [")
    assert retraining_sheet(plain).index.tolist() == ["not re-trained"]


def test_no_test_clip_is_looked_at():
    """Other test clips, the same classifiers; without validation clips tau is refused before the first epoch."""
    table = waving_table()
    plain = training.train(config("plain", epochs=1, streams="joint", fold=FOLD), table)
    other = replace(table, clips=table.clips.assign(label=np.where(table.clips["split"] == "test", 0, table.labels)))
    for how in ("balanced", "tau"):
        weights = []
        for name, data in (("one", table), ("two", other)):
            folder = Run("plain").path.with_name(f"{name}-{how}")
            weights.append(load_file(retrain_run(plain, how, folder.name, data).path / "weights.safetensors"))
            assert Run(folder).finished
        assert all(np.array_equal(weights[0][key], weights[1][key]) for key in weights[0])
    with pytest.raises(ConfigError, match="waving has none; hold out some of its training subjects by fold"):
        training.train(config("x", retrain="tau"), waving_table())


def test_what_cannot_be_trained_once_more_is_a_sentence(capsys):
    table = waving_table()
    plain = training.train(config("plain", epochs=1, streams="joint"), table)
    again = retrain_run(plain, "sqrt", table=table)
    with pytest.raises(RunError, match=r"plain-sqrt was already re-trained \(sqrt\)"):
        retrain_run(again, "balanced", table=table)
    with pytest.raises(ConfigError, match="the run plain-sqrt was started with other settings: retrain was 'sqrt'"):
        retrain_run(plain, "balanced", "plain-sqrt", table)
    with pytest.raises(RunError, match="other clips than the run plain"):
        retrain_run(plain, "balanced", table=waving_table(8))
    with pytest.raises(ConfigError, match="retrain: hypergraph has experts"):
        TrainConfig.read({"model": "hypergraph", "retrain": "sqrt"})
    assert main(["--retrain", "plain", "-p", "alpha", "1"]) == 2
    assert "alpha cannot be changed in a finished run" in capsys.readouterr().err
    assert main(["--retrain", "plain", "-p", "retrain", "off"]) == 2
    assert capsys.readouterr().err == "retrain: off re-trains nothing; give sqrt, balanced or tau.\n"
    assert not Run("plain").path.with_name("plain-off").exists()
    masked = {"preset": "tiny", "epochs": 1, "batch_size": 6, "run_name": "hidden"}
    pretrain(MaskedConfig.read(masked), table)
    with pytest.raises(RunError, match="hidden is of masked pre-training and has no classifiers.*init_from=hidden"):
        retrain_run(Run("hidden"), "sqrt", table=table)


def test_where_the_weights_come_from_is_not_lost_by_re_training():
    table = waving_table()
    training.train(config("first", epochs=1, streams="joint"), table)
    plain = training.train(config("plain", epochs=1, streams="joint", init_from="first"), table)
    again = retrain_run(plain, "sqrt", table=table)
    told = in_a_sentence(plain)
    assert "its backbone is that of first" in told and in_a_sentence(again) == told
    assert told in (again.path / "README.md").read_text(encoding="utf-8")


def test_a_run_that_was_stopped_in_its_second_stage_goes_on_with_it(monkeypatch):
    table, settings = waving_table(), {"epochs": 1, "streams": "joint", "retrain": "sqrt"}
    whole = training.train(config("whole", **settings), table)

    def stop(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(training, "retrain_classifiers", stop)
        with pytest.raises(KeyboardInterrupt, match="after epoch 1"):
            training.train(config("cut", **settings), table)
    assert not Run("cut").finished
    same(whole, training.train(config("cut", resume=True, **settings), table))


def test_the_command_line_names_run_and_way(monkeypatch, capsys):
    plain = training.train(config("plain", epochs=1, streams="joint"), waving_table())
    asked = []
    monkeypatch.setattr("mglib.training.__main__.retrain_run", lambda *args: asked.append(args) or plain)
    assert main(["--retrain", "plain", "-p", "retrain", "tau", "-p", "run_name", "new"]) == 0
    assert main(["--retrain", "plain"]) == 0
    assert [(run.name, *rest) for run, *rest in asked] == [("plain", "tau", "new"), ("plain", "sqrt", "")]
    assert "plain finished" in capsys.readouterr().out
