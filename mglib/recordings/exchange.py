"""Writes segments for coders' tools, beside the coder's own tiers; `open_recordings` reads them.

A tier has the segments of one coder, or a model, for one person's body group, so that segments in a tier do not overlap
and coders can hide tiers.
"""

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mglib.base.errors import DataError
from mglib.data.recordings import Recording, Recordings, Segment
from mglib.data.recordings.formats import (
    Mark,
    Marks,
    Medium,
    Tier,
    read_marks,
    write_boris,
    write_eaf,
    write_elan_tab,
    write_table,
    write_textgrid,
)
from mglib.data.recordings.formats.machine import ADDED, CORRECTED

ONE, MANY = (".eaf", ".tsv", ".txt", ".textgrid"), (".csv", ".boris")  # formats for one recording per file, or many
JUDGED = (".eaf", ".textgrid")  # formats in which corrections can be told from a model's segments
DATE = "1970-01-01T00:00:00"  # fixed date, so that the same segments give the same file


def marks_of(
    recordings: Recordings,
    recording: Recording,
    coders: Sequence[str],
    beside: Path | None = None,
    machines: Collection[str] = (),
) -> Marks:
    """A recording's segments as marks with class names, a tier per coder and body group.

    Coders who did not go through the recording have no tiers, as an empty tier says that they marked nothing.

    Args:
        recordings: the recordings, for the names of the classes.
        recording: the recording.
        coders: coders whose segments are used.
        beside: file to which the video's address is relative; None: no relative address.
        machines: those of the coders that are models.
    """
    person, groups = recording.person, dict.fromkeys(recordings.class_groups)
    coders = [coder for coder in coders if coder in recording.coders]
    tiers = [
        Tier(_tier(group, person, coder), person, coder, coder in machines) for coder in coders for group in groups
    ]
    marks = [
        _mark(one, recordings.class_names[one.label], _tier(recordings.class_groups[one.label], person, coder))
        for coder in coders
        for one in recording.of(coder)
        if one.label >= 0
    ]
    marks.sort(key=lambda mark: (mark.start, mark.stop, mark.tier, mark.value))
    source = recording.source or Path(recording.name)
    media = _media(recording, beside)
    return Marks(source, recording.name, tuple(tiers), tuple(marks), media, recordings.class_names)


def _tier(group: str, person: str, coder: str) -> str:
    return f"gesture {group}, {person}, {coder}"


def _mark(one: Segment, word: str, tier: str) -> Mark:
    """A segment as mark, in whole milliseconds."""
    score = None if one.score is None else round(one.score, 4)
    return Mark(round(one.start, 3), round(one.stop, 3), word, tier, score, one.note)


def _media(recording: Recording, beside: Path | None) -> tuple[Medium, ...]:
    if recording.video is None:
        return ()
    video = recording.video.resolve()
    relative = "" if beside is None else _relative(video, beside.resolve().parent)
    address = f"file:///{video.as_posix().lstrip('/')}"  # as ELAN writes it, with blanks and accents as they are
    return (Medium(address, relative, length=recording.duration, fps=recording.fps or None),)


def _relative(video: Path, folder: Path) -> str:
    """The address relative to a folder; "" if they are on two drives."""
    try:
        relative = Path(os.path.relpath(video, folder)).as_posix()
    except ValueError:
        return ""
    return relative if relative.startswith("..") else f"./{relative}"


def write_segments(
    path: str | Path,
    recordings: Recordings,
    coders: Sequence[str] = (),
    ending: str = ".eaf",
    machines: Collection[str] = (),
) -> list[Path]:
    """Write the segments of coders, or of a model.

    An .eaf file becomes a complete copy of the coder's file with new tiers.

    Args:
        path: a file (.eaf, .tsv and .TextGrid: one recording; .csv and .boris: any number), or a folder, which
            gets a file per recording, NAME.CODER.eaf.
        recordings: the recordings.
        coders: coders whose segments are written; by default all who went through a recording.
        ending: suffix of files in a folder.
        machines: coders that are models, besides those whose segments have scores.

    Returns:
        The files written.

    Raises:
        DataError: the format is unknown, one file is given for several recordings, or a coder's file or corrections
            would be overwritten.
    """
    path = Path(path).expanduser()
    kind = _kind(path)
    machines = {*machines, *(s.coder for one in recordings for s in one.segments if s.score is not None)}
    if kind in MANY:
        _write(path, recordings, recordings.recordings, coders, machines)
        return [path]
    if kind in ONE and len(recordings) > 1:
        raise DataError(f"{path}: one file, and {len(recordings)} recordings; give a folder, or a file ending in .csv.")
    if kind in ONE:
        _write(path, recordings, recordings.recordings, coders, machines)
        return [path]
    if path.suffix and not path.is_dir():
        known = ", ".join((*ONE, *MANY))
        raise DataError(f"{path}: this format cannot be written; give {known}, or a folder.")
    written = []
    for one in recordings:
        by = ".".join((*coders, "")) if coders else ""
        written.append(path / f"{one.name}.{by}{ending.lstrip('.')}")
        _write(written[-1], recordings, (one,), coders, machines)
    return written


def _kind(path: Path) -> str:
    return path.suffix.lower()


def _write(
    path: Path, recordings: Recordings, those: Sequence[Recording], coders: Sequence[str], machines: Collection[str]
) -> None:
    kind = _kind(path)
    for one in those:
        if one.source is not None and path.resolve() == one.source.resolve():
            raise DataError(f"{path}: is the coder's own file; give another name, for a copy with more tiers.")
    told = [marks_of(recordings, one, tuple(coders) or one.coders, path, machines) for one in those]
    groups, source = dict(zip(recordings.class_names, recordings.class_groups, strict=True)), those[0].source
    base = source if source is not None and source.suffix.lower() == ".eaf" else None
    ways: dict[str, Callable[[Path], None]] = {
        ".csv": lambda to: write_table(to, told),
        ".boris": lambda to: write_boris(to, [part for each in told for part in _by_annotator(each)], groups, DATE),
        ".eaf": lambda to: write_eaf(to, told[0], recordings.class_names, base),
        ".textgrid": lambda to: write_textgrid(to, told[0], those[0].duration),
        ".tsv": lambda to: write_elan_tab(to, told[0]),
        ".txt": lambda to: write_elan_tab(to, told[0]),
    }
    if kind not in ways:
        raise DataError(f"{path}: this format cannot be written; give {', '.join((*ONE, *MANY))}.")
    if kind in JUDGED and path.is_file():
        _refuse_to_lose(path, ways[kind])
    ways[kind](path)


def _by_annotator(marks: Marks) -> list[Marks]:
    """The marks of each annotator, if there are several, for formats without a place for the annotator."""
    names = list(dict.fromkeys(tier.annotator for tier in marks.tiers))
    if len(names) < 2:
        return [marks]
    parts = []
    for name in names:
        tiers = tuple(tier for tier in marks.tiers if tier.annotator == name)
        own = {tier.name for tier in tiers}
        those = tuple(mark for mark in marks.marks if mark.tier in own)
        parts.append(replace(marks, name=f"{marks.name}.{name}", tiers=tiers, marks=those))
    return parts


def _refuse_to_lose(path: Path, write: Callable[[Path], None]) -> None:
    """Refuse to replace a file in which a person corrected, added or deleted segments of a model.

    Raises:
        DataError: somebody did.
    """
    with TemporaryDirectory() as folder:
        fresh = Path(folder) / path.name
        write(fresh)
        new, old = _by_machine(fresh), _by_machine(path)
    if old < new or any(note in (CORRECTED, ADDED) for *_, note in old):
        raise DataError(
            f"{path}: somebody corrected a model's segments in it; move it to the folder of recordings, or give "
            "another folder to write to."
        )


def _by_machine(path: Path) -> set[tuple[float, float, str, str]]:
    """Start, stop, word and note of the marks in a model's tiers."""
    (marks,) = read_marks(path, [])
    tiers = {tier.name for tier in marks.tiers if tier.machine}
    return {(mark.start, mark.stop, mark.value, mark.note) for mark in marks.marks if mark.tier in tiers}
