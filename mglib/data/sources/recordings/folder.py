"""Reads a folder of videos or key points with coders' files: ELAN, BORIS, Praat, or plain tables.

FOLDER/anna.mp4  anna.eaf  bert.mp4  bert.eaf ...  persons.csv  keypoints.pkl
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mglib.base.errors import DataError, OptionError
from mglib.base.facts import counted
from mglib.base.files import visible
from mglib.base.values import respelled
from mglib.data.headers import Header, headers
from mglib.data.own_layouts import find_layout
from mglib.data.recordings import Recording, Recordings
from mglib.data.recordings.formats import ENDINGS, Marks, Tier, read_marks, stem

from .asked import Asked
from .coding import coded_tiers, of_nobody, of_several_files, people, reference_of, segments_of
from .leftovers import SPREADSHEETS, strangers, unchosen, unread, without_coders
from .meaning import Meaning, find_meaning, likely_slips, vocabularies
from .media import (
    FPS,
    Seen,
    crowded,
    from_zero,
    is_export,
    medium_of,
    named_video,
    other_shape,
    points_below,
    timed,
    videos_below,
)
from .naming import (
    PERSONS,
    Person,
    is_wanted,
    participant_of,
    person_of,
    read_persons,
    recording_of,
)

APART = 1.0  # seconds by which key points may end before or after the video without a note


@dataclass
class Found:
    """The files of a folder, before they are combined to recordings.

    Attributes:
        files: marks, each with the part of its file name after the recording's name, by recording.
        videos, points: by recording; points are None where they cannot be used.
        heads: headers of the videos.
        persons: lines of persons.csv.
        unread: tables of unknown content.
        tiers: all tiers of every coder's file, chosen or not.
    """

    files: dict[str, list[tuple[Marks, str]]] = field(default_factory=dict)
    videos: dict[str, Path] = field(default_factory=dict)
    points: dict[str, Seen | None] = field(default_factory=dict)
    heads: dict[Path, Header] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    unread: list[Path] = field(default_factory=list)
    tiers: dict[Path, dict[Tier, None]] = field(default_factory=dict)

    @property
    def known(self) -> set[str]:
        """Names of videos, key points and lines of persons.csv."""
        return {*self.videos, *self.points, *self.persons}


def read_folder(root: Path, asked: Asked, found: list[str]) -> Recordings:
    """Read the recordings of a folder.

    Args:
        root: the folder.
        asked: the options.
        found: receives a sentence per fault; what is concerned is left out.

    Raises:
        OptionError: an option does not fit.
        DataError: nothing can be used.
    """
    layout = find_layout(asked.layout)
    there = Found(persons=read_persons(root, found), videos=videos_below(root, asked, found))
    there.points = points_below(root, asked, layout, found)
    _read_files(root, asked, there, found)
    if asked.uncoded:
        there.files |= {name: [] for name in {*there.points, *there.videos} - set(there.files)}
    files = [marks for those in there.files.values() for marks, _ in those]
    meaning = find_meaning(asked.labels, asked.classes, files)
    there.heads = headers([there.videos[name] for name in there.files if name in there.videos], found, root.name)
    frames = {name: there.heads[path].frames for name, path in there.videos.items() if path in there.heads}
    there.points, renumbered = from_zero(there.points, frames)
    made = [_recording(name, there, asked, meaning, found) for name in sorted(there.files)]
    recordings = tuple(one for one in made if one is not None)
    _check_persons(there, found)
    found += _respelled(recordings, there)
    if not recordings:
        raise DataError("\n".join([f"{root}: no recording can be used.", *found]))
    _check_names(recordings, there, asked, found)
    first = recordings[0]
    told = asked.labels or asked.classes or len(vocabularies(files)) == 1
    slips = () if told else tuple(likely_slips(files))
    recordings = (
        replace(first, notes=(*first.notes, *slips, *renumbered, *_told(recordings, there, asked))),
        *recordings[1:],
    )
    has_points = any(one.keypoints is not None for one in recordings)
    return Recordings(root.resolve().name, recordings, layout if has_points else None, meaning.names, meaning.groups)


def _read_files(root: Path, asked: Asked, there: Found, found: list[str]) -> None:
    """Read all coders' files, and assign them to recordings."""
    known = there.known
    labels = Path(asked.labels).expanduser().resolve() if isinstance(asked.labels, str | Path) else None
    below = [path for path in visible(root) if path.is_file()]
    for path in (path for path in below if path.name.lower().endswith(ENDINGS)):
        if path.name.lower() == PERSONS or path.resolve() == labels:
            continue
        names, tiers = {*known, path.stem}, there.tiers.setdefault(path, {})
        try:
            read = read_marks(
                path, found, lambda tier, tiers=tiers: _met(tier, tiers) and is_wanted(asked, tier), asked.point,
                lambda media, names=names: medium_of(media, asked, there.videos, names),
            )  # fmt: skip
        except DataError as error:
            found.append(str(error))
            continue
        there.unread += [] if read or is_export(path) else [path]
        for marks in read:
            name, beyond = recording_of(marks, known)
            video = named_video(marks, asked, there.videos, found)
            if video is not None:
                there.videos[name] = video
            there.files.setdefault(name, []).append((marks, beyond))
    there.unread += [path for path in below if path.suffix.lower() in SPREADSHEETS]
    if not there.files and not found and not asked.uncoded:
        raise DataError(without_coders(root, there.unread, ENDINGS))


def _met(tier: Tier, tiers: dict[Tier, None]) -> bool:
    """Note a tier that is there, whether it is chosen or not."""
    tiers[tier] = None
    return True


def _told(recordings: Sequence[Recording], there: Found, asked: Asked) -> Iterator[str]:
    """What to know of all recordings together."""
    yield from unread(there.unread, there.known, there.files)
    yield from unchosen(there.tiers, asked)
    if lone := sorted({*there.videos, *there.points} - set(there.files)):
        yield f"{counted(len(lone), 'recording')} without a coder's file, {lone[0]} first, and so left out."
    yield from _assumed(recordings, asked)


def _assumed(recordings: Sequence[Recording], asked: Asked) -> Iterator[str]:
    """Recordings whose frames per second nobody knows: at another rate, other frames would be cut."""
    timeless = [one.name for one in recordings if one.keypoints is not None and one.video is None]
    if timeless and asked.fps is None:
        yield (
            f"{counted(len(timeless), 'recording')} without a video, {timeless[0]} first: {FPS:g} frames per second "
            "are assumed for the key points; give fps if it is another, or other frames are cut out than those marked."
        )


def _check_persons(there: Found, found: list[str]) -> None:
    named = {stem(marks.path.name) for those in there.files.values() for marks, _ in those}
    lost = [file for file in there.persons if file not in {*there.files, *named, *there.videos}]
    if lost:
        found.append(f"{PERSONS}: {lost[0]} is no file of the folder; correct the line, or add the file.")


def _respelled(recordings: Sequence[Recording], there: Found) -> Iterator[str]:
    """Names that would be of two coders or persons, and differ only in spelling."""
    for one, other in respelled(coder for each in recordings for coder in each.coded_by):
        yield f"coders: {one!r} and {other!r} differ only in spelling; give a coder one name."
    told = [each.person for each in there.persons.values()]
    tiers = [tier for those in there.files.values() for marks, _ in those for tier in marks.tiers]
    for one, other in respelled([*told, *(tier.participant for tier in tiers if tier.participant)]):
        if not {one, other} <= set(told):  # else it is said of persons.csv
            yield f"persons: {one!r} and {other!r} differ only in spelling; give a person one name."


def _check_names(recordings: Sequence[Recording], there: Found, asked: Asked, found: list[str]) -> None:
    """Names in the options that are nowhere, as a typo would change splits or labels.

    Raises:
        OptionError: there are such names, and nothing else is wrong.
    """
    tiers = dict.fromkeys(tier for those in there.tiers.values() for tier in those)
    wrong = list(strangers(recordings, there.files, tiers, asked))
    if wrong and not found:
        raise OptionError("\n".join(wrong))
    found += wrong  # who is missing may be in a file that cannot be read


def _recording(name: str, there: Found, asked: Asked, meaning: Meaning, found: list[str]) -> Recording | None:
    """Build one recording from all that was read; None if it cannot be used."""
    files, video, seen = there.files[name], there.videos.get(name), there.points.get(name)
    head = there.heads.get(video) if video is not None else None
    seen = seen.filling(head.frames if head else 0) if seen is not None else None
    where = str(files[0][0].path) if files else name
    if asked.need_keypoints and seen is None:
        if name not in there.points:  # else it is said why they cannot be used
            found.append(
                f"{where}: there are no key points of {name}; write them by python -m mglib.pose FOLDER -o "
                "FOLDER/keypoints.pkl, or give keypoints=."
            )
        return None
    height, width = _size(seen, head, asked)
    if seen is not None and not (height and width):
        raise OptionError("height, width: no file says how large the image of the key points is; give both, or videos.")
    found += other_shape(where, seen, head)
    times = timed(where, seen, head, asked.fps, found)
    chosen = [tier for marks, _ in files for tier in marks.tiers]
    participant = participant_of(where, chosen, found)
    told = person_of(name, [stem(marks.path.name) for marks, _ in files], there.persons)
    coded = coded_tiers(files, asked)
    duration = float(times[-1]) if times is not None else _last(files)
    segments = segments_of(coded, meaning, duration, asked, found)
    notes = [note for marks, _ in files for note in marks.notes]
    if told is None and not participant:
        notes.append(f"{name}: the person seen is unknown; the recording's name is used. Name persons in {PERSONS}.")
    notes += [
        *crowded(name, seen),
        *_time_told(name, seen, head, files),
        *of_several_files(name, coded),
        *of_nobody(name, coded),
    ]
    reference = reference_of(coded, asked)
    if coded and reference not in (asked.reference, asked.corrected_by, *asked.coders, *people(coded)):
        notes.append(
            f"{name}: nobody but the model {reference} marked anything, so its segments are the reference; give "
            "corrected_by=NAME if somebody corrected them."
        )
    person = told.person if told else participant or name
    return Recording(
        name, person, _split(name, person, told, asked), duration,
        keypoints=None if seen is None else seen.points, times=times, height=height, width=width, video=video,
        segments=tuple(segments), reference=reference,
        coded_by=tuple(dict.fromkeys(coder for coder, *_ in coded)),
        source=files[0][0].path if files else None, notes=tuple(notes),
    )  # fmt: skip


def _size(seen: Seen | None, head: Header | None, asked: Asked) -> tuple[int, int]:
    if seen is not None and seen.height and seen.width:
        return seen.height, seen.width
    if head is not None:
        return head.height, head.width
    return asked.height or 0, asked.width or 0


def _time_told(name: str, seen: Seen | None, head: Header | None, files: Sequence[tuple[Marks, str]]) -> Iterator[str]:
    """Sentences on an unknown duration and on missing frames."""
    if head is not None and head.seconds is not None:
        apart = 0 if seen is None else abs(seen.points.shape[1] - head.frames) / (head.fps or FPS)
        if apart > APART:
            yield (
                f"{name}: {seen.points.shape[1]} frames of key points, {head.frames} in the video; unless only the "
                f"last are missing, key points and segments are up to {apart:.1f} s apart at the end."
            )
        return
    if seen is None and files and not any(medium.length for marks, _ in files for medium in marks.media[:1]):
        yield (
            f"{name}: neither a video nor key points say how long it is; the end of the last annotation is taken, so "
            "that rates a minute and shares of the time are too high, and that of the background too low."
        )


def _last(files: Sequence[tuple[Marks, str]]) -> float:
    """The end of a recording without frames: of the media as given in a file, or of the last mark."""
    lengths = [medium.length for marks, _ in files for medium in marks.media[:1] if medium.length]
    stops = [mark.stop for marks, _ in files for mark in marks.marks]
    longest = max([*lengths, *stops], default=0.0)
    return longest if longest > 0 else 1.0


def _split(name: str, person: str, told: Person | None, asked: Asked) -> str:
    if told is not None and told.split:
        return told.split
    if {name, person} & set(asked.test):
        return "test"
    return "val" if {name, person} & set(asked.val) else "train"
