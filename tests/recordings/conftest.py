"""A run that names windows and a spotter that asks it, trained once."""

import pytest

from mglib.config import SpotConfig, TrainConfig
from mglib.recordings import train_spotter
from mglib.training import loop
from tests.builders import waving_table
from tests.recordings.waving import waving_recordings

RUN = {"preset": "tiny", "epochs": 8, "batch_size": 6, "dim": 8, "precision": "no", "lr": 0.05, "streams": "joint"}
SPOT = {"run": "naming", "layers": 3, "width": 16, "epochs": 80, "lr": 5e-3, "dropout": 0.1, "crop": 15.0}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The folder of runs, with one that names windows."""
    folder = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("runs", "cache"):
            patch.setenv(f"MGLIB_{variable.upper()}", str(folder / variable))
        loop.train(TrainConfig.read(RUN | {"run_name": "naming"}), waving_table())
        yield folder / "runs"


@pytest.fixture(scope="module")
def spotter(place):
    return train_spotter(SpotConfig.read(SPOT | {"run_name": "spotter"}), waving_recordings())
