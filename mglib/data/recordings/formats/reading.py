"""Reads text files of limited size in the usual encodings."""

from pathlib import Path

from mglib.base.errors import DataError

BYTES = 64 << 20
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_words(path: Path) -> str:
    """The text of a file: UTF-8, UTF-16 by its first bytes, or else the usual Windows encoding.

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
        return content.decode(encoding)
    except UnicodeDecodeError:
        if b"\0" in content:
            raise DataError(f"{path}: is not text; expected UTF-8 or UTF-16: save it again.") from None
        return content.decode("cp1252", errors="replace")
