"""Output and exit codes of console commands."""

import io
import sys
from collections.abc import Callable
from typing import TextIO


def print_anything() -> None:
    """Print letters that the console's encoding lacks as escapes, as names may be in any script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def ended(main: Callable[[], int]) -> int:
    """The exit code of a command; after an interruption 130, as usual, with a sentence."""
    try:
        return main()
    except KeyboardInterrupt as stop:
        print(str(stop) or "Interrupted; what was finished before is kept.", file=sys.stderr)
        return 130


def progress() -> TextIO:
    """The stream for progress bars: stdout in notebooks, as stderr is shown in red there."""
    return sys.stdout if "ipykernel" in sys.modules else sys.stderr
