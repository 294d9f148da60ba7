"""Writes README.md of a run: a model card for people and for model hubs (YAML, then Markdown).

It contains no date: the same run gives the same card.
"""

from collections.abc import Sequence

import yaml

from mglib.base import files
from mglib.base.facts import intervals_over
from mglib.config import setting_rows
from mglib.runs import Run
from mglib.runs.ancestry import in_a_sentence

from .evaluation import format_scores

LICENCE = "FILL IN: the licence under which the data were given to you, and whether weights may be passed on"
LOADING = """\
```python
from mglib.runs import Run
from mglib.prediction import Predictor

run = Run("{name}")  # probabilities, features, prototypes: plain files, read without the model
run.probabilities()
Predictor("{name}")("me.mp4").top()  # a new clip
```
"""
LOADING_ENSEMBLE = """\
```python
from mglib.runs import Run

Run("{name}").probabilities()
```
"""


def write_card(run: Run) -> None:
    """Write README.md into the directory of a run whose scores are known.

    Raises:
        DiskError: the disk is full.
    """
    files.write_text(run.path / "README.md", card(run))


def card(run: Run) -> str:
    """The card as text."""
    data = run.data
    about = {
        "library_name": "mglib",
        "tags": ["micro-gesture", "skeleton-based action recognition"],
        "license": "other",
        "license_name": LICENCE,
        "datasets": [data.name],
        "metrics": ["accuracy", "f1"],
    }
    parts = [
        f"---\n{yaml.safe_dump(about, sort_keys=False, allow_unicode=True)}---",
        f"# {run.name}\n\n{_what(run)}",
        f"## Data\n\n{data.name}: {data.sizes}; {data.num_classes} classes, {data.visual or 'no video'}, skeletons of "
        f"{len(data.joints)} joints (layout {data.layout}). {data.sharing}".rstrip()
        + f"\n\nLicence of the data: {LICENCE}.",
        f"## Settings\n\n{_settings(run)}",
        f"## Scores\n\n{_scores(run)}",
        "## How to load\n\n" + (LOADING_ENSEMBLE if run.kind == "ensemble" else LOADING).format(name=run.name),
        f"## Limits\n\n{_limits(run)}",
    ]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _what(run: Run) -> str:
    environment = run.environment
    size = environment.get("parameters")
    if run.kind == "ensemble":
        members = ", ".join(f"{m['run']}:{m['stream']}" for m in run.config["members"])
        how = run.config.get("method", "equal")
        return f"An ensemble of {members}, combined by the method {how}. {in_a_sentence(run)}".rstrip()
    of = f" of {size / 1e6:.2f} million parameters" if size else ""
    inputs, machine = " and ".join(run.input_names.values()), environment.get("processor") or environment.get("device")
    return (
        f"A network{of} that classifies micro-gestures from {inputs}. Trained at commit "
        f"{environment.get('commit') or 'unknown'} on {machine or 'an unknown machine'}. {in_a_sentence(run)}".rstrip()
    )


def _settings(run: Run) -> str:
    if run.kind == "ensemble":
        return "Members with their weights and temperatures are in config.yaml."
    rows = [row for row in setting_rows(run.settings) if row[2]]
    told = f"Preset {run.settings.preset}, seed {run.settings.seed}."
    if not rows:
        return f"{told} No setting differs from the preset."
    return f"{told} What differs from the preset:\n\n{_table(('setting', 'value', 'preset'), rows)}"


def _scores(run: Run) -> str:
    sheet = format_scores(run.scores).rename(index=run.stream_names)
    over = intervals_over(run.clips["group"].iloc[run.where("test")].nunique(), run.data.group_noun)
    rows = [(str(name), *map(str, row)) for name, row in zip(sheet.index, sheet.to_numpy(), strict=True)]
    return (
        f"Test clips, in percent, with {over}; the rows that are not networks are baselines.\n\n"
        f"{_table(('system', *map(str, sheet.columns)), rows)}"
    )


def _limits(run: Run) -> str:
    kind = run.data.group_kind
    return (
        "Another seed gives another network with other scores. The network knows only the "
        f"{kind}s, cameras and gestures of its training data, and answers for any other gesture, too. Gestures are no "
        "evidence of what a person feels or hides."
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)
