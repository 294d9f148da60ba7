"""The branches alone, as 02_pretrain trains them: settings of their runs, and the command that goes on from these."""

import json
import shlex
import time
from collections.abc import Mapping
from typing import Any

from .config import PretrainConfig, TrainConfig


def branch_configs(values: Mapping[str, Any]) -> dict[str, TrainConfig]:
    """Settings of one run a branch, by branch ("rgb", "pose").

    Args:
        values: those of `PretrainConfig`, and settings of `TrainConfig` that all runs share.

    Raises:
        ConfigError: a name is unknown or a value does not fit; one sentence each.
    """
    choice = PretrainConfig.read({name: values[name] for name in PretrainConfig.model_fields if name in values})
    shared = {name: value for name, value in values.items() if name not in PretrainConfig.model_fields}
    name = choice.name or f"{values.get('dataset', 'synthetic')}-{time.strftime('%Y%m%d-%H%M%S')}"
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

    Args:
        configs: what `branch_configs` returned.
    """
    first = next(iter(configs.values()))
    values = {f"init_{branch}": config.run_name for branch, config in configs.items()}
    values |= {name: getattr(first, name) for name in ("dataset", "data_root", "data_options", "preset")}
    if "pose" in configs:
        values["streams"] = f"rgb+{configs['pose'].streams}"
    words = [
        word
        for name, value in values.items()
        if value != TrainConfig.model_fields[name].default
        for word in ("-p", name, json.dumps(value) if isinstance(value, dict) else str(value))
    ]
    return shlex.join(["papermill", "03_train.ipynb", "out.ipynb", *words])
