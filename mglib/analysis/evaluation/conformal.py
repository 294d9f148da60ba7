"""Conformal prediction sets: as many classes as needed to include the true one with a given probability.

A class is in a clip's set if its score 1 - p does not exceed a threshold, the ceil((n + 1) level)-th smallest score of
the true classes of n calibration clips (Sadinle, Lei & Wasserman 2019, Least Ambiguous Set-Valued Classifiers with
Bounded Error Levels; Angelopoulos & Bates 2023, Conformal Prediction: A Gentle Introduction, section 1). If n is too
small for the level, n < level / (1 - level), no threshold is high enough, and the class is in every set.

The level holds on average over exchangeable calibration and test *clips*. Clips of new people or videos are not fully
exchangeable, as clips of one group resemble each other. Calibrate on groups that are neither trained nor tested on,
consider the interval of the coverage over groups, and `attainable_level`. If calibration clips are predicted by
networks trained on folds, and test clips by one trained on all, nothing is guaranteed: the sets are usually too large
(see `adjusting.fitted_on`).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

from .intervals import mean_interval
from .requirements import check_distributions, check_single
from .sums import ratio

BY = ("all", "class", "cluster")
NULL = -1  # cluster of the classes with too few clips to be clustered
QUANTILES = (0.5, 0.6, 0.7, 0.8, 0.9)  # quantiles of a class's scores, on which classes are clustered


def conformal_sets(
    calibration_probabilities: np.ndarray,
    calibration_labels: np.ndarray,
    probabilities: np.ndarray,
    *,
    level: float = 0.9,
    by: str = "all",
    rng: np.random.Generator | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Prediction sets from the probabilities of held-out clips.

    Args:
        calibration_probabilities: float [n, K], of n clips neither trained nor tested on.
        calibration_labels: their true classes, int [n].
        probabilities: float [N, K], of the clips to predict.
        level: probability that the set should include the true class.
        by: clips whose scores determine a class's threshold. "all": all clips; the level holds over all clips.
            "class": those of the class; the level holds for every class. "cluster": those of classes with similar
            scores (Ding et al. 2023, Class-Conditional Conformal Prediction with Many Classes), which needs fewer
            clips than "class"; with few clips there is one cluster, and the result equals "all".
        rng: random draws for the split and the clustering; for "cluster" only.

    Returns:
        Which classes are in each clip's set, bool [N, K]; a set may be empty. And which classes are in every set for
        lack of calibration clips, bool [K]: calibrate on more clips, at a lower level, or by "all".

    Raises:
        ValueError: as in `calibration_table`; the level is not between 0 and 1; `by` is unknown; "cluster" has no rng.
    """
    thresholds = _thresholds(calibration_probabilities, calibration_labels, level, by, rng)
    return _sets(probabilities, thresholds), np.isinf(thresholds)


def conformal_table(
    calibration_probabilities: np.ndarray,
    calibration_labels: np.ndarray,
    probabilities: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    *,
    level: float = 0.9,
    by: Sequence[str] = BY,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Evaluate sets on test clips [N] with labels and groups; other arguments and errors as in `conformal_sets`.

    Returns:
        A row per entry of `by`: by, level; coverage with low and high (95 % interval over the test groups, for the
        given calibration clips) and groups (their number); size (mean), empty (share of empty sets), always_in (classes
        in every set for lack of calibration clips), worst_class (lowest coverage of a class with test clips).
    """
    check_single(labels, probabilities, groups)
    rows = []
    for method in by:
        known = (calibration_probabilities, calibration_labels)
        sets, always = conformal_sets(*known, probabilities, level=level, by=method, rng=rng)
        covered = sets[np.arange(len(labels)), labels]
        coverage, low, high = mean_interval(covered, groups)
        inside, clips = (np.bincount(labels, weights, len(always)) for weights in (covered, None))
        size = sets.sum(axis=1)
        row = {"by": method, "level": level, "coverage": coverage, "low": low, "high": high}
        row |= {"groups": len(np.unique(groups)), "size": size.mean()}
        row |= {"empty": np.mean(size == 0), "always_in": always.sum()}
        rows.append(row | {"worst_class": np.nanmin(ratio(inside, clips))})
    return pd.DataFrame(rows)


def attainable_level(groups: np.ndarray) -> float:
    """The highest level that clips of these g groups can guarantee for clips of a new group: g / (g + 1).

    A new group is the most unusual of g + 1 groups with probability 1 / (g + 1) (Lee, Barber & Willett 2023,
    Distribution-Free Inference with Hierarchical Data).
    """
    num_groups = len(np.unique(groups))
    return num_groups / (num_groups + 1)


def _sets(probabilities: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    probabilities = check_single(np.zeros(len(probabilities), int), probabilities)
    check_distributions(probabilities)
    if probabilities.shape[1] != len(thresholds):
        raise ValueError(
            f"The calibration clips know {len(thresholds)} classes, those to answer {probabilities.shape[1]}; give the "
            "same to both."
        )
    return 1 - probabilities <= thresholds


def _thresholds(
    probabilities: np.ndarray, labels: np.ndarray, level: float, by: str, rng: np.random.Generator | None
) -> np.ndarray:
    """Largest score with which each class is in a set [K]; inf if it always is."""
    probabilities = check_single(labels, probabilities, system="the calibration clips")
    check_distributions(probabilities, "the calibration clips")
    if by not in BY or (by == "cluster" and rng is None) or not 0 < level < 1:
        raise ValueError(
            f"Sets by {by!r} at the level {level} with the generator {rng}; give one of {', '.join(BY)}, a level "
            "between 0 and 1, and for cluster a generator."
        )
    num_classes = probabilities.shape[1]
    scores, cluster_of = 1 - probabilities[np.arange(len(labels)), labels], np.full(num_classes, NULL)
    if by == "class":
        cluster_of = np.arange(num_classes)
    if by == "cluster":
        cluster_of, kept = _clusters(scores, labels, num_classes, level, rng)
        scores, labels = scores[kept], labels[kept]
    own = cluster_of[labels]
    found = {c: _threshold(scores if c == NULL else scores[own == c], level) for c in np.unique(cluster_of)}
    return np.array([found[c] for c in cluster_of])


def _threshold(scores: np.ndarray, level: float) -> float:
    rank = int(np.ceil(round((len(scores) + 1) * level, 9)))  # rounded, so that 9.000000000000002 does not become 10
    return float(np.partition(scores, rank - 1)[rank - 1]) if rank <= len(scores) else np.inf


def _clusters(
    scores: np.ndarray, labels: np.ndarray, num_classes: int, level: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Cluster of each class [K], and the clips left to calibrate with, bool [n] (Ding et al. 2023, section 2.2).

    The share of clips for clustering and the number of clusters are the paper's defaults (section 3.1).
    """
    least = round(1 / (1 - level) - 1, 9)  # clips for a finite threshold
    rarest = max(np.bincount(labels, minlength=num_classes).min(), least, 9)
    frequent = np.count_nonzero(np.bincount(labels) >= rarest)
    share = frequent / (75 + frequent)
    chosen = rng.random(len(labels)) < share
    counts = np.bincount(labels[chosen], minlength=num_classes)
    clustered = np.flatnonzero(counts >= least)
    number = min(int(share * rarest / 2), len(clustered))
    cluster_of = np.full(num_classes, NULL)
    if number < 2:
        return cluster_of, np.ones(len(labels), bool)
    quantiles = sorted({*QUANTILES, level})
    look = [np.quantile(scores[chosen & (labels == k)], quantiles) for k in clustered]
    means = KMeans(number, n_init=10, random_state=int(rng.integers(2**31)))
    cluster_of[clustered] = means.fit_predict(look, sample_weight=np.sqrt(counts[clustered]))
    return cluster_of, ~chosen
