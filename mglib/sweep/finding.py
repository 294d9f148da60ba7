"""Finds a sweep from the runs that it left."""

from typing import Any

from mglib.config import FREE_TO_CHANGE, TrainConfig
from mglib.runs import finished_runs

from .cells import SET_HERE, Sweep, SweepError

BASELINE = "base"  # the name in `one_at_a_time`


def find_sweep(name: str) -> Sweep:
    """The sweep whose finished runs are named `name--VARIANT--seed=SEED`.

    The baseline is the variant named base, else the first by name; the others follow by name.

    Raises:
        SweepError: there is no such run.
        RunError: the settings of a run cannot be read.
    """
    found: dict[str, dict[int, TrainConfig]] = {}
    for run in finished_runs():
        parts = run.name.split("--")
        if len(parts) == 3 and parts[0] == name and parts[2] == f"seed={run.config.get('seed')}":
            found.setdefault(parts[1], {})[run.config["seed"]] = run.settings
    if not found:
        known = sorted({run.name.split("--")[0] for run in finished_runs() if run.name.count("--") == 2})
        raise SweepError(
            f"There is no finished run of a grid {name!r}; grids of 07_compare: {', '.join(known) or 'none'}."
        )
    ordered = sorted(found, key=lambda variant: (variant != BASELINE, variant))
    settings = {variant: _plain(next(iter(found[variant].values()))) for variant in ordered}
    base = settings[ordered[0]]
    changes = {
        variant: {key: value for key, value in own.items() if value != base[key] and key not in FREE_TO_CHANGE}
        for variant, own in settings.items()
    }
    return Sweep(name, base, changes, sorted({seed for configs in found.values() for seed in configs}))


def _plain(config: TrainConfig) -> dict[str, Any]:
    return config.model_dump(mode="json", exclude=set(SET_HERE))
