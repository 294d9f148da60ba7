"""Files of the tools that coders use, read and written: ELAN, BORIS, Praat, and a plain table."""

from pathlib import Path

from mglib.base.errors import DataError
from mglib.base.texts import read_words

from .boris import read_boris
from .boris_tables import header_of, read_boris_table
from .boris_writing import write_boris
from .eaf import read_eaf
from .eaf_writing import write_eaf
from .elan_tab import is_elan_tab, read_elan_tab, write_elan_tab
from .marks import Mark, Marks, Medium, Tier, Wanted, every, in_tier, lanes
from .media import Choice, chosen, file_name, is_film, known_stem, stem
from .table import read_table, separator_of, write_table
from .textgrid import read_textgrid, write_textgrid
from .xml import parse

__all__ = [
    "ENDINGS", "Mark", "Marks", "Medium", "Tier", "Wanted", "chosen", "every", "file_name",
    "in_tier", "is_film", "known_stem", "lanes", "parse", "read_marks", "stem", "write_boris",
    "write_eaf", "write_elan_tab", "write_table", "write_textgrid",
]  # fmt: skip

ENDINGS = (".eaf", ".textgrid", ".boris", ".boris.gz", ".tsv", ".txt", ".csv")


def read_marks(
    path: Path, found: list[str], wanted: Wanted = every, point: float | None = None, choice: Choice = chosen
) -> list[Marks]:
    """Read a coder's file; its format is recognised by the suffix and, for tables, the first lines.

    Args:
        path: the file.
        found: receives a sentence per fault.
        wanted: function that selects tiers.
        point: duration given to BORIS's point events, seconds; None: they are left out, with a note.
        choice: chooses the medium in whose seconds the marks of a file of ELAN or BORIS are.

    Returns:
        A `Marks` per recording in the file; none for a table with other content.

    Raises:
        DataError: the file cannot be read at all.
    """
    name = path.name.lower()
    if name.endswith(".eaf"):
        return read_eaf(path, found, wanted, choice)
    if name.endswith(".textgrid"):
        return read_textgrid(path, found, wanted)
    if name.endswith((".boris", ".boris.gz")):
        return read_boris(path, found, wanted, point, choice)
    if not name.endswith((".tsv", ".txt", ".csv")):
        raise DataError(f"{path}: the format is unknown; give one of {', '.join(ENDINGS)}.")
    lines = read_words(path).splitlines()
    if header_of(lines):
        return read_boris_table(path, found, wanted, point)
    if lines and separator_of(lines[0]):
        return read_table(path, found, wanted)
    if name.endswith(".csv") or not is_elan_tab(lines):
        return []
    return read_elan_tab(path, found, wanted, choice)
