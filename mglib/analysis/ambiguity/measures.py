"""Measures of each clip from the arrays of a run: similarity to prototypes, and training dynamics."""

import numpy as np
import pandas as pd

from mglib.analysis.evaluation import ratio


def prototype_margin(similarity: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    """Similarity to the prototype of the own class, and to the rival, the most similar other class.

    Args:
        similarity: of each clip to each class's prototype [N, K]; NaN for classes without one, which are no rivals.
        labels: int [N].

    Returns:
        One row per clip: own_similarity, rival_similarity, rival (class, -1 if there is none), and margin = own -
        rival: below 0 the clip is closer to another class.
    """
    clip = np.arange(len(labels))
    others = np.where(np.isnan(similarity), -np.inf, similarity)
    others[clip, labels] = -np.inf
    rival, nearest = others.argmax(1), others.max(1)
    alone = np.isneginf(nearest)
    table = pd.DataFrame({"own_similarity": similarity[clip, labels], "rival_similarity": nearest, "rival": rival})
    table.loc[alone, "rival_similarity"], table.loc[alone, "rival"] = np.nan, -1
    return table.assign(margin=table["own_similarity"] - table["rival_similarity"])


def training_measures(
    predicted: np.ndarray, probability: np.ndarray, margin: np.ndarray, labels: np.ndarray, num_classes: int
) -> pd.DataFrame:
    """Training dynamics of each training clip, over the epochs in which it was seen.

    Args:
        predicted: class in each epoch, int [E, n]; -1 where the clip was not seen.
        probability: probability of the label [E, n], NaN where not seen.
        margin: margin of the label over the best other class [E, n], NaN where not seen.
        labels: int [n].
        num_classes: K.

    Returns:
        One row per clip, NaN (classes: -1) for one that was never seen:
        persistence: share of the epochs in which it was a false negative.
        taken_for, taken_for_share: the class of which it was most often a false positive (-1: none; the lowest for
            ties), and the share of the epochs.
        confidence, variability: mean and standard deviation of the label's probability (Swayamdipta et al. 2020,
            Dataset Cartography, section 2).
        aum: area under the margin, its mean (Pleiss et al. 2020, Identifying Mislabeled Data using the Area Under the
            Margin Ranking, Eq. 1); in the units of `margin`.
        forgetting: how often it was recognised and then not (Toneva et al. 2019, An Empirical Study of Example
            Forgetting, definition 2.1); NaN for a clip that was never recognised.
    """
    seen = predicted >= 0
    wrong, times = seen & (predicted != labels), seen.sum(0)
    taken = np.zeros((len(labels), num_classes))
    _, clip = np.nonzero(wrong)
    np.add.at(taken, (clip, predicted[wrong]), 1)
    confidence = _mean(probability, seen)
    return pd.DataFrame(
        {
            "persistence": ratio(wrong.sum(0), times),
            "taken_for": np.where(taken.any(1), taken.argmax(1), -1),
            "taken_for_share": ratio(taken.max(1), times),
            "confidence": confidence,
            "variability": np.sqrt(_mean((probability - confidence) ** 2, seen)),
            "aum": _mean(margin, seen),
            "forgetting": _forgetting(seen, wrong),
        }
    )


def _forgetting(seen: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    events, before = np.zeros(seen.shape[1]), np.zeros(seen.shape[1], bool)
    for here, miss in zip(seen, wrong, strict=True):
        events += before & miss
        before = np.where(here, ~miss, before)
    return np.where((seen & ~wrong).any(0), events, np.nan)


def _mean(values: np.ndarray, seen: np.ndarray) -> np.ndarray:
    return ratio(np.sum(values, axis=0, where=seen, dtype=np.float64), seen.sum(0))
