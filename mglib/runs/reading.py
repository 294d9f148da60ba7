"""Files of a run, read strictly: a copied or shared run may be cut short, or forged, and then a sentence says so."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from pydantic import TypeAdapter, ValidationError

from mglib.base import paths
from mglib.base.errors import RunError
from mglib.base.facts import DataFacts
from mglib.base.limits import VALUES, count_values, excess

COLUMNS = ("id", "label", "split", "group")
COUNTED = ("label", "total_frames", "height", "width")
RELIANCE = ("system", "swapped", "top1", "low", "high", "drop", "drop_low", "drop_high")
WORDS = {"id": str, "split": str, "group": str, "video": str}  # columns of text, though they may look like numbers


class Facts(dict):
    """Named values of a file; one that is not there is a `RunError`.

    Args:
        path: the file, JSON or YAML.
        **kinds: types of values that are of use only if they are of those.

    Raises:
        RunError: it cannot be read, holds no named values, or one of another type.
    """

    def __init__(self, path: Path, **kinds: Any):
        content = read(path, _yaml if path.suffix == ".yaml" else _json)
        if not isinstance(content, dict):
            raise broken(path, f"it holds a {type(content).__name__}, not named values")
        for field, kind in kinds.items():
            if field in content and not isinstance(content[field], kind):
                raise broken(path, f"{field} is a {type(content[field]).__name__}")
        super().__init__(content)
        self._path = path

    def __missing__(self, field: str) -> Any:
        raise broken(self._path, f"it lacks {field}")


def read_facts(path: Path) -> DataFacts:
    """data.json.

    Raises:
        RunError: it cannot be read, or a fact is missing or of another type.
    """
    content = Facts(path)
    try:
        return TypeAdapter(DataFacts).validate_python(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise broken(path, f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from None


def read(path: Path, parse: Callable[[Path], Any]) -> Any:
    """What `parse` makes of a file.

    Raises:
        RunError: it cannot.
    """
    try:
        return parse(path)
    except Exception as error:  # parsers of broken files raise nearly anything
        raise broken(path, " ".join(str(error).split()) or type(error).__name__) from error


def read_clips(path: Path, num_classes: int) -> pd.DataFrame:
    """clips.csv: id, label, split, group, and as a rule total_frames, height, width.

    Raises:
        RunError: it cannot be read, lacks a column, or holds a number that cannot be.
    """
    table = read(path, lambda path: pd.read_csv(path, dtype=WORDS, keep_default_na=False))
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise broken(path, f"it lacks the columns {', '.join(missing)}")
    for name in (name for name in COUNTED if name in table):
        top = num_classes if name == "label" else np.inf
        if not pd.api.types.is_integer_dtype(table[name]) or not table[name].between(0, top - 1).all():
            raise broken(path, f"column {name} holds other values than whole numbers 0..{top - 1}")
    return table


def read_reliance(path: Path) -> pd.DataFrame:
    """reliance.csv: system, swapped, and numbers.

    Raises:
        RunError: it cannot be read, lacks a column, or has text for a number.
    """
    table = read(path, pd.read_csv)
    missing = [name for name in RELIANCE if name not in table]
    if missing:
        raise broken(path, f"it lacks the columns {', '.join(missing)}")
    for name in RELIANCE[2:]:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise broken(path, f"column {name} holds other values than numbers")
    return table


def read_arrays(path: Path, rows: int | None = None) -> dict[str, np.ndarray]:
    """An .npz of numbers and text.

    Args:
        path: the file.
        rows: of every array, where it is known.

    Raises:
        RunError: it cannot be read, unpacks to too much, or holds other arrays.
    """
    arrays = read(path, _npz)
    for key, array in arrays.items():
        if fault := paths.fault(key):
            raise broken(path, f"the name {key!r} {fault}")
        if array.dtype.kind not in "biufU":
            raise broken(path, f"{key} holds {array.dtype} values, where numbers or text are expected")
        if rows is not None and array.shape[:1] != (rows,):
            raise broken(path, f"{key} has the shape {array.shape}, for {rows} clips")
    return arrays


def broken(path: Path, why: str) -> RunError:
    """The error that says so."""
    return RunError(f"{path} cannot be used: {why}; copy the run {path.parent.name} anew, or train it again.")


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _yaml(path: Path) -> Any:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if count_values(content) > VALUES:
        raise ValueError(f"lists that hold each other, with more than {VALUES} values if they were written out")
    return content


def _npz(path: Path) -> dict[str, np.ndarray]:
    with zipfile.ZipFile(path) as packed:
        if fault := excess(sum(member.file_size for member in packed.infolist())):
            raise ValueError(f"it {fault}")
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)
