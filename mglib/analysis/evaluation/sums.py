"""Sums within groups, and ratios of sums."""

import numpy as np
import pandas as pd


def group_sums(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Values of clips [N, ...] summed within each group [G, ...], groups sorted."""
    group, names = pd.factorize(np.asarray(groups), sort=True)
    sums = np.zeros((len(names), *values.shape[1:]))
    np.add.at(sums, group, values)
    return sums


def group_sizes(groups: np.ndarray) -> np.ndarray:
    """Number of clips of each group, float [G], groups sorted."""
    return group_sums(np.ones(len(groups)), groups)


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """part / whole with broadcasting; NaN where the whole is 0."""
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
