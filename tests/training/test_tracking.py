"""A training is followed by the tracker that was asked for, through Accelerate; without its package, a sentence."""

import pytest
from accelerate import Accelerator
from accelerate.tracking import GeneralTracker, on_main_process

from mglib.base.errors import ConfigError
from mglib.config import FREE_TO_CHANGE, TrainConfig
from mglib.training import tracking


class Listener(GeneralTracker):
    """Keeps what it is told."""

    name, requires_logging_directory = "listener", False

    def __init__(self):
        super().__init__()
        self.settings, self.rows, self.ended = {}, [], 0

    @property
    def tracker(self):
        return self

    @on_main_process
    def store_init_configuration(self, values):
        self.settings = values

    @on_main_process
    def log(self, values, step, **kwargs):
        self.rows.append((step, values))

    @on_main_process
    def finish(self):
        self.ended += 1


def test_a_tracker_is_told_settings_rows_and_the_end(tmp_path):
    listener, config = Listener(), TrainConfig.read({"preset": "tiny", "seed": 5})
    accelerator = Accelerator(cpu=True, log_with=listener)
    tracking.start_tracking(accelerator, config, tmp_path)
    for epoch in range(2):
        tracking.track(accelerator, {"loss": 3.0 - epoch}, epoch)
    tracking.end_tracking(accelerator)
    assert listener.settings["seed"] == 5 and listener.settings["data_root"] == "None"
    assert listener.rows == [(1, {"loss": 3.0}), (2, {"loss": 2.0})] and listener.ended == 1


def test_without_a_tracker_nothing_is_asked_of_accelerate(tmp_path):
    config = TrainConfig.read({})
    assert config.tracker == "off" and tracking.tracker_settings(config, tmp_path) == {}
    accelerator = Accelerator(cpu=True)
    tracking.start_tracking(accelerator, config, tmp_path)
    tracking.track(accelerator, {"loss": 1.0}, 0)
    tracking.end_tracking(accelerator)
    assert accelerator.trackers == []


@pytest.mark.parametrize("name", ["tensorboard", "mlflow", "wandb"])
def test_a_missing_package_is_named(tmp_path, monkeypatch, name):
    config = TrainConfig.read({"tracker": name})
    monkeypatch.setattr(tracking.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=f"tracker: {name} needs a package .*pip install {name}"):
        tracking.tracker_settings(config, tmp_path)
    monkeypatch.setattr(tracking.importlib.util, "find_spec", lambda _: "there")
    assert tracking.tracker_settings(config, tmp_path)["log_with"] == name


def test_a_run_may_go_on_with_another_tracker():
    assert "tracker" in FREE_TO_CHANGE
