"""What a coder's file holds, before anybody asks what its words mean: marks in tiers, and the media they are of."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SCORE = "score"  # what tiers that hold the machine's scores are called after


@dataclass(frozen=True)
class Tier:
    """A row of marks.

    Attributes:
        name: unique in its file.
        participant: who is seen; "": not said.
        annotator: who marked; "": not said.
    """

    name: str
    participant: str = ""
    annotator: str = ""


@dataclass(frozen=True)
class Mark:
    """A stretch with a word to it.

    Attributes:
        start, stop: seconds of the media, half-open; a stop that is not after the start is the file's fault.
        value: the coder's word.
        tier: name of the tier.
        score: the machine's, 0..1; None: none is given.
        note: further words.
    """

    start: float
    stop: float
    value: str
    tier: str = ""
    score: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Medium:
    """A file that marks are of.

    Attributes:
        url: as the file has it.
        relative: the address relative to the file; "": none.
        origin: second of the media at which the file's clock starts.
        length: seconds; None: not said.
        fps: frames a second; None: not said.
    """

    url: str
    relative: str = ""
    origin: float = 0.0
    length: float | None = None
    fps: float | None = None


@dataclass(frozen=True)
class Marks:
    """What one file says of one recording.

    Attributes:
        path: the file.
        name: of the recording.
        tiers: all tiers that were asked for, with or without marks.
        marks: in the order of the file.
        media: that the file names.
        classes: words of the file's own vocabulary, if it has one that these tiers use.
        notes: what was assumed, a sentence each.
    """

    path: Path
    name: str
    tiers: tuple[Tier, ...] = ()
    marks: tuple[Mark, ...] = ()
    media: tuple[Medium, ...] = ()
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Wanted = Callable[[Tier], bool]


def every(tier: Tier) -> bool:
    """Any tier is wanted."""
    return True


def by_time(mark: Mark) -> tuple[float, float, str]:
    """A key to sort marks by."""
    return mark.start, mark.stop, mark.value


def lanes(marks: list[Mark]) -> list[list[Mark]]:
    """Marks in as few rows as it takes for none to overlap: ELAN and Praat allow no overlap within a tier."""
    rows: list[list[Mark]] = []
    for mark in sorted(marks, key=by_time):
        row = next((row for row in rows if row[-1].stop <= mark.start), None)
        if row is None:
            rows.append([mark])
        else:
            row.append(mark)
    return rows


def clock(text: str) -> float | None:
    """Seconds of hh:mm:ss.ms or a decimal number; None if it is neither."""
    parts = text.strip().split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    if len(parts) > 3 or any(number < 0 for number in numbers[1:]):
        return None
    seconds = 0.0
    for number in numbers:
        seconds = 60 * seconds + number
    return round(seconds, 9) if abs(seconds) < 1e9 else None  # 60 + 50.633 is no 110.633; nan is none either


def score_of(text: str) -> float | None:
    """A score of 0..1 as text; None if it is none."""
    try:
        score = float(text)
    except ValueError:
        return None
    return score if 0 <= score <= 1 else None
