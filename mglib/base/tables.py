"""Tables that this software keeps of what people say: text, read before every change."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd


def read_kept(path: Path, columns: Sequence[str], what: str) -> pd.DataFrame:
    """A table of `columns`, all of them text; without rows where there is no file yet.

    Args:
        path: CSV file.
        columns: that it has, perhaps among others.
        what: a row is, in the plural, such as "notes".

    Raises:
        ValueError: the file is no table, or has other columns; it is left as it is.
    """
    if not path.is_file():
        return pd.DataFrame(columns=list(columns), dtype=str)
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except ValueError as error:  # pandas' own errors are ValueErrors
        raise ValueError(f"{path} is no table of {what} ({error}); rename or repair it.") from error
    if not set(columns) <= set(table.columns):
        raise ValueError(
            f"{path} has the columns {', '.join(table.columns)}; {what} have {', '.join(columns)}. "
            "Rename or repair the file; it was left as it is."
        )
    return table[list(columns)]
