"""Tables of numbers, a row per frame; headers and index columns are recognised by their content."""

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mglib.base.errors import DataError

END = 1 << 20  # bytes at the end of a file that surely contain two lines


def read_csv(path: Path) -> np.ndarray:
    """Read the frames of a CSV file, float64 [T, W]; NaN where a value is empty.

    Raises:
        DataError: it is cut off, or contains something other than numbers, or an empty line that may have been a frame.
    """
    try:
        check_end(path)
        lines = path.read_text("utf-8-sig").rstrip().splitlines()
        if "" in map(str.strip, lines):
            raise ValueError(f"line {[line.strip() for line in lines].index('') + 1} is empty")
        rest = lines[1:] if lines and is_header(path, next(csv.reader(lines[:1]))) else lines
        return pd.read_csv(io.StringIO("\n".join(rest)), header=None, dtype=np.float64).to_numpy()
    except DataError:
        raise
    except (ValueError, OSError, StopIteration, csv.Error) as error:  # pandas raises ValueErrors
        raise DataError(f"{path}: not a table of numbers ({error}); get the file again.") from None


def check_end(path: Path) -> None:
    """Refuse a CSV file whose last line has fewer cells than the one before it, as after an interrupted copy.

    Raises:
        DataError: it has; pandas would take the missing cells for empty ones.
    """
    with path.open("rb") as file:
        file.seek(-min(END, path.stat().st_size), 2)
        ending = file.read().decode("utf-8", errors="replace").rstrip().splitlines()[-2:]
    cells = [len(row) for row in csv.reader(ending)]
    if len(cells) == 2 and cells[1] < cells[0]:
        raise DataError(
            f"{path}: its last line has {cells[1]} values, and the one before it {cells[0]}, so the file is cut off; "
            "get it again."
        )


def is_header(path: Path, cells: Sequence[object]) -> bool:
    """Whether a first row is a header: names of columns, or their numbers.

    Raises:
        DataError: it is neither a header nor a frame.
    """
    cells = [cell for cell in cells if not empty(cell) and str(cell).strip().lower() != "nan"]
    numbers = [number(cell) for cell in cells]
    known = [value for value in numbers if value is not None]
    counted = len(known) > 2 and bool((np.diff(known) == 1).all())
    if len(known) == len(numbers):
        return counted
    if known and not counted:
        strange = next(cell for cell in cells if number(cell) is None)
        raise DataError(
            f"{path}: the first row holds numbers and {strange!r}, so it is neither a header nor a frame; expected "
            "names, or numbers alone: correct the row, or get the file again."
        )
    return True


def headed(path: Path) -> bool:
    """Whether a CSV file begins with a header; False if it cannot be read, which the reader reports."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return is_header(path, next(csv.reader(file)))
    except (DataError, OSError, ValueError, StopIteration, csv.Error):
        return False


def empty(cell: object) -> bool:
    """Whether a cell is empty."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def number(cell: object) -> float | None:
    """A cell's number, stored as number or text; None if it is not a number."""
    if isinstance(cell, bool):
        return None
    try:
        value = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return None if math.isnan(value) else value


def without_index(path: Path, rows: np.ndarray, width: int, what: str) -> np.ndarray:
    """The rows [T, width] without a leading column of frame numbers or an empty last column.

    Raises:
        DataError: the number of columns is wrong, or the frame numbers are not consecutive.
    """
    extra = rows.shape[1] - width
    if extra == 1 and np.isnan(rows[:, -1]).all():
        return rows[:, :width]
    if extra == 1:
        index = rows[:, 0]
        wrong = np.flatnonzero(np.diff(index, prepend=index[:1] - 1) != 1)
        if not np.isnan(index).all() and (len(wrong) or index[:1] not in (0, 1)):
            row = wrong[0] if len(wrong) else 0
            raise DataError(
                f"{path}, column 0: it should number the frames one by one from 0, and in row {row} it is "
                f"{index[row]:g}; frames are missing, doubled or out of order: get the file again."
            )
        return rows[:, 1:]
    if extra:
        raise DataError(
            f"{path}: {rows.shape[1]} columns; expected {what} = {width}, perhaps after an index column: get the file "
            "again."
        )
    return rows


def scored(path: Path, points: np.ndarray) -> np.ndarray:
    """Joints [T, V, 3] = x, y, score; those without a score become zeros.

    Raises:
        DataError: a joint has a score but no position.
    """
    missing = np.isnan(points)
    half = missing[..., :2].any(-1) & (np.nan_to_num(points[..., 2]) != 0)
    if half.any():
        frame, joint = np.argwhere(half)[0]
        raise DataError(
            f"{path}, frame {frame}: joint {joint} of those used has a score, {points[frame, joint, 2]:g}, but not "
            "both x and y; a joint has all three, or no score: get the file again."
        )
    return np.where(missing.any(-1, keepdims=True), 0, points)
