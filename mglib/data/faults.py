"""What a source finds wrong with its files: collected for a report, or else raised, all at once."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mglib.base.errors import DataError

from .clips import MAX_LISTED


def settle(found: list[str], faults: list[str] | None) -> None:
    """Hand sentences to whoever collects them; where nobody does, they are an error.

    Args:
        found: what is wrong, a sentence each.
        faults: the collector's list, or None.

    Raises:
        DataError: nobody collects and something was found; it names the first of them.
    """
    if faults is not None:
        faults += found
    elif found:
        raise DataError("\n".join(listed(found)))


def listed(found: list[str]) -> list[str]:
    """The first of many sentences, and how many more there are."""
    return found[:MAX_LISTED] + ([f"and {len(found) - MAX_LISTED} more"] if len(found) > MAX_LISTED else [])


def warn_of_empty(source: str, clips: list[str]) -> None:
    """Warns of clips that are left out because the detector saw nobody: no error, but no clip to learn from either."""
    if clips:
        names = ", ".join(clips[:MAX_LISTED]) + (", ..." if len(clips) > MAX_LISTED else "")
        warnings.warn(
            f"{source}: {len(clips)} clips are left out, as nobody is detected in them: {names}.", stacklevel=4
        )


@contextmanager
def made_of(path: Path) -> Iterator[None]:
    """What is wrong with a table that is made in the block says of which file or folder it is.

    Raises:
        DataError: something is wrong.
    """
    try:
        yield
    except DataError as error:
        raise DataError(f"{path} cannot be used:\n{error}") from None
