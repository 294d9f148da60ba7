"""Check a data set before training on it.

    python -m mglib.data check imigue FOLDER -o sheet.png -p layout imigue36

It prints the clips by class and split, how often each joint is detected, and all faults: files that are missing or
broken, counts that differ from the published ones, persons or videos in two splits, known mistakes of loaders. With
-o it draws some clips. The exit code is 0 if nothing is wrong, 1 if something is, 2 for wrong arguments or a full disk.
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

PICTURES = ("", ".png", ".pdf", ".svg", ".jpg", ".jpeg")


def main(arguments: list[str] | None = None) -> int:
    """Check a data set from the console; the module's docstring lists the exit codes."""
    print_anything()
    parser = argparse.ArgumentParser(prog="python -m mglib.data", description="Check a data set.")
    check = parser.add_subparsers(dest="command", required=True).add_parser("check", help="check a data set")
    check.add_argument("source", choices=list(SOURCES))
    check.add_argument(
        "folder", nargs="?", type=Path, help="folder or file of the data set; the synthetic one has none"
    )
    check.add_argument("-p", nargs=2, action="append", default=[], metavar=("OPTION", "VALUE"), help="of the source")
    check.add_argument("-o", "--output", type=Path, help="a picture of some clips, sheet.png")
    check.add_argument("--part", action="store_true", help="the folder lacks clips on purpose: do not compare counts")
    given = parser.parse_args(arguments)
    if (given.folder is None) != (given.source == "synthetic"):
        parser.error("folder: every source but synthetic is read from a folder or file; give its path.")
    if given.folder is not None and not given.folder.exists():
        parser.error(f"folder: {given.folder} is not there.")
    if given.output and given.output.suffix.lower() not in PICTURES:
        parser.error(f"output: {given.output} is no picture; give a name that ends in {', '.join(PICTURES[1:])}.")
    try:
        found = inspect_source(given.source, given.folder, given.part, **_options(given.p))
        print(found)
        if given.output and found.examples:
            _draw(found, given.output)
    except (ConfigError, DataError, DiskError) as error:
        parser.error(str(error))
    return 1 if found.wrong else 0


def _options(words: list[tuple[str, str]]) -> dict[str, Any]:
    """Options of the source; lists and dicts are read as YAML, any other value as text.

    Raises:
        ConfigError: a list or dict is not valid YAML.
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
