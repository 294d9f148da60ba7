"""Writes the notebooks' parameter cells from the settings, each of which is declared once: a field with a comment."""

import ast
import inspect
import io
import json
import re
import textwrap
import tokenize
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from mglib.base import files, paths

from . import notebooks, presets
from .settings import Settings
from .train import TrainConfig

WIDTH = 120
NOTEBOOKS: dict[str, type[Settings]] = {
    "01_explore_data": notebooks.LookConfig,
    "02_pretrain": notebooks.PretrainConfig,
    "03_train": TrainConfig,
    "04_explore_confusions": notebooks.ExploreConfig,
    "05_ensemble": notebooks.EnsembleConfig,
    "06_report": notebooks.ReportConfig,
    "07_compare": notebooks.CompareConfig,
    "08_your_own_video": notebooks.VideoConfig,
    "09_long_recordings": notebooks.LongConfig,
}


class _Declared(NamedTuple):
    """A setting as the source declares it."""

    heading: str  # of its section
    comment: str  # beside it
    field: FieldInfo


def written(path: Path) -> str:
    """The text of a notebook with its parameter cell (in 07, also the table of factors) up to date."""
    import nbformat  # takes a second, and the kernels of notebooks, which read `meanings`, need none of it

    notebook = nbformat.read(path, as_version=4)
    contents = {"parameters": parameter_cell(NOTEBOOKS[path.stem]), "factors": factor_table()}
    for cell in notebook.cells:
        for tag in cell.metadata.get("tags", []):
            cell.source = contents.get(tag, cell.source)
    return nbformat.writes(notebook) + "\n"


def write_notebooks() -> list[Path]:
    """Rewrite the notebooks whose parameter cells are out of date; return their paths."""
    changed = []
    for name in NOTEBOOKS:
        path = paths.notebooks_dir() / f"{name}.ipynb"
        if (text := written(path)) != path.read_text(encoding="utf-8"):
            files.write_text(path, text)
            changed.append(path)
    return changed


def parameter_cell(settings: type[Settings]) -> str:
    """A line per setting with its name, default and comment, under the headings of the sections."""
    offered = _declared(settings)
    if settings is notebooks.PretrainConfig:  # it offers the settings of a run, too
        shared = _declared(TrainConfig).items()
        offered |= {name: one for name, one in shared if name not in {*offered, *settings.not_offered}}
    lines, heading = [], ""
    for name, one in offered.items():
        if one.heading != heading:
            heading = one.heading
            lines.append(f"# {heading}")
        lines += _lines(name, one)
    return "\n".join(lines)


def meanings(settings: type[Settings]) -> dict[str, str]:
    """The comment of each setting by its name; empty where there is none."""
    return {name: one.comment for name, one in _declared(settings).items()}


def factor_table() -> str:
    """The factors of 07_compare as a Markdown table: setting, default, changed values, question."""
    comments, plain = _comments(inspect.getsource(presets)), TrainConfig.read({})
    lines = inspect.getsource(presets).splitlines()
    rows = ["| setting | baseline | changed to | question |", "|---|---|---|---|"]
    for name, values in presets.FACTORS.items():
        line = next(n for n, text in enumerate(lines, 1) if text.startswith(f'    "{name}": ['))
        changed = ", ".join(map(_short, values))
        rows.append(f"| `{name}` | {_short(getattr(plain, name))} | {changed} | {comments[line]} |")
    return "\n".join(rows)


def _declared(settings: type[Settings]) -> dict[str, _Declared]:
    """The declared settings by name, those of parent classes first."""
    found, heading = {}, ""
    for owner in (one for one in reversed(settings.__mro__) if issubclass(one, Settings)):
        source = textwrap.dedent(inspect.getsource(owner))
        comments, last = _comments(source), 0
        for field in ast.parse(source).body[0].body:
            above = [comments[line] for line in range(last + 1, field.lineno) if line in comments]
            heading, last = above[-1] if above else heading, field.end_lineno
            if isinstance(field, ast.AnnAssign) and (name := field.target.id) in settings.model_fields:
                found[name] = _Declared(heading, comments.get(last, ""), settings.model_fields[name])
    return found


def _comments(source: str) -> dict[int, str]:
    """All comments by line number, counted from 1."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def _lines(name: str, one: _Declared) -> list[str]:
    """The line of one setting, wrapped at `WIDTH`; its choices come first unless the comment names them all."""
    field, comment = one.field, one.comment
    default = None if field.is_required() or field.default_factory else field.default
    value = json.dumps(default, ensure_ascii=False) if isinstance(default, str | list) else repr(default)
    choices = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
    if not set(choices) <= set(re.findall(r"[\w+]+", comment)):
        comment = ": ".join(filter(None, [", ".join(choices), comment]))
    return textwrap.wrap(f"{name} = {value}" + f"  # {comment}" * bool(comment), WIDTH, subsequent_indent="# ")


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
