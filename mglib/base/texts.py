"""Reads text files of limited size in the usual encodings."""

import re
from pathlib import Path

from .errors import DataError

BYTES = 64 << 20
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATOR_LINE = re.compile(r'"?sep=.?"?[,;\t]*\r?\n', re.IGNORECASE)


def read_words(path: Path) -> str:
    """The text of a file: UTF-8, UTF-16 by its first bytes, or else the usual Windows encoding.

    A first line such as `sep=;`, which tells a spreadsheet how to read a table and is not shown there, is left out.

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
