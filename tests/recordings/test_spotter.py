"""A spotter is trained, interrupted, read back and asked; floors and ceilings stand beside it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from mglib.base.errors import ConfigError, DataError, RunError
from mglib.config import SpotConfig
from mglib.data.recordings import Recordings
from mglib.prediction.spans import SpanReader
from mglib.recordings import (
    Spotter,
    asking,
    held_against,
    marked,
    spotters,
    train_spotter,
    training,
    uncertain_stretches,
)
from mglib.recordings.asking import readers
from mglib.runs import Run
from tests.recordings.conftest import SPOT
from tests.recordings.waving import GROUPS, waving_recordings


def values(table, metric):
    return table[table["metric"] == metric].set_index("system")["value"]


def test_it_finds_what_moves_and_is_scored_between_floors_and_ceilings(spotter):
    found = values(spotter.scores, "any_f1_30")
    assert found["spotter"] > 0.8 > found["random segments"] and found["nothing"] == 0
    assert found["true borders, the run's names"] == found["coder 2"] == 1
    accuracy = values(spotter.scores, "time_accuracy")["nothing"]
    test = waving_recordings().where("test")
    marks = sum(s.duration for one in test for s in one.of())
    assert accuracy == pytest.approx(1 - marks / sum(one.duration for one in test), abs=0.01)
    wrist = spotter.scores[spotter.scores["system"] == "wrist speed"].set_index("metric")["value"]
    assert np.isnan(wrist["f1_30"]) and not np.isnan(wrist["any_f1_30"])
    assert spotter.scores[["scored", "chosen_on"]].drop_duplicates().to_numpy().tolist() == [["test", "val"]]


def test_asked_again_it_says_what_it_said_after_training(spotter):
    test = waving_recordings().where("test")
    spotted = Spotter(spotter.path).spot_all(test)
    kept = spotter.segments
    for one in spotted:
        own = kept[kept["recording"] == one.recording.name]
        assert np.allclose(own[["start", "stop"]], [(s.start, s.stop) for s in one.segments])
        assert np.allclose(own["score"], [s.score for s in one.segments], atol=1e-3)
        assert {s.coder for s in one.segments} == {"spotter"}
        assert one.probabilities.shape == (100, 3)
    assert spotters()[-1] == spotter.path
    with_machine = marked(test, spotted)
    assert list(held_against(with_machine)) == ["coder 2", "spotter"]


def test_interrupted_it_goes_on_to_the_same_result(place, spotter, monkeypatch):
    config = SpotConfig.read(SPOT | {"run_name": "again", "resume": True})
    step, calls = training._step, []

    def stopping(*given):
        calls.append(1)
        if len(calls) == 100:
            raise KeyboardInterrupt
        return step(*given)

    monkeypatch.setattr(training, "_step", stopping)
    with pytest.raises(KeyboardInterrupt, match="continue it with resume=True and run_name=again"):
        train_spotter(config, waving_recordings())
    with pytest.raises(RunError, match="not finished"):
        Spotter("again")
    damaged = next((place / "again" / "features").iterdir())
    damaged.write_bytes(damaged.read_bytes()[:-30])
    again = train_spotter(config, waving_recordings())
    assert (place / "again" / "weights.safetensors").read_bytes() == (spotter.path / "weights.safetensors").read_bytes()
    assert again.decoding == spotter.decoding and len(again.history) == SPOT["epochs"]
    assert not (again.path / "checkpoint.pt").exists()
    monkeypatch.setattr(training, "_prepare", None)
    assert train_spotter(config, waving_recordings()).path == again.path  # finished: only read


def test_other_settings_or_no_resume_are_refused(spotter):
    with pytest.raises(ConfigError, match="the spotter spotter exists"):
        train_spotter(SpotConfig.read(SPOT | {"run_name": "spotter"}), waving_recordings())
    changed = SPOT | {"run_name": "spotter", "resume": True, "width": 8}
    with pytest.raises(ConfigError, match="width was 16 and is 8"):
        train_spotter(SpotConfig.read(changed), waving_recordings())
    with pytest.raises(ConfigError, match="naming is a run of a network"):
        train_spotter(SpotConfig.read(SPOT | {"run_name": "naming"}), waving_recordings())


def test_a_test_person_who_taught_the_run_is_refused_and_a_training_one_is_told(place):
    run, recordings = Run("naming"), waving_recordings()
    known = sorted(set(run.groups[run.where("train")]))[0]

    def with_person(split):
        parts = [replace(one, person=known if one.split == split else one.person) for one in recordings]
        return replace(recordings, recordings=tuple(parts))

    with pytest.raises(DataError, match=f"split test: {known} is among the training subjects of the run naming"):
        readers(run, with_person("test"))
    with pytest.raises(DataError, match="split val"):
        readers(run, with_person("val"), folds=0)
    with pytest.warns(UserWarning, match="1 training persons of waving were trained on in the run naming"):
        readers(run, with_person("train"), folds=0)


def test_a_person_who_taught_the_run_is_asked_of_the_fold_that_does_not_know_them(place, monkeypatch):
    run, recordings = Run("naming"), waving_recordings()
    taught = sorted(set(run.groups[run.where("train")]))
    folds = {f"without {person}": Run(run.path) for person in taught}
    for person, part in zip(taught, folds.values(), strict=True):
        part.clips["split"] = np.where(part.clips["group"] == person, "val", "train")
        part.path = part.path.with_name(f"without {person}")
    cells = [SimpleNamespace(folder=name) for name in folds]
    monkeypatch.setattr(asking, "train_folds", lambda run, folds: None)
    monkeypatch.setattr(asking, "fold_sweep", lambda run, folds: SimpleNamespace(cells=cells))
    monkeypatch.setattr(asking, "Run", folds.get)
    monkeypatch.setattr(asking, "SpanReader", lambda run, device: run.path.name)
    persons = [*taught, "somebody else"]
    parts = [replace(one, person=person) for one, person in zip(recordings, persons, strict=False)]
    ask = readers(run, replace(recordings, recordings=tuple(parts)), folds=4)
    assert [ask(one) for one in parts] == [*folds, "naming"]


def test_other_classes_or_joints_are_refused(spotter):
    recordings = waving_recordings()
    renamed = Recordings("other", recordings.recordings, recordings.layout, ("right", "up", "still"), GROUPS)
    with pytest.raises(DataError, match=r"are not the 3 of the run naming \(up\)"):
        readers(Run("naming"), renamed)
    one = recordings.recordings[0]
    with pytest.raises(DataError, match="2 joints, but the run naming was trained on 22"):
        spotter.spot(replace(one, keypoints=one.keypoints[:, :, :2]))
    with pytest.raises(DataError, match="has no key points"):
        spotter.spot(replace(one, keypoints=None))


def test_what_a_run_says_of_a_stretch_is_what_it_says_of_the_clip(place):
    from mglib.prediction import Predictor

    run, one = Run("naming"), waving_recordings().recordings[0]
    spans = np.array([[1.0, 2.0], [5.0, 5.8]])
    said = SpanReader(run)(one, spans)
    for row, (start, stop) in enumerate(spans):
        clip = one.keypoints[:, one.frames(start, stop)]
        answer = Predictor(run)(clip, height=100, width=100)
        np.testing.assert_allclose(said.probabilities[row], answer.probabilities["fused"], atol=1e-5)
        near = answer.prototypes.set_index("label")["similarity"].sort_index()
        np.testing.assert_allclose(said.similarities[row], near.fillna(0), atol=1e-5)
    assert SpanReader(run)(one, np.zeros((0, 2))).probabilities.shape == (0, 3)


def test_the_least_sure_stretches_do_not_overlap(spotter):
    spotted = spotter.spot_all(waving_recordings().where("test"))
    p = spotted[0].probabilities
    p[:] = 0.001
    p[40:50] = 0.5
    table = uncertain_stretches(spotted[:1], ("right", "down", "still"), number=5)
    assert (table.loc[0, "start"], table.loc[0, "stop"]) == (8.0, 10.0) and table.loc[0, "bits"] == pytest.approx(3)
    starts = np.sort(table["start"])
    assert (np.diff(starts) >= 2 - 1e-9).all() and table["bits"].is_monotonic_decreasing


def test_an_hour_is_read_in_pieces(place):
    """Never more than a batch of stretches is held at once."""
    from mglib.prediction import spans

    run, one = Run("naming"), waving_recordings().recordings[0]
    reader, sizes = SpanReader(run), []
    answer = reader._answer
    reader._answer = lambda points: sizes.append(len(points)) or answer(points)
    many = np.tile([[1.0, 2.0]], (2 * spans.BATCH + 5, 1))
    assert len(reader(one, many).probabilities) == len(many) and sizes == [spans.BATCH, spans.BATCH, 5]


def test_random_numbers_of_others_are_left_alone(place):
    torch.manual_seed(7)
    before = torch.get_rng_state()
    train_spotter(SpotConfig.read(SPOT | {"run_name": "brief", "epochs": 1}), waving_recordings())
    assert torch.equal(before, torch.get_rng_state())
