"""Detects groups that are wrong: of nearly a clip each, for which a pattern is proposed, or several of one person."""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from mglib.base.facts import counted
from mglib.base.values import respelled

FEWEST = 8  # with so many clips, it is unusual that no two belong together
LONELY = 0.9  # groups per clip
TAG = re.compile(r"[A-Za-z]+(?=\d)")
PERSON = ("person", "people", "participant", "subject", "subj", "sub", "actor", "speaker", "player", "id", "p", "s")
SPLITS = {"train", "training", "val", "valid", "validation", "test", "testing"}
IN_FOLDERS = "[^/_]+(?=[^/]*$)"  # in a clip's id: the name up to its first underscore, without folders
SEPARATORS = r"-. /_@#+"


def lonely(clips: pd.DataFrame, pattern: str) -> Iterator[str]:
    """A sentence if nearly every clip is a group of its own, with a pattern that would group them if one is found.

    Args:
        clips: rows of a table with id, group, split and label.
        pattern: the regular expression that gave the groups.
    """
    if len(clips) < FEWEST or clips["group"].nunique() < LONELY * len(clips):
        return
    ids = clips["id"].tolist()
    found = propose(ids, clips["split"].tolist(), clips["label"].tolist())
    advice = "give group in data_options: a regular expression that finds the person or the recording in an id"
    if found:
        groups = [re.search(found, clip)[0] for clip in ids]
        made = f"{len(set(groups))} groups, {groups[0]} first"
        advice = f"group={found!r} in data_options would make {made}; take it if that is the person"
    yield (
        f"group: by {pattern!r} {clips['group'].nunique()} groups are found in {len(clips)} clips, {ids[0]} first, so "
        "nearly each is its own: people on both sides of the split are not noticed, and intervals are too narrow; "
        f"{advice}."
    )


def akin(clips: pd.DataFrame) -> Iterator[str]:
    """Sentences if groups may be one person: a name spelled in two ways, or in several folders of classes or splits.

    Args:
        clips: rows of a table with group, split and label.
    """
    pairs = respelled(clips["group"])
    if pairs:
        yield (
            f"group: {pairs[0][0]!r} and {pairs[0][1]!r} differ only in spelling ({counted(len(pairs), 'such pair')}); "
            "give a person or recording one name, or people on both sides of the split are not noticed."
        )
    folders = clips["group"].str.rpartition("/")
    if not (folders[0] != "").all() or not _are_no_people(folders[0], clips["label"]):
        return
    train = clips["split"] == "train"
    both = sorted(set(folders[2][train]) & set(folders[2][~train]))
    if both:
        first, other = (clips["group"][(folders[2] == both[0]) & side].iloc[0] for side in (train, ~train))
        yield (
            f"group: {counted(len(both), 'group')} of train and of clips it is tested on differ only in the folder, "
            f"{first!r} and {other!r} first; if that is one person or recording, give group={IN_FOLDERS!r} in "
            "data_options, which leaves the folders out."
        )


def _are_no_people(folders: pd.Series, labels: pd.Series) -> bool:
    """Whether folders are those of classes, or of splits."""
    of_classes = (labels.groupby(folders).nunique() == 1).all() and labels.nunique() > 1
    of_splits = folders.map(lambda folder: bool(SPLITS & set(folder.lower().split("/")))).all()
    return bool(of_classes or of_splits)


def propose(ids: Sequence[str], splits: Sequence[str], labels: Sequence[int]) -> str:
    """A pattern that forms groups within splits and across classes; "" where there is none."""
    return next((pattern for pattern in _patterns(ids) if _groups(pattern, ids, splits, labels)), "")


def _patterns(ids: Sequence[str]) -> Iterator[str]:
    """Candidates: first words for a person, then parts before a separator, then anything before a number."""
    tags = [tag for tag in dict.fromkeys(TAG.findall(ids[0])) if all(f"{tag}" in clip for clip in ids)]
    for tag in sorted(tags, key=lambda tag: PERSON.index(tag.lower()) if tag.lower() in PERSON else len(PERSON)):
        yield rf"{tag}\d+"
    if all("/" in clip for clip in ids):  # the folders of splits and classes are no persons
        yield from (rf"[^/{re.escape(sign)}]+(?=[^/]*$)" for sign in SEPARATORS if sign != "/")
    for sign in SEPARATORS:
        for parts in (1, 2):
            part = rf"[^{re.escape(sign)}]+"
            yield "^" + re.escape(sign).join([part] * parts)
    yield r"^.+?(?=[-_. ]*\d+$)"
    yield r"^\d+"
    yield r"^[A-Za-z]+"


def _groups(pattern: str, ids: Sequence[str], splits: Sequence[str], labels: Sequence[int]) -> bool:
    found = [re.search(pattern, clip) for clip in ids]
    if not all(found):
        return False
    table = pd.DataFrame(
        {
            "group": [match[0] for match in found], "split": splits, "train": np.array(splits) == "train",
            "label": labels,
        }
    )  # fmt: skip
    by_group = table.groupby("group")
    apart = (by_group["train"].nunique() == 1).all()
    of_classes = (by_group["label"].nunique() == 1).all() and table["label"].nunique() > 1
    of_splits = (table.groupby("split")["group"].nunique() == 1).all()  # the folders of the splits
    return 2 <= len(by_group) <= len(ids) / 2 and bool(apart) and not of_classes and not of_splits
