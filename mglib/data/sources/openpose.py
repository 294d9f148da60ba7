"""Key points as iMiGUE distributes them: OpenPose's 137 joints in workbooks, or 35 of them in CSV files.

The workbook has a row per frame with x, y, score per joint: BODY_25 (0-24), face (25-94), left hand (95-115), right
hand (116-136). The CSV file has BODY_25 and the five fingertips of each hand. Both may or may not have a header and a
leading index column; CSV files usually do.
"""

import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook

from mglib.base.errors import DataError
from mglib.base.limits import WORKBOOK_BYTES, WORKBOOK_ROWS
from mglib.data.layouts import IMIGUE36_FROM_OPENPOSE137, LAYOUTS

from .numbers import empty, headed, is_header, number, read_csv, scored, without_index

OPENPOSE, LIGHT = 137, 35  # joints per row
SCORE_OVERSHOOT = 0.5  # heat-map scores may be a little above 1; larger deviations are another scale

# The reader allocates a sheet as a full rectangle, so a single distant cell would exhaust the memory.
CHUNK = 1 << 20
# matches cells whose reference has more than two letters (the 412 columns end at OV) or more than five digits
FAR = re.compile(rb"""<(?:\w+:)?c(?=[\s/>])(?!\s+r\s*=\s*["'][A-Z]{1,2}[1-9]\d{0,4}["'])[^>]{0,40}""")

TEXT_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*\bt\s*=\s*["'](?:s|str|inlineStr)["']""")
PEEK = 1 << 16  # bytes of a sheet that are enough to see its first row

IMIGUE36, IMIGUE22 = LAYOUTS["imigue36"], LAYOUTS["imigue22"]
IMIGUE22_FROM_IMIGUE36 = tuple(IMIGUE36.joints.index(joint) for joint in IMIGUE22.joints)
IMIGUE22_FROM_LIGHT = (*range(8), *range(15, 19), *range(25, 35))


def read_workbook(path: Path) -> np.ndarray:
    """`<video>_openpose.xlsx` in layout imigue36, float32 [T, 36, 3] = x, y, score; undetected joints are zeros.

    Raises:
        DataError: the file is not a workbook, is far too large, or has other content.
    """
    _check_size(path)
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise DataError(f"{path}: not a readable workbook ({error}); get the file again.") from error
    if rows and is_header(path, rows[0]):
        rows = rows[1:]
    return _points(path, _values(path, rows), OPENPOSE, IMIGUE36_FROM_OPENPOSE137)


def read_light(path: Path) -> np.ndarray:
    """`<video>_light_hand.csv` in layout imigue22, float32 [T, 22, 3], as `read_workbook`.

    Raises:
        DataError: the file is not a table of numbers, or has another width.
    """
    return _points(path, read_csv(path), LIGHT, IMIGUE22_FROM_LIGHT)


def variant(path: Path) -> str:
    """Part of a cached file's name: empty if the first version of this module gave exactly the same numbers.

    That version took the first row of a CSV file, and any row with text in a workbook, for a header.
    """
    if path.suffix == ".csv":
        return "" if headed(path) else " whole"
    try:
        with zipfile.ZipFile(path) as packed, packed.open("xl/worksheets/sheet1.xml") as sheet:
            return " whole" if TEXT_CELL.search(sheet.read(PEEK).partition(b"</row>")[0]) else ""
    except (OSError, ValueError, KeyError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return ""  # the reader reports the fault


def _values(path: Path, rows: list[list]) -> np.ndarray:
    """Convert cells, which may be text, to numbers; NaN where they are empty."""
    values = np.full((len(rows), len(rows[0]) if rows else 0), np.nan)
    for frame, row in enumerate(rows):
        for column, cell in enumerate(row):
            if type(cell) is float:
                values[frame, column] = cell
            elif not empty(cell):
                found = number(cell)
                if found is None:
                    raise DataError(f"{path}, frame {frame}: a cell holds no number ({cell!r}); get the file again.")
                values[frame, column] = found
    return values


def _check_size(path: Path) -> None:
    """Refuse workbooks that would exhaust the memory, before reading them."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(member.file_size for member in packed.infolist())
            if size > WORKBOOK_BYTES:
                raise DataError(f"{path}: unpacks to {size / 2**30:.1f} GiB, too much for key points; get it again.")
            for name in packed.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _check_extent(path, packed, name)
    except DataError:
        raise
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError) as error:
        raise DataError(f"{path}: not a readable workbook ({error}); get the file again.") from error


def _check_extent(path: Path, packed: zipfile.ZipFile, name: str) -> None:
    text = b""
    with packed.open(name) as sheet:
        while chunk := sheet.read(CHUNK):
            text += chunk
            end = text.rfind(b">") + 1  # an incomplete tag is continued in the next chunk
            far = FAR.search(text, 0, end)
            if far or len(text) - end > CHUNK:
                where = far[0].decode(errors="replace") if far else "no XML"
                raise DataError(
                    f"{path}: a cell has an impossible position ({where}); expected {3 * OPENPOSE} columns and up to "
                    f"{WORKBOOK_ROWS} frames: get the file again."
                )
            text = text[end:]


def _points(path: Path, rows: np.ndarray, joints: int, chosen: Sequence[int]) -> np.ndarray:
    """The chosen joints of rows of `joints` joints, float32 [T, V, 3]."""
    frames = without_index(path, rows, 3 * joints, f"{joints} joints x (x, y, score)")
    return _clean(path, scored(path, frames.reshape(len(frames), joints, 3)[:, chosen]).astype(np.float32))


def _clean(path: Path, points: np.ndarray) -> np.ndarray:
    score = points[..., 2]
    if not np.isfinite(points).all() or score.min(initial=0) < 0 or score.max(initial=0) > 1 + SCORE_OVERSHOOT:
        frame = np.flatnonzero(~(np.isfinite(points).all(2) & (score >= 0) & (score <= 1 + SCORE_OVERSHOOT)).all(1))[0]
        raise DataError(
            f"{path}, frame {frame}: a position is not finite or a score outside 0..1; expected x, y, score per joint: "
            "get the file again."
        )
    points[..., 2] = score.clip(max=1)
    points[score == 0] = 0
    return points
