"""Reads BORIS projects, .boris and .boris.gz: paired events of each observation, in seconds of the media.

According to BORIS's source, format 7.0: an observation's clock is "time offset" ahead of the media of player 1, whose
files follow each other on it, and on request also the date on which the file was made, in seconds since 1970; the media
of other players start "offset" seconds later. The first time of a state event is its start and the second its stop,
separately for each subject, behaviour and modifier. Points have no duration.
"""

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise, zip_longest
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from mglib.base.errors import DataError
from mglib.base.limits import count_values
from mglib.base.texts import BYTES

from .marks import Mark, Marks, Medium, Tier, Wanted, every, score_of
from .media import Choice, before_others, chosen, file_name

VALUES = 5_000_000  # largest number of values in a project
SCORE, NOTE = "score=", "note="  # in the comments of events written here
STATE, START, STOP = "State event", "START", "STOP"
NO_MODIFIER = ("", "None")
FIRST = "1"  # the player on whose clock events are
LONGEST = 1e8  # seconds, three years; larger times are dates, in seconds since 1970


class Event(NamedTuple):
    """An event of an observation: seconds on its clock, and the fields that BORIS stores."""

    time: float
    subject: str
    code: str
    modifier: str
    comment: str


def read_boris(
    path: Path, found: list[str], wanted: Wanted = every, point: float | None = None, choice: Choice = chosen
) -> list[Marks]:
    """Read the events of all observations of a project, as a `Marks` for each file of player 1.

    Args:
        path: the file.
        found: receives a sentence per fault.
        wanted: function that selects tiers; a tier is the behaviours of one category of one subject.
        point: duration given to point events, seconds; None: they are left out, with a note.
        choice: chooses among players of one file each; times are those of the chosen file, which comes first.

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
        notes += _limits(where, observation)
        whole = Marks(path, str(name), tuple(kept.values()), tuple(one for one in marks if one.tier in kept))
        whole = replace(whole, classes=words, notes=tuple(notes))
        marked += _on_media(whole, _players(observation), choice, found)
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
    return number if abs(number) < 2**31 else None  # the largest time in BORIS


def _events(where: str, observation: Mapping[str, Any], found: list[str]) -> list[Event]:
    """The events in order of time, in seconds of the media of player 1."""
    lines = observation.get("events")
    lines = lines if isinstance(lines, Sequence) and not isinstance(lines, str) else ()
    if lines and observation.get("type") == "IMAGES":
        found.append(f"{where}: its events are in pictures, which have no time in a video; observe the video in BORIS.")
        return []
    clocks, events = _clocks(observation), []
    for place, line in enumerate(lines, 1):
        held = list(line) if isinstance(line, Sequence) and not isinstance(line, str) else []
        time = _number(held[0]) if held else None
        if time is None or len(held) < 3:
            found.append(f"{where}, event {place}: {line!r}; expected time, subject, behaviour: correct it in BORIS.")
            continue
        words = ["" if word is None else str(word) for word in [*held[1:5], "", ""][:4]]
        moved = next((time - ahead for ahead, begin, end in clocks if begin <= time - ahead < end), time)
        events.append(Event(round(moved, 6), *words))
    if dates := sum(abs(event.time) > LONGEST for event in events):
        found.append(
            f"{where}: {dates} times are dates, in seconds since 1970, and by the dates in the project they are in no "
            "video; edit the observation in BORIS, so that its times do not begin at a date."
        )
        return []
    return sorted(events, key=lambda event: event.time)


def _clocks(observation: Mapping[str, Any]) -> list[tuple[float, float, float]]:
    """Seconds by which the observation's clock is ahead of the media of player 1, from and to a second of these.

    If its times begin at the dates of the files, it is ahead by another time during each of them.
    """
    offset = _number(observation.get("time offset")) or 0.0
    if not observation.get("media_creation_date_as_offset"):
        return [(offset, -inf, inf)]
    told = _dict(_dict(observation, "media_info"), "media_creation_time")
    dates = {file_name(name): _number(date) for name, date in told.items()}  # by address as BORIS found it
    media = next(iter(_players(observation)), [])
    ends = [0.0, *accumulate(medium.length or inf for medium in media)]
    ends[:1], ends[-1:] = [-inf], [inf]
    return [
        (offset + date, begin, end)
        for medium, (begin, end) in zip(media, pairwise(ends), strict=True)
        if (date := dates.get(file_name(medium.url))) is not None
    ]


def _limits(where: str, observation: Mapping[str, Any]) -> Iterator[str]:
    """A sentence if only a part of the media was observed."""
    interval = observation.get("observation time interval")
    start, stop = map(_number, interval) if isinstance(interval, list) and len(interval) == 2 else (0.0, 0.0)
    if start or stop:
        until = f"{stop:g} s" if stop else "the end"
        yield (
            f"{where}: the coder observed {start or 0:g} s to {until} only; the rest is taken for background, so that "
            "rates a minute are too low."
        )


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
    return Mark(event.time, stop, with_modifiers(event), tier_name(event, categories), score, note)


def with_modifiers(event: Event) -> str:
    """The behaviour with the modifiers chosen: "rub (left)"."""
    picked = "|".join(name for name in event.modifier.split("|") if name not in NO_MODIFIER)
    return f"{event.code} ({picked})" if picked else event.code


def _players(observation: Mapping[str, Any]) -> list[list[Medium]]:
    """The files of every player that has some, in sequence."""
    told, players = _dict(observation, "media_info"), []
    lengths, rates, offsets = (_dict(told, name) for name in ("length", "fps", "offset"))
    for player, files in sorted(_dict(observation, "file").items()):
        names = [str(name) for name in files] if isinstance(files, Sequence) and not isinstance(files, str) else []
        origin = 0.0 if player == FIRST else -(_number(offsets.get(player)) or 0.0)
        players.append(
            [
                Medium(n, Path(n).name, origin=origin, length=_number(lengths.get(n)), fps=_number(rates.get(n)))
                for n in names
            ]
        )
    return [media for media in players if media]


def _on_media(marks: Marks, players: Sequence[Sequence[Medium]], choice: Choice, found: list[str]) -> list[Marks]:
    """The marks of an observation in the time of its media; BORIS shifts only players of one file each."""
    if any(len(media) > 1 for media in players):
        return _by_file(marks, players[0], found)
    media = [medium for (medium,) in players]
    used = choice(media)
    origin = used.origin if used else 0.0
    moved = tuple(
        replace(mark, start=round(mark.start + origin, 6), stop=round(mark.stop + origin, 6)) for mark in marks.marks
    )
    return [replace(marks, marks=moved, media=before_others(used, media))]


def _by_file(marks: Marks, media: Sequence[Medium], found: list[str]) -> list[Marks]:
    """The marks of an observation by file, in that file's time; one that lasts from file to file is cut in parts."""
    unknown = [medium for medium in media if medium.length is None] if len(media) > 1 else []
    if unknown:
        found.append(
            f"{marks.path}, observation {marks.name}: {len(media)} files follow each other, and the project does not "
            f"say how long {unknown[0].relative} is; open the observation in BORIS, which measures it, and save."
        )
    if unknown or len(media) < 2:
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
