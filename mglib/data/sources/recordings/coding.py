"""The tiers of each coder in the files of a recording, and their segments."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mglib.data.recordings import Segment
from mglib.data.recordings.formats import Mark, Marks, Tier
from mglib.data.recordings.formats.machine import ADDED, CORRECTED, SPOTTED
from mglib.data.recordings.formats.marks import NUMBERED

from .asked import Asked
from .meaning import Meaning, unknown_words, without_background
from .naming import coder_of
from .timing import OVERSHOOT, SHORTEST, before_start, beyond_end, divided, overlapping, overlaps, without_length

Coded = list[tuple[str, Tier, Marks, list[Mark]]]  # coder, tier, file and marks of every tier of the selected coders


def coded_tiers(files: Sequence[tuple[Marks, str]], asked: Asked) -> Coded:
    """The tiers of the selected coders."""
    coded = []
    for marks, beyond in files:
        judged = {mark.tier for mark in marks.marks if mark.note in (SPOTTED, CORRECTED, ADDED)}
        judged |= {tier.name for tier in marks.tiers if tier.machine}
        for tier in marks.tiers:
            those = [mark for mark in marks.marks if mark.tier == tier.name]
            # a copy with predicted tiers is named after the model, but its other tiers are still the coder's
            coder = coder_of(asked, tier, "" if judged else beyond, tier.name in judged)
            if coder:
                coded.append((coder, tier, marks, those))
    return coded


def of_several_files(name: str, coded: Coded) -> Iterator[str]:
    """A sentence for every coder of several files of a recording, which may be those of several people."""
    files: dict[str, dict[tuple[Path, str], None]] = {}
    known: dict[str, set[tuple[float, float, str]]] = {}
    for coder, _, marks, those in coded:
        told = {(mark.start, mark.stop, mark.value) for mark in those}
        if not told <= known.setdefault(coder, set()):  # else a copy, as with predicted tiers
            files.setdefault(coder, {})[marks.path, marks.name] = None
        known[coder] |= told
    for coder, own in files.items():
        if len(own) > 1:
            (path, first), (other, second) = list(own)[:2]
            told = f"{path} and {other}" if path != other else f"{first} and {second} in {path}"
            yield (
                f"{name}: {told} are taken for one coder's, {coder}; if they are not, name coders by ANNOTATOR or in "
                "the names of files, as in anna.emil.eaf."
            )


def of_nobody(name: str, coded: Coded) -> Iterator[str]:
    """A sentence on a file that names the coder of some tiers only: the others count as another coder's."""
    for path in dict.fromkeys(marks.path for _, _, marks, _ in coded):
        own = [one for one in coded if one[2].path == path and people([one])]
        named = dict.fromkeys(coder for coder, tier, *_ in own if tier.annotator)
        rest = [(coder, tier.name) for coder, tier, *_ in own if not tier.annotator and coder not in named]
        if named and rest:
            tiers = ", ".join(tier or "without a name" for _, tier in rest)
            yield (
                f"{name}: {path.name} names the coder of some tiers, {', '.join(named)}, and of others not: {tiers}. "
                f"These count as another coder's, {rest[0][0]}; if they are not, name the coder of every tier."
            )


def segments_of(
    coded: Coded,
    meaning: Meaning,
    duration: float,
    asked: Asked,
    found: list[str],
) -> list[Segment]:
    """The coders' segments of classes; overlaps within a tier and body group are refused, divided or kept."""
    by_coder: dict[str, dict[tuple[Path, bool], list[Segment]]] = {}
    where: dict[str, str] = {}
    for coder, tier, marks, those in coded:
        found += without_length(str(marks.path), those)
        found += unknown_words(Marks(marks.path, marks.name, (tier,), tuple(those)), meaning)
        those = [mark for mark in those if mark.stop - mark.start >= SHORTEST]
        early = [mark.start for mark in those if mark.start < -OVERSHOOT or mark.stop <= 0]
        found += [before_start(str(marks.path), tier.name, min(early))] if early else []
        late = [mark.stop for mark in those if mark.stop > duration + OVERSHOOT or mark.start >= duration]
        found += [beyond_end(str(marks.path), tier.name, max(late), duration)] if late else []
        sound = [mark for mark in those if max(mark.start, 0) < min(mark.stop, duration)]
        where.setdefault(coder, str(marks.path))
        by_coder.setdefault(coder, {}).setdefault((marks.path, _is_written(tier)), []).extend(
            Segment(max(mark.start, 0.0), min(mark.stop, duration), label, coder, mark.score, mark.tier, mark.note)
            for mark, label in without_background(sound, meaning)
        )
    segments: list[Segment] = []
    for coder, parts in by_coder.items():
        those = _once(parts.values())
        pairs = [] if asked.overlap == "keep" else overlaps(those, meaning.groups)
        if asked.overlap == "refuse":
            found += overlapping(where[coder], pairs)
        segments += divided(those, meaning.groups) if asked.overlap == "split" else those
    return segments


def _is_written(tier: Tier) -> bool:
    """Whether a tier is named as in files written by this package, which may repeat the coder's own tiers."""
    return bool(tier.annotator) and NUMBERED.sub("", tier.name).endswith(f", {tier.annotator}")


def _once(parts: Iterable[Sequence[Segment]]) -> list[Segment]:
    """Leave out what an earlier part has, too, as of a coder's file and its copy with predicted tiers.

    Equal segments of one part are kept, as those of the tiers of two hands.
    """
    kept: list[Segment] = []
    known: Counter[tuple[float, float, int]] = Counter()
    for segments in parts:
        own: Counter[tuple[float, float, int]] = Counter()
        for one in segments:
            key = (round(one.start, 3), round(one.stop, 3), one.label)
            own[key] += 1
            kept += [one] if own[key] > known[key] else []
        known |= own
    return kept


def reference_of(coded: Coded, asked: Asked) -> str:
    """The coder used for training: the one requested, else the one who corrected, else the first who is no model."""
    coders = [coder for coder, *_ in coded]
    wanted = [one for one in (asked.reference, asked.corrected_by, *asked.coders) if one in coders]
    return next(iter([*wanted, *people(coded), *coders]), "")


def people(coded: Coded) -> list[str]:
    """The coders who are no models, as their segments have no scores."""
    return [one for one, tier, _, those in coded if not (tier.machine or any(m.score is not None for m in those))]
