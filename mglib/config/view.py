"""The settings of a run as a notebook shows them: what differs from the preset first, the rest folded up."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from mglib.base import paths

from .train import TrainConfig

HIDDEN = {"run_name", "resume", "data_root"}  # where and under which name it ran is no part of the method
Row = tuple[str, str, str]  # setting, value, and the preset's value where that differs


def setting_rows(config: TrainConfig) -> list[Row]:
    """A row per setting: name, value, and the preset's value for this network, or "" where they are equal."""
    own = config.model_dump(mode="json", exclude={"data_options": paths.PATH_OPTIONS})
    if corrections := own["data_options"].get("corrections"):
        own["data_options"]["corrections"] = f"{corrections['name']}, {len(corrections['clips'])} clips"
    plain = type(config).read({"preset": config.preset}).model_dump(mode="json")
    network = ("model", "streams")  # other settings of the preset depend on these
    for name, value in type(config).read({n: own[n] for n in ("preset", *network)}).model_dump(mode="json").items():
        plain[name] = plain[name] if name in network else value
    return [
        (name, _plain(name, value), "" if value == plain[name] else _plain(name, plain[name]))
        for name, value in own.items()
        if name not in HIDDEN
    ]


@dataclass(frozen=True)
class SettingsView:
    """Shows itself in a notebook: the settings that differ from their preset, and all others folded up below."""

    configs: Sequence[TrainConfig]

    def __str__(self) -> str:
        return "\n".join(f"{_told(config)}: {_changed(config) or 'as in the preset'}" for config in self.configs)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(map(_as_html, self.configs))


def show_settings(*configs: TrainConfig) -> SettingsView:
    """The settings of one run or several, as a notebook shows them."""
    return SettingsView(configs)


def _as_html(config: TrainConfig) -> str:
    rows = setting_rows(config)
    differs = [row for row in rows if row[2]]
    table = (
        _table(("setting", "value", "preset"), differs) if differs else "<p>All settings are those of the preset.</p>"
    )
    every = _table(("setting", "value"), [row[:2] for row in rows])
    return f"<p>{escape(_told(config))}</p>{table}<details><summary>all {len(rows)} settings</summary>{every}</details>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    names = "".join(f"<th style='text-align: left'>{escape(name)}</th>" for name in head)
    cells = ["".join(f"<td style='text-align: left'>{escape(cell)}</td>" for cell in row) for row in rows]
    return f"<table><tr>{names}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _told(config: TrainConfig) -> str:
    named = f"{config.run_name}: " if config.run_name else ""
    return f"{named}data set {config.dataset}, preset {config.preset}"


def _changed(config: TrainConfig) -> str:
    return ", ".join(f"{name} = {value} (preset: {plain})" for name, value, plain in setting_rows(config) if plain)


def _plain(name: str, value: Any) -> str:
    if name == "flip" and value is None:
        return "if the data set allows it"
    return "none" if value in ("", {}, None) else str(value)
