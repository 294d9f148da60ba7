"""What a folder of recordings holds and nobody reads, and names in options that are nowhere in it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mglib.base.errors import DataError
from mglib.base.facts import counted
from mglib.base.texts import first_line, read_words
from mglib.data.recordings import Recording
from mglib.data.recordings.formats import Marks, Tier, stem

from .asked import Asked
from .naming import coder_of, is_named, is_wanted, recording_of

SPREADSHEETS = (".xlsx", ".xls", ".ods", ".numbers")
FITTING = "expected is a table with the columns start, stop and class, or an export of BORIS or ELAN"

Files = Mapping[str, Sequence[tuple[Marks, str]]]  # by recording: marks, and the rest of the file's name


def strangers(recordings: Sequence[Recording], files: Files, tiers: Collection[Tier], asked: Asked) -> Iterator[str]:
    """Sentences on persons, recordings, coders and tiers in the options that are nowhere in the recordings.

    Args:
        recordings: those read.
        files: the coders' files.
        tiers: all tiers of these files, chosen or not.
        asked: the options.
    """
    seen = dict.fromkeys(name for one in recordings for name in (one.name, one.person))
    for option, names in (("test", asked.test), ("val", asked.val)):
        for name in (name for name in names if name not in seen):
            yield f"{option}: {name!r} is no person or recording; there are {', '.join(seen)}."
    names = dict.fromkeys(tier.name for tier in tiers if tier.name)
    for pattern in asked.patterns:
        if names and not any(is_named(name, pattern) for name in ("", *names)):
            yield f"tier: {pattern!r} is no tier of any file; those read are {', '.join(names)}."
    people = dict.fromkeys(tier.participant for tier in tiers if tier.participant)
    if tiers and asked.participant and asked.participant not in people:
        there = f"those of the tiers are {', '.join(people)}" if people else "no tier names one"
        yield f"participant: {asked.participant!r} is no participant; {there}."
    every, used = replace(asked, coders=()), {coder for one in recordings for coder in one.coded_by}
    marked = [pair for those in files.values() for pair in those]
    coders = dict.fromkeys(coder_of(every, tier, beyond, False) for marks, beyond in marked for tier in marks.tiers)
    for option, wanted in (("coders", asked.coders), ("reference", (asked.reference,))):
        for name in (name for name in wanted if name and name not in used):
            yield f"{option}: the coders are {', '.join(coders)}; {name!r} is none of them."


def unchosen(tiers: Mapping[Path, Collection[Tier]], asked: Asked) -> Iterator[str]:
    """A sentence on files with tiers of which none is chosen, as where a tier is spelled otherwise.

    Args:
        tiers: all tiers of every file.
        asked: the options that choose among them.
    """
    none = [path for path, those in tiers.items() if those and not any(is_wanted(asked, tier) for tier in those)]
    if none:
        first = ", ".join(_described(tier) for tier in tiers[none[0]])
        options = [f"{name}={value}" for name, value in (("tier", asked.tier), ("participant", asked.participant))]
        yield (
            f"{counted(len(none), 'file')} without a tier of {' '.join(options).removesuffix(' participant=')}, "
            f"{none[0].name} first, whose tiers are {first}: nothing of it is used."
        )


def _described(tier: Tier) -> str:
    return f"{tier.name or 'without a name'}{f' of {tier.participant}' if tier.participant else ''}"


def unread(paths: Sequence[Path], known: Collection[str], files: Files) -> Iterator[str]:
    """Tables named like a recording of which no coder's file is read, or like a further coder's.

    Args:
        paths: tables of unknown content.
        known: names of videos, key points and lines of persons.csv.
        files: the coders' files that are read.
    """
    for path in paths:
        name, beyond = recording_of(Marks(path, stem(path.name)), known)
        if name in known and name not in files:
            yield f"{path}: nothing is read from it, and no coder's file of {name}; {_begins(path)}."
        elif name in known and path.name[len(name) :].startswith(f".{beyond}."):
            yield f"{path}: nothing is read from it, though its name is that of a coder's file; {_begins(path)}."


def without_coders(root: Path, paths: Sequence[Path], endings: Sequence[str]) -> str:
    """The message for a folder from which nothing is read, with the first of its tables of unknown content."""
    also = f". {paths[0]}: nothing is read from it; {_begins(paths[0])}" if paths else ""
    return (
        f"{root}: holds no file of a coder; expected {', '.join(endings)}, beside the videos or in sub-folders{also}."
    )


def _begins(path: Path) -> str:
    """How a table begins, and how it should."""
    if path.suffix.lower() in SPREADSHEETS:
        return f"it is a spreadsheet: save it as CSV; {FITTING}"
    try:
        line = first_line(read_words(path)).strip()
    except DataError:
        line = ""
    return f"it begins with {repr(line[:60]) if line else 'an empty line'}; {FITTING}"
