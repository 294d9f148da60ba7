"""Reads tables exported from BORIS: tabular or aggregated events, separated by commas, tabs or semicolons.

Tabular: a line per event, of the type START, STOP or POINT, at Time. Aggregated: a line per event with Start (s) and
Stop (s), of the type STATE or POINT. Columns are found by their names; their order and number differ by version. Early
versions call the type Status, and tell observation and time offset in lines before the header.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from mglib.base.errors import DataError
from mglib.base.texts import read_words

from .boris import LONGEST, STATE, Event, paired, tier_name, with_modifiers
from .marks import Mark, Marks, Medium, Tier, Wanted, clock, every

OF_ALL = ("observation id", "time offset (s)")
PREAMBLE = 40  # most lines before the header, as written by old versions
MEDIA = ("media file name", "media file", "media file path")
TYPE, EARLIER = "behavior type", "status"  # the column of START and STOP, and its name in early versions
HEADERS = ({"behavior", "start (s)", "stop (s)"}, {"behavior", TYPE, "time"}, {"behavior", EARLIER, "time"})
NOTHING = ("", "no focal subject")
NO_FILE = ("", "na", "not found")  # times beyond the media, as with a time offset, are of no file
FIRST_PLAYER = re.compile(r"player #1:([^|]*)")  # in the column Source


def header_of(lines: list[str]) -> tuple[int, str] | None:
    """Line number and separator of a BORIS header; None if there is none."""
    for place, line in enumerate(lines[:PREAMBLE]):
        for separator in ("\t", ",", ";"):
            names = [cell.strip(' "').lower() for cell in line.split(separator)]
            if any(needed <= set(names) for needed in HEADERS):
                return place, separator
    return None


def read_boris_table(path: Path, found: list[str], wanted: Wanted = every, point: float | None = None) -> list[Marks]:
    """Read the events of a table, as a `Marks` per observation.

    Args:
        path: the file.
        found: receives a sentence per fault.
        wanted, point: as for `read_boris`.

    Raises:
        DataError: it is not such a table.
    """
    text = read_words(path)
    header = header_of(text.splitlines())
    if header is None:
        raise DataError(f"{path}: no line names Behavior with Start (s) and Stop (s), or Behavior type and Time.")
    place, separator = header
    lines = "".join(text.splitlines(keepends=True)[place:])
    rows = csv.DictReader(StringIO(lines, newline=""), delimiter=separator, restval="")
    names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = [TYPE if name == EARLIER and TYPE not in names else name for name in names]
    before = _before(text, place, separator)
    observations: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        words = {name: (value or "").strip() for name, value in row.items() if isinstance(value, str | None) and name}
        if any(words.values()):
            words = before | words
            observations.setdefault(words.get("observation id") or path.stem, []).append(words)
    return [_observed(path, name, lines, found, wanted, point) for name, lines in observations.items()]


def _before(text: str, place: int, separator: str) -> dict[str, str]:
    """What lines before the header tell of all events: observation and time offset."""
    rows = csv.reader(StringIO("".join(text.splitlines(keepends=True)[:place]), newline=""), delimiter=separator)
    told = {row[0].strip().lower(): row[1].strip() for row in rows if len(row) > 1}
    return {name: value for name, value in told.items() if name in OF_ALL}


def _observed(
    path: Path, name: str, rows: list[Mapping[str, str]], found: list[str], wanted: Wanted, point: float | None
) -> Marks:
    where = f"{path}, observation {name}"
    categories = {row["behavior"]: row.get("behavioral category", "") for row in rows}
    files = list(dict.fromkeys(file for row in rows for file in _files(row)))
    if len(files) > 1:
        found.append(f"{where}: {len(files)} files follow each other on one clock; give the project, .boris, instead.")
    spans, notes = (_aggregated if "start (s)" in rows[0] else _tabular)(where, rows, point, found)
    marks = [_mark(event, stop, categories) for event, stop in spans]
    tiers = {tier_name(event, categories): Tier(tier_name(event, categories), event.subject) for event, _ in spans}
    kept = {tier.name: tier for tier in tiers.values() if wanted(tier)}
    media = tuple(Medium(file, Path(file.replace("\\", "/")).name) for file in files[:1])
    chosen = tuple(mark for mark in marks if mark.tier in kept)
    return Marks(path, name, tuple(kept.values()), chosen, media, (), tuple(notes))


def _files(row: Mapping[str, str]) -> Iterator[str]:
    """The file of the event, or all of player 1 if that is not known."""
    named = [name for column in MEDIA if (name := row.get(column, "")).lower() not in NO_FILE]
    told = FIRST_PLAYER.match(row.get("source", ""))
    yield from named[:1] or filter(None, map(str.strip, told[1].split(";") if told else ()))


def _mark(event: Event, stop: float, categories: Mapping[str, str]) -> Mark:
    return Mark(event.time, stop, with_modifiers(event), tier_name(event, categories), None, event.comment)


def _event(row: Mapping[str, str], time: float) -> Event:
    subject = "" if row.get("subject", "").lower() in NOTHING else row["subject"]
    modifiers = [value for name, value in row.items() if name.startswith("modifier")]
    comment = row.get("comment") or row.get("comment start") or ""
    return Event(time, subject, row["behavior"], "|".join(modifiers), comment)


def _seconds(where: str, row: Mapping[str, str], column: str, found: list[str]) -> float | None:
    seconds = clock(row.get(column, ""))
    if seconds is None:
        found.append(f"{where}: {column} of {row['behavior']!r} is {row.get(column)!r}; expected seconds.")
        return None
    if abs(seconds) > LONGEST:
        found.append(
            f"{where}: {column} of {row['behavior']!r}, {row[column]}, is a date, in seconds since 1970; give the "
            "project, .boris, which says when the video began."
        )
        return None
    return seconds - (clock(row.get("time offset (s)", "")) or 0.0)


def _aggregated(
    where: str, rows: list[Mapping[str, str]], point: float | None, found: list[str]
) -> tuple[list[tuple[Event, float]], list[str]]:
    spans, points = [], 0
    for row in rows:
        start = _seconds(where, row, "start (s)", found)
        if start is None:
            continue
        if row.get(TYPE, "").upper() == "POINT":
            points += 1
            spans += [(_event(row, start), start + point)] if point else []
            continue
        stop = _seconds(where, row, "stop (s)", found)
        spans += [(_event(row, start), stop)] if stop is not None else []
    skipped = f"{where}: {points} point events without a length are left out; give point=0.5 to take each as long."
    return spans, [skipped] if points and not point else []


def _tabular(
    where: str, rows: list[Mapping[str, str]], point: float | None, found: list[str]
) -> tuple[list[tuple[Event, float]], list[str]]:
    events, kinds = [], {}
    for row in rows:
        time, border = _seconds(where, row, "time", found), row[TYPE].upper()
        if time is not None:
            events.append((_event(row, time), border))
            kinds[row["behavior"]] = "Point event" if border == "POINT" else STATE
    events.sort(key=lambda pair: pair[0].time)
    return paired(where, [event for event, _ in events], kinds, point, found, [border for _, border in events])
