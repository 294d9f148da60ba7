"""Reads a folder of videos or key points with coders' files: ELAN, BORIS, Praat, or plain tables.

FOLDER/anna.mp4  anna.eaf  bert.mp4  bert.eaf ...  persons.csv  keypoints.pkl
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mglib.base.errors import DataError, OptionError
from mglib.base.files import visible
from mglib.data.headers import Header, headers
from mglib.data.own_layouts import find_layout
from mglib.data.recordings import Recording, Recordings, Segment
from mglib.data.recordings.formats import ENDINGS, Mark, Marks, Tier, read_marks
from mglib.data.recordings.formats.machine import ADDED, CORRECTED, SPOTTED

from .asked import Asked
from .meaning import Meaning, find_meaning, likely_slips, unknown_words, without_background
from .media import Seen, named_video, other_shape, points_below, timed, videos_below
from .naming import PERSONS, Person, coder_of, is_wanted, participant_of, person_of, read_persons, recording_of
from .timing import OVERSHOOT, beyond_end, divided, overlapping, overlaps, without_length


@dataclass
class Found:
    """The files of a folder, before they are combined to recordings.

    Attributes:
        files: marks, each with the part of its file name after the recording's name, by recording.
        videos, points: by recording.
        heads: headers of the videos.
        persons: lines of persons.csv.
    """

    files: dict[str, list[tuple[Marks, str]]] = field(default_factory=dict)
    videos: dict[str, Path] = field(default_factory=dict)
    points: dict[str, Seen] = field(default_factory=dict)
    heads: dict[Path, Header] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)


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
    made = [_recording(name, there, asked, meaning, found) for name in sorted(there.files)]
    recordings = tuple(one for one in made if one is not None)
    _check_persons(there, found)
    if not recordings:
        raise DataError("\n".join([f"{root}: no recording can be used.", *found]))
    first = recordings[0]
    told = asked.labels or asked.classes or any(marks.classes for marks in files)
    slips = () if told else tuple(likely_slips(files))
    recordings = (replace(first, notes=(*first.notes, *slips)), *recordings[1:])
    has_points = any(one.keypoints is not None for one in recordings)
    return Recordings(root.resolve().name, recordings, layout if has_points else None, meaning.names, meaning.groups)


def _read_files(root: Path, asked: Asked, there: Found, found: list[str]) -> None:
    """Read all coders' files, and assign them to recordings."""
    known = {*there.videos, *there.points, *there.persons}
    labels = Path(asked.labels).expanduser().resolve() if isinstance(asked.labels, str | Path) else None
    paths = [path for path in visible(root) if path.is_file() and path.name.lower().endswith(ENDINGS)]
    for path in paths:
        if path.name.lower() == PERSONS or path.resolve() == labels:
            continue
        try:
            read = read_marks(path, found, lambda tier: is_wanted(asked, tier), asked.point)
        except DataError as error:
            found.append(str(error))
            continue
        for marks in read:
            name, beyond = recording_of(marks, known)
            video = named_video(marks, asked, there.videos, found)
            if video is not None:
                there.videos[name] = video
            there.files.setdefault(name, []).append((marks, beyond))
    if not there.files and not found and not asked.uncoded:
        kinds = ", ".join(ENDINGS)
        raise DataError(f"{root}: holds no file of a coder; expected {kinds}, beside the videos or in sub-folders.")


def _check_persons(there: Found, found: list[str]) -> None:
    named = {marks.path.stem for those in there.files.values() for marks, _ in those}
    lost = [file for file in there.persons if file not in {*there.files, *named, *there.videos}]
    if lost:
        found.append(f"{PERSONS}: {lost[0]} is no file of the folder; correct the line, or add the file.")


def _recording(name: str, there: Found, asked: Asked, meaning: Meaning, found: list[str]) -> Recording | None:
    """Build one recording from all that was read; None if it cannot be used."""
    files, video, seen = there.files[name], there.videos.get(name), there.points.get(name)
    head = there.heads.get(video) if video is not None else None
    seen = seen.filling(head.frames if head else 0) if seen is not None else None
    where = str(files[0][0].path) if files else name
    if asked.need_keypoints and seen is None:
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
    told = person_of(name, [marks.path.stem for marks, _ in files], there.persons)
    coded = _coded(files, asked)
    duration = float(times[-1]) if times is not None else _last(files)
    segments = _segments(coded, meaning, duration, asked, found)
    notes = [note for marks, _ in files for note in marks.notes]
    if told is None and not participant:
        notes.append(f"{name}: the person seen is unknown; the recording's name is used. Name persons in {PERSONS}.")
    person = told.person if told else participant or name
    return Recording(
        name, person, _split(name, person, told, asked), duration,
        keypoints=None if seen is None else seen.points, times=times, height=height, width=width, video=video,
        segments=tuple(segments), reference=_reference(coded, asked),
        coded_by=tuple(dict.fromkeys(coder for coder, *_ in coded)),
        source=files[0][0].path if files else None, notes=tuple(notes),
    )  # fmt: skip


def _size(seen: Seen | None, head: Header | None, asked: Asked) -> tuple[int, int]:
    if seen is not None and seen.height and seen.width:
        return seen.height, seen.width
    if head is not None:
        return head.height, head.width
    return asked.height or 0, asked.width or 0


def _last(files: Sequence[tuple[Marks, str]]) -> float:
    """The end of a recording without frames: of the media as given in a file, or of the last mark."""
    lengths = [medium.length for marks, _ in files for medium in marks.media[:1] if medium.length]
    stops = [mark.stop for marks, _ in files for mark in marks.marks]
    return max([*lengths, *stops], default=0.0) or 1.0


def _coded(files: Sequence[tuple[Marks, str]], asked: Asked) -> list[tuple[str, Tier, Marks, list[Mark]]]:
    """Coder, tier, file and marks of every tier of the selected coders."""
    coded = []
    for marks, beyond in files:
        judged = {mark.tier for mark in marks.marks if mark.note in (SPOTTED, CORRECTED, ADDED)}
        for tier in marks.tiers:
            those = [mark for mark in marks.marks if mark.tier == tier.name]
            # a copy with predicted tiers is named after the model, but its other tiers are still the coder's
            coder = coder_of(asked, tier, "" if judged else beyond, tier.name in judged)
            if coder:
                coded.append((coder, tier, marks, those))
    return coded


def _segments(
    coded: Sequence[tuple[str, Tier, Marks, list[Mark]]],
    meaning: Meaning,
    duration: float,
    asked: Asked,
    found: list[str],
) -> list[Segment]:
    """The coders' segments of classes; overlaps within a tier and body group are refused, divided or kept."""
    by_coder: dict[str, list[Segment]] = {}
    where: dict[str, str] = {}
    for coder, tier, marks, those in coded:
        found += without_length(str(marks.path), those)
        found += unknown_words(Marks(marks.path, marks.name, (tier,), tuple(those)), meaning)
        late = [mark.stop for mark in those if mark.stop > duration + OVERSHOOT]
        found += [beyond_end(str(marks.path), tier.name, max(late), duration)] if late else []
        sound = [mark for mark in those if max(mark.start, 0) < min(mark.stop, duration)]
        where.setdefault(coder, str(marks.path))
        by_coder.setdefault(coder, []).extend(
            Segment(max(mark.start, 0.0), min(mark.stop, duration), label, coder, mark.score, mark.tier, mark.note)
            for mark, label in without_background(sound, meaning)
        )
    segments: list[Segment] = []
    for coder, those in by_coder.items():
        those = _once(those)
        pairs = [] if asked.overlap == "keep" else overlaps(those, meaning.groups)
        if asked.overlap == "refuse":
            found += overlapping(where[coder], pairs)
        segments += divided(those, meaning.groups) if asked.overlap == "split" else those
    return segments


def _once(segments: Sequence[Segment]) -> list[Segment]:
    """Remove duplicates, as from a coder's file and its copy with predicted tiers."""
    first: dict[tuple[float, float, int], Segment] = {}
    for one in segments:
        first.setdefault((round(one.start, 3), round(one.stop, 3), one.label), one)
    return list(first.values())


def _reference(coded: Sequence[tuple[str, Tier, Marks, list[Mark]]], asked: Asked) -> str:
    """The coder used for training: the one requested, else the one who corrected, else the first."""
    coders = [coder for coder, *_ in coded]
    wanted = [name for name in (asked.reference, asked.corrected_by, *asked.coders) if name in coders]
    return wanted[0] if wanted else coders[0] if coders else ""


def _split(name: str, person: str, told: Person | None, asked: Asked) -> str:
    if told is not None and told.split:
        return told.split
    if {name, person} & set(asked.test):
        return "test"
    return "val" if {name, person} & set(asked.val) else "train"
