"""What mistakes would be if they told nothing of the two classes: the null models that a confused pair is held against.

Both look at mistaken clips alone: how often a class is recognised is no part of how its mistakes are spread. The
explorer applies the same two formulas to body groups that are shown as one.
"""

import numpy as np

from .measures import ratio

ROUNDS = 500  # far more than the fit takes, unless a class is confused with one other alone


def error_lift(counts: np.ndarray) -> np.ndarray:
    """How many times as often a class is taken for another as mistakes in general would have it, [K, K].

    Expected is quasi-independence (Goodman 1968, The Analysis of Cross-Classified Data, section 2): mistaken clips of
    every class spread over the other classes in the same proportions, so that each class has as many mistakes, and is
    as often the answer of one, as in `counts`. Answers that do not look at the clip have a lift of 1 throughout.

    Args:
        counts: clips by true and answered class, int [K, K]; the diagonal, the right answers, is not looked at.

    Returns:
        NaN on the diagonal and where no mistake can be expected.
    """
    wrong = counts - np.diag(counts.diagonal())
    missed, taken = wrong.sum(1).astype(float), wrong.sum(0).astype(float)
    errs = missed
    for _ in range(ROUNDS):  # iterative proportional fitting; the diagonal is left out of every sum
        attracts = _share(taken, errs.sum() - errs)
        before, errs = errs, _share(missed, attracts.sum() - attracts)
        if np.allclose(before, errs, rtol=1e-12, atol=0):
            break
    expected = np.outer(errs, attracts)
    np.fill_diagonal(expected, 0)
    return ratio(wrong, expected)


def succession_error_lift(counts: np.ndarray, following: np.ndarray) -> np.ndarray:
    """How many times as often a class is taken for another as if a mistaken clip showed its neighbour's class, [K, K].

    A clip that is cut a moment too early or too late shows the gesture before or after it in its video.

    Args:
        counts: as of `error_lift`.
        following: how often a class (column) comes next after another (row), int [K, K].

    Returns:
        Share of the mistakes over share of the neighbours of other classes; NaN where there is no such neighbour.
    """
    wrong, beside = (x - np.diag(x.diagonal()) for x in (counts, following + following.T))
    among_errors, among_neighbours = (ratio(x, x.sum(1)[:, None]) for x in (wrong, beside))
    return ratio(among_errors, np.nan_to_num(among_neighbours))


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
