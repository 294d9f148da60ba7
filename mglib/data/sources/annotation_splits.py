"""The splits that an annotation pickle names, such as xsub_train: which clips are trained on, and which are tested."""

import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from mglib.base.errors import DataError, OptionError

from .fields import without_suffix

Split = Literal["train", "val", "test", "hidden"]
ENDINGS = {"train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val"}
ENDINGS |= {"test": "test", "testing": "test", "hidden": "hidden"}


def assign_splits(
    path: Path, ids: Sequence[str], named: Mapping[str, Sequence[str]], splits: Mapping[str, str] | None
) -> dict[str, str]:
    """The split of each clip that is in a chosen one.

    Args:
        path: the pickle, for messages.
        ids: ids of its clips.
        named: its splits, name -> clips.
        splits: name -> train, val, test or hidden, of the splits to use; None: all, by the ending of their names.

    Returns:
        Clip id -> train, val, test or hidden.

    Raises:
        OptionError: `splits` names one that is not in the file.
        DataError: a name is not understood, a clip is in two different splits, or no clip is in a chosen split.
    """
    strangers = sorted(set(splits or ()) - set(named))
    if strangers:
        raise OptionError(f"{path}, split: {strangers} are not in the file; it names {sorted(named)}.")
    chosen: dict[str, str] = {}
    for name, role in (_guess(path, list(named)) if splits is None else splits).items():
        for clip in map(without_suffix, named[name]):
            if chosen.setdefault(clip, role) != role:
                raise DataError(
                    f"{path}, clip {clip}, split: it is in a {chosen[clip]} split and in {name!r} ({role}); the file "
                    f"names {sorted(named)}: choose those of one protocol with splits={{name: 'train', ...}}."
                )
    known = set(ids)
    for clips, what in (
        (set(chosen) - known, "are listed in a split but have no annotation"),
        (known - set(chosen), "are in no chosen split and are left out"),
    ):
        if clips:
            warnings.warn(f"{path}: {len(clips)} clips, {min(clips)} first, {what}.", stacklevel=3)
    if not known & set(chosen):
        raise DataError(f"{path}, split: none of the {len(known)} annotated clips is in a chosen split.")
    return chosen


def _guess(path: Path, names: Sequence[str]) -> dict[str, str]:
    roles = {name: ENDINGS.get(re.split(r"[^a-z]", name.lower())[-1]) for name in names}
    unknown = [name for name, role in roles.items() if role is None]
    if unknown:
        raise DataError(
            f"{path}, split: the names {unknown} do not end in train, val, test or hidden; say what they are, as in "
            f"splits={{{unknown[0]!r}: 'train'}}."
        )
    evaluated = "val" if "test" in roles.values() else "test"
    return {name: evaluated if role == "val" else role for name, role in roles.items()}
