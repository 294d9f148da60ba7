"""Checks the rules of ELAN's schema 3.0, and further ones on which ELAN relies: one sentence per violation."""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

from mglib.data.recordings.formats.eaf import OWN_NAMES, annotation_names, repeated
from mglib.data.recordings.formats.eaf_writing import ORDER

ONCE = ("HEADER", "TIME_ORDER")
NEEDED = {
    "ANNOTATION_DOCUMENT": ("AUTHOR", "DATE", "VERSION"),
    "MEDIA_DESCRIPTOR": ("MEDIA_URL", "MIME_TYPE"),
    "TIME_SLOT": ("TIME_SLOT_ID",),
    "TIER": ("TIER_ID", "LINGUISTIC_TYPE_REF"),
    "ALIGNABLE_ANNOTATION": ("ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"),
    "REF_ANNOTATION": ("ANNOTATION_ID", "ANNOTATION_REF"),
    "LINGUISTIC_TYPE": ("LINGUISTIC_TYPE_ID",),
    "CONSTRAINT": ("STEREOTYPE",),
    "CONTROLLED_VOCABULARY": ("CV_ID",),
    "CV_ENTRY_ML": ("CVE_ID",),
    "CVE_VALUE": ("LANG_REF",),
    "LANGUAGE": ("LANG_ID",),
}
UNIQUE = (
    *OWN_NAMES, ("LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID"),
    ("CONTROLLED_VOCABULARY", "CV_ID"), ("LANGUAGE", "LANG_ID"), ("CONSTRAINT", "STEREOTYPE"),
)  # fmt: skip
REFERENCES = (
    ("TIER", "LINGUISTIC_TYPE_REF", "LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID"),
    ("TIER", "PARENT_REF", "TIER", "TIER_ID"),
    ("ALIGNABLE_ANNOTATION", "TIME_SLOT_REF1", "TIME_SLOT", "TIME_SLOT_ID"),
    ("ALIGNABLE_ANNOTATION", "TIME_SLOT_REF2", "TIME_SLOT", "TIME_SLOT_ID"),
    ("ALIGNABLE_ANNOTATION", "CVE_REF", "CV_ENTRY_ML", "CVE_ID"),
    ("LINGUISTIC_TYPE", "CONTROLLED_VOCABULARY_REF", "CONTROLLED_VOCABULARY", "CV_ID"),
    ("LINGUISTIC_TYPE", "CONSTRAINTS", "CONSTRAINT", "STEREOTYPE"),
    ("CVE_VALUE", "LANG_REF", "LANGUAGE", "LANG_ID"),
    ("DESCRIPTION", "LANG_REF", "LANGUAGE", "LANG_ID"),
)


def broken_rules(root: Element) -> Iterator[str]:
    """Sentences on the rules that a document violates.

    Args:
        root: ANNOTATION_DOCUMENT.
    """
    yield from _order(root)
    for tag, names in NEEDED.items():
        for each in root.iter(tag):
            missing = [name for name in names if name not in each.attrib]
            if missing:
                yield f"{tag} {dict(each.attrib)} lacks {', '.join(missing)}."
    yield from repeated(root, UNIQUE)
    annotations = annotation_names(root)
    for tag, name, target, key in REFERENCES:
        there = {each.get(key) for each in root.iter(target)}
        for each in root.iter(tag):
            if name in each.attrib and each.get(name) not in there:
                yield f"{tag}, {name}: there is no {target} {each.get(name)}."
    for each in root.iter("REF_ANNOTATION"):
        for name in ("ANNOTATION_REF", "PREVIOUS_ANNOTATION"):
            if name in each.attrib and each.get(name) not in annotations:
                yield f"REF_ANNOTATION, {name}: there is no annotation {each.get(name)}."
    yield from _times(root)
    yield from _kinds(root)


def _order(root: Element) -> Iterator[str]:
    tags = [child.tag for child in root if isinstance(child.tag, str)]
    strange = [tag for tag in tags if tag not in ORDER]
    if strange:
        yield f"ANNOTATION_DOCUMENT holds {strange[0]}; it may hold {', '.join(ORDER)}."
        return
    for first, second in pairwise(tags):
        if ORDER.index(first) > ORDER.index(second):
            yield f"{second} comes after {first}; the order is {', '.join(ORDER)}."
    for tag in ONCE:
        if tags.count(tag) != 1:
            yield f"{tag} is there {tags.count(tag)} times; expected once."


def _times(root: Element) -> Iterator[str]:
    """Times are whole milliseconds, annotations end after they begin, and do not overlap within a tier."""
    times: dict[str | None, int] = {}
    for slot in root.iter("TIME_SLOT"):
        text = slot.get("TIME_VALUE")
        if text is not None and not text.isdecimal():
            yield f"TIME_SLOT {slot.get('TIME_SLOT_ID')}: TIME_VALUE {text}; expected whole milliseconds, 0 or more."
        elif text is not None:
            times[slot.get("TIME_SLOT_ID")] = int(text)
    for tier in root.iter("TIER"):
        spans = [
            (times[each.get("TIME_SLOT_REF1")], times[each.get("TIME_SLOT_REF2")])
            for each in tier.iter("ALIGNABLE_ANNOTATION")
            if {each.get("TIME_SLOT_REF1"), each.get("TIME_SLOT_REF2")} <= times.keys()
        ]
        for begin, end in spans:
            if end <= begin:
                yield f"TIER {tier.get('TIER_ID')}: an annotation lasts from {begin} to {end} ms; it has to end later."
        for (_, end), (begin, _) in pairwise(sorted(spans)):
            if begin < end:
                yield f"TIER {tier.get('TIER_ID')}: annotations overlap at {begin} ms; ELAN shortens one of them."


def _kinds(root: Element) -> Iterator[str]:
    """Alignable tiers have aligned annotations; referring tiers have a parent."""
    kinds = {each.get("LINGUISTIC_TYPE_ID"): each for each in root.iter("LINGUISTIC_TYPE")}
    for tier in root.iter("TIER"):
        kind = kinds.get(tier.get("LINGUISTIC_TYPE_REF"))
        if kind is None:
            continue
        symbolic = (kind.get("CONSTRAINTS") or "").startswith("Symbolic")
        wrong = tier.find(".//ALIGNABLE_ANNOTATION" if symbolic else ".//REF_ANNOTATION")
        if wrong is not None:
            yield f"TIER {tier.get('TIER_ID')}: its type {kind.get('LINGUISTIC_TYPE_ID')} allows no {wrong.tag}."
        if kind.get("CONSTRAINTS") and "PARENT_REF" not in tier.attrib:
            yield f"TIER {tier.get('TIER_ID')}: its type has a constraint, so it needs a PARENT_REF."
