"""YAML that someone else wrote: read, or refused at once by a sentence, without running any of it."""

from pathlib import Path

import pytest

from mglib.base import paths
from mglib.base.errors import ConfigError, OptionError, RunError
from mglib.config import SpotConfig, TrainConfig
from mglib.data.own_layouts import find_layout
from mglib.recordings.spotter import read_config
from mglib.sweep import Sweep, SweepError
from mglib.sweep.cells import check_started
from mglib.training.__main__ import read_settings
from tests.safety.hostile import LAUGHS

TEXTS = {
    "more than memory": LAUGHS,
    "more than memory in a field": f"{LAUGHS}name: *a11\njoints: *a11\nepochs: *a11\n",
    "deeper than the stack": "[" * 500,
    "holds itself": "epochs: &a [*a]\njoints: *a\n",
    "no date": "epochs: 2024-13-45\n",
    "code": "!!python/object/apply:os.system ['touch CANARY']",
    "a list": "- 1",
    "no words": "1: 2",
}


def check_cell(path: Path) -> None:
    """What a sweep does with the settings of a run that it finds."""
    sweep = Sweep("s", {}, {"base": {}}, (0,))
    folder = paths.runs_dir() / sweep.cells[0].run_name
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(path.read_text())
    check_started(sweep)


DOORS = {
    "a layout": (lambda path: find_layout(str(path)), OptionError, "layout"),
    "settings": (lambda path: TrainConfig.read(read_settings(path)), ConfigError, "--config|1: |epochs: "),
    "a spotter's settings": (read_config, RunError, r"file\.yaml cannot be used"),
    "an option": (lambda path: TrainConfig.read({"data_options": path.read_text()}), ConfigError, "^data_options: "),
    "a run of a sweep": (check_cell, SweepError, r"config\.yaml"),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("what", TEXTS)
def test_it_is_refused_at_once_and_not_run(folders, door, what):
    read, kind, said = DOORS[door]
    path, canary = folders / "file.yaml", folders / "ran"
    path.write_text(TEXTS[what].replace("CANARY", str(canary)))
    with pytest.raises(kind, match=said) as refused:
        read(path)
    assert len(str(refused.value)) < 2_000 and not canary.exists()


def test_settings_are_named_by_words():
    with pytest.raises(ConfigError, match="^7: "):
        SpotConfig.read({7: 1})
