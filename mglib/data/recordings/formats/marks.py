"""The content of a coder's file before its words are interpreted: marks in tiers, and the media files."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SCORE = "score"  # suffix of tiers with predicted scores
NUMBERED = re.compile(r" \d+$")  # end of the names of further tiers, as for overlaps


@dataclass(frozen=True)
class Tier:
    """A row of marks.

    Attributes:
        name: unique in its file.
        participant: the person seen; "": unknown.
        annotator: the person who marked; "": unknown.
        machine: whether a model marked it, so that it has a tier of scores, with or without marks.
    """

    name: str
    participant: str = ""
    annotator: str = ""
    machine: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class Mark:
    """A marked segment with a word.

    Attributes:
        start, stop: seconds of the media, half-open; faulty files may have a stop before the start.
        value: the coder's word.
        tier: name of the tier.
        score: predicted, 0..1; None: none.
        note: further text.
    """

    start: float
    stop: float
    value: str
    tier: str = ""
    score: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Medium:
    """A media file to which marks refer.

    Attributes:
        url: its address in the coder's file.
        relative: its address relative to the coder's file; "": none.
        origin: second of the media at which the file's clock starts.
        length: seconds; None: unknown.
        fps: frames per second; None: unknown.
    """

    url: str
    relative: str = ""
    origin: float = 0.0
    length: float | None = None
    fps: float | None = None


@dataclass(frozen=True)
class Marks:
    """The marks of one file for one recording.

    Attributes:
        path: the file.
        name: name of the recording.
        tiers: all selected tiers, with or without marks.
        marks: in the order of the file.
        media: the media files that it names.
        classes: words of the file's own vocabulary, if these tiers use one.
        notes: sentences on assumptions made in reading.
        synonyms: words of the same meaning, as of a vocabulary in several languages.
    """

    path: Path
    name: str
    tiers: tuple[Tier, ...] = ()
    marks: tuple[Mark, ...] = ()
    media: tuple[Medium, ...] = ()
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()


Wanted = Callable[[Tier], bool]


def every(tier: Tier) -> bool:
    """Select any tier."""
    return True


def in_tier(path: Path | str, tier: str) -> str:
    """A place for messages: file and, if it has a name, tier."""
    return f"{path}, tier {tier}" if tier else str(path)


def by_time(mark: Mark) -> tuple[float, float, str]:
    """A key to sort marks by."""
    return mark.start, mark.stop, mark.value


def lanes(marks: list[Mark]) -> list[list[Mark]]:
    """Distribute marks to as few rows as possible without overlap, which ELAN and Praat do not allow in a tier."""
    rows: list[list[Mark]] = []
    for mark in sorted(marks, key=by_time):
        row = next((row for row in rows if row[-1].stop <= mark.start), None)
        if row is None:
            rows.append([mark])
        else:
            row.append(mark)
    return rows


def clock(text: str) -> float | None:
    """Seconds of hh:mm:ss.ms or a decimal number, with a point or a comma; None if it is neither."""
    parts = text.strip().replace(",", ".").split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    if len(parts) > 3 or any(number < 0 for number in numbers[1:]):
        return None
    seconds = 0.0
    for number in numbers:
        seconds = 60 * seconds + number
    return round(seconds, 9) if abs(seconds) < 2**31 else None  # 60 + 50.633 is not exactly 110.633


def score_of(text: str) -> float | None:
    """Read a score, 0..1, from text; None if it is not one."""
    try:
        score = float(text)
    except ValueError:
        return None
    return score if 0 <= score <= 1 else None
