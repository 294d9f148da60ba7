"""The branches alone, as 02_pretrain trains them: settings of their runs, and the command that goes on from these."""

import json
import shlex
import time
from collections.abc import Mapping
from typing import Any

from mglib.config import MODELS, PretrainConfig, TrainConfig


def branch_configs(values: Mapping[str, Any]) -> dict[str, TrainConfig]:
    """Settings of one run a branch, by branch ("rgb", "pose"); of a `model` that has no branches, of its only run.

    Args:
        values: those of `PretrainConfig`, and settings of `TrainConfig` that all runs share.

    Raises:
        ConfigError: a name is unknown or a value does not fit; one sentence each.
    """
    choice = PretrainConfig.read({name: values[name] for name in PretrainConfig.model_fields if name in values})
    shared = {name: value for name, value in values.items() if name not in PretrainConfig.model_fields}
    shared["alpha"] = choice.alpha
    name = choice.name or f"{values.get('dataset', 'synthetic')}-{time.strftime('%Y%m%d-%H%M%S')}"
    model = values.get("model", "two_stream")
    if model in MODELS and model != "two_stream":
        own_stream = {"streams": choice.pose} if choice.pose in MODELS[model] else {}
        config = TrainConfig.read(shared | own_stream | {"run_name": f"{name}-{model}"})
        return {config.network_streams: config}
    own: dict[str, dict[str, Any]] = {"rgb": {"streams": "rgb"}, "pose": {"streams": choice.pose}}
    if choice.branch == "both":
        own["pose"]["imagenet"] = False  # is for the other one
    return {
        branch: TrainConfig.read(shared | settings | {"run_name": f"{name}-{branch}"})
        for branch, settings in own.items()
        if choice.branch in (branch, "both")
    }


def joint_command(configs: Mapping[str, TrainConfig]) -> str:
    """The command that trains the two-stream network on the same data, from the runs of these branches.

    A network without branches cannot be merged: its command opens its confusions.

    Args:
        configs: what `branch_configs` returned.
    """
    first = next(iter(configs.values()))
    if first.model != "two_stream":
        return shlex.join(["papermill", "04_explore_confusions.ipynb", "out.ipynb", "-p", "run", first.run_name])
    values = {f"init_{branch}": config.run_name for branch, config in configs.items()}
    values |= {name: getattr(first, name) for name in ("dataset", "data_root", "data_options", "preset")}
    if "pose" in configs:
        values["streams"] = f"rgb+{configs['pose'].streams}"
    plain = TrainConfig.read({})
    words = [
        word
        for name, value in values.items()
        if value != getattr(plain, name)
        for word in ("-p", name, json.dumps(value) if isinstance(value, dict) else str(value))
    ]
    return shlex.join(["papermill", "03_train.ipynb", "out.ipynb", *words])
