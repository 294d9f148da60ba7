"""Printing on any console."""

import io
import sys


def print_anything() -> None:
    """Letters that a console's encoding lacks are printed as escapes, since names come in all scripts."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
