"""What a training will take: memory counted without contents against memory held, and the sentence of too little."""

from dataclasses import replace

import pytest

from mglib.config import TrainConfig
from mglib.data import load
from mglib.data.loader import ClipDataset
from mglib.training import planning
from mglib.training.__main__ import main
from mglib.training.building import make_maker, make_network, make_view
from mglib.training.optimizing import make_optimizer


@pytest.fixture(scope="module")
def table():
    return load("synthetic", num_clips=160, frame_height=120)


@pytest.mark.parametrize("precision", ["no", "bf16"])
def test_memory_without_contents_is_that_of_a_step_with_them(table, precision):
    """The same count, of tensors that are there; twice the clips take twice what is beside the weights."""
    config = TrainConfig.read({"preset": "tiny", "precision": precision})
    network, maker = make_network(config, table).train(), make_maker(config, table.layout, precision)
    dataset = ClipDataset(table, table.where("train"), make_view(config))
    clip = maker(planning.made_up_batch(dataset, maker, 1))
    predicted = {n: planning.step_memory(network, config, clip, n, precision) for n in (2, 4, 8)}
    assert predicted[8] - predicted[4] == pytest.approx(2 * (predicted[4] - predicted[2]), rel=0.05)

    optimizer, batch = make_optimizer(config, network), planning.made_up_batch(dataset, maker, 8)
    with planning.HeldMemory() as held:
        for x in network.state_dict().values():
            held.hold(x)
        for _ in range(2):
            planning.training_step(network, maker(batch), batch.labels, optimizer, precision)
    assert held.peak / 2**30 == pytest.approx(predicted[8], rel=0.15)


def test_a_plan_warns_where_a_step_does_not_fit_and_says_what_does(table, monkeypatch):
    config = TrainConfig.read({"preset": "tiny"})
    monkeypatch.setattr(planning, "seconds_a_clip", lambda *_: 0.5)
    plan = planning.make_plan(config, table)
    clips = len(table.where("train"))
    assert plan.warning == "" and plan.clips == clips and plan.parameters > 1e5 and plan.gmacs > 0
    assert f"500 ms per clip, {0.5 * clips / 60:.2g} minutes per epoch of {clips} clips" in str(plan)
    a_clip = (plan.memory - plan.base) / plan.batch
    small = replace(plan, room=plan.base + plan.spare + 3.5 * a_clip)
    assert small.fits == 3 and "will NOT fit" in str(small) and "a batch_size of at most 3, or" in str(small)
    assert replace(plan, room=0.1).fits == 0

    monkeypatch.setattr(planning, "room", lambda device: 0.1)
    assert planning.make_plan(config, table).seconds is None  # nothing is tried that cannot go well


@pytest.mark.parametrize(("seconds", "steps"), [(0.01, [2, 8]), (10.0, [2])])
def test_time_is_that_of_a_whole_batch_unless_it_takes_long(seconds, steps, table, monkeypatch):
    """A clip in a step of two takes several times as long as in a step of sixteen, at preset small."""
    timed = []

    def measured(network, config, maker, batch, precision):
        timed.append(len(batch.labels))
        return seconds / len(timed)

    monkeypatch.setattr(planning, "seconds_a_clip", measured)
    monkeypatch.setattr(planning, "TIMED", {"cpu": 2, "cuda": 2})
    plan = planning.make_plan(TrainConfig.read({"preset": "tiny", "streams": "joint"}), table)
    assert timed == steps and plan.seconds == seconds / len(steps)


def test_the_console_prints_a_plan_and_trains_nothing(folders, capsys):
    words = ["--plan", "-p", "preset", "tiny", "-p", "data_options", '{"num_clips": 160, "frame_height": 120}']
    assert main([*words, "-p", "streams", "joint"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("device    cpu") or "cuda" in said
    assert "GMACs to classify a clip" in said and "minutes per epoch" in said
    assert not (folders / "runs").exists()
    assert main([*words, "-p", "streams", "depth"]) == 2
