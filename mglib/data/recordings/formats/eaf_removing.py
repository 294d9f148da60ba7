"""Removes from an .eaf file the tiers that were written to it in an earlier round."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element

from mglib.base.errors import DataError

from .machine import score_tier
from .marks import NUMBERED, Tier

SLOTS = ("TIME_SLOT_REF1", "TIME_SLOT_REF2")
LINKS = ("CROSS_REF_LINK", "GROUP_REF_LINK")


def remove_earlier(path: Path, root: Element, tiers: Iterable[Tier]) -> None:
    """Remove tiers of the same names and annotators, with their scores and time slots.

    Args:
        path: the file, for messages.
        root: its document.
        tiers: those that will be written.

    Raises:
        DataError: a coder's tier or cross reference refers to what would be removed.
    """
    gone = _earlier(root, tiers)
    _refuse_to_orphan(path, root, gone)
    _remove(root, gone)


def _earlier(root: Element, tiers: Iterable[Tier]) -> list[Element]:
    """Tiers of the same names and annotators, with their scores."""
    ours = {(tier.name, tier.annotator) for tier in tiers if tier.annotator}
    gone = []
    for each in root.findall("TIER"):
        name, annotator = each.get("TIER_ID", ""), each.get("ANNOTATOR", "")
        name = name.removesuffix(score_tier(""))
        if (name, annotator) in ours or (NUMBERED.sub("", name), annotator) in ours:
            gone.append(each)
    return gone


def _refuse_to_orphan(path: Path, root: Element, gone: Sequence[Element]) -> None:
    """Refuse to remove tiers to which a coder's tiers or links refer.

    Raises:
        DataError: some do.
    """
    names = {tier.get("TIER_ID") for tier in gone}
    lost = {each.get("ANNOTATION_ID") for tier in gone for each in tier.iter() if "ANNOTATION_ID" in each.attrib}
    below = [tier for tier in root.findall("TIER") if tier not in gone and tier.get("PARENT_REF") in names]
    below = [f"tier {tier.get('TIER_ID')}" for tier in below if tier.find("ANNOTATION") is not None]
    for link in (each for tag in LINKS for each in root.iter(tag)):
        if lost & {name for key in ("REF1", "REF2", "REFS") for name in link.get(key, "").split()}:
            below.append(f"cross reference {link.get('REF_LINK_ID')}")
    if below:
        raise DataError(
            f"{path}: {below[0]} refers to annotations of an earlier round, which would be replaced; move what it says "
            "to a tier of its own in ELAN, or take it out."
        )


def _remove(root: Element, gone: Iterable[Element]) -> None:
    """Remove tiers with their time slots."""
    free = {a.get(ref) for each in gone for a in each.iter("ALIGNABLE_ANNOTATION") for ref in SLOTS}
    for each in gone:
        root.remove(each)
    used = {a.get(ref) for a in root.iter("ALIGNABLE_ANNOTATION") for ref in SLOTS}
    order = root.find("TIME_ORDER")
    for slot in [] if order is None else list(order):
        if slot.get("TIME_SLOT_ID") in free - used:
            order.remove(slot)
