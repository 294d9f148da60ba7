"""The runs of a sweep: variants of base settings, each with several seeds; all are checked before any starts."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mglib.base import paths
from mglib.base.errors import ConfigError, RunError, Told
from mglib.base.facts import counted
from mglib.config import LEFT_OUT, TrainConfig
from mglib.runs import Run

NAME = re.compile(r"(?!.*--)[A-Za-z0-9][A-Za-z0-9._=+,-]*")  # safe folder names; -- is a separator
SET_HERE = ("seed", "seeds", "run_name", "resume")


class SweepError(Told, ValueError):
    """A sweep that cannot be run or compared; the message names the cell."""


@dataclass(frozen=True)
class Cell:
    """One run of a sweep."""

    variant: str
    seed: int
    config: TrainConfig
    given: dict[str, Any]  # settings passed to the notebook, as plain values

    @property
    def run_name(self) -> str:
        return self.config.run_name

    @property
    def folder(self) -> Path:
        return paths.runs_dir() / self.run_name

    @property
    def state(self) -> str:
        """ "finished", "interrupted" or "missing"."""
        if (self.folder / "metrics.json").is_file():
            return "finished"
        return "interrupted" if (self.folder / "config.yaml").is_file() else "missing"


@dataclass(frozen=True)
class Sweep:
    """Variants of base settings, each trained with several seeds.

    Raises:
        SweepError: a name or a setting cannot be used, or two variants are equal.
    """

    name: str  # first part of the runs' names
    base: Mapping[str, Any]  # settings of TrainConfig common to all variants
    variants: Mapping[str, Mapping[str, Any]]  # name -> changed settings; the first is the baseline
    seeds: Sequence[int] = (0, 1, 2)

    def __post_init__(self) -> None:
        if not self.variants or not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise SweepError(
                f"The sweep has {len(self.variants)} variants and the seeds {list(self.seeds)}; give at least one of "
                "each, and no seed twice."
            )
        seen: dict[str, str] = {}
        for cell in self.cells:
            if cell.seed == self.seeds[0]:
                same = seen.setdefault(str(_comparable(cell.config)), cell.variant)
                if same != cell.variant:
                    raise SweepError(f"{cell.variant} is the same as {same}; leave one out.")

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """All runs, ordered by seed, so that an interrupted sweep has all variants about equally often."""
        pairs = itertools.product(self.seeds, self.variants)
        return tuple(self._cell(variant, seed) for seed, variant in pairs)

    @property
    def baseline(self) -> str:
        """The variant with which the others are compared."""
        return next(iter(self.variants))

    def changes(self, variant: str) -> dict[str, tuple[Any, Any]]:
        """Settings in which a variant differs from the baseline: name -> (there, here)."""
        first, own = self.cells[0].config, next(c for c in self.cells if c.variant == variant).config
        named = {**self.variants[self.baseline], **self.variants[variant]}
        values = {name: (getattr(first, name), getattr(own, name)) for name in named}
        return {name: (there, here) for name, (there, here) in values.items() if there != here}

    def __str__(self) -> str:
        states = [cell.state for cell in self.cells]
        counts = ", ".join(f"{states.count(s)} {s}" for s in ("finished", "interrupted", "missing") if s in states)
        return f"{self.name}: {len(self.variants)} variants x {len(self.seeds)} seeds = {len(states)} runs; {counts}"

    def _cell(self, variant: str, seed: int) -> Cell:
        name = f"{self.name}--{variant}--seed={seed}"
        for part in (self.name, variant):
            if not NAME.fullmatch(part):
                raise SweepError(
                    f"{name}: {part!r} cannot be part of a folder's name; use letters, digits and . _ = + , - (no --)."
                )
        given = {**self.base, **self.variants[variant]}
        taken = [setting for setting in SET_HERE if setting in given]
        if taken:
            raise SweepError(f"{name}: {taken[0]} is set by the sweep itself; leave it out of the settings.")
        given |= {"seed": seed, "run_name": name, "resume": True}
        try:
            config = TrainConfig.read(given)
        except ConfigError as error:
            raise SweepError(f"{name}: {error}") from None
        complete = config.model_dump(mode="json")
        return Cell(variant, seed, config, {setting: complete[setting] for setting in given})


def one_at_a_time(factors: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, Any]]:
    """Variants that change one setting each: {"alpha": [0, 1.0]} -> {"base": {}, "alpha=0": .., "alpha=1": ..}."""
    changed = {_label(name, value): {name: value} for name, values in factors.items() for value in values}
    return {"base": {}} | changed


def product(factors: Mapping[str, Sequence[Any]]) -> dict[str, dict[str, Any]]:
    """Variants of all combinations of values; the combination of first values is the baseline."""
    combinations = (dict(zip(factors, values, strict=True)) for values in itertools.product(*factors.values()))
    return {",".join(_label(*item) for item in changes.items()): changes for changes in combinations}


def plain(value: Any) -> str:
    """A setting's value for names and tables: 1.0 and 1 are equal, corrections are shown by their number."""
    if isinstance(value, dict) and isinstance(corrections := value.get("corrections"), dict):
        number = len(corrections["clips"])
        value = value | {"corrections": f"{corrections['name']}, {counted(number, 'clip')}"}
    return f"{value:g}" if isinstance(value, float) else str(value)


def check_started(sweep: Sweep) -> None:
    """Compare existing runs with the settings of the sweep.

    Raises:
        SweepError: a run of the same name has other settings; settings that cannot change the result are ignored.
    """
    for cell in sweep.cells:
        if cell.state == "missing":
            continue
        try:
            before = Run(cell.folder).settings
        except RunError as error:
            raise SweepError(str(error)) from None
        old, new = _comparable(before), _comparable(cell.config)
        changed = ", ".join(f"{name} was {old[name]!r} and is {new[name]!r}" for name in new if old[name] != new[name])
        if changed:
            raise SweepError(
                f"{cell.run_name} was trained with other settings: {changed}; use those, give the sweep another name, "
                f"or remove {cell.folder}."
            )


def _comparable(config: TrainConfig) -> dict[str, Any]:
    """The settings that affect a run's result."""
    return config.model_dump(exclude=LEFT_OUT | {"keep_memory": True})


def _label(setting: str, value: Any) -> str:
    return f"{setting}={plain(value)}"
