"""All results of a run for each clip, in one table."""

import numpy as np
import pandas as pd

from mglib.analysis.prototypes import prototype_similarity
from mglib.runs import Run

from .labels import FOLDS, kept_label_check, label_check
from .measures import prototype_margin, training_measures

NO_CLASS = ("taken_for", "likely_label")  # columns that are -1 if there is no class


def clip_table(run: Run, stream: str = "fused", *, folds: int = 5) -> pd.DataFrame:
    """All results for each clip, a row per clip in the order of `run.clips`.

    Args:
        run: a finished run.
        stream: "rgb", "pose" or "fused".
        folds: folds of the label check, see `label_check`; 0 leaves this slow part out.

    Returns:
        row, id, label, split, group; predicted; probability of the label; member, "TP" or "FN" for the label's sets.
        own_similarity, rival_similarity, rival, margin: see `prototype_margin`; prototypes of the last epoch, by
        `prototypes.prototype_similarity`.
        For training clips, else NaN, -1 or False: persistence, taken_for, taken_for_share, confidence, variability,
        aum, forgetting, see `training_measures`; aum is in log-odds for a stream and in probability for "fused".
        label_quality, likely_label, suspected: see `label_check`; from all streams together, whatever `stream` is.
        Values are also NaN, -1 or False if the run lacks features, prototypes or dynamics.

    Raises:
        RunError: the run has no predictions or no such stream.
    """
    labels, probabilities = run.labels, run.probabilities(stream)
    predicted = probabilities.argmax(1)
    table = run.clips[["id", "label", "split", "group"]].assign(
        predicted=predicted,
        probability=probabilities[np.arange(len(labels)), labels],
        member=np.where(predicted == labels, "TP", "FN"),
    )
    table.insert(0, "row", np.arange(len(labels)))
    table = table.join(prototype_margin(prototype_similarity(run, stream), labels))
    return _join_training(table, _course(run, stream), _checked(run, folds))


def _course(run: Run, stream: str) -> pd.DataFrame:
    train = run.where("train")
    labels, num_classes = run.labels[train], run.data.num_classes
    if run.has("dynamics.npz"):
        course = run.dynamics(stream)
    else:
        unseen = np.full((1, len(train)), np.nan)
        course = {"predicted": np.full((1, len(train)), -1), "probability": unseen, "margin": unseen}
    return training_measures(**course, labels=labels, num_classes=num_classes).set_index(train)


def _checked(run: Run, folds: int) -> pd.DataFrame:
    if folds and run.has("features.npz"):
        return kept_label_check(run) if folds == FOLDS else label_check(run, folds)
    return pd.DataFrame({"label_quality": np.nan, "likely_label": -1, "suspected": False}, index=run.where("train"))


def _join_training(table: pd.DataFrame, *parts: pd.DataFrame) -> pd.DataFrame:
    for part in parts:
        for name, values in part.items():
            empty = -1 if name in NO_CLASS else False if values.dtype == bool else np.nan
            table[name] = values.reindex(table.index, fill_value=empty)
    return table
