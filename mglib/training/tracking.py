"""Logging of a training to TensorBoard, MLflow or Weights & Biases, in addition to the run directory."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from accelerate import Accelerator

from mglib.base.errors import ConfigError
from mglib.config import TrainConfig

PROJECT = "mglib"  # name of the trackers' project


def tracker_settings(config: TrainConfig, folder: Path) -> dict[str, Any]:
    """Arguments of `Accelerator` for the tracker that the settings name.

    Raises:
        ConfigError: the tracker's package is not installed.
    """
    if config.tracker == "off":
        return {}
    if importlib.util.find_spec(config.tracker) is None:
        raise ConfigError(
            f"tracker: {config.tracker} needs a package that is not installed; pip install {config.tracker}, or leave "
            "tracker off: history.csv in the run directory has the same numbers."
        )
    return {"log_with": config.tracker, "project_dir": str(folder / "tracker")}


def start_tracking(accelerator: Accelerator, config: TrainConfig, folder: Path) -> None:
    """Start a tracker's run, named after the folder, with the settings; without a tracker, do nothing."""
    if accelerator.log_with:
        own = config.model_dump(mode="json").items()
        plain = {name: value if isinstance(value, int | float | str) else str(value) for name, value in own}
        named = {"mlflow": {"run_name": folder.name}, "wandb": {"name": folder.name}}
        accelerator.init_trackers(PROJECT, config=plain, init_kwargs=named)


def track(accelerator: Accelerator, row: Mapping[str, float], epoch: int) -> None:
    """Log a row of the history."""
    if accelerator.log_with:
        accelerator.log(dict(row), step=epoch + 1)


def end_tracking(accelerator: Accelerator) -> None:
    """Close the trackers; `Accelerator.end_training` would also end the process group."""
    for tracker in accelerator.trackers if accelerator.log_with else ():
        tracker.finish()
