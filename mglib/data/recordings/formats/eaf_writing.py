"""Writes marks as tiers of an .eaf file, a new one or a copy of a coder's file, which is otherwise unchanged."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from mglib.base.files import whole

from .eaf import check_root, read_media
from .eaf_removing import remove_earlier
from .machine import said, score_tier
from .marks import Mark, Marks, Medium, Tier, lanes
from .media import chosen, stem
from .xml import SCHEMA, parse

TYPE, SCORE_TYPE, VOCABULARY, LANGUAGE = "gesture", "gesture score", "gestures", "und"
ASSOCIATION = "Symbolic_Association"
LAST = "lastUsedAnnotationId"  # the property with the largest number of an annotation
# as ELAN writes them
CONSTRAINTS = {
    "Time_Subdivision": "Time subdivision of parent annotation's time interval, no time gaps allowed within this "
    "interval",
    "Symbolic_Subdivision": "Symbolic subdivision of a parent annotation. Annotations refering to the same parent are "
    "ordered",
    ASSOCIATION: "1-1 association with a parent annotation",
    "Included_In": "Time alignable annotations within the parent annotation's time interval, gaps are allowed",
}
MIME = {".mp4": "video/mp4", ".mpg": "video/mpeg", ".mov": "video/quicktime", ".wav": "audio/x-wav"}
# of a document's parts, by the schema
ORDER = (
    "LICENSE", "HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "LOCALE", "LANGUAGE", "CONSTRAINT",
    "CONTROLLED_VOCABULARY", "LEXICON_REF", "REF_LINK_SET", "EXTERNAL_REF",
)  # fmt: skip
MULTILINGUAL = (2, 8)  # first version in which vocabularies have languages, and annotations refer to entries
DATE = "1970-01-01T00:00:00+00:00"  # of new files: the same segments give the same file


def write_eaf(path: Path, marks: Marks, classes: Sequence[str], base: Path | None = None) -> None:
    """Write marks as tiers of an .eaf file; only a complete file is kept.

    As ELAN shortens annotations that overlap within a tier, these go to a further tier, "NAME 2". Scores of marks are
    written to separate tiers, see `machine`. Tiers of the same name and annotator, from an earlier round, are replaced.

    Args:
        path: the file.
        marks: tiers and marks, in seconds of their first medium, or of the medium named like the recording; they are
            cut at the start of the file's clock.
        classes: K names, the controlled vocabulary of the tiers.
        base: the coder's file, of which a complete copy is extended; None: a new file.

    Raises:
        DataError: the coder's file cannot be read, or refers to annotations that would be replaced.
    """
    root = _new(marks.media) if base is None else parse(base)
    check_root(path if base is None else base, root)
    remove_earlier(path if base is None else base, root, marks.tiers)
    used = chosen(read_media(root), {stem(one.relative or one.url) for one in marks.media[:1]}, {marks.name})
    writer = _Writer(root, classes, used.origin if used else 0.0)
    for tier in marks.tiers:
        writer.add(tier, [mark for mark in marks.marks if mark.tier == tier.name])
    writer.finish()
    ElementTree.indent(root) if base is None else None
    with whole(path) as part:
        part.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


class _Writer:
    """Adds tiers to a document; see `write_eaf`."""

    def __init__(self, root: Element, classes: Sequence[str], origin: float):
        self.root, self.origin, self.classes = root, origin, classes
        self.slots = root.find("TIME_ORDER")
        if self.slots is None:
            self.slots = _insert(root, Element("TIME_ORDER"))
        self.slot = _largest(each.get("TIME_SLOT_ID") for each in root.iter("TIME_SLOT"))
        kinds = ("ALIGNABLE_ANNOTATION", "REF_ANNOTATION")
        used = [each.get("ANNOTATION_ID") for kind in kinds for each in root.iter(kind)]
        # ELAN gives no number twice, also not that of an annotation that was removed
        self.annotation = _largest([*used, *(each.text for each in root.iter("PROPERTY") if each.get("NAME") == LAST)])
        self.modern = _version(root) >= MULTILINGUAL
        self.entries = _vocabulary(root, classes, self.modern)
        self.types: dict[str, str] = {}

    def add(self, tier: Tier, marks: Sequence[Mark]) -> None:
        """Add a tier, and further ones where its marks overlap."""
        taken = {each.get("TIER_ID") for each in self.root.iter("TIER")}
        for row, lane in enumerate(lanes(list(marks)) or [[]]):
            name = _free(tier.name if row == 0 else f"{tier.name} {row + 1}", taken)
            taken |= {name, score_tier(name)}
            self._add(replace(tier, name=name), lane)

    def _add(self, tier: Tier, marks: Sequence[Mark]) -> None:
        element = self._tier(tier, self._type(TYPE, None))
        scores: list[tuple[str, str]] = []
        for mark in marks:
            begin, end = (round((second - self.origin) * 1000) for second in (mark.start, mark.stop))
            if end <= max(begin, 0):
                continue
            identity = self._id()
            held = ElementTree.SubElement(ElementTree.SubElement(element, "ANNOTATION"), "ALIGNABLE_ANNOTATION")
            held.set("ANNOTATION_ID", identity)
            held.set("TIME_SLOT_REF1", self._slot(max(begin, 0)))
            held.set("TIME_SLOT_REF2", self._slot(end))
            if self.modern and mark.value in self.entries:
                held.set("CVE_REF", self.entries[mark.value])
            ElementTree.SubElement(held, "ANNOTATION_VALUE").text = mark.value
            if mark.score is not None:
                scores.append((identity, said(mark)))
        if scores or tier.machine:
            self._scores(tier, scores)

    def _scores(self, tier: Tier, scores: Sequence[tuple[str, str]]) -> None:
        below = replace(tier, name=score_tier(tier.name))
        element = self._tier(below, self._type(SCORE_TYPE, ASSOCIATION))
        element.set("PARENT_REF", tier.name)
        for parent, text in scores:
            held = ElementTree.SubElement(ElementTree.SubElement(element, "ANNOTATION"), "REF_ANNOTATION")
            held.set("ANNOTATION_ID", self._id())
            held.set("ANNOTATION_REF", parent)
            ElementTree.SubElement(held, "ANNOTATION_VALUE").text = text

    def _tier(self, tier: Tier, kind: str) -> Element:
        told = {"ANNOTATOR": tier.annotator, "PARTICIPANT": tier.participant}
        attributes = {"LINGUISTIC_TYPE_REF": kind, "TIER_ID": tier.name}
        return _insert(self.root, Element("TIER", attributes | {key: value for key, value in told.items() if value}))

    def _type(self, name: str, constraint: str | None) -> str:
        """The linguistic type of a kind of tier, created at first use."""
        if name not in self.types:
            there = {each.get("LINGUISTIC_TYPE_ID"): dict(each.attrib) for each in self.root.iter("LINGUISTIC_TYPE")}
            wanted = {"GRAPHIC_REFERENCES": "false", "TIME_ALIGNABLE": "false" if constraint else "true"}
            wanted |= {"CONSTRAINTS": constraint} if constraint else {"CONTROLLED_VOCABULARY_REF": self.entries.name}
            ours = [key for key, found in there.items() if found == wanted | {"LINGUISTIC_TYPE_ID": key}]
            self.types[name] = ours[0] if ours else _free(name, set(there))
            if not ours:
                _insert(self.root, Element("LINGUISTIC_TYPE", wanted | {"LINGUISTIC_TYPE_ID": self.types[name]}))
            self._constraint(constraint)
        return self.types[name]

    def _constraint(self, constraint: str | None) -> None:
        if constraint and constraint not in {each.get("STEREOTYPE") for each in self.root.iter("CONSTRAINT")}:
            told = {"DESCRIPTION": CONSTRAINTS[constraint], "STEREOTYPE": constraint}
            _insert(self.root, Element("CONSTRAINT", told))

    def _id(self) -> str:
        self.annotation += 1
        return f"a{self.annotation}"

    def _slot(self, milliseconds: int) -> str:
        self.slot += 1
        name = f"ts{self.slot}"
        ElementTree.SubElement(self.slots, "TIME_SLOT", TIME_SLOT_ID=name, TIME_VALUE=str(milliseconds))
        return name

    def finish(self) -> None:
        """Write the last annotation number where ELAN expects it."""
        header = self.root.find("HEADER")
        if header is None:
            return
        told = next((each for each in header.iter("PROPERTY") if each.get("NAME") == LAST), None)
        if told is None:
            told = ElementTree.SubElement(header, "PROPERTY", NAME=LAST)
        told.text = str(self.annotation)


class _Entries(dict):
    """CVE_ID by word in the vocabulary `name`."""

    name = VOCABULARY


def _vocabulary(root: Element, classes: Sequence[str], modern: bool) -> _Entries:
    """The controlled vocabulary of these words, an existing or a new one."""
    there = {each.get("CV_ID", ""): each for each in root.iter("CONTROLLED_VOCABULARY")}
    for name, each in there.items():
        entries = _Entries(_words(each))
        if name.startswith(VOCABULARY) and list(entries) == list(classes):
            entries.name = name
            return entries
    entries = _Entries({word: f"cveid_{name}" for name, word in enumerate(classes)})
    entries.name = _free(VOCABULARY, set(there))
    made = _insert(root, Element("CONTROLLED_VOCABULARY", CV_ID=entries.name))
    if not modern:
        for word in classes:
            ElementTree.SubElement(made, "CV_ENTRY", DESCRIPTION="").text = word
        return entries
    ElementTree.SubElement(made, "DESCRIPTION", LANG_REF=_language(root))
    taken = {each.get("CVE_ID") for each in root.iter("CV_ENTRY_ML")}
    for word in classes:
        entries[word] = _free(f"cveid_{entries.name}_{len(taken)}".replace(" ", "_"), taken)
        taken.add(entries[word])
        entry = ElementTree.SubElement(made, "CV_ENTRY_ML", CVE_ID=entries[word])
        ElementTree.SubElement(entry, "CVE_VALUE", DESCRIPTION="", LANG_REF=_language(root)).text = word
    return entries


def _words(vocabulary: Element) -> dict[str, str]:
    words = {(e.findtext("CVE_VALUE") or ""): e.get("CVE_ID", "") for e in vocabulary.iter("CV_ENTRY_ML")}
    return words | {(e.text or ""): "" for e in vocabulary.iter("CV_ENTRY")}


def _language(root: Element) -> str:
    """The language for words without a language, added if missing."""
    if LANGUAGE not in {each.get("LANG_ID") for each in root.iter("LANGUAGE")}:
        place = "http://cdb.iso.org/lg/CDB-00130975-001"
        told = {"LANG_DEF": place, "LANG_ID": LANGUAGE, "LANG_LABEL": "undetermined (und)"}
        _insert(root, Element("LANGUAGE", told))
    return LANGUAGE


def _insert(root: Element, element: Element) -> Element:
    """Insert an element after the last of its kind, or at its place in the schema's order."""
    rank = {tag: place for place, tag in enumerate(ORDER)}
    place = 0
    for position, child in enumerate(root):
        if isinstance(child.tag, str) and rank.get(child.tag, -1) <= rank[element.tag]:
            place = position + 1
    element.tail = "\n    "
    root.insert(place, element)
    return element


def _new(media: Sequence[Medium]) -> Element:
    """An empty document of schema 3.0."""
    schema = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
    told = {"AUTHOR": "", "DATE": DATE, "FORMAT": "3.0", "VERSION": "3.0"}
    root = Element("ANNOTATION_DOCUMENT", told | {f"{{{SCHEMA}}}noNamespaceSchemaLocation": schema})
    header = ElementTree.SubElement(root, "HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    for medium in media:
        kind = MIME.get(Path(medium.url).suffix.lower(), "unknown")
        told = {"MEDIA_URL": medium.url, "MIME_TYPE": kind}
        told |= {"RELATIVE_MEDIA_URL": medium.relative} if medium.relative else {}
        told |= {"TIME_ORIGIN": str(round(medium.origin * 1000))} if medium.origin else {}
        ElementTree.SubElement(header, "MEDIA_DESCRIPTOR", told)
    ElementTree.SubElement(root, "TIME_ORDER")
    for name, description in CONSTRAINTS.items():
        ElementTree.SubElement(root, "CONSTRAINT", DESCRIPTION=description, STEREOTYPE=name)
    return root


def _version(root: Element) -> tuple[int, ...]:
    numbers = re.findall(r"\d+", root.get("FORMAT") or root.get("VERSION") or "3.0")
    return tuple(map(int, numbers[:2]))


def _largest(names: Iterable[str | None]) -> int:
    """The largest number at the end of any name."""
    found = [re.search(r"(\d+)$", name or "") for name in names]
    return max((int(match[1]) for match in found if match), default=0)


def _free(name: str, taken: Iterable[str | None]) -> str:
    """The name, or the first unused name with a number."""
    taken = set(taken)
    if name not in taken:
        return name
    return next(f"{name} {number}" for number in range(2, len(taken) + 3) if f"{name} {number}" not in taken)
