"""The swap test of networks that are known to use one input, or both; and of a network that was trained."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from mglib.base.errors import RunError
from mglib.config import TrainConfig
from mglib.data import FrameCache
from mglib.models import Output
from mglib.runs import Run
from mglib.training import measure_reliance, train
from mglib.training.answering import Questions, Swap
from mglib.training.building import make_accelerator, make_maker
from mglib.training.reliance import swap_inputs
from tests.builders import waving_table

SETTINGS = {"preset": "tiny", "epochs": 1, "batch_size": 6, "dim": 8, "precision": "no", "lr": 0.1}


@pytest.fixture(autouse=True)
def _folders(folders):
    return folders


class Watcher(nn.Module):
    """Tells the three classes of `waving_table` by how joint 0 moves, in the inputs that it is told to look at."""

    def __init__(self, *looks_at: str):
        super().__init__()
        self.looks_at = looks_at

    def forward(self, inputs):
        moved = sum(self._moved(inputs[stream]) for stream in self.looks_at) / len(self.looks_at)
        logits = 100 * torch.cat([moved, torch.full((len(moved), 1), 0.1)], 1)
        heads = ("rgb", "pose")
        return Output(dict.fromkeys(heads, logits), dict.fromkeys(heads, logits), {})

    @staticmethod
    def _moved(x):
        """How far the brightest spot of the first channel moved to the right and down, as a share of the image."""
        places = []
        for t in (0, -1):
            spot = x[:, 0, t]
            at = spot.flatten(1).argmax(1)
            places.append(torch.stack([at % spot.shape[2] / spot.shape[2], at // spot.shape[2] / spot.shape[1]], 1))
        return places[1] - places[0]


def questions(table, tmp_path, **changes):
    config = TrainConfig.read(SETTINGS | changes)
    cache = FrameCache(table.frames, tmp_path / "frames", 100)
    return Questions(config, table, cache, make_maker(config, table.layout), make_accelerator(config))


@pytest.mark.parametrize(("looks_at", "ignored"), [(("pose",), "rgb"), (("rgb",), "pose")])
def test_a_network_that_looks_at_one_input_loses_nothing_with_the_other(tmp_path, looks_at, ignored):
    table, network = waving_table(), Watcher(*looks_at)
    ask = questions(table, tmp_path)
    found = swap_inputs(lambda rows, swap=None: ask(network, rows, swap), table, None, seed=0)
    found = found.set_index(["swapped", "system"])
    assert (found.loc[ignored, ["drop", "drop_low", "drop_high"]] == 0).all(axis=None)
    assert (found.loc[ignored, "top1"] > 0.9).all(), "it knows the classes"
    assert (found.loc[looks_at[0], "top1"] < 0.1).all(), "what it looks at shows another class"


def test_a_network_that_looks_at_both_loses_with_either(tmp_path):
    table, network = waving_table(), Watcher("rgb", "pose")
    table = replace(table, clips=table.clips.assign(group=[f"s{row}" for row in range(len(table))]))  # of many persons
    ask = questions(table, tmp_path)
    found = swap_inputs(lambda rows, swap=None: ask(network, rows, swap), table, None, seed=0)
    assert (found["drop_low"] > 0).all() and (found["drop"] > 0.2).all()


@pytest.mark.parametrize("changes", [{}, {"test_clips": 2}, {"flip": True, "test_flip": True}])
def test_a_swapped_input_is_the_donors_and_the_other_one_stays(tmp_path, changes):
    table, seen = waving_table(), []

    class Spy(nn.Module):
        def forward(self, inputs):
            seen.append({stream: x.clone() for stream, x in inputs.items()})
            zeros = torch.zeros(len(inputs["rgb"]), 3)
            return Output({"rgb": zeros}, {"rgb": zeros}, {})

    rows, donors = np.array([4, 9, 20]), np.array([30, 2, 13])
    for swap, rgb, pose in ((Swap("rgb", donors), donors, rows), (Swap("pose", donors), rows, donors)):
        views = []
        for asked, given in ((rows, swap), (rgb, None), (pose, None)):
            seen.clear()
            questions(table, tmp_path, **changes)(Spy(), asked, given)
            views.append(list(seen))
        assert len(views[0]) == (2 if changes else 1)
        for mixed, own_rgb, own_pose in zip(*views, strict=True):
            assert torch.equal(mixed["rgb"], own_rgb["rgb"]) and torch.equal(mixed["pose"], own_pose["pose"])


def test_a_trained_network_leaves_its_reliance_and_it_can_be_measured_again():
    table = waving_table()
    run = train(TrainConfig.read(SETTINGS | {"run_name": "both", "epochs": 8, "dropout": 0.0}), table)
    kept = run.reliance
    assert set(zip(kept["swapped"], kept["system"], strict=True)) == {
        (swapped, system) for swapped in ("rgb", "pose") for system in ("rgb", "pose", "fused")
    }
    intact = {s: run.metrics[s]["top1"] for s in ("rgb", "pose", "fused")}
    assert (kept["top1"] + kept["drop"]).to_numpy() == pytest.approx(kept["system"].map(intact).to_numpy())
    (run.path / "reliance.csv").unlink()
    assert Run(run.path).reliance is None
    again = measure_reliance(Run(run.path), table)
    pd.testing.assert_frame_equal(again, kept)
    pd.testing.assert_frame_equal(Run(run.path).reliance, kept)


def test_a_network_of_one_stream_has_nothing_to_swap():
    table = waving_table()
    run = train(TrainConfig.read(SETTINGS | {"run_name": "one", "streams": "joint"}), table)
    assert not run.has("reliance.csv")
    with pytest.raises(RunError, match="one does not have two inputs, so none can be swapped"):
        measure_reliance(run, table)
