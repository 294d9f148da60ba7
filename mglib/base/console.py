"""Commands on any console: what they print, and how they end."""

import io
import sys
from collections.abc import Callable
from typing import TextIO


def print_anything() -> None:
    """Letters that a console's encoding lacks are printed as escapes, since names come in all scripts."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def ended(main: Callable[[], int]) -> int:
    """What a command returns; interrupted, 130 as a shell does, after a sentence."""
    try:
        return main()
    except KeyboardInterrupt as stop:
        print(str(stop) or "Interrupted; what was finished before is kept.", file=sys.stderr)
        return 130


def progress() -> TextIO:
    """Where a bar of progress goes: in a notebook to the plain output, as what is written to stderr is red there."""
    return sys.stdout if "ipykernel" in sys.modules else sys.stderr
