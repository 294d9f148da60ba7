"""Reads and writes the plain table: a CSV file with a header and a line per mark with all its fields.

Tables with semicolons or tabs, as spreadsheets write them in many languages, are read, too.
"""

import csv
from collections.abc import Iterable
from dataclasses import replace
from io import StringIO
from pathlib import Path

from mglib.base.errors import DataError
from mglib.base.files import write_text
from mglib.base.texts import first_line, read_words

from .marks import Mark, Marks, Tier, Wanted, clock, every, score_of

NEEDED = ("start", "stop", "class")
SEPARATORS = (",", ";", "\t")  # with the last two, numbers may have a decimal comma
COLUMNS = ("recording", "person", "coder", "tier", *NEEDED, "score", "note")


def separator_of(line: str) -> str:
    """The separator of a plain table with this first line; "" if it is not the header of one."""
    return next((each for each in SEPARATORS if set(NEEDED) <= set(_names(line.split(each)))), "")


def _names(cells: Iterable[str | None]) -> list[str]:
    return [(cell or "").strip(' "\r\n').lower() for cell in cells]


def read_table(path: Path, found: list[str], wanted: Wanted = every) -> list[Marks]:
    """Read the marks of a plain table, as a `Marks` for every name in the column recording.

    Args:
        path: the file; only the columns start, stop and class are required.
        found: receives a sentence for every unusable line.
        wanted: function that selects tiers.

    Raises:
        DataError: it is not text, or has a column twice.
    """
    text = read_words(path)
    separator = separator_of(first_line(text)) or ","
    rows = csv.DictReader(StringIO(text, newline=""), restval="", delimiter=separator)
    rows.fieldnames = _names(rows.fieldnames or ())
    if twice := next((name for name in COLUMNS if rows.fieldnames.count(name) > 1), None):
        raise DataError(f"{path}: several columns are named {twice}; delete or rename all but one.")
    marks: dict[str, list[Mark]] = {}
    tiers: dict[str, dict[str, Tier]] = {}
    for row in rows:
        surplus = [cell for cell in row.pop(None, []) if cell.strip()]
        row = {name: (value or "").strip() for name, value in row.items()}
        if not any(row.values()):
            continue
        if surplus:
            found.append(
                f"{path}, line {rows.line_num}: {surplus[0]!r} is in no column; put texts with a comma in quotes."
            )
            continue
        start, stop = (clock(row[name]) for name in ("start", "stop"))
        if start is None or stop is None:
            told = f"start {row['start']!r} and stop {row['stop']!r}"
            found.append(f"{path}, line {rows.line_num}: {told}; expected seconds or hh:mm:ss.ms: correct the line.")
            continue
        recording = row.get("recording") or path.stem
        name = row.get("tier") or " ".join(filter(None, (row.get("person"), row.get("coder"))))
        tier = Tier(name, row.get("person", ""), row.get("coder", ""))
        if wanted(tier):
            tier = _alone(tiers.setdefault(recording, {}), tier)
            note, told = row.get("note", ""), row.get("score", "")
            score = score_of(told.replace(",", "."))
            if told and score is None:  # without one the mark would be a person's
                found.append(f"{path}, line {rows.line_num}: score {told!r}; expected 0..1, or none: correct the line.")
                continue
            mark = Mark(start, stop, row["class"], tier.name, score, note)
            marks.setdefault(recording, []).append(mark)
    named = marks or {path.stem: []}
    return [Marks(path, name, tuple(tiers.get(name, {}).values()), tuple(those)) for name, those in named.items()]


def _alone(tiers: dict[str, Tier], tier: Tier) -> Tier:
    """The tier, added to those of its recording; if its name is that of another coder or person, with its own."""
    if tiers.get(tier.name, tier) != tier:
        tier = replace(tier, name=", ".join(filter(None, (tier.name, tier.participant, tier.annotator))))
    return tiers.setdefault(tier.name, tier)


def write_table(path: Path, every_recording: list[Marks]) -> None:
    """Write marks of recordings as one plain table; times are rounded to milliseconds."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for marks in every_recording:
        tiers = {tier.name: tier for tier in marks.tiers}
        for mark in marks.marks:
            tier, score = tiers[mark.tier], "" if mark.score is None else f"{mark.score:.4f}"
            times = (f"{mark.start:.3f}", f"{mark.stop:.3f}")
            who = (tier.participant, tier.annotator, tier.name)
            writer.writerow([marks.name, *who, *times, mark.value, score, mark.note])
    write_text(path, text.getvalue())
