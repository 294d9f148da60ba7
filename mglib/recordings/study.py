"""The systems of the table of scores: the spotter, floors below it, ceilings above it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mglib.analysis.events import Judged, event_table
from mglib.data.recordings import Recordings, Segment

from .asking import Ask
from .baselines import (
    Features,
    fast_wrists,
    judged,
    other_coders,
    random_segments,
    thresholded_windows,
    true_borders,
)

SPOTTER, WINDOWS = "spotter", "thresholded windows"
ANY_CLASS_ONLY = "wrist speed"  # predicts no classes
BY_NAME = ("f1_30", "f1_50", "macro_f1_30", "precision_30", "recall_30", "map", "f1_close", "edit", "smg_f1")
AT = ("f1_at_10", "f1_at_25", "f1_at_50")


def systems(
    recordings: Recordings, found: Mapping[str, Sequence[Segment]], features: Features, ask: Ask, seed: int = 0
) -> dict[str, list[Judged]]:
    """The segments that each system finds in the test recordings.

    Args:
        recordings: recordings with train, val and test persons; without test persons, val is used.
        found: segments of the spotter, by recording.
        features: features for the spotter, by recording.
        ask: see `asking.readers`.
        seed: seed of the random segments.
    """
    there = [one for one in recordings if one.name in features]
    train, val, test = ([one for one in there if one.split == split] for split in ("train", "val", "test"))
    test = test or val
    table = {SPOTTER: [judged(one, found[one.name]) for one in test]}
    table[WINDOWS] = thresholded_windows(features, recordings.num_classes, val, test)
    table[ANY_CLASS_ONLY] = fast_wrists(features, recordings.num_classes, val, test)
    table["random segments"] = random_segments(train, test, np.random.default_rng(seed))
    table["nothing"] = [judged(one, []) for one in test]
    table["true borders, the run's names"] = true_borders(ask, test)
    return table | other_coders(test)


def scored(table: Mapping[str, Sequence[Judged]], num_classes: int) -> pd.DataFrame:
    """`event_table` of the systems; for one without classes, only scores for any class."""
    scores = event_table(table, num_classes)
    unnamed = (scores["system"] == ANY_CLASS_ONLY) & scores["metric"].isin([*BY_NAME, *AT, "time_accuracy"])
    scores.loc[unnamed, ["value", "low", "high"]] = np.nan
    return scores


def held_against(recordings: Recordings) -> dict[str, list[Judged]]:
    """Every coder besides the reference, including models, on recordings from `spotter.marked`."""
    return other_coders(recordings.recordings)
