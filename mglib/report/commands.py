"""The commands that reproduce runs."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from mglib.config import TrainConfig
from mglib.runs import Run

CHOSEN_FIRST = ("preset", "streams", "batch_size", "dataset", "data_root")  # the defaults of others depend on these


def train_command(config: TrainConfig) -> str:
    """A command for a POSIX shell that trains with these settings; settings with default values are left out."""
    return _command("03_train", given_settings(config))


def ensemble_command(run: Run) -> str:
    """A command that combines the members of an ensemble again."""
    chosen, method = run.config["members"], run.config["method"]
    members = json.dumps([f"{m['run']}:{m['stream']}" for m in chosen], ensure_ascii=False)
    given: dict[str, Any] = {"members": members, "method": method}
    given |= {"ratio": [m["weight"] for m in chosen]} if method == "ratio" else {}
    given |= {"folds": run.folds} if run.folds else {}
    return _command("05_ensemble", given | {"name": run.name})


def given_settings(config: TrainConfig) -> dict[str, Any]:
    """The chosen settings, as plain values: those that differ from the defaults given the others."""
    own = config.model_dump(mode="json")
    chosen = {name: own[name] for name in CHOSEN_FIRST}
    preset = type(config).read(chosen).model_dump(mode="json")
    plain = type(config).read({"preset": own["preset"]}).model_dump(mode="json") | {"preset": "small"}
    differs = {name for name in own if own[name] != (plain if name in CHOSEN_FIRST else preset)[name]}
    return {name: own[name] for name in own if name in differs - {"resume"}}


def _command(notebook: str, given: Mapping[str, Any]) -> str:
    words = ["python", "-m", "mglib.notebook", notebook]
    return shlex.join(words + [word for name, value in given.items() for word in ("-p", name, str(value))])
