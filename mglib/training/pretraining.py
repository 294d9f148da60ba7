"""What 02_pretrain trains: branches alone, or one without labels; settings of runs, and the command that goes on."""

import json
import shlex
import time
from collections.abc import Mapping
from typing import Any

from mglib.base.errors import ConfigError
from mglib.config import MODELS, MaskedConfig, Masking, PretrainConfig, TrainConfig
from mglib.runs import Run

from .loop import train
from .masked import pretrain
from .masked.recording import told as measured_told

SHARED = ("dataset", "data_root", "data_options", "preset")  # of a branch and what goes on from it
OWN_RECIPE = ("clip_norm",)  # settings with a default for which masked pre-training has another


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
    if choice.objective == "masked":
        return {"pose": _masked(choice, shared)}
    name = _named(choice, values)
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


def _named(choice: PretrainConfig, values: Mapping[str, Any]) -> str:
    return choice.name or f"{values.get('dataset', 'synthetic')}-{time.strftime('%Y%m%d-%H%M%S')}"


def _masked(choice: PretrainConfig, shared: Mapping[str, Any]) -> MaskedConfig:
    """Settings of the one run that learns without labels.

    Raises:
        ConfigError: it was asked for the RGB branch, or a setting does not fit.
    """
    if choice.branch == "rgb":
        raise ConfigError("objective: masked hides joints, and the branch rgb has none; give branch=pose, or both.")
    own = {name: getattr(choice, name) for name in Masking.model_fields}
    model = str(shared.get("model", "two_stream"))
    stream = {"streams": choice.pose} if choice.pose in MODELS.get(model, ()) else {}
    plain = TrainConfig.read({})  # what a notebook shows as the default, the recipe of the objective replaces
    given = {n: x for n, x in shared.items() if n not in OWN_RECIPE or x != getattr(plain, n)}
    return MaskedConfig.read(given | own | stream | {"run_name": f"{_named(choice, shared)}-masked"})


def run_branch(config: TrainConfig) -> Run:
    """Train what a run of 02_pretrain is about: a branch on labels, or one without."""
    return pretrain(config) if isinstance(config, MaskedConfig) else train(config)


def told(run: Run) -> list[str]:
    """What was measured of masked pre-training, in sentences."""
    return measured_told(run.metrics)


def joint_command(configs: Mapping[str, TrainConfig]) -> str:
    """The command that trains the two-stream network on the same data, from the runs of these branches.

    A network without branches cannot be merged: its command opens its confusions.

    Args:
        configs: what `branch_configs` returned.
    """
    first = next(iter(configs.values()))
    if isinstance(first, MaskedConfig):
        return _command("03_train", {"init_from": first.run_name, "model": first.model, **_same(first)})
    if first.model != "two_stream":
        return shlex.join(["papermill", "04_explore_confusions.ipynb", "out.ipynb", "-p", "run", first.run_name])
    values = {f"init_{branch}": config.run_name for branch, config in configs.items()}
    values |= {name: getattr(first, name) for name in SHARED}
    if "pose" in configs:
        values["streams"] = f"rgb+{configs['pose'].streams}"
    return _command("03_train", values)


def _same(config: TrainConfig) -> dict[str, Any]:
    """What a network has to have in common with the pathway that it starts from."""
    return {name: getattr(config, name) for name in (*SHARED, "streams")}


def _command(notebook: str, values: Mapping[str, Any]) -> str:
    """To run a notebook with those of the values that are not the default."""
    plain = TrainConfig.read({})
    words = [
        word
        for name, value in values.items()
        if value != getattr(plain, name)
        for word in ("-p", name, json.dumps(value) if isinstance(value, dict) else str(value))
    ]
    return shlex.join(["papermill", f"{notebook}.ipynb", "out.ipynb", *words])
