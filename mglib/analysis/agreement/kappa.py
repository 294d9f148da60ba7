"""Chance-corrected agreement from tables of two coders, for linked annotations and for time.

All functions take tables [..., K + 1, K + 1] whose last row and column are nil or background, and return NaN if a coder
marked nothing. Negative values are kept.
"""

import numpy as np

from mglib.analysis.evaluation.sums import ratio


def linked_share(table: np.ndarray) -> np.ndarray:
    """Share of annotations that have a partner."""
    return ratio(table[..., :-1, :-1].sum((-2, -1)), table.sum((-2, -1)))


def raw_agreement(table: np.ndarray) -> np.ndarray:
    """Share of annotations that have a partner of the same class."""
    return ratio(_trace(table), table.sum((-2, -1)))


def linked_kappa(table: np.ndarray) -> np.ndarray:
    """EasyDIAg's kappa: expected counts keep both coders' totals and leave the cell (nil, nil) empty.

    The closed form of its iterative fit: pe = (N - r0 - c0) sum_i r_i c_i / ((N - r0)(N - c0) N).
    """
    total, rows, columns = table.sum((-2, -1)), table.sum(-1), table.sum(-2)
    own, other = total - rows[..., -1], total - columns[..., -1]
    both = (rows[..., :-1] * columns[..., :-1]).sum(-1)
    expected = ratio((total - rows[..., -1] - columns[..., -1]) * both, own * other * total)
    return ratio(raw_agreement(table) - expected, 1 - expected)


def kappa_without_nil(table: np.ndarray) -> np.ndarray:
    """Cohen's kappa of linked annotations only: agreement on the class where both coders marked something."""
    return plain_kappa(table[..., :-1, :-1])


def plain_kappa(table: np.ndarray) -> np.ndarray:
    """Cohen's kappa of a whole table, [..., C, C]."""
    total = table.sum((-2, -1))
    agreed = ratio(_trace(table), total)
    expected = ratio((table.sum(-1) * table.sum(-2)).sum(-1), total**2)
    return ratio(agreed - expected, 1 - expected)


def class_kappas(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cohen's kappa and positive agreement of every class against all others and nil, [..., K] each.

    Positive agreement is 2a / (2a + b + c). Both are NaN for a class that a coder never used.
    """
    total = table.sum((-2, -1))[..., None]
    both = np.diagonal(table, axis1=-2, axis2=-1)[..., :-1]
    own, other = table.sum(-1)[..., :-1], table.sum(-2)[..., :-1]
    agreed = ratio(total - own - other + 2 * both, total)
    expected = ratio(own * other + (total - own) * (total - other), total**2)
    used = (own > 0) & (other > 0)
    kappa = np.where(used, ratio(agreed - expected, 1 - expected), np.nan)
    return kappa, np.where(used, ratio(2 * both, own + other), np.nan)


def _trace(table: np.ndarray) -> np.ndarray:
    return np.trace(table, axis1=-2, axis2=-1)
