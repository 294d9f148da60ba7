"""Conversion of settings, options and names from text, and sentences from pydantic's errors."""

import datetime
import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from .errors import ALIKE, meant
from .limits import VALUES, count_values

# YAML and papermill convert names that look like these, and the original spelling is lost
READ_AS = {
    bool: "true or false, as YAML reads yes, no, on and off",
    int: "a number, as YAML and papermill read 2024_05_01 and 0001_3",
    float: "a number, as papermill reads 1e3",
    datetime.date: "a date, as YAML reads 2024-05-01",
}
FEW = 15  # largest number of names listed in addition to a suggestion
AS_TEXT = (
    "where it is meant as text, give it in quotes in YAML and Python, with -r in place of -p to papermill, or to "
    "python -m mglib.notebook"
)


def from_text(value: Any) -> Any:
    """Convert a list or dict given as text, as by papermill; YAML accepts {layout: coco17} and {"layout": "coco17"}.

    Other text is not changed, as it may be a name such as 0001_3, which YAML would read as 11; pydantic reads numbers.

    Raises:
        ValueError: the text is not YAML.
    """
    if not isinstance(value, str):
        return value
    try:
        read = parse_yaml(value)
    except ValueError as error:
        raise ValueError(f"it is not YAML ({error})") from None
    return read if isinstance(read, list | dict | str | None) else value


def read_yaml(path: Path) -> Any:
    """The content of a YAML file of plain values.

    Raises:
        OSError: it cannot be read.
        ValueError: as `parse_yaml`, or it is not UTF-8.
    """
    return parse_yaml(path.read_text(encoding="utf-8"))


def parse_yaml(text: str) -> Any:
    """The content of YAML text of plain values, which may be of an unknown author: no code in it is run.

    Raises:
        ValueError: it is not YAML, is nested too deeply, or has references that take too much memory if written out.
    """
    try:
        content = yaml.safe_load(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None
    if count_values(content) > VALUES:
        raise ValueError(f"nested references that expand to more than {VALUES} values")
    return content


def plain(name: str) -> str:
    """A name without differences in capitals, spaces and the way accents are stored."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


def respelled(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of different names that are one in the form of `plain`: the first one met, and each other."""
    first: dict[str, str] = {}
    pairs = [(first.setdefault(plain(name), name), name) for name in names]
    return list(dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))


def numbers(word: str) -> set[float]:
    """The numbers as which a word may be read: 0001_3 is 13 in papermill and Python, and 11 (octal) in YAML."""
    found = set()
    for read in (float, lambda text: int(text.replace("_", ""), 8)):
        with suppress(ValueError):
            found.add(read(word))
    return found


def sentences(error: ValidationError, known: Sequence[str], what: str) -> list[str]:
    """A sentence for every value that does not fit.

    Args:
        error: pydantic's error.
        known: names of the fields.
        what: word for a field: "setting" or "option".
    """
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for each in error.errors():
        by_name.setdefault(str(each["loc"][0]) if each["loc"] else "", []).append(each)
    return [_sentence(name, each, known, what) for name, those in by_name.items() for each in _chosen(name, those)]


def _chosen(name: str, found: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of the errors of a value with several possible types: that on a misread name, else the most specific one."""
    if not name:
        return found
    misread = [each for each in found if each["type"] in ("string_type", "path_type") and _read_as(each["input"])]
    return [misread[0] if misread else max(found, key=lambda each: len(each["loc"]))]


def _read_as(value: Any) -> str:
    return next((kind for type_, kind in READ_AS.items() if isinstance(value, type_)), "")


def _sentence(name: str, error: Mapping[str, Any], known: Sequence[str], what: str) -> str:
    kind, value = error["type"], error["input"]
    if kind == "extra_forbidden":
        close = difflib.get_close_matches(name, known, 1, ALIKE)
        hints = [f"did you mean {close[0]}?"] if close else []
        if not close or len(known) <= FEW:
            hints.append(f"{'There' if close else 'there'} are {', '.join(known) or 'none at all'}.")
        if not close and "data_options" in known:
            hints.append(f"Options of the data set are given as data_options, such as {{{name}: {value}}}.")
        return f"{name}: there is no such {what}; {' '.join(hints)}"
    if kind == "literal_error" and (hint := meant(value, _choices(error))):
        return f"{name}: {value!r} does not fit: it should be {error['ctx']['expected']}.{hint}"
    if not name:
        return error["msg"].removeprefix("Value error, ")
    if kind == "missing":
        return f"{name}: this {what} is missing; give it, with any others of {', '.join(known)}."
    if kind in ("string_type", "path_type") and _read_as(value):
        return f"{name}: {value!r} arrived as {_read_as(value)}; {AS_TEXT}."
    if kind == "is_instance_of":
        return f"{name}: {value!r} does not fit: it should be a list, in brackets."
    message = error["msg"].removeprefix("Value error, ")
    return f"{name}: {value!r} does not fit: {message[0].lower()}{message[1:].removesuffix('.')}."


def _choices(error: Mapping[str, Any]) -> list[str]:
    """The allowed values of a setting, from pydantic's message."""
    return re.findall(r"'([^']*)'", error["ctx"]["expected"])
