"""Reads and writes the plain table: a CSV file with a header and a line per mark with all its fields."""

import csv
from io import StringIO
from pathlib import Path

from mglib.base.files import write_text

from .marks import Mark, Marks, Tier, Wanted, clock, every, score_of
from .reading import read_words

NEEDED = ("start", "stop", "class")
COLUMNS = ("recording", "person", "coder", "tier", *NEEDED, "score", "note")


def is_plain_table(header: list[str]) -> bool:
    """Whether a first line is the header of a plain table."""
    return set(NEEDED) <= {cell.strip().lower() for cell in header}


def read_table(path: Path, found: list[str], wanted: Wanted = every) -> list[Marks]:
    """Read the marks of a plain table, as a `Marks` for every name in the column recording.

    Args:
        path: the file; only the columns start, stop and class are required.
        found: receives a sentence for every unusable line.
        wanted: function that selects tiers.

    Raises:
        DataError: it is not text.
    """
    rows = csv.DictReader(StringIO(read_words(path), newline=""), restval="")
    rows.fieldnames = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    marks: dict[str, list[Mark]] = {}
    tiers: dict[str, dict[str, Tier]] = {}
    for row in rows:
        start, stop = clock(row["start"] or ""), clock(row["stop"] or "")
        if start is None or stop is None:
            told = f"start {row['start']!r} and stop {row['stop']!r}"
            found.append(f"{path}, line {rows.line_num}: {told}; expected seconds or hh:mm:ss.ms: correct the line.")
            continue
        recording = row.get("recording") or path.stem
        name = row.get("tier") or " ".join(filter(None, (row.get("person"), row.get("coder"))))
        tier = Tier(name, row.get("person") or "", row.get("coder") or "")
        if wanted(tier):
            tiers.setdefault(recording, {}).setdefault(name, tier)
            mark = Mark(start, stop, row["class"] or "", name, score_of(row.get("score") or ""), row.get("note") or "")
            marks.setdefault(recording, []).append(mark)
    named = marks or {path.stem: []}
    return [Marks(path, name, tuple(tiers.get(name, {}).values()), tuple(those)) for name, those in named.items()]


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
