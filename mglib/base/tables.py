"""Tables of users' input: text, read before every change."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd


def read_kept(path: Path, columns: Sequence[str], what: str) -> pd.DataFrame:
    """Read a table of `columns`, all text; empty if there is no file yet.

    Args:
        path: CSV file.
        columns: columns that it must have; others are allowed.
        what: plural word for a row in messages, such as "notes".

    Raises:
        ValueError: the file is not a table, or has other columns; it is not changed.
    """
    if not path.is_file():
        return pd.DataFrame(columns=list(columns), dtype=str)
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except ValueError as error:  # pandas raises ValueErrors
        raise ValueError(f"{path} is not a table of {what} ({error}); rename or repair it.") from error
    if not set(columns) <= set(table.columns):
        raise ValueError(
            f"{path} has the columns {', '.join(table.columns)}; {what} have {', '.join(columns)}. "
            "Rename or repair the file; it was not changed."
        )
    return table[list(columns)]
