"""Applies corrected labels to a data set: training clips are relabelled or left out, test clips only on request."""

import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mglib.base.corrections import read_corrections
from mglib.base.errors import OptionError
from mglib.base.facts import Corrected

from .clips import ClipTable

LEAVE_OUT = -2  # in place of a label


def correct(
    table: ClipTable, *, corrections: Mapping[str, Any] | str | Path | None = None, corrected_test: str = ""
) -> ClipTable:
    """The data set with corrected labels; the table's `corrected` says what was changed.

    Args:
        table: the data set.
        corrections: file of corrected labels, see `base.corrections`, or its content.
        corrected_test: name of a new version of the test set, in which clips outside the training split are
            corrected too. If empty, these clips keep their labels, and a warning gives their number.

    Raises:
        OptionError: the file cannot be used, or does not fit the data set.
    """
    if not corrections:
        if corrected_test:
            raise OptionError(f"corrected_test: {corrected_test!r} has nothing to correct; give corrections too.")
        return table
    given = corrections if isinstance(corrections, Mapping) else read_corrections(corrections)
    name, rows, labels = given["name"], *_targets(table, given)
    train = table.clips["split"].to_numpy(str)[rows] == "train"
    if not corrected_test:
        _warn_of_tested(name, int((~train).sum()))
        rows, labels = rows[train], labels[train]
    elif train.all():
        raise OptionError(f"corrected_test: {corrected_test!r}, but {name} corrects training clips only; omit it.")
    return _relabel(table, name, rows, labels, corrected_test)


def _targets(table: ClipTable, given: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the clips that are corrected, and their new labels."""
    places = dict(zip(table.clips["id"], range(len(table)), strict=True))
    labels = {str(label): label for label in range(table.num_classes)}
    labels |= {text: label for label, text in enumerate(table.class_names)}
    name, clips = given["name"], given["clips"]
    strangers = [clip["id"] for clip in clips if clip["id"] not in places]
    if strangers:
        raise OptionError(
            f"corrections: {table.name} lacks {len(strangers)} of the {len(clips)} clips that {name} corrects, such as "
            f"{strangers[0]}; give the corrections of this data set, with its options as they were."
        )
    rows = np.array([places[clip["id"]] for clip in clips], np.int64)
    for clip, row in zip(clips, rows, strict=True):
        _check(table, name, clip, int(row), labels)
    return rows, np.array([LEAVE_OUT if c["label"] is None else labels[c["label"]] for c in clips], np.int64)


def _check(table: ClipTable, name: str, clip: Mapping[str, Any], row: int, labels: Mapping[str, int]) -> None:
    label, was = clip["label"], clip.get("was")
    for field, text in (("label", label), ("was", was)):
        if text is not None and text not in labels:
            raise OptionError(
                f"corrections: {name}, clip {clip['id']}, {field}: {table.name} has no class {text!r}; give one of "
                f"{', '.join(table.class_names)}."
            )
    if table.labels[row] < 0:
        raise OptionError(f"corrections: {name}, clip {clip['id']} is hidden and has no label; remove it.")
    if was is not None and labels[was] != table.labels[row]:
        raise OptionError(
            f"corrections: {name} was made where clip {clip['id']} was {was!r}, and {table.name} labels it "
            f"{table.class_names[table.labels[row]]!r}; give corrections that were made from these labels."
        )


def _warn_of_tested(name: str, number: int) -> None:
    if number:
        warnings.warn(
            f"corrections: {number} of the clips in {name} are not in the training split and keep their labels, since "
            "a corrected test set is another one: to make it, name the new version by corrected_test.",
            stacklevel=4,
        )


def _relabel(table: ClipTable, name: str, rows: np.ndarray, labels: np.ndarray, version: str) -> ClipTable:
    gone = labels == LEAVE_OUT
    split, column = table.clips["split"].to_numpy(str), table.labels.copy()
    column[rows[~gone]] = labels[~gone]
    moved = rows[~gone][column[rows[~gone]] != table.labels[rows[~gone]]]
    facts = Corrected(name, _counts(split[moved]), _counts(split[rows[gone]]), version)
    truth = table.truth
    if truth is not None:
        wrong = truth["is_wrong_label"].to_numpy().copy()
        wrong[moved] = truth["true_label"].to_numpy()[moved] != column[moved]
        truth = truth.assign(is_wrong_label=wrong)
    changed = replace(table, clips=table.clips.assign(label=column), truth=truth, corrected=facts)
    return changed.select(np.setdiff1d(np.arange(len(table)), rows[gone])) if gone.any() else changed


def _counts(splits: np.ndarray) -> dict[str, int]:
    return {str(split): int((splits == split).sum()) for split in np.unique(splits)}
