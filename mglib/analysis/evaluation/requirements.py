"""Checks of the input of all measures: matching shapes, valid classes, finite numbers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd


def check_systems(
    systems: Mapping[str, np.ndarray], labels: np.ndarray, groups: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """Every system as float64 [S, N, K], where a table [N, K] is one seed; errors as in `score_table`."""
    if not systems:
        raise ValueError("There are no systems to score; give at least one name with its probabilities.")
    found = {name: check_clips(labels, probabilities, groups, name) for name, probabilities in systems.items()}
    widths = {name: table.shape[2] for name, table in found.items()}
    if len(set(widths.values())) > 1:
        raise ValueError(
            f"The systems have different numbers of classes, {widths}; give each a column for every class."
        )
    return found


def check_single(
    labels: np.ndarray, probabilities: np.ndarray, groups: np.ndarray | None = None, system: str = "the system"
) -> np.ndarray:
    """`check_clips` for measures of a single seed: float64 [N, K]."""
    if np.ndim(probabilities) == 3:
        raise ValueError(
            f"Probabilities of {system} have the shape {np.shape(probabilities)}; give [N, K], one seed or their mean."
        )
    return check_clips(labels, probabilities, groups, system)[0]


def check_clips(
    labels: np.ndarray, probabilities: np.ndarray, groups: np.ndarray | None = None, system: str = "the system"
) -> np.ndarray:
    """Probabilities [N, K] or [S, N, K] as float64 [S, N, K], checked against labels and groups [N]."""
    labels, probabilities = np.asarray(labels), np.asarray(probabilities, dtype=np.float64)
    groups = np.zeros(len(labels)) if groups is None else np.asarray(groups)
    rows = probabilities.shape[-2] if probabilities.ndim in (2, 3) else -1
    if labels.ndim != 1 or not len(labels) == rows == groups.size:
        raise ValueError(
            f"Labels {labels.shape}, probabilities of {system} {probabilities.shape} and groups {groups.shape} do not "
            "match; give [N], [N, K] (of S seeds [S, N, K]) and [N], one row per clip in the same order."
        )
    if probabilities.size == 0:
        raise ValueError("There are no clips to score; give at least one.")
    seeds = probabilities if probabilities.ndim == 3 else probabilities[None]
    broken = np.flatnonzero(~np.isfinite(seeds).all(axis=(0, 2)))
    if len(broken):
        raise ValueError(
            f"Probabilities of {system}: {len(broken)} of {len(labels)} clips have nan or infinite values, first "
            f"in row {broken[0]}; look for a diverged training or an empty prediction there."
        )
    missing = np.flatnonzero(pd.isna(groups))
    if len(missing):
        raise ValueError(
            f"Groups: row {missing[0]} has none ({len(missing)} in all); give each clip its subject or video."
        )
    check_classes("Labels", labels, seeds.shape[2])
    return seeds


def check_distributions(probabilities: np.ndarray, system: str = "the system") -> None:
    """Check that rows [..., K] are probabilities: none negative, with sum 1 up to float16's rounding."""
    wrong = (probabilities < 0).any(axis=-1) | (np.abs(probabilities.sum(axis=-1) - 1) > 1e-2)
    if wrong.any():
        row = probabilities[wrong][0]
        raise ValueError(
            f"Probabilities of {system}: {np.count_nonzero(wrong)} rows are not distributions over classes, for "
            f"instance from {row.min():.3g} to {row.max():.3g} with the sum {row.sum():.3g}; give the softmax, not the "
            "logits."
        )


def check_classes(what: str, classes: np.ndarray, num_classes: int) -> None:
    """Check that classes are whole numbers 0..K-1."""
    classes = np.asarray(classes)
    if not np.issubdtype(classes.dtype, np.integer):
        raise ValueError(f"{what} are of type {classes.dtype}; give whole numbers 0..{num_classes - 1}.")
    wrong = np.flatnonzero((classes < 0) | (classes >= num_classes))
    if len(wrong):
        raise ValueError(
            f"{what}: row {wrong[0]} is {classes[wrong[0]]}, outside 0..{num_classes - 1} ({len(wrong)} such rows); "
            "classes count from 0, and each needs a column."
        )
