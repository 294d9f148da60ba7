"""Reads files of limited size, texts in the usual encodings, and tables as spreadsheets of any language write them."""

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any

from .errors import DataError

BYTES = 64 << 20  # coders' files for an hour of video have a few MB
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATOR_LINE = re.compile(r'"?sep=.?"?[,;\t]*\r?\n', re.IGNORECASE)


def read_limited(path: Path) -> bytes:
    """The content of a file.

    Raises:
        DataError: it cannot be read, or is too large.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= BYTES else b""
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error}); check the file.") from None
    if size > BYTES:
        raise DataError(f"{path}: has {size / 2**20:.0f} MiB; expected {BYTES >> 20} at most, as an hour has a few.")
    return content


def read_words(path: Path) -> str:
    """The text of a file: UTF-8, UTF-16 by its first bytes, or else the usual Windows encoding.

    A first line such as `sep=;`, which tells a spreadsheet how to read a table and is not shown there, is left out.

    Raises:
        DataError: it cannot be read, is too large, or is not text.
    """
    content = read_limited(path)
    encoding = next((name for mark, name in MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise DataError(
            f"{path}: is not text in UTF-8, or in UTF-16 with a byte order mark; open it where it was written, and "
            "save it as UTF-8."
        )
    line = SEPARATOR_LINE.match(text)
    return text[line.end() :] if line else text


def first_line(text: str) -> str:
    """The first line of a text, without its end."""
    return next(iter(text.splitlines()), "")


def cell_separator(text: str) -> str:
    """What separates the cells of a table: of comma, semicolon and tab the most frequent in its first line."""
    return max(",;\t", key=first_line(text).count)


def read_rows(path: Path, **options: Any) -> csv.DictReader:
    """The rows of a table by the names of its columns, which are in small letters and without blanks around them.

    Args:
        path: the table.
        options: of csv.DictReader.

    Raises:
        DataError: as in `read_words`.
        csv.Error: its first line is not one of a table.
    """
    text = read_words(path)
    rows = csv.DictReader(StringIO(text, newline=""), delimiter=cell_separator(text), **options)
    rows.fieldnames = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    return rows
