"""Analysis of prototypes: their similarity, their drift, and whether similar classes are confused more often."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from mglib.runs import Run

from .evaluation import confusion_matrix, ratio


class Agreement(NamedTuple):
    """Agreement of two symmetric matrices in the ranking of pairs of classes."""

    rho: float  # Spearman's rank correlation over the pairs
    p: float  # share of permutations of the classes with at least this correlation
    pairs: int


def cosine(features: np.ndarray, prototypes: np.ndarray) -> np.ndarray:
    """Cosine similarity of features [N, D] and prototypes [K, D], float64 [N, K]; NaN where a class has no prototype.

    The similarity of a feature of zeros is 0.
    """
    a, b = (x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12) for x in (features, prototypes))
    return a.astype(np.float64) @ b.astype(np.float64).T


def fuse(similarities: Sequence[np.ndarray]) -> np.ndarray:
    """Combine cosine similarities of several streams [..., K]: the mean over streams with a prototype of the class.

    A stream in which a class was never recognised has no prototype of it and is ignored; otherwise the rarest classes
    could never be rivals. NaN if no stream has a prototype.
    """
    parts = np.stack(similarities)
    known = np.isfinite(parts)
    return ratio(np.sum(parts, axis=0, where=known), known.sum(0))


def prototype_similarity(run: Run, stream: str = "fused") -> np.ndarray:
    """Cosine similarity of each clip's feature to each prototype of the last epoch, [N, K]; for "fused" see `fuse`.

    NaN for classes without a prototype; all NaN for a run without features or prototypes.
    """
    if not run.has("features.npz", "prototypes.npz"):
        return np.full((len(run.clips), run.data.num_classes), np.nan)
    return fuse([cosine(run.features(s), run.prototypes(s)[-1]) for s in streams_of(run, stream)])


def class_similarity(run: Run, stream: str = "fused") -> np.ndarray:
    """Cosine similarity of the last epoch's prototypes, [K, K]; for "fused" see `fuse`.

    NaN for classes without one, and for pairs of classes that no stream has both.
    """
    last = [run.prototypes(s)[-1] for s in streams_of(run, stream)]
    return fuse([cosine(p, p) for p in last])


def last_updates(updates: np.ndarray) -> np.ndarray:
    """The last epoch, from 1, in which each count [E, K] increased; 0 if never, int [K]."""
    rose = np.diff(updates, axis=0, prepend=0) > 0
    return np.where(rose.any(0), len(rose) - rose[::-1].argmax(0), 0)


def drift(prototypes: np.ndarray) -> np.ndarray:
    """1 - cosine similarity to the epoch before, [E - 1, K]; NaN until there are two prototypes."""
    unit = prototypes / np.linalg.norm(prototypes, axis=2, keepdims=True)
    return np.maximum(1 - np.einsum("ekd,ekd->ek", unit[1:], unit[:-1]), 0)  # e = epoch, k = class, d = feature


def agreement(similarity: np.ndarray, confusion: np.ndarray, rng: np.random.Generator, draws: int = 2000) -> Agreement:
    """Mantel's test (1967, Cancer Research 27): as pairs share classes, classes are permuted, not pairs.

    Args:
        similarity: symmetric [K, K]; classes are left out until there is no NaN, first those with NaN on the diagonal.
        confusion: symmetric [K, K]; pairs with NaN are left out.
        rng: source of random permutations.
        draws: number of permutations.
    """
    known = np.flatnonzero(np.isfinite(similarity.diagonal()) & np.isfinite(confusion.diagonal()))
    while (unknown := np.isnan(similarity[np.ix_(known, known)]).sum(0)).any():  # no stream has both classes
        known = np.delete(known, unknown.argmax())
    above = np.triu_indices(len(known), 1)
    ranks = []
    for matrix in (similarity, confusion):
        square = np.zeros((len(known), len(known)))
        square[above] = rankdata(matrix[np.ix_(known, known)][above])
        ranks.append(square + square.T)
    if len(above[0]) < 3 or any(np.ptp(square[above]) == 0 for square in ranks):
        return Agreement(np.nan, np.nan, len(above[0]))
    first, second = ranks
    rho = np.corrcoef(first[above], second[above])[0, 1]
    orders = [rng.permutation(len(known)) for _ in range(draws)]
    chance = [np.corrcoef(first[above], second[np.ix_(o, o)][above])[0, 1] for o in orders]
    return Agreement(float(rho), (1 + np.count_nonzero(np.array(chance) >= rho - 1e-12)) / (draws + 1), len(above[0]))


def confusion_rates(run: Run, split: str, stream: str) -> np.ndarray:
    """Share of the clips of two classes that are misclassified as the other one, [K, K]; NaN without clips."""
    rows, k = run.where(split), run.data.num_classes
    counts = confusion_matrix(run.labels[rows], run.probabilities(stream)[rows].argmax(1), k)
    clips = counts.sum(1)
    clips = np.where(clips, clips, np.nan)
    return ratio(counts + counts.T, clips[:, None] + clips)


def streams_of(run: Run, stream: str) -> tuple[str, ...]:
    """The streams of a system: all for "fused"."""
    return run.streams if stream == "fused" else (stream,)
