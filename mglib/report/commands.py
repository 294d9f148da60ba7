"""The commands that reproduce runs."""

import json
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from mglib.config import TrainConfig
from mglib.runs import Run

# Defaults of later settings, and of these in this order, depend on them; a data set is refused without its folder.
FIRST = (
    "data_root", "dataset", "preset", "model", "streams", "batch_size", "augment", "sampling", "init_from", "epochs",
)  # fmt: skip


def train_command(config: TrainConfig) -> str:
    """A command for a POSIX shell that trains with these settings; settings with default values are left out."""
    return _command("03_train", given_settings(config))


def ensemble_command(run: Run) -> str:
    """A command that combines the members of an ensemble again."""
    chosen, method = run.config["members"], run.config["method"]
    given: dict[str, Any] = {"members": [f"{m['run']}:{m['stream']}" for m in chosen], "method": method}
    given |= {"ratio": [m["weight"] for m in chosen]} if method == "ratio" else {}
    given |= {"folds": run.folds} if run.folds else {}
    return _command("05_ensemble", given | {"name": run.name})


def given_settings(config: TrainConfig) -> dict[str, Any]:
    """The chosen settings, as plain values: those that differ from the defaults given the others."""
    own, given = config.model_dump(mode="json"), {}

    def differing(names: Iterable[str]) -> dict[str, Any]:
        plain = type(config).read(given).model_dump(mode="json")
        return {name: own[name] for name in names if own[name] != plain[name]}

    for name in FIRST:
        given |= differing([name])
    given |= differing(own)
    return {name: own[name] for name in own if name in given and name != "resume"}


def _command(notebook: str, given: Mapping[str, Any]) -> str:
    words = ["python", "-m", "mglib.notebook", notebook]
    return shlex.join(words + [word for name, value in given.items() for word in ("-p", name, _text(value))])


def _text(value: Any) -> str:
    """As JSON, whose quotes are double: a single one would become five characters in the shell's single quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
