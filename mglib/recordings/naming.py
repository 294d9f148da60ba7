"""The run with which a spotter classifies windows: a given one, or a brief training."""

import json
from typing import Any

from mglib.base import files, paths
from mglib.config import SpotConfig, TrainConfig
from mglib.runs import Run
from mglib.training import train

SHORT = {"streams": "joint", "epochs": 40}


def naming_run(config: SpotConfig) -> Run:
    """The run in the settings; without one, a run is trained, or found if it was trained before.

    For synthetic recordings it is trained on synthetic clips, which show other people; else on the clips that coders
    marked in the training recordings.

    Args:
        config: settings with `run`, or with `settings` of the training.
    """
    if config.run:
        return Run(config.run)
    settings = TrainConfig.read(SHORT | _data(config) | config.settings | {"resume": True})
    name = "naming-" + files.keyed(json.dumps(settings.model_dump(mode="json", exclude={"run_name"})))[:12]
    done = paths.runs_dir() / name
    return Run(done) if (done / "metrics.json").is_file() else train(settings.model_copy(update={"run_name": name}))


def _data(config: SpotConfig) -> dict[str, Any]:
    if config.data_root is None:
        return {"dataset": "synthetic", "seed": config.seed}
    root, options = str(config.data_root), config.data_options
    return {"dataset": "recordings", "data_root": root, "data_options": options, "seed": config.seed}
