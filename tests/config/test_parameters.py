"""A setting is declared once: what notebooks show of it is what its field in the settings says."""

import typing

import nbformat
import pytest

from mglib.base import paths
from mglib.config import TrainConfig, notebooks, parameters, presets
from mglib.config.settings import Count, Settings
from mglib.data import SOURCES

FOLDER = paths.notebooks_dir()


class Invented(Settings):
    """As in the package: a heading, fields with and without default or comment."""

    # first part
    width: Count = 8  # channels of the
    # second part
    kind: typing.Literal["a", "b"] = "b"  # of edge
    named: typing.Literal["a", "b"] = "a"  # a: one way, b: both
    rate: float  # left to the preset
    names: list[str] = ["é", "x"]
    much: bool = False

    @property
    def other(self) -> int:  # no setting
        return 0


class Inherited(Invented):
    last: str = ""  # after those of the parent


def test_a_cell_says_what_the_fields_say():
    assert parameters.parameter_cell(Inherited).splitlines() == [
        "# first part",
        "width = 8  # channels of the",
        "# second part",
        'kind = "b"  # a, b: of edge',
        'named = "a"  # a: one way, b: both',
        "rate = None  # left to the preset",
        'names = ["é", "x"]',
        "much = False",
        'last = ""  # after those of the parent',
    ]
    assert parameters.meanings(Inherited) == {
        "width": "channels of the", "kind": "of edge", "named": "a: one way, b: both", "rate": "left to the preset",
        "names": "", "much": "", "last": "after those of the parent",
    }  # fmt: skip


def test_a_comment_too_long_for_its_line_goes_on_below():
    lines = parameters.parameter_cell(TrainConfig).splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("model = "))
    assert lines[at + 1].startswith("# ") and max(map(len, lines)) <= parameters.WIDTH
    models = (lines[at] + " " + lines[at + 1].removeprefix("# ")).split("  # ")[1].split(": ")[0]
    assert models.split(", ") == list(presets.MODELS)


@pytest.mark.parametrize("name", parameters.NOTEBOOKS)
def test_the_notebooks_say_what_the_settings_do(name):
    path = FOLDER / f"{name}.ipynb"
    assert parameters.written(path) == path.read_text(encoding="utf-8"), "run python -m mglib.config"
    (tagged,) = (c for c in nbformat.read(path, 4).cells if "parameters" in c.metadata.get("tags", []))
    offered = {}
    exec(tagged.source, {}, offered)
    settings = parameters.NOTEBOOKS[name]
    own = {key: value for key, value in offered.items() if key in settings.model_fields}
    assert set(own) == set(settings.model_fields) and settings.read(own) == settings.read({})


def test_every_notebook_is_written_from_settings():
    assert sorted(path.stem for path in FOLDER.glob("[0-9]*.ipynb")) == sorted(parameters.NOTEBOOKS)


def test_02_offers_every_setting_of_a_run_but_those_that_it_chooses_itself():
    lines = parameters.parameter_cell(notebooks.PretrainConfig).splitlines()
    offered = [line.split(" = ")[0] for line in lines if not line.startswith("#")]
    own = notebooks.PretrainConfig
    wanted = {*own.model_fields, *TrainConfig.model_fields} - set(own.not_offered)
    assert set(offered) == wanted and len(offered) == len(wanted)
    assert set(own.not_offered) <= set(TrainConfig.model_fields)


def test_the_table_of_07_asks_a_question_of_every_factor():
    rows = [row.strip("| ").split(" | ") for row in parameters.factor_table().splitlines()[2:]]
    assert [row[0].strip("`") for row in rows] == list(presets.FACTORS)
    assert all(row[3].endswith("?") for row in rows)
    plain = TrainConfig.read({})
    assert {row[0].strip("`"): row[1] for row in rows}["tau"] == f"{plain.tau:g}"
    assert rows[5][:3] == ["`alpha`", "0.2", "0, 0.05, 1"]


def test_the_sources_of_data_that_settings_name_are_those_that_there_are():
    assert set(typing.get_args(TrainConfig.model_fields["dataset"].annotation)) == set(SOURCES)


def test_the_command_writes_what_has_changed_and_nothing_else(monkeypatch, tmp_path):
    for name in parameters.NOTEBOOKS:
        (tmp_path / f"{name}.ipynb").write_bytes((FOLDER / f"{name}.ipynb").read_bytes())
    monkeypatch.setattr(paths, "notebooks_dir", lambda: tmp_path)
    assert parameters.write_notebooks() == []
    stale = tmp_path / "03_train.ipynb"
    right = stale.read_text(encoding="utf-8")
    stale.write_text(right.replace("alpha = 0.2 ", "alpha = 0.3 "), encoding="utf-8")
    assert parameters.write_notebooks() == [stale] and stale.read_text(encoding="utf-8") == right
