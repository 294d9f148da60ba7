"""Selective prediction: error rates of a network that may abstain on the clips with the lowest confidence.

Geifman & El-Yaniv 2017, Selective Classification for Deep Neural Networks. Coverage is the share of clips predicted,
the most confident first; risk is the error rate among them. Clips of equal confidence are included together, each by
the same fraction, so that the result does not depend on their order.
"""

import numpy as np
import pandas as pd

from .calibration import top_label
from .intervals import cluster_intervals
from .requirements import check_distributions, check_single

GRID = np.linspace(0.02, 1, 50)


def risk_coverage(
    probabilities: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Risk at the coverages 2 %, 4 %, ..., 100 %, with its interval over groups.

    Arguments and errors as in `calibration_table`, for one seed.

    Returns:
        A row per coverage: coverage, risk, low, high, as fractions; groups, their number.
    """
    confidence, wrong, order = _ranked(probabilities, labels, groups)
    group, names = pd.factorize(np.asarray(groups)[order], sort=True)
    clips = (group == np.arange(len(names))[:, None]).astype(float)  # [G, N]: clips of each group

    def risks(weights: np.ndarray) -> np.ndarray:
        return np.stack([_risk(confidence, wrong, weight, GRID) for weight in weights])

    answered = GRID * len(wrong)
    low, high = cluster_intervals(clips, risks, clips.sum(axis=1), clips=answered, level=level)
    risk = _risk(confidence, wrong, np.ones(len(wrong)), GRID)
    return pd.DataFrame({"coverage": GRID, "risk": risk, "low": low, "high": high, "groups": len(names)})


def aurc(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Area under the risk-coverage curve: mean risk over the coverages 1/N, 2/N, ..., 1; lower is better.

    Uninformative confidence gives the error rate. Errors as in `calibration_table`.
    """
    confidence, wrong, _ = _ranked(probabilities, labels)
    n = len(wrong)
    return float(np.mean(_risk(confidence, wrong, np.ones(n), np.arange(1, n + 1) / n)))


def _ranked(
    probabilities: np.ndarray, labels: np.ndarray, groups: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Confidence, whether wrong, and row of each clip, the most confident first: three times [N]."""
    probabilities = check_single(labels, probabilities, groups)
    check_distributions(probabilities)
    confidence, right = top_label(labels, probabilities)
    order = np.argsort(-confidence, kind="stable")
    return confidence[order], ~right[order], order


def _risk(confidence: np.ndarray, wrong: np.ndarray, weights: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """Weighted error rate among the first of the clips [N] at each coverage [C]."""
    last = np.append(np.diff(confidence) < 0, True)  # last clip with the same confidence
    answered, errors = (np.append(0, np.cumsum(w)[last]) for w in (weights, weights * wrong))
    reached = coverage * answered[-1]
    return np.interp(reached, answered, errors) / reached
