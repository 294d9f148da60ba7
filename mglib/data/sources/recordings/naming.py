"""Finds the recording of a file, the person seen, the coder, and the split."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from mglib.base.files import visible
from mglib.base.texts import read_rows
from mglib.base.values import respelled
from mglib.data.checks import SPLITS
from mglib.data.recordings.formats import Marks, Medium, Tier, is_film, known_stem, stem

from .asked import Asked

PERSONS = "persons.csv"
CODER = "coder"  # name of an unknown coder
PARTS = re.compile(r"[\W_]+")


class Person(NamedTuple):
    """A line of persons.csv."""

    person: str
    split: str


def read_persons(root: Path, found: list[str]) -> dict[str, Person]:
    """Read persons.csv by file name without suffix: columns file, person and, optionally, split.

    Args:
        root: the folder; it may be in a sub-folder, too. Without such a file the result is empty.
        found: receives a sentence for every unusable line.
    """
    persons: dict[str, Person] = {}
    for path in (path for path in visible(root) if path.name.lower() == PERSONS and path.is_file()):
        _read_persons(path, persons, found)
    return persons


def _read_persons(path: Path, persons: dict[str, Person], found: list[str]) -> None:
    rows = read_rows(path, restval="")
    if not {"file", "person"} <= set(rows.fieldnames):
        found.append(f"{path}: its first line is {','.join(rows.fieldnames)}; expected file,person,split.")
        return
    for row in rows:
        file, person, split = (str(row.get(name) or "").strip() for name in ("file", "person", "split"))
        if not any((file, person, split)):
            continue
        if not file or not person or split not in ("", *SPLITS):
            told = f"file {file!r}, person {person!r}, split {split!r}"
            found.append(f"{path}, line {rows.line_num}: {told}; split is one of {', '.join(SPLITS)}, or empty.")
        elif persons.setdefault(stem(file), Person(person, split)) != Person(person, split):
            found.append(
                f"{path}, line {rows.line_num}: {file!r} is there twice, with another person or split; keep one."
            )
    for one, other in respelled(each.person for each in persons.values()):
        found.append(f"{path}: {one!r} and {other!r} differ only in spelling; give a person one name.")


def recording_of(marks: Marks, known: Iterable[str]) -> tuple[str, str]:
    """The recording of a file of marks, and the rest of the file's name, as in anna.bert.eaf.

    Found by the media that the file names, if known; else by the file's own name.

    Args:
        marks: the marks read from the file.
        known: names of videos, files of key points, and lines of persons.csv.
    """
    known = set(known)
    named = [name for medium in marks.media for name in [known_stem(medium, known)] if name in known]
    # tables may name the video's file
    name = stem(marks.name) if is_film(Medium(marks.name)) else unicodedata.normalize("NFC", marks.name)
    if named:
        return named[0], _beyond(name, named[0])
    if name in known:
        return name, _beyond(stem(marks.path.name), name)
    longest = max((one for one in known if _beyond(name, one)), key=len, default=name)
    return longest, _beyond(name, longest)


def _beyond(name: str, recording: str) -> str:
    """The part of a file's name after the recording's: "bert" in anna.bert and anna_bert."""
    rest = name[len(recording) :] if name.startswith(recording) else ""
    return rest.strip(" ._-") if rest and not rest[0].isalnum() else ""


def is_wanted(asked: Asked, tier: Tier) -> bool:
    """Whether a tier is selected; patterns are separated by semicolons, and * stands for anything."""
    if asked.participant and tier.participant != asked.participant:
        return False
    return any(is_named(tier.name, pattern) for pattern in asked.patterns)


def is_named(name: str, pattern: str) -> bool:
    """Whether a name is the pattern, or fits it."""
    return name == pattern or fnmatchcase(name, pattern)


def coder_of(asked: Asked, tier: Tier, beyond: str, machine: bool) -> str:
    """The coder of a tier; "" if not among the selected coders.

    Found by ANNOTATOR, by the file's name, or by a selected coder's name within that of tier or file.

    Args:
        asked: options, with the coders.
        tier: a tier of the file.
        beyond: the part of the file's name after the recording's.
        machine: whether the tier is a model's, with scores.
    """
    if machine and asked.corrected_by:
        return asked.corrected_by
    if not asked.coders:
        return tier.annotator or beyond or CODER
    words = [tier.annotator, beyond, *PARTS.split(tier.name), *PARTS.split(beyond)]
    return next((coder for word in words for coder in asked.coders if word and word == coder), "")


def participant_of(name: str, tiers: Sequence[Tier], found: list[str]) -> str:
    """The person seen, by the tiers' PARTICIPANT; "" if unknown."""
    seen = list(dict.fromkeys(tier.participant for tier in tiers if tier.participant))
    if len(seen) > 1:
        listed = ", ".join(seen)
        found.append(f"{name}: its tiers are of {len(seen)} persons, {listed}; choose by participant={seen[0]}.")
    return seen[0] if seen else ""


def person_of(name: str, files: Iterable[str], persons: Mapping[str, Person]) -> Person | None:
    """The line of persons.csv for a recording, by its own name or that of one of its files."""
    return next((persons[one] for one in (name, *files) if one in persons), None)
