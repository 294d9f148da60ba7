"""Reads and writes Praat's TextGrid, long or short, UTF-8 or UTF-16.

Empty intervals, and those named "null", which BORIS writes, are gaps. A point has no duration.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from mglib.base.errors import DataError
from mglib.base.files import write_text
from mglib.base.texts import read_words

from .machine import said, score_tier, scored
from .marks import Mark, Marks, Tier, Wanted, every, lanes

# free-standing numbers, flags and quoted texts; xmin, item [1]: and = are for human readers, as are comments after !
TOKEN = re.compile(r'"(?:[^"]|"")*"|!.*|\S+')
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?%?$")
GAPS = ("", "null")
FILE_TYPES = ("ooTextFile", "ooTextFile short")  # the second of earlier versions
MOST = 1_000_000  # largest number of intervals


def read_textgrid(path: Path, found: list[str], wanted: Wanted = every) -> list[Marks]:
    """Read the labelled intervals of a TextGrid.

    Args:
        path: the file.
        found: receives a sentence per fault.
        wanted: function that selects tiers.

    Raises:
        DataError: it is not a TextGrid.
    """
    try:
        return [_marks(path, _tokens(read_words(path)), found, wanted)]
    except (DataError, StopIteration, ValueError, IndexError) as error:
        told = f" ({error})" if str(error) else ""
        raise DataError(
            f"{path}: is not a TextGrid as Praat writes it{told}; open it in Praat, and save the TextGrid alone as a "
            "text file."
        ) from None


def _tokens(text: str) -> Iterator[str]:
    """Quoted texts with their quotes, numbers, and flags such as <exists>."""
    for match in TOKEN.finditer(text):
        token = match[0]
        if token.startswith('"') or NUMBER.match(token) or re.fullmatch(r"<\w+>", token):
            yield token


def _text(tokens: Iterator[str]) -> str:
    token = next(tokens)
    if len(token) < 2 or not (token.startswith('"') and token.endswith('"')):
        raise ValueError(f"a text in quotes is expected where {token[:20]!r} stands")
    return token[1:-1].replace('""', '"')


def _number(tokens: Iterator[str]) -> float:
    token = next(tokens)
    if not NUMBER.match(token):
        raise ValueError(f"a number is expected where {token[:20]!r} stands")
    return float(token.rstrip("%"))


def _marks(path: Path, tokens: Iterator[str], found: list[str], wanted: Wanted) -> Marks:
    if _text(tokens) not in FILE_TYPES or _text(tokens) != "TextGrid":
        raise ValueError("its first words are not ooTextFile and TextGrid")
    _number(tokens), _number(tokens)
    if next(tokens) != "<exists>":
        raise ValueError("it has no tiers")
    tiers, marks = {}, []
    for _ in range(_counted(tokens)):
        kind, name = _text(tokens), _text(tokens)
        _number(tokens), _number(tokens)
        tier, points = Tier(name), 0
        for _ in range(_counted(tokens)):
            start = _number(tokens)
            stop = _number(tokens) if kind == "IntervalTier" else start
            value = _text(tokens)
            points += stop == start
            if wanted(tier) and stop > start and value.strip() not in GAPS:
                marks.append(Mark(start, stop, value.strip(), name))
        if wanted(tier):
            if name in tiers:
                found.append(f"{path}: there are two tiers {name}; rename one in Praat.")
            tiers[name] = tier
            if points:
                what = "point has" if points == 1 else "points have"
                found.append(f"{path}, tier {name}: {points} {what} no length; make them intervals in Praat.")
    kept, marks = scored(list(tiers.values()), marks)
    return Marks(path, path.stem, tuple(kept), tuple(marks))


def _counted(tokens: Iterator[str]) -> int:
    number = _number(tokens)
    if not 0 <= number <= MOST or number != int(number):
        raise ValueError(f"{number:g} is not a valid number of tiers or intervals")
    return int(number)


def write_textgrid(path: Path, marks: Marks, duration: float) -> None:
    """Write marks as a TextGrid in Praat's long form; times are rounded to milliseconds.

    Marks that overlap go to a further tier, "NAME 2"; predicted scores have separate tiers, see `machine`. The format
    has no place for the annotator other than the names of tiers.

    Args:
        path: the file.
        marks: tiers and marks, in seconds of the media.
        duration: duration of the recording, seconds; extended to the end of the last mark if necessary.
    """
    end = round(max([duration, *(mark.stop for mark in marks.marks)]), 3)
    tiers: list[tuple[str, list[Mark]]] = []
    for tier in marks.tiers:
        for row, lane in enumerate(lanes([one for one in marks.marks if one.tier == tier.name]) or [[]]):
            name = tier.name if row == 0 else f"{tier.name} {row + 1}"
            tiers.append((name, lane))
            answers = [Mark(one.start, one.stop, said(one)) for one in lane if one.score is not None]
            tiers += [(score_tier(name), answers)] if answers or tier.machine else []
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", f"xmax = {end:.3f}"]
    lines += ["tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for number, (name, lane) in enumerate(tiers, 1):
        lines += [f"    item [{number}]:", *_tier(name, lane, end)]
    write_text(path, "\n".join([*lines, ""]))


def _tier(name: str, lane: list[Mark], end: float) -> list[str]:
    intervals, free = [], 0.0
    for mark in lane:
        start, stop = round(mark.start, 3), round(mark.stop, 3)
        if stop <= start:
            continue  # Praat has no intervals without a length
        intervals += [(free, start, "")] if start > free else []
        intervals.append((start, stop, mark.value))
        free = stop
    intervals += [(free, end, "")] if free < end or not intervals else []
    lines = ['        class = "IntervalTier"', f"        name = {_quoted(name)}", "        xmin = 0"]
    lines += [f"        xmax = {end:.3f}", f"        intervals: size = {len(intervals)}"]
    for number, (start, stop, value) in enumerate(intervals, 1):
        lines += [f"        intervals [{number}]:", f"            xmin = {start:.3f}", f"            xmax = {stop:.3f}"]
        lines.append(f"            text = {_quoted(value)}")
    return lines


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
