"""Errors that a person can act on: each message says what was found, where, what was expected, and what to do."""


class ConfigError(ValueError):
    """A setting that cannot be used; the message names it, the value, and what was expected."""


class DataError(ValueError):
    """Data that cannot be used; the message says what was found, where, and what to do."""


class OptionError(DataError):
    """An option of a data source that cannot be used: the call is wrong, and the data may be sound."""


class RunError(ValueError):
    """A run directory that is missing, unfinished or incomplete."""


class DiskError(OSError):
    """A file that could not be written; what was there before is kept."""


class BusyError(RuntimeError):
    """A run or report that another process is writing."""
