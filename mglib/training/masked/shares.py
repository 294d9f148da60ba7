"""The training clips of masked pre-training, and the clips held out to test the prediction."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold, KFold

from mglib.base.errors import DataError
from mglib.base.facts import DataFacts
from mglib.config import MaskedConfig
from mglib.data import ClipTable

FEWEST = 6  # training clips: batch norm needs several


class Shares(NamedTuple):
    """Rows of the table."""

    train: np.ndarray  # int64 [n]
    held_out: np.ndarray  # int64 [m]


def divide(table: ClipTable, config: MaskedConfig) -> Shares:
    """Hold out a share of the training clips; in a transductive run, test and hidden clips join the training clips.

    Clips of the split val are in neither: a run that starts from this one may be scored on them.

    Raises:
        DataError: there are too few clips or people.
    """
    rows = table.where("train")
    people, clips = len(np.unique(table.groups[rows])), len(rows)
    mostly = config.held_out > 0.5  # then one fold is the training share
    folds = max(2, round(1 / (1 - config.held_out if mostly else config.held_out)))
    if clips < 2 * FEWEST:
        raise DataError(f"{table.name}: {clips} training clips; masked pre-training needs {2 * FEWEST} or more.")
    if config.held_out_by == "people":
        if people < 2:
            raise DataError(
                f"{table.name}: all training clips are of one {table.group_kind}, so none can be held out; give "
                "held_out_by=clips."
            )
        parts = GroupKFold(min(folds, people)).split(rows, groups=table.groups[rows])
    else:
        parts = KFold(min(folds, clips), shuffle=True, random_state=config.seed).split(rows)
    train, held = next(iter(parts))[:: -1 if mostly else 1]
    if len(train) < FEWEST:
        raise DataError(
            f"held_out: {config.held_out:g} of the training clips of {table.name} leaves {len(train)} to learn from, "
            f"and masked pre-training needs {FEWEST} or more; give a smaller share, or held_out_by=clips."
        )
    more = [table.where("test"), table.where("hidden")] if config.transductive else []
    return Shares(np.concatenate([rows[train], *more]), rows[held])


def part_clips(table: ClipTable, shares: Shares) -> pd.DataFrame:
    """The clips used, as in clips.csv; their split is train for training clips and val for held-out clips."""
    rows = np.concatenate(shares)
    split = np.repeat(["train", "val"], [len(part) for part in shares])
    return table.clips.iloc[rows].assign(split=split).sort_index()


def part_facts(table: ClipTable, clips: pd.DataFrame) -> DataFacts:
    """The facts of the data set, with numbers of clips and people counted among these clips."""
    splits = clips.groupby("split")
    return replace(table.facts, clips=splits.size().to_dict(), groups=splits["group"].nunique().to_dict())
