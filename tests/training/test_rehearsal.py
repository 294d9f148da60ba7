"""Preset paper at its published size, on a CPU: what a GPU will be asked for, on a handful of clips.

`make rehearsal` runs it, some minutes on two cores; `make test` leaves it out and does the same at preset tiny.
"""

import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from mglib.config import TrainConfig
from mglib.runs import Run
from mglib.training import loop, train
from tests.builders import waving_table

SHARED = {"batch_size": 2, "epochs": 1, "evaluate_every": 9}
MEASURED = """
import resource, sys, torch
from mglib.config import TrainConfig
from mglib.data.loader import ClipDataset
from mglib.training import planning
from mglib.training.building import make_maker, make_network, make_view
from mglib.training.optimizing import make_optimizer
from tests.builders import waving_table
table, config = waving_table(), TrainConfig.read({"preset": sys.argv[1], "precision": "no", "streams": "joint"})
network, maker = make_network(config, table).train(), make_maker(config, table.layout)
dataset = ClipDataset(table, table.where("train"), make_view(config))
inputs, clips = maker(planning.made_up_batch(dataset, maker, 8)), 8
predicted = planning.step_memory(network, config, {s: x[:1] for s, x in inputs.items()}, clips, "no")
weights = sum(x.nbytes for x in (*network.state_dict().values(), *inputs.values())) / 2**30  # which are there already
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
optimizer, labels = make_optimizer(config, network), torch.zeros(clips, dtype=torch.long)
for _ in range(2):
    planning.training_step(network, inputs, labels, optimizer, "no")
print(predicted, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20 - before + weights)
"""


def few_clips():
    """Four clips of two people to learn from, two of a third to be asked about."""
    return waving_table(4).select(np.array([0, 1, 3, 4, 6, 7]))


def rehearsed(preset: str) -> None:
    """Both branches alone, then the network of two streams from them, cut off after an epoch, on to ten views."""
    table = few_clips()
    for streams, name in (("rgb", "far-rgb"), ("joint", "far-pose")):
        train(TrainConfig.read(SHARED | {"preset": preset, "streams": streams, "run_name": name}), table)
    both = SHARED | {"preset": preset, "init_rgb": "far-rgb", "init_pose": "far-pose", "run_name": "far"}
    both |= {"epochs": 2, "test_clips": 10}
    stopped = pytest.MonkeyPatch()
    with stopped.context() as patch:
        second = loop.Session.train_epoch

        def cut(session: loop.Session, epoch: int) -> dict:
            if epoch == 1:
                raise KeyboardInterrupt
            return second(session, epoch)

        patch.setattr(loop.Session, "train_epoch", cut)
        with pytest.raises(KeyboardInterrupt, match="far"):
            train(TrainConfig.read(both), table)
    assert not Run("far").finished and Run("far").history["epoch"].tolist() == [0]
    run = train(TrainConfig.read(both | {"resume": True}), table)
    assert run.history["epoch"].tolist() == [0, 1] and np.isfinite(run.history["loss"]).all()
    assert run.probabilities().shape == (len(table), table.num_classes)
    assert np.allclose(run.probabilities().sum(1), 1, atol=1e-4)
    trained = load_file(run.path / "weights.safetensors")
    for branch, name in (("rgb", "far-rgb"), ("pose", "far-pose")):
        alone = load_file(Run(name).path / "weights.safetensors")
        stem = f"pathways.{branch}.stem.0.0.weight"
        moved = torch.dist(trained[stem], alone[stem]) / alone[stem].norm()
        assert 0 < moved < 0.7  # of stems that have nothing to do with each other it is 1.4


def test_the_way_to_the_full_size_at_a_tiny_one(folders):
    rehearsed("tiny")


@pytest.mark.rehearsal
def test_the_way_to_the_full_size(folders):
    rehearsed("paper")
    run = Run("far")
    assert run.environment["gmacs"] > 30 and run.environment["answering_parameters"] > 30e6


@pytest.mark.rehearsal
def test_memory_of_a_step_at_full_size_is_as_predicted():
    answer = subprocess.run(
        [sys.executable, "-c", MEASURED, "paper"], capture_output=True, text=True, check=True
    ).stdout.split()
    predicted, measured = map(float, answer)
    assert measured == pytest.approx(predicted, rel=0.35)  # work space of the convolutions comes on top
