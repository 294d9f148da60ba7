"""Descriptions in users' YAML files, such as layouts; a run stores the content, not the file's name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .corrections import read_corrections
from .errors import OptionError
from .values import read_yaml

SUFFIXES = (".yaml", ".yml")
DESCRIBED = ("layout", "stored")  # options of data sources that may name such a file


def is_description(value: Any) -> bool:
    """Whether an option's value names a YAML file."""
    return isinstance(value, str | Path) and Path(value).suffix.lower() in SUFFIXES


def read_description(option: str, path: str | Path) -> dict[str, Any]:
    """Read a YAML file of names and values; `name` defaults to that of the file.

    Args:
        option: option that names the file, for messages.
        path: the file.

    Raises:
        OptionError: it does not exist, is not YAML, or has other content.
    """
    path = Path(path).expanduser()
    try:
        content = read_yaml(path)
    except FileNotFoundError:
        raise OptionError(f"{option}: {path} is not there; check the path.") from None
    except (OSError, ValueError) as error:
        raise OptionError(f"{option}: {path} is not a readable YAML file ({error}); correct it.") from None
    if not isinstance(content, dict):
        found = type(content).__name__
        raise OptionError(f"{option}: {path} holds one {found}; give names with values, as in `joints: [nose, neck]`.")
    return {"name": path.stem, **content}


def inlined(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a data set, with the content of description files in place of their names.

    Raises:
        OptionError: see `read_description` and `read_corrections`.
    """
    if isinstance(options.get("corrections"), str | Path) and options["corrections"]:
        options = {**options, "corrections": read_corrections(options["corrections"])}
    given = {name: options[name] for name in DESCRIBED if is_description(options.get(name))}
    return {**options, **{name: read_description(name, path) for name, path in given.items()}}
