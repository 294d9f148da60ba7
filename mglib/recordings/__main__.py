"""Long recordings from the console: check and describe them, spot gestures, write files, agreement of coders.

    python -m mglib.recordings check FOLDER tier="gesture*" participant=P1 labels=map.csv
    python -m mglib.recordings describe FOLDER
    python -m mglib.recordings agree FOLDER coders=A,B
    python -m mglib.recordings train RUN FOLDER test=P7,P8 val=P6 --set epochs=80
    python -m mglib.recordings spot SPOTTER FOLDER -o OUT
    python -m mglib.recordings evaluate SPOTTER FOLDER -o OUT
    python -m mglib.recordings convert FOLDER -o OUT.csv

Words NAME=VALUE are options of the data set `recordings`. Without FOLDER the recordings are synthetic. The exit code is
0 if nothing is wrong, 1 if something is, 2 for wrong arguments or a full disk.
"""

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mglib.base.console import ended, print_anything
from mglib.base.errors import ConfigError, DataError, DiskError, RunError
from mglib.base.values import from_text
from mglib.data.faults import listed
from mglib.data.recordings import Recordings

from .agreeing import agreement_text
from .describing import description
from .exchange import write_segments
from .opening import open_recordings

LISTS = ("coders", "test", "val")  # options that are lists, separated by commas


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command from the console; the module's docstring lists the exit codes."""
    print_anything()
    parser = argparse.ArgumentParser(prog="python -m mglib.recordings", description="Long recordings.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, told in COMMANDS.items():
        command = commands.add_parser(name, help=told[1])
        if name in ASKED:
            command.add_argument("asked", metavar=ASKED[name].upper(), help=f"directory or name of a {ASKED[name]}")
        command.add_argument("words", nargs="*", metavar="FOLDER NAME=VALUE", help="the folder, and options")
        if name == "train":
            told = "settings of the spotter, such as run_name=mine epochs=80 resume=True"
            command.add_argument("--set", nargs="+", default=[], metavar="NAME=VALUE", type=_pair, help=told)
        if name in ("spot", "convert", "evaluate"):
            needed = name != "evaluate"
            command.add_argument("-o", "--output", type=Path, required=needed, help="a file, or a folder for several")
            command.add_argument("--ending", default=".eaf", help="suffix of the files of a folder, .eaf by default")
    given = parser.parse_args(arguments)
    folders = [word for word in given.words if "=" not in word]
    if len(folders) > 1:
        parser.error(f"{' and '.join(folders)}: one folder is expected; options are NAME=VALUE.")
    try:
        options = _options([word for word in given.words if "=" in word])
        return COMMANDS[given.command][0](given, folders[0] if folders else None, options)
    except (ConfigError, DataError, DiskError, RunError) as error:
        parser.error(str(error))


def _options(words: Sequence[str]) -> dict[str, Any]:
    """Read NAME=VALUE; lists are separated by commas, or YAML in brackets.

    Raises:
        ConfigError: a list or dict is not valid YAML.
    """
    options: dict[str, Any] = {}
    for word in words:
        name, _, text = word.partition("=")
        try:
            value = from_text(text)
        except ValueError as error:
            raise ConfigError(f"{name}: {text!r} does not fit: {error}.") from None
        listing = name in LISTS and isinstance(value, str)
        options[name] = [part.strip() for part in value.split(",")] if listing else value
    return options


def _opened(
    folder: str | None, options: dict[str, Any], found: list[str], keypoints: bool = False, uncoded: bool = False
) -> Recordings:
    """Open the recordings; assumptions are in their notes, not in warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return open_recordings(folder, found, keypoints, uncoded, **options)


def _check(given: argparse.Namespace, folder: str | None, options: dict[str, Any]) -> int:
    found: list[str] = []
    try:
        recordings = _opened(folder, options, found)
        print(description(recordings))
        notes = [note for one in recordings for note in one.notes]
        if notes:
            print("\nto know:\n" + "\n".join(f"- {note}" for note in listed(notes)))
    except DataError as error:
        if not found:
            raise
        found = [line for line in str(error).splitlines() if line]
    print("\nwrong:\n" + "\n".join(f"- {line}" for line in dict.fromkeys(found)) if found else "\nnothing wrong")
    return 1 if found else 0


def _describe(given: argparse.Namespace, folder: str | None, options: dict[str, Any]) -> int:
    found: list[str] = []
    recordings = _opened(folder, options, found)
    print(description(recordings))
    return _told(found, recordings)


def _agree(given: argparse.Namespace, folder: str | None, options: dict[str, Any]) -> int:
    found: list[str] = []
    recordings = _opened(folder, options, found)
    print(agreement_text(recordings, options.get("coders", ())))
    return _told(found, recordings)


def _convert(given: argparse.Namespace, folder: str | None, options: dict[str, Any]) -> int:
    found: list[str] = []
    recordings = _opened(folder, options, found)
    for path in write_segments(given.output, recordings, options.get("coders", ()), given.ending):
        print(path)
    return _told(found, recordings)


def _train(given: argparse.Namespace, folder: str | None, options: dict[str, Any]) -> int:
    from .spotting_commands import train

    found: list[str] = []
    recordings = _opened(folder, options, found, keypoints=True)
    print(train(given.asked, folder, options, dict(word.split("=", 1) for word in given.set), recordings))
    return _told(found, recordings)


def _spot(given: argparse.Namespace, folder: str | None, options: dict[str, Any]) -> int:
    from .spotting_commands import spot

    found: list[str] = []
    recordings = _opened(folder, options, found, keypoints=True, uncoded=True)
    for path in spot(given.asked, recordings, given.output, given.ending):
        print(path)
    return _told(found, recordings)


def _evaluate(given: argparse.Namespace, folder: str | None, options: dict[str, Any]) -> int:
    from .spotting_commands import evaluate

    found: list[str] = []
    recordings = _opened(folder, options, found, keypoints=True)
    told, written = evaluate(given.asked, recordings, given.output, given.ending)
    print(told, *written, sep="\n")
    return _told(found, recordings)


def _pair(word: str) -> str:
    if "=" not in word:
        raise argparse.ArgumentTypeError(f"{word!r} is not NAME=VALUE")
    return word


def _told(found: Sequence[str], recordings: Recordings) -> int:
    """Print assumptions and faults to stderr, so that stdout contains only the table."""
    notes = list(dict.fromkeys(note for one in recordings for note in one.notes))
    for line in [*(f"note: {note}" for note in listed(notes)), *dict.fromkeys(found)]:
        print(line, file=sys.stderr)
    return 1 if found else 0


ASKED = {"train": "run", "spot": "spotter", "evaluate": "spotter"}  # commands that need a run or spotter
COMMANDS = {
    "check": (_check, "list all faults of a folder"),
    "describe": (_describe, "summarise what coders marked"),
    "agree": (_agree, "agreement of coders, coders=A,B"),
    "convert": (_convert, "convert coders' annotations to another format"),
    "train": (_train, "train a spotter that uses a run on key points"),
    "evaluate": (_evaluate, "compare a spotter, and further coders, with the reference"),
    "spot": (_spot, "find gestures with a trained spotter, and write them beside the coders'"),
}

if __name__ == "__main__":
    sys.exit(ended(main))
