"""Training: reproducible, resumable to the same result, and readable afterwards without torch."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from accelerate import Accelerator
from safetensors.numpy import load_file

from mglib.base.errors import ConfigError, RunError
from mglib.config import TrainConfig
from mglib.data import FrameCache
from mglib.data.geometry import Augmentation
from mglib.data.loader import ClipDataset, make_loader
from mglib.models import Output
from mglib.runs import Run
from mglib.training import answering
from mglib.training import loop as training
from mglib.training.__main__ import main
from mglib.training.answering import answer
from mglib.training.building import make_accelerator, make_network
from mglib.training.losses import alpha_of, log_shares, loss_terms
from mglib.training.optimizing import make_scheduler
from mglib.training.recording import Record
from tests.builders import DotReader, waving_table

SETTINGS = {
    "preset": "tiny", "epochs": 3, "batch_size": 6, "dim": 8, "evaluate_every": 1, "precision": "no", "lr": 0.1,
    "memory": 2,
}  # fmt: skip


def config(name: str, **changes) -> TrainConfig:
    return TrainConfig.read(SETTINGS | {"run_name": name} | changes)


@pytest.fixture(autouse=True)
def _folders(folders):
    return folders


def same(a: Run, b: Run) -> None:
    """Two runs agree to the last bit, but for the clock."""
    pd.testing.assert_frame_equal(
        a.history.drop(columns="seconds"), b.history.drop(columns="seconds"), check_exact=True
    )
    for stream in a.streams:
        assert np.array_equal(a.probabilities(stream), b.probabilities(stream))
        assert np.array_equal(a.features(stream), b.features(stream))
        assert np.array_equal(a.prototypes(stream), b.prototypes(stream), equal_nan=True)
    for key, values in a.dynamics().items():
        assert np.array_equal(values, b.dynamics()[key])
    weights, others = (load_file(run.path / "weights.safetensors") for run in (a, b))
    assert weights.keys() == others.keys() and all(np.array_equal(weights[k], others[k]) for k in weights)


def test_same_seed_same_run_and_nothing_global_is_reset():
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    a = training.train(config("a"), waving_table())
    assert torch.rand(1) == expected
    same(a, training.train(config("b"), waving_table()))
    other = training.train(config("c", seed=1), waving_table())
    assert not np.array_equal(a.probabilities(), other.probabilities())


def test_the_learning_curve_sees_a_clip_once_and_ends_with_the_answer_of_all_views(monkeypatch):
    asked, told = [], []
    monkeypatch.setattr(training, "track", lambda _, row, epoch: told.append((epoch, row)))
    views_of = answering.views_of
    monkeypatch.setattr(answering, "views_of", lambda views: asked.append(views) or views_of(views))
    run = training.train(config("views", streams="joint", test_clips=3), waving_table())
    assert asked == [1, 1, 3], "once per epoch, and once at the end for curve and results"
    test = run.where("test")
    share = (run.probabilities()[test].argmax(1) == run.labels[test]).mean()
    assert run.history["test_top1_fused"].iloc[-1] == pytest.approx(share)
    assert told[-1] == (2, {name: run.history[name].iloc[-1] for name in ("test_top1_pose", "test_top1_fused")})


def test_hidden_clips_are_answered_and_change_nothing_else():
    table, twice = waving_table(), [6, 9]  # of the test, once more, as a challenge gives them
    again = table.clips.iloc[twice].assign(id=["x", "y"], label=-1, split="hidden")
    keypoints = table.keypoints + tuple(table.keypoints[row] for row in twice)
    wider = replace(
        table,
        clips=pd.concat([table.clips, again], ignore_index=True),
        keypoints=keypoints,
        frames=DotReader(keypoints, 100, 100),
    )
    a, b = training.train(config("a"), table), training.train(config("b"), wider)
    same(a, b)
    pd.testing.assert_frame_equal(a.clips, b.clips)
    for stream in ("fused", *a.streams):
        ids, probabilities = b.hidden(stream)
        assert list(ids) == ["x", "y"]
        np.testing.assert_allclose(probabilities, a.probabilities(stream)[twice], atol=1e-5)
    with pytest.raises(RunError, match="has no hidden clips"):
        a.hidden()


KILLED = """
import os, signal, sys
from accelerate import Accelerator
from mglib.training import answering
from mglib.training import loop as training
from mglib.config import TrainConfig
from tests.builders import waving_table

where, calls = sys.argv[1], 0
owner, name, fatal = {
    "step": (training.Session, "train_step", 5),  # in the second epoch
    "save": (Accelerator, "save_state", 2),  # of the second epoch, half-way
}[where]
original = getattr(owner, name)

def dying(self, *args):
    global calls
    calls += 1
    if calls < fatal:
        return original(self, *args)
    if where == "save":
        os.makedirs(args[0])
        open(os.path.join(args[0], "model.safetensors"), "wb").write(b"half")
    os.kill(os.getpid(), signal.SIGKILL)

setattr(owner, name, dying)
training.train(TrainConfig.read(eval(sys.argv[2])), waving_table())
"""


@pytest.mark.parametrize("where", ["step", "save"])
def test_a_killed_run_resumes_to_the_same_result(where):
    whole = training.train(config("whole"), waving_table())
    settings = repr(SETTINGS | {"run_name": "cut"})
    killed = subprocess.run([sys.executable, "-c", KILLED, where, settings], capture_output=True, check=False)
    assert killed.returncode == -9, killed.stderr.decode()
    assert not Run("cut").finished and len(training.checkpoints(Run("cut").path)) == 1
    same(whole, training.train(config("cut", resume=True), waving_table()))
    assert not (Run("cut").path / "checkpoint").exists()


def test_an_existing_run_is_neither_overwritten_nor_continued_with_other_settings():
    first = training.train(config("once", epochs=1), waving_table())
    with pytest.raises(ConfigError, match="the run once exists"):
        training.train(config("once", epochs=1), waving_table())
    with pytest.raises(ConfigError, match=r"alpha was 0.2 and is 0.5"):
        training.train(config("once", epochs=1, alpha=0.5, resume=True), waving_table())
    assert training.train(config("once", epochs=1, resume=True), waving_table()).path == first.path


def test_what_shall_go_on_must_be_named(tmp_path):
    with pytest.raises(ConfigError, match="resume: give the run_name .* has no unfinished run"):
        training.train(TrainConfig.read(SETTINGS | {"resume": True}), waving_table())
    left = training.train(config("left", epochs=1), waving_table())
    (left.path / "metrics.json").unlink()
    with pytest.raises(ConfigError, match="resume: give the run_name .*; not finished: left"):
        training.train(TrainConfig.read(SETTINGS | {"resume": True}), waving_table())


def test_what_a_run_leaves():
    table = waving_table()
    run = training.train(config("x", epochs=8, dropout=0.0), table)
    assert run.history["loss"].iloc[-1] < run.history["loss"].iloc[0]
    assert run.history.columns.tolist()[:6] == [
        "epoch",
        "loss",
        "loss_ce",
        "loss_pr",
        "train_top1_rgb",
        "train_top1_pose",
    ]
    assert run.streams == ("rgb", "pose") and run.finished
    assert run.probabilities("fused").sum(1) == pytest.approx(1, abs=1e-5)
    assert run.features("rgb").shape == (36, 8) and run.prototypes("pose").shape == (8, 3, 8)
    train, predicted = table.where("train"), run.dynamics()["predicted"]
    assert predicted.shape == (8, 18) and predicted.min() >= 0
    right = (predicted == table.labels[train]).mean(1)
    assert run.history["train_top1_fused"].to_numpy() == pytest.approx(right)
    test = run.where("test")
    top1 = (run.probabilities()[test].argmax(1) == table.labels[test]).mean()
    assert run.metrics["fused"]["top1"] == pytest.approx(top1)
    floors, mixtures = {"majority class", "linear SVM on joints"}, {"fused 2:1", "fused 1:2"}
    assert floors | mixtures | {"rgb", "pose", "fused"} == set(run.scores["system"])
    assert set(run.floors["system"]) == floors
    both = 2 * run.probabilities("rgb") + run.probabilities("pose")
    assert run.metrics["fused 2:1"]["top1"] == pytest.approx((both[test].argmax(1) == table.labels[test]).mean())
    assert run.probabilities("fused 1:2").dtype == np.float32


@pytest.mark.parametrize("streams", ["joint", "limb", "rgb"])
def test_single_streams_and_alpha_zero_keep_prototypes(streams):
    run = training.train(config(streams, streams=streams, alpha=0.0, epochs=2), waving_table())
    stream = "rgb" if streams == "rgb" else "pose"
    assert run.streams == (stream,)
    assert np.isfinite(run.prototypes(stream)[-1]).any() and (run.prototype_updates(stream)[-1] > 0).any()
    assert run.history["loss"].to_numpy() == pytest.approx(run.history["loss_ce"].to_numpy())


def test_reading_back_needs_no_torch():
    training.train(config("plain", epochs=1, streams="joint"), waving_table())
    code = (
        "import sys; from mglib.runs import Run; r = Run('plain'); r.probabilities(); r.features('pose');"
        "r.dynamics(); r.prototypes('pose'); print(r.config['alpha'], 'torch' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["0.2", "False"]


def test_missing_runs_and_files_are_sentences():
    with pytest.raises(RunError, match="There is no run 'nowhere'"):
        Run("nowhere")
    run = training.train(config("torn", epochs=1, streams="joint"), waving_table())
    (run.path / "features.npz").unlink()
    with pytest.raises(RunError, match=r"features\.npz is missing: the run torn is incomplete"):
        Run("torn").features("pose")
    with pytest.raises(RunError, match="has no 'rgb'; it has pose"):
        Run("torn").probabilities("rgb")


def test_a_stream_that_the_data_lack_is_a_sentence():
    with pytest.raises(ConfigError, match="needs a visual stream, and waving was loaded without one"):
        training.train(config("blind"), replace(waving_table(), frames=None))


def test_logit_adjustment_weighs_the_classes_by_their_shares():
    table = waving_table()
    train = table.labels[table.where("train")]
    expected = [np.log((train == k).mean()) for k in range(3)]
    shares = log_shares(table)
    assert shares.tolist() == pytest.approx(expected)
    settings = config("adjusted", logit_adjustment=2.0, alpha=0.0, streams="joint")
    network = make_network(settings, table)
    labels, logits = torch.tensor([0, 1, 2, 2]), torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    shares = torch.tensor([0.5, 0.3, 0.2]).log()
    output = Output({"pose": logits}, {"pose": torch.ones(4, 8)}, {})
    ce = loss_terms(network, output, labels, settings, shares).ce
    by_hand = [-(z + 2 * shares).log_softmax(0)[y].item() for z, y in zip(logits, labels, strict=True)]
    assert ce.item() == pytest.approx(np.mean(by_hand))


def test_mirror_images_are_answered_under_their_own_class():
    """A network that says "right" for any clip says "down" of a mirrored one, if these two classes swap."""
    table = replace(waving_table(), flip=True, flip_labels=(1, 0, 2))
    run = training.train(config("one", epochs=1, streams="joint"), table)
    both = training.train(config("two", epochs=1, streams="joint", test_flip=True), table)
    session = training.Session(config("two", epochs=1, streams="joint"), table, both.path)
    state = load_file(both.path / "weights.safetensors")
    session.network.load_state_dict({name: torch.from_numpy(x) for name, x in state.items()})
    rows = np.arange(len(table))
    loader = make_loader(answering.Views([ClipDataset(table, rows, session.dataset.view, mirror=True)]), 4)
    mirrored = answer(session.model, loader, session.make_inputs, [range(3)], session.accelerator)
    expected = (run.probabilities("pose") + mirrored.probabilities["pose"][:, [1, 0, 2]]) / 2
    assert both.probabilities("pose") == pytest.approx(expected, abs=1e-6)
    with pytest.raises(ConfigError, match="test_flip: clips of waving are not mirrored in training"):
        training.train(config("three", test_flip=True), waving_table())


def test_what_cannot_be_trained_is_refused_before_frames_are_decoded(monkeypatch):
    def decode(cache, rows):
        raise AssertionError("decoding")

    monkeypatch.setattr(FrameCache, "fill", decode)
    for changes in ({"test_flip": True}, {"init_rgb": "nowhere"}):
        with pytest.raises((ConfigError, RunError)):
            training.train(config("refused", **changes), waving_table())
    with pytest.raises(AssertionError, match="decoding"):
        training.train(config("refused"), waving_table())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "cannot be read (["), ("{alpha: ", "cannot be read (while parsing"), ("- alpha", "contains no settings")],
)
def test_a_settings_file_that_is_none_is_refused_with_a_sentence(folders, capsys, content, sentence):
    path = folders / "settings.yaml"
    if content is not None:
        path.write_text(content)
    assert main(["--config", str(path)]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"--config: {path} {sentence}") and told.count("\n") == 1


@pytest.mark.parametrize(("schedule", "middle"), [("cosine", 0.5), ("step", 0.1)])
def test_schedules(schedule, middle):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    scheduler = make_scheduler(config("s", schedule=schedule, epochs=30), optimizer, 10)
    rates = []
    for _ in range(300):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    assert rates[0] == 1 and rates[150] == pytest.approx(middle) and rates[-1] == pytest.approx(0.01, abs=0.01)


@pytest.mark.parametrize("schedule", ["onecycle", "step", "cosine"])
def test_a_training_of_any_number_of_steps_ends_with_a_learning_rate(schedule):
    for steps in range(1, 12):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1, momentum=0.9)
        scheduler = make_scheduler(config("s", schedule=schedule, epochs=1), optimizer, steps)
        for _ in range(steps):
            optimizer.step()
            scheduler.step()
        assert 0 <= scheduler.get_last_lr()[0] <= 0.1


def test_a_mirrored_clip_is_recorded_under_its_own_label():
    """Class 0 is shown as its mirror image, class 1, and recognised as that: a TP of class 0."""
    table = replace(waving_table(), flip=True, flip_labels=(1, 0, 2))
    record = Record(np.array([0, 1]), table)
    mirrored = torch.tensor([True, False])
    record.add(torch.tensor([0, 1]), torch.tensor([1, 1]), mirrored, {"rgb": torch.eye(3)[[1, 0]]})
    assert table.labels[:2].tolist() == [0, 1]
    assert record.open["rgb_predicted"].tolist() == [0, 0]


def test_a_mirrored_clip_counts_as_such_where_its_own_label_stays():
    """Class 2 is its own mirror image; taken in the mirror for class 1, it is as a clip taken for class 0."""
    table = replace(waving_table(), flip=True, flip_labels=(1, 0, 2))
    record = Record(np.array([2, 5]), table)
    record.add(torch.tensor([2, 5]), torch.tensor([2, 2]), torch.tensor([True, False]), {"rgb": torch.eye(3)[[1, 1]]})
    assert table.labels[[2, 5]].tolist() == [2, 2]
    assert record.open["rgb_predicted"].tolist() == record.open["fused_predicted"].tolist() == [0, 1]


@pytest.mark.parametrize("mirror", [True, False])
def test_a_batch_tells_which_clips_are_shown_mirrored(monkeypatch, mirror):
    """Of every clip, also where the label stays as it is, the step notes the answer as of the clip itself."""
    monkeypatch.setattr("mglib.data.loader.random_augmentation", lambda *_: Augmentation(mirror=mirror))
    table = replace(waving_table(), flip=True, flip_labels=(1, 0, 2))
    session = training.Session(config("mirror", streams="joint"), table, Path("runs/mirror"))
    batch = next(iter(session.loader))
    assert batch.mirrored.tolist() == [mirror] * 6
    session.network.heads["pose"].classify.bias.data = torch.tensor([0.0, 1e4, 0.0])  # answers "down" to everything
    session.train_step(batch)
    place = session.record.place[batch.rows]
    assert session.record.open["pose_predicted"][place].tolist() == [0 if mirror else 1] * 6


def test_both_streams_with_an_embedding_of_the_labels_are_saved():
    """Each has a table of its own: safetensors writes no tensor that two names share."""
    run = training.train(config("both", epochs=1, label_embedding=20.0), waving_table())
    tables = {n: x for n, x in load_file(run.path / "weights.safetensors").items() if n.endswith(".table")}
    assert len(tables) == 2 and np.array_equal(*tables.values())


def test_losses_beside_the_cross_entropy_are_written_apart(monkeypatch):
    run = training.train(config("embedded", streams="joint", label_embedding=20.0, alpha=0.0), waving_table())
    history = run.history
    assert (history["loss_beside"] > 0).all()
    np.testing.assert_allclose(history["loss"], history["loss_ce"] + history["loss_beside"], rtol=1e-5)
    first = history["loss_ce"].iloc[0]
    assert first < 3, "cross-entropy of three classes, far from an embedding's loss of weight 20"
    assert "loss_beside" not in training.train(config("plain", streams="joint", epochs=1), waving_table()).history


def test_fp16_needs_a_gpu(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="fp16 needs a GPU, and there is none"):
        training.train(config("half", precision="fp16"), waving_table())


def test_every_run_of_a_kernel_has_its_own_precision():
    for precision in ("no", "bf16", "no"):
        accelerator = make_accelerator(config("x", precision=precision))
        assert accelerator.mixed_precision == accelerator.state.mixed_precision == precision
    with pytest.raises(ValueError, match="restart your runtime completely"):
        Accelerator(mixed_precision="bf16")  # where this is allowed, make_accelerator's private call can go


def test_a_step_that_fp16_skips_leaves_the_learning_rate(tmp_path, monkeypatch):
    session = training.Session(config("skip", streams="joint"), waving_table(), tmp_path)
    batch, rates = next(iter(session.loader)), []
    for skipped in (False, True):
        monkeypatch.setattr(Accelerator, "optimizer_step_was_skipped", skipped)
        session.train_step(batch)
        rates.append(session.scheduler.get_last_lr())
    assert session.scheduler.last_epoch == 1 and rates[0] == rates[1]


@pytest.mark.parametrize("changes", [{}, {"layer_decay": 0.5}, {"backbone_lr": 0.1}])
def test_the_history_has_the_highest_learning_rate_as_the_setting_does(changes):
    run = training.train(config("run", streams="joint", epochs=2, schedule="step", lr=0.02, **changes), waving_table())
    assert run.history["lr"].tolist() == pytest.approx([0.002, 0.0002])


def test_streams_are_apart_at_first_and_meet_before_the_end(monkeypatch):
    seen, step = [], training.Session.train_step

    def look(session, batch):
        seen.append(session.network.meetings[0].apart)
        return step(session, batch)

    monkeypatch.setattr(training.Session, "train_step", look)
    run = training.train(config("apart", epochs=4, apart=0.5), waving_table())
    assert seen == sorted(seen, reverse=True) and 2 * sum(seen) == len(seen) > 0
    assert TrainConfig.of_run({"preset": "small"}).apart == 0 and run.config["apart"] == 0.5


@pytest.mark.parametrize(
    ("epochs", "apart", "alone"),
    [(80, 0.75, 60), (26, 0.75, 20), (100, 0.55, 55), (2, 0.99, 1), (1, 0.75, 0), (4, 0, 0)],
)
def test_streams_are_connected_in_the_last_epoch_however_few_there_are(epochs, apart, alone):
    given = TrainConfig.read({"epochs": epochs, "apart": apart})
    assert given.epochs_apart == alone < epochs
    assert TrainConfig.read({"epochs": epochs, "streams": "joint"}).epochs_apart == 0


def test_refinement_sets_in_slowly_where_prototypes_are_still_of_single_clips():
    ramped = TrainConfig.read({"epochs": 10, "ramp": 0.4, "alpha": 1})
    assert [alpha_of(ramped, epoch) for epoch in range(6)] == pytest.approx([0, 0.25, 0.5, 0.75, 1, 1])
    assert alpha_of(TrainConfig.read({"epochs": 10, "ramp": 0}), 0) == 0.2
    assert alpha_of(TrainConfig.read({"epochs": 1, "ramp": 0.3}), 0) == 0.2
    assert TrainConfig.of_run({"preset": "small"}).ramp == 0
