"""Faults that a source finds in its files: collected for a report, or raised together as one error."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mglib.base.errors import DataError

from .clips import MAX_LISTED


def settle(found: list[str], faults: list[str] | None) -> None:
    """Pass sentences on to a collector; without one, they are raised as an error.

    Args:
        found: a sentence per fault.
        faults: the collector's list, or None.

    Raises:
        DataError: there are faults and no collector; the message lists the first of them.
    """
    if faults is not None:
        faults += found
    elif found:
        raise DataError("\n".join(listed(found)))


def listed(found: list[str]) -> list[str]:
    """The first sentences, and the number of those left out."""
    return found[:MAX_LISTED] + ([f"and {len(found) - MAX_LISTED} more"] if len(found) > MAX_LISTED else [])


def warn_of_empty(source: str, clips: list[str]) -> None:
    """Warn of clips that are left out because no person is detected in them."""
    if clips:
        names = ", ".join(clips[:MAX_LISTED]) + (", ..." if len(clips) > MAX_LISTED else "")
        warnings.warn(
            f"{source}: {len(clips)} clips are left out, as nobody is detected in them: {names}.", stacklevel=4
        )


@contextmanager
def made_of(path: Path) -> Iterator[None]:
    """Errors about a table that is created in the block are given the file or folder that it comes from.

    Raises:
        DataError: something is wrong.
    """
    try:
        yield
    except DataError as error:
        raise DataError(f"{path} cannot be used:\n{error}") from None
