"""Reads ELAN files, .eaf: annotations of selected tiers, in seconds of the media.

According to ELAN's schema 3.0 and source: time slots without a time are spaced evenly between the neighbouring slots
with one; annotations of symbolic tiers take the time of the annotation that they refer to, which siblings share
equally; media time is annotation time + TIME_ORIGIN.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from math import isfinite
from pathlib import Path
from xml.etree.ElementTree import Element

from mglib.base.errors import DataError

from .machine import scored
from .marks import Mark, Marks, Medium, Tier, Wanted, every
from .media import Choice, before_others, chosen
from .xml import parse

OWN_NAMES = (("TIME_SLOT", "TIME_SLOT_ID"), ("TIER", "TIER_ID"))  # tags, and the attributes that others refer to
Span = tuple[float | None, float | None]  # milliseconds; None: unknown


def read_eaf(path: Path, found: list[str], wanted: Wanted = every, choice: Choice = chosen) -> list[Marks]:
    """Read the annotations of an .eaf file; scores in tiers of their own are joined to the marks they belong to.

    Args:
        path: the file.
        found: receives a sentence per fault.
        wanted: function that selects tiers.
        choice: chooses the medium whose seconds the times are, which comes first in the result.

    Raises:
        DataError: the file is not EAF, counts in frames, or is not safe to read.
    """
    root = parse(path)
    check_root(path, root)
    tiers = {tier.get("TIER_ID", ""): tier for tier in root.iter("TIER")}
    slots = {slot.get("TIME_SLOT_ID", ""): _slot_time(slot.get("TIME_VALUE")) for slot in root.iter("TIME_SLOT")}
    spans, spread = _aligned(tiers.values(), slots)
    _symbolic(tiers.values(), spans)
    media = read_media(root)
    media = before_others(choice(media), media)
    used = [tier for name, tier in tiers.items() if wanted(described_tier(tier)) and name]
    origin = media[0].origin if media else 0.0
    marks = [mark for tier in used for mark in _marks(path, tier, spans, origin, found)]
    names = [described_tier(tier) for tier in used]
    notes = [
        f"{path.name}, tier {tier.name}: {spread[tier.name]} annotations had no time of their own and share that of "
        "their neighbours evenly."
        for tier in names
        if tier.name in spread
    ]
    kept, marks = scored(names, marks)
    entries = _vocabulary(root, used)
    classes = tuple(dict.fromkeys(words[0] for words in entries))
    return [Marks(path, path.stem, tuple(kept), tuple(marks), media, classes, tuple(notes), entries)]


def check_root(path: Path, root: Element) -> None:
    """Refuse a file that is not EAF, counts in frames, or gives several elements one name.

    Raises:
        DataError: it is such a file.
    """
    if root.tag != "ANNOTATION_DOCUMENT":
        raise DataError(f"{path}: its first element is {root.tag}; expected ELAN's ANNOTATION_DOCUMENT.")
    header = root.find("HEADER")
    units = "milliseconds" if header is None else header.get("TIME_UNITS", "milliseconds")
    if units != "milliseconds":
        raise DataError(
            f"{path}: TIME_UNITS are {units}; expected milliseconds: open the file in a current ELAN and save it."
        )
    if twice := list(repeated(root)):
        raise DataError(
            f"{path}: {twice[0]} So it is not clear which annotations are meant; merge files by ELAN's File, Merge "
            "Transcriptions, not by hand."
        )
    for tag, name in (("TIME_SLOT", "TIME_VALUE"), ("MEDIA_DESCRIPTOR", "TIME_ORIGIN")):
        for each in root.iter(tag):
            if each.get(name) and _number(each.get(name)) is None:
                raise DataError(f"{path}: {name} is {each.get(name)!r}; expected milliseconds: correct it.")


def read_media(root: Element) -> tuple[Medium, ...]:
    """The media files that a file names."""
    origins = [(each, (_number(each.get("TIME_ORIGIN")) or 0.0) / 1000) for each in root.iter("MEDIA_DESCRIPTOR")]
    return tuple(
        Medium(each.get("MEDIA_URL", ""), each.get("RELATIVE_MEDIA_URL", ""), origin) for each, origin in origins
    )


def described_tier(tier: Element) -> Tier:
    """A tier's name, participant and annotator."""
    return Tier(tier.get("TIER_ID", ""), tier.get("PARTICIPANT", ""), tier.get("ANNOTATOR", ""))


def _number(text: str | None) -> float | None:
    """Milliseconds, whole ones in ELAN's files; None if the text is something else."""
    try:
        value = None if text is None else float(text)
    except ValueError:
        return None
    return value if value is not None and isfinite(value) else None


def _slot_time(text: str | None) -> float | None:
    """Milliseconds of a time slot; None if it has none, for which some tools write -1."""
    value = _number(text)
    return None if value is None or value < 0 else value


def _aligned(tiers: Collection[Element], slots: Mapping[str, float | None]) -> tuple[dict[str, Span], dict[str, int]]:
    """Milliseconds by annotation, and per tier the number of annotations with an interpolated time."""
    spans: dict[str, Span] = {}
    spread: dict[str, int] = {}
    known = slots
    for tier in _parents_first(tiers):
        chain = {a.get("TIME_SLOT_REF1", ""): a.get("TIME_SLOT_REF2", "") for a in tier.iter("ALIGNABLE_ANNOTATION")}
        known = _interpolated(chain, known)
        for each in tier.iter("ALIGNABLE_ANNOTATION"):
            ends = each.get("TIME_SLOT_REF1", ""), each.get("TIME_SLOT_REF2", "")
            spans[each.get("ANNOTATION_ID", "")] = (known.get(ends[0]), known.get(ends[1]))
            if any(slots.get(end) is None for end in ends) and None not in (known.get(end) for end in ends):
                spread[tier.get("TIER_ID", "")] = spread.get(tier.get("TIER_ID", ""), 0) + 1
    return spans, spread


def _parents_first(tiers: Iterable[Element]) -> list[Element]:
    """Tiers in an order in which those with a parent come after it, as they divide its annotations."""
    parents = {tier.get("TIER_ID"): tier.get("PARENT_REF") for tier in tiers}

    def above(tier: Element) -> int:
        passed = [tier.get("TIER_ID")]
        while (parent := parents.get(passed[-1])) is not None and parent not in passed:
            passed.append(parent)
        return len(passed)

    return sorted(tiers, key=above)


def _interpolated(chain: Mapping[str, str], slots: Mapping[str, float | None]) -> dict[str, float | None]:
    """Times of a tier's slots; missing ones are spaced evenly between the ends of their chain."""
    known = dict(slots)
    for first in chain:
        if slots.get(first) is None:
            continue
        path, slot = [first], chain[first]
        while slots.get(slot) is None and slot in chain and slot not in path:
            path.append(slot)
            slot = chain[slot]
        begin, end = slots[first], slots.get(slot)
        if end is not None and len(path) > 1:
            known |= {each: begin + (end - begin) * step / len(path) for step, each in enumerate(path)}
    return known


def _symbolic(tiers, spans: dict[str, Span]) -> None:
    """Add the times of annotations that refer to others, in any order of tiers."""
    waiting = {a.get("ANNOTATION_ID", ""): a for tier in tiers for a in tier.iter("REF_ANNOTATION")}
    families: dict[tuple[str, str], list[str]] = {}
    for tier in tiers:
        for each in tier.iter("REF_ANNOTATION"):
            family = families.setdefault((tier.get("TIER_ID", ""), each.get("ANNOTATION_REF", "")), [])
            family.append(each.get("ANNOTATION_ID", ""))
    while families:
        ready = [key for key in families if key[1] in spans]
        if not ready:
            break  # the rest refer to annotations without a time, or to each other
        for key in ready:
            begin, end = spans[key[1]]
            members = _in_chain(families.pop(key), waiting)
            for place, member in enumerate(members):
                known = begin is not None and end is not None
                step = (end - begin) / len(members) if known else 0
                spans[member] = (begin + place * step, begin + (place + 1) * step) if known else (None, None)


def _in_chain(members: list[str], annotations: Mapping[str, Element]) -> list[str]:
    """Siblings in the order given by PREVIOUS_ANNOTATION; others stay in the order of the file."""
    after = {annotations[name].get("PREVIOUS_ANNOTATION"): name for name in members}
    first = next((name for name in members if annotations[name].get("PREVIOUS_ANNOTATION") not in members), None)
    ordered: list[str] = []
    while first is not None and first not in ordered:
        ordered.append(first)
        first = after.get(first)
    return ordered if len(ordered) == len(members) else members


def _marks(path: Path, tier: Element, spans: Mapping[str, Span], origin: float, found: list[str]) -> list[Mark]:
    name, marks, timeless = tier.get("TIER_ID", ""), [], 0
    for each in (*tier.iter("ALIGNABLE_ANNOTATION"), *tier.iter("REF_ANNOTATION")):
        begin, end = spans.get(each.get("ANNOTATION_ID", ""), (None, None))
        value = (each.findtext("ANNOTATION_VALUE") or "").strip()
        if begin is None or end is None:
            timeless += 1
        else:
            start, stop = (round(ms / 1000 + origin, 6) for ms in (begin, end))  # removes binary rounding errors
            marks.append(Mark(start, stop, value, name))
    if timeless:
        what = "annotation has" if timeless == 1 else "annotations have"
        found.append(f"{path}, tier {name}: {timeless} {what} no time; align them in ELAN.")
    return marks


def _vocabulary(root: Element, tiers: list[Element]) -> tuple[tuple[str, ...], ...]:
    """The words of each entry of the tiers' vocabulary, by language; none if they use none, or several that differ."""
    kinds = {tier.get("LINGUISTIC_TYPE_REF") for tier in tiers}
    used = {
        each.get("CONTROLLED_VOCABULARY_REF")
        for each in root.iter("LINGUISTIC_TYPE")
        if each.get("LINGUISTIC_TYPE_ID") in kinds and each.get("CONTROLLED_VOCABULARY_REF")
    }
    there = [_entries(each) for each in root.iter("CONTROLLED_VOCABULARY") if each.get("CV_ID") in used]
    same = len(there) == len(used) and len({frozenset(words[0] for words in entries) for entries in there}) == 1
    return there[0] if same else ()


def _entries(chosen: Element) -> tuple[tuple[str, ...], ...]:
    entries = [[each.text for each in entry.iter("CVE_VALUE")] for entry in chosen.iter("CV_ENTRY_ML")]  # since EAF 2.8
    entries += [[entry.text] for entry in chosen.iter("CV_ENTRY")]
    cleaned = [tuple(word.strip() for word in words if word and word.strip()) for words in entries]
    return tuple(words for words in cleaned if words)


def repeated(root: Element, names: Iterable[tuple[str, str]] = OWN_NAMES) -> Iterator[str]:
    """Sentences on names that several elements have, though others refer to them: of tiers, slots and annotations.

    Args:
        root: ANNOTATION_DOCUMENT.
        names: tags and their attributes.
    """
    for tag, name in names:
        yield from _twice(f"{tag} {name}", [each.get(name) for each in root.iter(tag)])
    yield from _twice("ANNOTATION_ID", annotation_names(root))


def annotation_names(root: Element) -> list[str | None]:
    """The names of all annotations."""
    kinds = ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION")
    return [each.get("ANNOTATION_ID") for kind in kinds for each in root.iter(kind)]


def _twice(what: str, names: list[str | None]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{what} {name} is there {count} times; each has its own."
