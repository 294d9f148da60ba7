"""What CONTRIBUTING.md says of the places that an addition touches is so."""

import ast
import functools
import importlib
import inspect
import pkgutil
import re

import pytest
from torch import nn

from mglib import figures
from mglib.base import paths
from mglib.config import MODELS, TrainConfig, parameters
from mglib.config.settings import Count
from mglib.data import SOURCES
from mglib.figures import Figure
from mglib.models import own
from mglib.report.commands import given_settings
from mglib.report.sections.setting import settings_table
from mglib.sweep import SYSTEMS, System
from mglib.sweep.systems import with_others

TEXT = (paths.root() / "CONTRIBUTING.md").read_text(encoding="utf-8")
MOST = {"a setting": 2, "a source of data": 3, "a model": 3, "a figure": 2}
# beside the places named: published counts, and what the paper prints
MORE = {"data/inspection.py", "sweep/systems.py"}
# words of the field, that strings elsewhere mean otherwise
WORDS = {"annotation", "keypoints", "recordings"}
# these have inputs, heads or losses of their own
OWN_WAYS = {"two_stream", "pose_conv3d", "hypergraph"}


class Longer(TrainConfig):
    """With one setting more."""

    patience: Count = 3  # epochs that it waits


class Part(nn.Module):
    def __init__(self, width: int, patience: int):
        super().__init__()


@functools.cache
def strings() -> dict[str, set[str]]:
    """Module of the package -> the strings that its code holds."""
    package, found = paths.package(), {}
    for path in package.rglob("*.py"):
        parts = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        constants = {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
        found[path.relative_to(package).as_posix()] = constants
    return found


def files_that_name(name: str) -> set[str]:
    """Modules of the package whose code holds a string that is this name."""
    return {path for path, held in strings().items() if name in held}


@pytest.mark.parametrize("what", MOST)
def test_the_places_are_as_many_as_the_heading_says_and_they_are_there(what):
    (section,) = re.findall(rf"## To add {what}: (\d) places\n(.*?)(?=\n## |\Z)", TEXT, re.S)
    assert len(re.findall(r"^\d\. ", section[1], re.M)) == int(section[0]) <= MOST[what]
    for path in re.findall(r"`((?:mglib|tests|docs)/[\w/.]*)`", TEXT):
        assert (paths.root() / path).exists(), path


def test_the_rooms_are_those_that_there_are():
    listed = re.findall(r"`(\w+)`:", TEXT[TEXT.index("## Layout") : TEXT.index("## To add a setting")])
    there = {path.stem for path in paths.package().iterdir() if not path.name.startswith(("_", "."))}
    assert sorted(listed) == sorted(there)


def test_a_field_more_is_in_notebook_table_and_command_and_reaches_the_part_that_asks_for_it():
    assert "patience = 3  # epochs that it waits" in parameters.parameter_cell(Longer).splitlines()
    config = Longer.read({"patience": 5})
    assert own(Part, dict(config)) == {"patience": 5}
    assert settings_table(config).set_index("setting").loc["patience"].tolist() == ["5", "3"]
    assert given_settings(config)["patience"] == 5
    assert Longer.read(TrainConfig.read({}).model_dump(mode="json")).patience == 3  # a run from before


def test_a_source_is_named_where_the_text_says():
    for name, load in SOURCES.items():
        module = load.__module__.removeprefix("mglib.").replace(".", "/")
        assert module == f"data/sources/{name}"
        elsewhere = {path for path in files_that_name(name) if not path.startswith("data/sources/")} - MORE
        places = {"data/__init__.py", "config/settings.py"}
        assert name == "synthetic" or elsewhere == places or (name in WORDS and elsewhere > places), name
        tests = paths.root() / "tests" / "data" / "sources" / f"test_{name}.py"
        assert tests.is_file() and (name == "synthetic" or name in (paths.root() / "docs" / "data.md").read_text())


def test_a_model_is_named_where_the_text_says_and_can_be_compared_at_once():
    for name in set(MODELS) - OWN_WAYS:
        elsewhere = {path for path in files_that_name(name) if not path.startswith("models/")} - MORE
        assert elsewhere == {"config/presets.py"}, name
    more = with_others(SYSTEMS, MODELS | {"mine": ("joint",)})
    assert more == SYSTEMS | {"mine": System("mine", "joint", {"alpha": 0.0, "model": "mine"})}


def test_every_figure_is_a_name_of_the_room():
    made = {
        name
        for found in pkgutil.iter_modules(figures.__path__)
        for name, function in vars(importlib.import_module(f"mglib.figures.{found.name}")).items()
        if inspect.isfunction(function) and function.__annotations__.get("return") is Figure
        if function.__module__ == f"mglib.figures.{found.name}" and not name.startswith("_") and name != "sentence"
    }
    assert len(made) > 30 and made <= set(figures.__all__)
