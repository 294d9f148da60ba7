"""Reads and writes BORIS projects, .boris and .boris.gz: paired events of each observation, in seconds of the media.

According to BORIS's source, format 7.0: an observation's clock is "time offset" ahead of its media, and the files of
player 1 follow each other on it. The first time of a state event is its start and the second its stop, separately for
each subject, behaviour and modifier. A point event has no duration.
"""

import gzip
import json
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from mglib.base.errors import DataError
from mglib.base.files import write_text
from mglib.base.limits import count_values

from .marks import Mark, Marks, Medium, Tier, Wanted, by_time, every, score_of
from .reading import BYTES

VALUES = 5_000_000  # largest number of values in a project
SCORE, NOTE = "score=", "note="  # in the comments of events written here
STATE, START, STOP = "State event", "START", "STOP"
NO_FRAME = "NA"  # BORIS's mark for events without an index of the frame


class Event(NamedTuple):
    """An event of an observation: seconds on its clock, and the fields that BORIS stores."""

    time: float
    subject: str
    code: str
    modifier: str
    comment: str


def read_boris(path: Path, found: list[str], wanted: Wanted = every, point: float | None = None) -> list[Marks]:
    """Read the events of all observations of a project, as a `Marks` for each file of player 1.

    Args:
        path: the file.
        found: receives a sentence per fault.
        wanted: function that selects tiers; a tier is the behaviours of one category of one subject.
        point: duration given to point events, seconds; None: they are left out, with a note.

    Raises:
        DataError: it is not a project.
    """
    project = _load(path)
    behaviours = _dicts(project, "behaviors_conf")
    kinds = {str(each.get("code")): str(each.get("type", "")) for each in behaviours}
    categories = {str(each.get("code")): str(each.get("category") or "") for each in behaviours}
    marked = []
    for name, observation in _dict(project, "observations").items():
        where = f"{path}, observation {name}"
        if not isinstance(observation, Mapping):
            found.append(f"{where}: it is not a table of names and values; save the project in BORIS again.")
            continue
        events = _events(where, observation, found)
        spans, notes = paired(where, events, kinds, point, found)
        marks = [_mark(event, stop, categories) for event, stop in spans]
        words = tuple(code for code, kind in kinds.items() if kind.startswith("State") or point)
        tiers = [Tier(tier_name(event, categories), event.subject) for event, _ in spans]
        kept = [tier for tier in dict.fromkeys(tiers) if wanted(tier)]
        kept = {tier.name: tier for tier in kept or _without_spans(events, words, categories, wanted)}
        whole = Marks(path, str(name), tuple(kept.values()), tuple(one for one in marks if one.tier in kept))
        marked += _by_file(replace(whole, classes=words, notes=tuple(notes)), _media(observation))
    return marked


def _load(path: Path) -> Mapping[str, Any]:
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            content = file.read(BYTES + 1)
        if len(content) > BYTES:
            raise DataError(f"{path}: has more than {BYTES >> 20} MiB, as no project does; get it again.")
        project = json.loads(content.decode("utf-8-sig"))
        if count_values(project) > VALUES:
            raise DataError(f"{path}: holds more than {VALUES:,} values, as no project does; get it again.")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise DataError(f"{path}: is not a BORIS project ({error}); save it in BORIS again.") from None
    if not isinstance(project, Mapping) or "observations" not in project:
        raise DataError(f"{path}: holds no observations; expected a BORIS project.")
    return project


def _dict(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, Mapping) else {}


def _dicts(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    return [each for each in _dict(holder, name).values() if isinstance(each, Mapping)]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if abs(number) < 1e9 else None


def _events(where: str, observation: Mapping[str, Any], found: list[str]) -> list[Event]:
    """The events in order of time, in seconds of the media of player 1."""
    offset, events = _number(observation.get("time offset")) or 0.0, []
    lines = observation.get("events")
    for place, line in enumerate(lines if isinstance(lines, Sequence) and not isinstance(lines, str) else (), 1):
        held = list(line) if isinstance(line, Sequence) and not isinstance(line, str) else []
        time = _number(held[0]) if held else None
        if time is None or len(held) < 3:
            found.append(f"{where}, event {place}: {line!r}; expected time, subject, behaviour: correct it in BORIS.")
            continue
        words = ["" if word is None else str(word) for word in [*held[1:5], "", ""][:4]]
        events.append(Event(time - offset, *words))
    return sorted(events, key=lambda event: event.time)


def paired(
    where: str,
    events: Sequence[Event],
    kinds: Mapping[str, str],
    point: float | None,
    found: list[str],
    borders: Sequence[str] = (),
) -> tuple[list[tuple[Event, float]], list[str]]:
    """Pair events with their stops, in order of start; also returns notes.

    Args:
        where: origin of the events, for messages.
        events: events in order of time.
        kinds: "State event" or "Point event" by behaviour, as in BORIS; unknown behaviours are states.
        point: see `read_boris`.
        found: receives a sentence for every start without a stop, and stop without a start.
        borders: START or STOP for each event, where the file has it; else the order decides.
    """
    waiting: dict[tuple[str, str, str], Event] = {}
    spans, points = [], 0
    endless: list[Event] = []
    for event, border in zip_longest(events, borders, fillvalue=""):
        if kinds.get(event.code, STATE).startswith("Point"):
            points += 1
            spans += [(event, event.time + point)] if point else []
            continue
        key = (event.subject, event.code, event.modifier)
        first = waiting.pop(key, None)
        if first is not None and border != START:
            spans.append((first, event.time))
        elif border == STOP:
            found.append(f"{where}: no START for {event.code!r}, which stops at {event.time:g} s.")
        else:
            endless += [first] if first is not None else []
            waiting[key] = event
    found += [f"{where}: no STOP for {event.code!r} at {event.time:g} s." for event in (*endless, *waiting.values())]
    skipped = f"{where}: {points} point events without a length are left out; give point=0.5 to take each as long."
    return sorted(spans, key=lambda span: (span[0].time, span[1])), [skipped] if points and not point else []


def tier_name(event: Event, categories: Mapping[str, str]) -> str:
    """The name of the tier for a subject and a category of behaviours."""
    return " ".join(filter(None, (event.subject, categories.get(event.code, "")))) or "events"


def _without_spans(
    events: Sequence[Event], words: Sequence[str], categories: Mapping[str, str], wanted: Wanted
) -> list[Tier]:
    """A selected tier of an observation without spans in any, if it has other events: the coder went through it."""
    names = [(tier_name(event._replace(code=code), categories), event.subject) for event in events for code in words]
    tiers = [tier for tier in dict.fromkeys(Tier(*pair) for pair in names) if wanted(tier)]
    one = len({tier.participant for tier in tiers}) == 1
    return [tier if one else replace(tier, participant="") for tier in tiers[:1]]


def _mark(event: Event, stop: float, categories: Mapping[str, str]) -> Mark:
    told = event.comment.split("; ") if event.comment.startswith(SCORE) else []
    score = score_of(told[0].removeprefix(SCORE)) if told else None
    note = "; ".join(told[1:]).removeprefix(NOTE) if told else event.comment
    value = event.code if event.modifier in ("", "None") else f"{event.code} ({event.modifier})"
    return Mark(event.time, stop, value, tier_name(event, categories), score, note)


def _media(observation: Mapping[str, Any]) -> list[Medium]:
    """The files of player 1 in sequence."""
    files, told = _dict(observation, "file").get("1"), _dict(observation, "media_info")
    names = [str(name) for name in files] if isinstance(files, Sequence) and not isinstance(files, str) else []
    lengths, rates = _dict(told, "length"), _dict(told, "fps")
    return [Medium(n, Path(n).name, length=_number(lengths.get(n)), fps=_number(rates.get(n))) for n in names]


def _by_file(marks: Marks, media: Sequence[Medium]) -> list[Marks]:
    """The marks of an observation by file, in that file's time; one that lasts from file to file is cut in parts."""
    if len(media) < 2 or any(medium.length is None for medium in media):
        return [replace(marks, media=tuple(media[:1]))]
    parts, begin = [], 0.0
    for place, medium in enumerate(media):
        first, end = (begin if place else -inf), (begin + medium.length if place + 1 < len(media) else inf)
        those = [
            replace(mark, start=max(mark.start, first) - begin, stop=min(mark.stop, end) - begin)
            for mark in marks.marks
            if first <= mark.start < end or mark.start < first < mark.stop
        ]
        name = f"{marks.name} {Path(medium.url.replace(chr(92), '/')).stem}"
        parts.append(replace(marks, name=name, marks=tuple(those), media=(medium,)))
        begin = end
    return parts


def write_boris(path: Path, every_recording: Sequence[Marks], groups: Mapping[str, str], date: str) -> None:
    """Write recordings as a BORIS project, format 7.0, with one observation each; only complete files are kept.

    The format has no place for the annotator. Times are rounded to milliseconds.

    Args:
        path: the file, .boris.
        every_recording: marks of each recording.
        groups: body group by class, a category in BORIS.
        date: date of the project, ISO 8601.
    """
    subjects = dict.fromkeys(tier.participant for marks in every_recording for tier in marks.tiers if tier.participant)
    content = {
        "time_format": "s", "project_date": date, "project_name": path.stem, "project_description": "",
        "project_format_version": "7.0",
        "subjects_conf": {str(n): {"key": "", "name": name, "description": ""} for n, name in enumerate(subjects)},
        "behaviors_conf": {
            str(n): {"type": STATE, "key": "", "code": code, "description": "", "category": group, "modifiers": {},
                     "excluded": "", "coding map": "", "color": ""}
            for n, (code, group) in enumerate(groups.items())
        },
        "observations": {marks.name: _observation(marks, date) for marks in every_recording},
        "behavioral_categories": sorted(set(groups.values())), "independent_variables": {}, "coding_map": {},
        "behaviors_coding_map": [], "converters": {},
    }  # fmt: skip
    # in ASCII, as BORIS opens projects in the encoding of the operating system
    write_text(path, json.dumps(content, indent=1) + "\n")


def _refuse_overlaps(marks: Marks, subjects: Mapping[str, str]) -> None:
    """Refuse overlapping events of one behaviour: BORIS pairs starts and stops by their order.

    Raises:
        DataError: two overlap.
    """
    last: dict[tuple[str, str], float] = {}
    for mark in sorted(marks.marks, key=by_time):
        key = (subjects[mark.tier], mark.value)
        if mark.start < last.get(key, 0.0):
            raise DataError(
                f"{marks.name}: {mark.value!r} at {mark.start:g} s begins within another, which BORIS cannot hold; "
                "merge the two, or write another format."
            )
        last[key] = mark.stop


def _observation(marks: Marks, date: str) -> dict[str, Any]:
    subjects = {tier.name: tier.participant for tier in marks.tiers}
    events = []
    _refuse_overlaps(marks, subjects)
    for mark in sorted(marks.marks, key=by_time):
        told = [] if mark.score is None else [f"{SCORE}{mark.score:.4f}"]
        told += [f"{NOTE}{mark.note}"] if told and mark.note else [mark.note] if mark.note else []
        for second in (mark.start, mark.stop):
            events.append([round(second, 3), subjects[mark.tier], mark.value, "", "; ".join(told), NO_FRAME])
    media = {_path(medium): medium for medium in marks.media[:1]}
    return {
        "file": {"1": list(media)}, "type": "MEDIA", "date": date, "description": "",
        "time offset": 0.0, "events": sorted(events, key=lambda event: event[0]),
        "observation time interval": [0, 0], "independent_variables": {},
        "media_info": {
            "length": {name: medium.length for name, medium in media.items() if medium.length},
            "fps": {name: medium.fps for name, medium in media.items() if medium.fps}, "offset": {"1": 0.0},
            "hasVideo": dict.fromkeys(media, True),
        },
    }  # fmt: skip


def _path(medium: Medium) -> str:
    """A medium as BORIS expects it: a path, relative to the project if possible, instead of an address."""
    path = medium.relative or re.sub(r"^file:///(?=[A-Za-z]:)|^file://", "", medium.url)
    return path.removeprefix("./")
