"""Reads and writes ELAN's tab-delimited text.

There is no header. Columns are tier, participant (two tabs if empty), begin, end and duration, each as hh:mm:ss.ms,
seconds or milliseconds, perhaps also with frames, and the value. Lines `"#file -- offset: n"` may precede. An export of
several files names in every line, after the value, the .eaf file that it is from. Files written here have further
columns there: annotator, score, note.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from itertools import takewhile
from pathlib import Path

from mglib.base.errors import DataError
from mglib.base.files import write_text
from mglib.base.texts import read_words

from .marks import Mark, Marks, Medium, Tier, Wanted, clock, every, score_of
from .media import Choice, before_others, chosen, file_name, stem

FILE_LINE = re.compile(r'^"?#(?P<url>.*) -- offset: (?P<offset>-?\d+)"?$')
HOURS, SECONDS, MILLISECONDS = "hh:mm:ss.ms", "s", "ms"
FRAMES = re.compile(r"\d+:\d\d:\d\d:\d\d")
FEWEST_TABS = 4  # per line
EXTRA = 3  # additional columns after the value


def is_elan_tab(lines: Sequence[str]) -> bool:
    """Whether a file's first lines look like ELAN's; other text files may lie beside the videos."""
    return any(FILE_LINE.match(line) or line.count("\t") >= FEWEST_TABS for line in lines[:5])


def read_elan_tab(path: Path, found: list[str], wanted: Wanted = every, choice: Choice = chosen) -> list[Marks]:
    """Read the marks of a tab-delimited file.

    Args:
        path: the file.
        found: receives a sentence for every unusable line.
        wanted: function that selects tiers.
        choice: chooses the medium whose seconds the times are, which comes first in the result.

    Raises:
        DataError: it is not text.
    """
    media: list[Medium] = []
    held: dict[str, tuple[dict[str, Tier], list[Mark]]] = {}  # tiers and marks by recording
    for place, line in enumerate(read_words(path).splitlines(), 1):
        told = FILE_LINE.match(line)
        if told:
            media.append(Medium(told["url"], origin=int(told["offset"]) / 1000))
        if told or not line.strip():
            continue
        try:
            row = next(csv.reader(StringIO(line), delimiter="\t"))
            name, participant, start, stop, value, more = _line(row)
        except (ValueError, csv.Error) as error:
            found.append(f"{path}, line {place}: {error}; export it from ELAN again, as tab-delimited text.")
            continue
        source = next((stem(cell) for cell in more if cell.lower().endswith(".eaf")), "")
        annotator, score, note = more if len(more) == EXTRA and not source else ("", "", "")
        tier = Tier(name, participant, annotator)
        tiers, marks = held.setdefault(source or path.stem, ({}, []))
        if wanted(tier):
            tiers.setdefault(name, tier)
            marks.append(Mark(start, stop, value, name, score_of(score), note))
    if len(held) > 1:
        if any(medium.origin for medium in media):
            found.append(f"{path}: it is of {len(held)} files, and media begin at other times; export each file alone.")
        media = []  # it does not say of which file they are
    used = choice(media)
    origin, notes = used.origin if used else 0.0, []
    if origin:
        which = "its first file" if used is media[0] else file_name(used.url)
        notes = [f"{path.name}: {origin:g} s were added to all times, the offset of {which}."]
    whole = Marks(path, path.stem, media=before_others(used, media), notes=tuple(notes))
    return [
        replace(whole, name=name, tiers=tuple(tiers.values()), marks=tuple(_moved(one, origin) for one in marks))
        for name, (tiers, marks) in (held or {path.stem: ({}, [])}).items()
    ]


def _moved(mark: Mark, origin: float) -> Mark:
    """A mark that is later by some seconds; rounding removes binary errors."""
    return replace(mark, start=round(mark.start + origin, 6), stop=round(mark.stop + origin, 6))


def _line(row: Sequence[str]) -> tuple[str, str, float, float, str, Sequence[str]]:
    if len(row) < 5:
        raise ValueError(f"{len(row)} columns; expected tier, participant, begin, end and value at least")
    if _kind(row[1]) in (HOURS, SECONDS) or FRAMES.fullmatch(row[1].strip()):
        raise ValueError(f"{row[1]!r} stands where the participant is expected; do not exclude that column")
    row = [*row[:2], *_without_frames(row[2:])]
    kinds = list(takewhile(bool, map(_kind, row[2:])))
    each = next((n for n in range(1, 4) if n < len(kinds) and kinds[n] == kinds[0] and len(set(kinds[:n])) == n), 0)
    groups = 0
    while each and groups < 3 and kinds[groups * each : (groups + 1) * each] == kinds[:each]:
        groups += 1
    if groups < 2:
        raise ValueError(f"{row[2:5]} are no begin and end in {HOURS}, {SECONDS} or {MILLISECONDS}")
    # without a duration column, a numeric value may look like a duration
    after = 2 + groups * each
    if groups == 3 and not _is_duration(row[2:after], kinds[0], each):
        groups, after = 2, 2 + 2 * each
    start, stop = (_seconds(row[2 + place * each], kinds[0]) for place in (0, 1))
    if after >= len(row):
        raise ValueError("the value is missing")
    return row[0], row[1], start, stop, row[after], row[after + 1 :]


def _without_frames(cells: Sequence[str]) -> list[str]:
    """The cells without the leading times that count frames, hh:mm:ss:ff.

    Raises:
        ValueError: there are no other times.
    """
    times = list(takewhile(lambda cell: _kind(cell) or FRAMES.fullmatch(cell.strip()), cells))
    kept = [cell for cell in times if not FRAMES.fullmatch(cell.strip())]
    if times and not kept:
        raise ValueError(f"{times[0]!r} counts frames; choose {HOURS}, {SECONDS} or {MILLISECONDS} too")
    return [*kept, *cells[len(times) :]]


def _is_duration(times: Sequence[str], kind: str, each: int) -> bool:
    start, stop, length = (_seconds(times[place * each], kind) for place in range(3))
    return abs(stop - start - length) < 0.0015


def _kind(text: str) -> str:
    """The format of a time; "" if it is not a time."""
    text = text.strip()
    if re.fullmatch(r"\d+:\d\d:\d\d([.,]\d+)?", text):
        return HOURS
    if re.fullmatch(r"\d+[.,]\d+", text):
        return SECONDS
    return MILLISECONDS if re.fullmatch(r"\d+", text) else ""


def _seconds(text: str, kind: str) -> float:
    seconds = clock(text)
    if seconds is None:
        raise ValueError(f"{text!r} is not a time")
    return seconds / 1000 if kind == MILLISECONDS else seconds


def write_elan_tab(path: Path, marks: Marks) -> None:
    """Write marks as a tab-delimited file that ELAN imports; times are rounded to milliseconds.

    Raises:
        DataError: a name or value contains a tab or a line break.
    """
    tiers = {tier.name: tier for tier in marks.tiers}
    lines = [_file_line(medium) for medium in marks.media]
    origin = marks.media[0].origin if marks.media else 0.0
    for mark in marks.marks:
        tier = tiers[mark.tier]
        begin, end = round((mark.start - origin) * 1000), round((mark.stop - origin) * 1000)
        times = [text for ms in (begin, end, end - begin) for text in (_hours(ms), f"{ms / 1000:.3f}", str(ms))]
        score = "" if mark.score is None else f"{mark.score:.4f}"
        row = [tier.name, tier.participant, *times, mark.value, tier.annotator, score, mark.note]
        odd = [cell for cell in row if re.search(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", cell)]
        if odd:
            raise DataError(f"{path}: {odd[0]!r} contains a tab or a line break, which the format does not allow.")
        lines.append("\t".join(map(_quoted, row)))
    write_text(path, "\n".join([*lines, ""]))


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if '"' in cell else cell


def _file_line(medium: Medium) -> str:
    return f'"#{medium.url} -- offset: {round(medium.origin * 1000)}"'


def _hours(milliseconds: int) -> str:
    seconds, ms = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"
