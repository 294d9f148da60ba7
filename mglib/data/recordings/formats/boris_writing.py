"""Writes BORIS projects, .boris: an observation per recording, with a start and a stop for every mark."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mglib.base.errors import DataError
from mglib.base.files import write_text

from .boris import FIRST, NOTE, SCORE, STATE
from .marks import Marks, Medium, by_time

NO_FRAME = "NA"  # BORIS's mark for events without an index of the frame


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
    """An observation; one without a medium is live, as BORIS cannot open the media of one that has none."""
    media = {_path(medium): medium for medium in marks.media[:1]}
    kind, frame = ("MEDIA", [NO_FRAME]) if media else ("LIVE", [])
    subjects = {tier.name: tier.participant for tier in marks.tiers}
    events = []
    _refuse_overlaps(marks, subjects)
    for mark in sorted(marks.marks, key=by_time):
        told = [] if mark.score is None else [f"{SCORE}{mark.score:.4f}"]
        told += [f"{NOTE}{mark.note}"] if told and mark.note else [mark.note] if mark.note else []
        for second in (mark.start, mark.stop):
            events.append([round(second, 3), subjects[mark.tier], mark.value, "", "; ".join(told), *frame])
    return {
        "file": {FIRST: list(media)}, "type": kind, "date": date, "description": "",
        "time offset": 0.0, "events": sorted(events, key=lambda event: event[0]),
        "observation time interval": [0, 0], "independent_variables": {},
        "close_behaviors_between_videos": False,  # BORIS reads it while it plays
        "media_info": {
            "length": {name: medium.length for name, medium in media.items() if medium.length},
            "fps": {name: medium.fps for name, medium in media.items() if medium.fps}, "offset": {FIRST: 0.0},
            "hasVideo": dict.fromkeys(media, True),
        },
    }  # fmt: skip


def _path(medium: Medium) -> str:
    """A medium as BORIS expects it: a path, relative to the project if possible, instead of an address."""
    path = medium.relative or re.sub(r"^file:///(?=[A-Za-z]:)|^file://", "", medium.url)
    return path.removeprefix("./")
