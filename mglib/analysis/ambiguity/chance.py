"""Null models for confused pairs: how errors would be distributed if they were unrelated to the two classes.

Both consider only misclassified clips, so that the recall of a class has no influence. The explorer applies the same
two formulas to classes combined to body groups.
"""

import numpy as np

from .measures import ratio

ROUNDS = 500  # far more than needed, unless a class is confused with only one other


def error_lift(counts: np.ndarray) -> np.ndarray:
    """Ratio of observed to expected errors for each pair of classes, [K, K].

    The expectation is quasi-independence (Goodman 1968, The Analysis of Cross-Classified Data, section 2): errors of
    every class are distributed over the other classes in the same proportions, with the numbers of errors by true and
    by predicted class as in `counts`. Predictions that ignore the clip have a lift of 1 throughout.

    Args:
        counts: clips by true and predicted class, int [K, K]; the diagonal, correct predictions, is ignored.

    Returns:
        The lift; NaN on the diagonal and where the expectation is 0.
    """
    wrong = counts - np.diag(counts.diagonal())
    missed, taken = wrong.sum(1).astype(float), wrong.sum(0).astype(float)
    errs = missed
    for _ in range(ROUNDS):  # iterative proportional fitting without the diagonal
        attracts = _share(taken, errs.sum() - errs)
        before, errs = errs, _share(missed, attracts.sum() - attracts)
        if np.allclose(before, errs, rtol=1e-12, atol=0):
            break
    expected = np.outer(errs, attracts)
    np.fill_diagonal(expected, 0)
    return ratio(wrong, expected)


def succession_error_lift(counts: np.ndarray, following: np.ndarray) -> np.ndarray:
    """Ratio of observed errors to those expected if clips showed the class of a neighbour, [K, K].

    A clip that is cut slightly too early or too late shows the gesture before or after it in its video.

    Args:
        counts: as for `error_lift`.
        following: how often a class (column) follows another (row), int [K, K].

    Returns:
        Share of the errors divided by share of the neighbours of other classes; NaN without such neighbours.
    """
    wrong, beside = (x - np.diag(x.diagonal()) for x in (counts, following + following.T))
    among_errors, among_neighbours = (ratio(x, x.sum(1)[:, None]) for x in (wrong, beside))
    return ratio(among_errors, np.nan_to_num(among_neighbours))


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
