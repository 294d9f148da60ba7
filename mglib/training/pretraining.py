"""The runs of 02_pretrain: settings of single branches or of masked pre-training, and the command that follows them."""

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

SHARED = ("dataset", "data_root", "data_options", "preset")  # settings of a branch and of the run that starts from it
# further ones, which decide what a pathway sees and the shapes of its tensors
SEEN = ("pose_kernel", "pose_frames", "pose_pixels", "sampling", "sides", "origin")
OWN_RECIPE = ("clip_norm",)  # settings for which masked pre-training has another default


def branch_configs(values: Mapping[str, Any]) -> dict[str, TrainConfig]:
    """Settings of one run per branch, by branch ("rgb", "pose"); a `model` without branches has a single run.

    Args:
        values: settings of `PretrainConfig`, and those of `TrainConfig` that all runs share.

    Raises:
        ConfigError: a name is unknown or a value does not fit; one sentence per fault.
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
    if choice.branch == "both":  # a setting of one branch is kept from the other
        own["pose"] |= {"imagenet": False, "random_erasing": 0.0}
        own["rgb"] |= {"joint_dropout": 0.0, "joint_noise": 0.0}
    return {
        branch: TrainConfig.read(shared | settings | {"run_name": f"{name}-{branch}"})
        for branch, settings in own.items()
        if choice.branch in (branch, "both")
    }


def _named(choice: PretrainConfig, values: Mapping[str, Any]) -> str:
    return choice.name or f"{values.get('dataset', 'synthetic')}-{time.strftime('%Y%m%d-%H%M%S')}"


def _masked(choice: PretrainConfig, shared: Mapping[str, Any]) -> MaskedConfig:
    """Settings of a masked pre-training run.

    Raises:
        ConfigError: the RGB branch was chosen, or a setting does not fit.
    """
    if choice.branch == "rgb":
        raise ConfigError("objective: masked hides joints, which the branch rgb does not have; give branch=pose.")
    own = {name: getattr(choice, name) for name in Masking.model_fields}
    model = str(shared.get("model", "two_stream"))
    stream = {"streams": choice.pose} if choice.pose in MODELS.get(model, ()) else {}
    plain = TrainConfig.read({})  # a notebook passes its defaults on; the objective's own defaults replace these
    given = {n: x for n, x in shared.items() if n not in OWN_RECIPE or x != getattr(plain, n)}
    return MaskedConfig.read(given | own | stream | {"run_name": f"{_named(choice, shared)}-masked"})


def run_branch(config: TrainConfig) -> Run:
    """Train a run of 02_pretrain, with labels or by masked pre-training."""
    return pretrain(config) if isinstance(config, MaskedConfig) else train(config)


def told(run: Run) -> list[str]:
    """The results of a masked pre-training run, in sentences."""
    return measured_told(run.metrics)


def joint_command(configs: Mapping[str, TrainConfig]) -> str:
    """The command that trains the two-stream network on the same data, starting from the runs of these branches.

    After masked pre-training it trains a network that starts from that run. A network without branches cannot be
    merged; for it the command runs 04_explore_confusions.

    Args:
        configs: from `branch_configs`.
    """
    first = next(iter(configs.values()))
    if isinstance(first, MaskedConfig):
        own = {"model": first.model, "streams": first.streams}
        return _command("03_train", {"init_from": first.run_name, **own, **_same(first)})
    if first.model != "two_stream":
        return shlex.join(["papermill", "04_explore_confusions.ipynb", "out.ipynb", "-p", "run", first.run_name])
    values = {f"init_{branch}": config.run_name for branch, config in configs.items()}
    values |= _same(first)
    if "pose" in configs:
        values["streams"] = f"rgb+{configs['pose'].streams}"
    return _command("03_train", values)


def _same(config: TrainConfig) -> dict[str, Any]:
    """Settings that a network must share with the pathway that it starts from, but for model and streams.

    Windows of whole recordings have no labels: a network is trained on the segments that coders marked instead.
    """
    plain = TrainConfig.read({name: getattr(config, name) for name in ("preset", "model", "streams")})
    values = {name: getattr(config, name) for name in SHARED}
    values["data_options"] = {name: value for name, value in config.data_options.items() if name != "windows"}
    return values | {name: getattr(config, name) for name in SEEN if getattr(config, name) != getattr(plain, name)}


def _command(notebook: str, values: Mapping[str, Any]) -> str:
    """The command that runs a notebook, with the values that differ from the defaults, or for SEEN the preset's."""
    plain = TrainConfig.read({})
    words = [
        word
        for name, value in values.items()
        if name in SEEN or value != getattr(plain, name)
        for word in ("-p", name, json.dumps(value) if isinstance(value, dict) else str(value))
    ]
    return shlex.join(["papermill", f"{notebook}.ipynb", "out.ipynb", *words])
