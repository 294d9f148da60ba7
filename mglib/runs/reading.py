"""Strict reading of a run's files: copied or shared runs may be truncated or malicious, which gives a `RunError`."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import TypeAdapter, ValidationError

from mglib.base import paths
from mglib.base.errors import RunError
from mglib.base.facts import DataFacts
from mglib.base.limits import excess
from mglib.base.values import read_yaml

COLUMNS = ("id", "label", "split", "group")
COUNTED = ("label", "total_frames", "height", "width")
RELIANCE = ("system", "swapped", "top1", "low", "high", "drop", "drop_low", "drop_high")
WORDS = {"id": str, "split": str, "group": str, "video": str}  # text columns, even if they look like numbers


class Facts(dict):
    """Named values of a file; asking for a missing one is a `RunError`.

    Args:
        path: the file, JSON or YAML.
        **kinds: required types of values, by name.

    Raises:
        RunError: the file cannot be read, does not contain named values, or a value has another type.
    """

    def __init__(self, path: Path, **kinds: Any):
        content = read(path, read_yaml if path.suffix == ".yaml" else load_json)
        if not isinstance(content, dict):
            raise broken(path, f"it contains a {type(content).__name__}, not named values")
        for field, kind in kinds.items():
            if field in content and not isinstance(content[field], kind):
                raise broken(path, f"{field} is a {type(content[field]).__name__}")
        super().__init__(content)
        self._path = path

    def __missing__(self, field: str) -> Any:
        raise broken(self._path, f"it lacks {field}")


def read_facts(path: Path) -> DataFacts:
    """Read data.json.

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
    """The result of `parse` for a file.

    Raises:
        RunError: `parse` failed.
    """
    try:
        return parse(path)
    except Exception as error:  # parsers raise almost any type for damaged files
        raise broken(path, " ".join(str(error).split()) or type(error).__name__) from error


def read_clips(path: Path, num_classes: int) -> pd.DataFrame:
    """Read clips.csv: id, label, split, group, and usually total_frames, height, width.

    Raises:
        RunError: it cannot be read, lacks a column, or contains an impossible number.
    """
    table = read(path, lambda path: pd.read_csv(path, dtype=WORDS, keep_default_na=False))
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise broken(path, f"it lacks the columns {', '.join(missing)}")
    for name in (name for name in COUNTED if name in table):
        top = num_classes if name == "label" else np.inf
        if not pd.api.types.is_integer_dtype(table[name]) or not table[name].between(0, top - 1).all():
            raise broken(path, f"column {name} contains values other than whole numbers 0..{top - 1}")
    return table


def read_reliance(path: Path) -> pd.DataFrame:
    """Read reliance.csv: system, swapped, and numbers.

    Raises:
        RunError: it cannot be read, lacks a column, or has text in a column of numbers.
    """
    table = read(path, pd.read_csv)
    missing = [name for name in RELIANCE if name not in table]
    if missing:
        raise broken(path, f"it lacks the columns {', '.join(missing)}")
    for name in RELIANCE[2:]:
        if not pd.api.types.is_numeric_dtype(table[name]):
            raise broken(path, f"column {name} contains values other than numbers")
    return table


def read_arrays(path: Path, rows: int | None = None) -> dict[str, np.ndarray]:
    """Read an .npz file of numbers and text.

    Args:
        path: the file.
        rows: required number of rows of every array; None: any.

    Raises:
        RunError: it cannot be read, is too large when unpacked, or contains arrays of another type or length.
    """
    arrays = read(path, _npz)
    for key, array in arrays.items():
        if fault := paths.fault(key):
            raise broken(path, f"the name {key!r} {fault}")
        if array.dtype.kind not in "biufU":
            raise broken(path, f"{key} contains {array.dtype} values, where numbers or text are expected")
        if rows is not None and array.shape[:1] != (rows,):
            raise broken(path, f"{key} has the shape {array.shape}, for {rows} clips")
    return arrays


def stored_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a result that can be computed again; {} if it is missing or damaged."""
    try:
        return read_arrays(path)
    except RunError:
        return {}


def broken(path: Path, why: str) -> RunError:
    """The error for a damaged file of a run."""
    return RunError(f"{path} cannot be used: {why}; copy the run {path.parent.name} again, or train it again.")


def load_json(path: Path) -> Any:
    """The content of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def _npz(path: Path) -> dict[str, np.ndarray]:
    with zipfile.ZipFile(path) as packed:
        if fault := excess(sum(member.file_size for member in packed.infolist())):
            raise ValueError(f"it {fault}")
    with np.load(path, allow_pickle=False) as arrays:
        return dict(arrays)
