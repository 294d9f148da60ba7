"""Error classes; messages say what was found, where, what was expected, and what to do."""

import difflib
from collections.abc import Iterable

ALIKE = 0.7  # difflib's cutoff: "alhpa" is similar to alpha, "num_clips" is not to test_clips


class Told:
    """An error that notebooks show as its sentence only, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


class ConfigError(Told, ValueError):
    """A setting that cannot be used; the message names it, the value, and what was expected."""


class DataError(Told, ValueError):
    """Data that cannot be used; the message says what was found, where, and what to do."""


class OptionError(DataError):
    """An option of a data source that cannot be used; the data may be valid."""


class RunError(Told, ValueError):
    """A run directory that is missing, unfinished or incomplete."""


class DiskError(Told, OSError):
    """A file that could not be written; what was there before is kept."""


class BusyError(Told, RuntimeError):
    """A run or report that another process is writing."""


class Interrupted(Told, KeyboardInterrupt):
    """Stopped by a person or a batch system; the message says what is kept and how to continue."""


def meant(word: object, known: Iterable[object]) -> str:
    """ " Did you mean ...?", if a given name is similar to a known one; else ""."""
    close = difflib.get_close_matches(str(word), list(map(str, known)), 1, ALIKE)
    return f" Did you mean {close[0]!r}?" if close else ""
