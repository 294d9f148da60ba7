"""The commands that make runs again."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from mglib.config import TrainConfig
from mglib.runs import Run

CHOSEN_FIRST = ("preset", "streams", "batch_size", "dataset", "data_root")  # what the defaults of others hang on


def train_command(config: TrainConfig) -> str:
    """A line for a POSIX shell that trains with these settings; what preset or class set themselves is left out."""
    return _command("03_train", given_settings(config))


def ensemble_command(run: Run) -> str:
    """A line that combines the members of an ensemble again."""
    chosen, method = run.config["members"], run.config["method"]
    members = json.dumps([f"{m['run']}:{m['stream']}" for m in chosen], ensure_ascii=False)
    given: dict[str, Any] = {"members": members, "method": method}
    given |= {"ratio": [m["weight"] for m in chosen]} if method == "ratio" else {}
    given |= {"folds": run.folds} if run.folds else {}
    return _command("05_ensemble", given | {"name": run.name})


def given_settings(config: TrainConfig) -> dict[str, Any]:
    """The settings that somebody chose, as plain values: those that differ from what reading the others would give."""
    own = config.model_dump(mode="json")
    chosen = {name: own[name] for name in CHOSEN_FIRST}
    preset = type(config).read(chosen).model_dump(mode="json")
    plain = type(config).read({"preset": own["preset"]}).model_dump(mode="json") | {"preset": "small"}
    differs = {name for name in own if own[name] != (plain if name in CHOSEN_FIRST else preset)[name]}
    return {name: own[name] for name in own if name in differs - {"resume"}}


def _command(notebook: str, given: Mapping[str, Any]) -> str:
    words = ["python", "-m", "mglib.notebook", notebook]
    return shlex.join(words + [word for name, value in given.items() for word in ("-p", name, str(value))])
