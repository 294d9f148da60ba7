"""Look a data set over before anything is trained on it.

    python -m mglib.data check imigue FOLDER -o sheet.png -p layout imigue36

It prints the clips by class and split, how often each joint is detected, and what is wrong: files that are missing or
broken, counts that differ from the published ones, persons or videos in two splits, traps. With -o it draws some clips.
It returns 0 where nothing is wrong, 1 where something is, 2 where it was called wrongly or had no room to work.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from mglib.base.console import ended, print_anything
from mglib.base.errors import ConfigError, DataError, DiskError
from mglib.base.files import whole
from mglib.base.values import from_text

from . import SOURCES
from .inspection import Inspection, inspect_source


def main(arguments: list[str] | None = None) -> int:
    """Check a data set from the console; see the module's text for what is returned."""
    print_anything()
    parser = argparse.ArgumentParser(prog="python -m mglib.data", description="Check a data set.")
    check = parser.add_subparsers(dest="command", required=True).add_parser("check", help="look a data set over")
    check.add_argument("source", choices=list(SOURCES))
    check.add_argument(
        "folder", nargs="?", type=Path, help="folder or file of the data set; the synthetic one has none"
    )
    check.add_argument("-p", nargs=2, action="append", default=[], metavar=("OPTION", "VALUE"), help="of the source")
    check.add_argument("-o", "--output", type=Path, help="a picture of some clips, sheet.png")
    check.add_argument("--part", action="store_true", help="a part of the data set on purpose: do not count its clips")
    given = parser.parse_args(arguments)
    if (given.folder is None) != (given.source == "synthetic"):
        parser.error("folder: every source but synthetic is read from a folder or file; give its path.")
    if given.folder is not None and not given.folder.exists():
        parser.error(f"folder: {given.folder} is not there.")
    try:
        found = inspect_source(given.source, given.folder, given.part, **_options(given.p))
        print(found)
        if given.output and found.examples:
            _draw(found, given.output)
    except (ConfigError, DataError, DiskError) as error:
        parser.error(str(error))
    return 1 if found.wrong else 0


def _options(words: list[tuple[str, str]]) -> dict[str, Any]:
    """Options of the source; lists and dicts are YAML, any other word is meant as it stands.

    Raises:
        ConfigError: a list or dict is no YAML.
    """
    options = {}
    for name, text in words:
        try:
            options[name] = from_text(text)
        except ValueError as error:
            raise ConfigError(f"{name}: {text!r} does not fit: {error}.") from None
    return options


def _draw(found: Inspection, path: Path) -> None:
    from mglib.figures import contact_sheet  # takes seconds to import

    with whole(path) as part:
        drawn = contact_sheet(found.table, found.examples)
        drawn.savefig(part, format=path.suffix.lstrip(".") or "png", titled=True)
    print(f"\n{len(found.examples)} clips are drawn in {path}.")


if __name__ == "__main__":
    sys.exit(ended(main))
