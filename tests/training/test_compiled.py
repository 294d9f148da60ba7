"""A compiled network learns and answers as one that is not; what is kept of it bears no trace."""

import functools

import numpy as np
import torch
from safetensors.torch import load_file

from mglib.config import TrainConfig
from mglib.training import train
from tests.builders import waving_table


def test_compiled_and_not_train_alike(folders, monkeypatch):
    compile_, asked = torch.nn.Module.compile, []

    @functools.wraps(compile_)
    def traced(module, **how):  # without the code that the compiler writes, which takes a minute
        asked.append(type(module).__name__)
        compile_(module, backend="eager", **how)

    monkeypatch.setattr(torch.nn.Module, "compile", traced)
    shared = {"preset": "tiny", "epochs": 1, "batch_size": 6, "dim": 8, "precision": "no", "streams": "joint"}
    runs = [
        train(TrainConfig.read(shared | {"compiled": compiled, "run_name": f"compiled-{compiled}"}), waving_table())
        for compiled in (False, True)
    ]
    assert asked == ["GestureNet"]
    weights, others = (load_file(run.path / "weights.safetensors") for run in runs)
    assert weights.keys() == others.keys()
    assert np.allclose(runs[0].probabilities(), runs[1].probabilities(), atol=1e-4)
    assert all(torch.allclose(weights[name].float(), x.float(), atol=1e-4) for name, x in others.items())
