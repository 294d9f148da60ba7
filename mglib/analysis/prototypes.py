"""What a run's prototypes say: how alike they are, how settled, and whether confusion follows their likeness."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from mglib.runs import Run

from .evaluation import confusion_matrix, ratio


class Agreement(NamedTuple):
    """How far two symmetric matrices rank the pairs of classes alike."""

    rho: float  # Spearman's rank correlation over the pairs
    p: float  # share of the relabellings of one matrix that correlate at least as much
    pairs: int


def cosine(features: np.ndarray, prototypes: np.ndarray) -> np.ndarray:
    """Cosine similarity of features [N, D] and prototypes [K, D], float64 [N, K]; NaN where a class has no prototype.

    A feature of zeros is similar to nothing, 0.
    """
    a, b = (x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12) for x in (features, prototypes))
    return a.astype(np.float64) @ b.astype(np.float64).T


def fuse(similarities: Sequence[np.ndarray]) -> np.ndarray:
    """Cosine similarities of several streams [..., K] as one: the mean over the streams that know the class.

    A stream in which a class was never recognised has no prototype of it and says nothing; were the class left out for
    that, the rarest classes would be nobody's rivals. NaN where no stream knows it.
    """
    parts = np.stack(similarities)
    known = np.isfinite(parts)
    return ratio(np.sum(parts, axis=0, where=known), known.sum(0))


def prototype_similarity(run: Run, stream: str = "fused") -> np.ndarray:
    """Cosine similarity of each clip's feature to each prototype of the last epoch, [N, K]; of "fused" see `fuse`.

    NaN where there is no prototype; everywhere for a run without features or prototypes.
    """
    if not run.has("features.npz", "prototypes.npz"):
        return np.full((len(run.clips), run.data.num_classes), np.nan)
    return fuse([cosine(run.features(s), run.prototypes(s)[-1]) for s in streams_of(run, stream)])


def class_similarity(run: Run, stream: str = "fused") -> np.ndarray:
    """Cosine similarity of the last epoch's prototypes, [K, K]; of "fused" see `fuse`.

    NaN for a class without one, and for two classes that no stream knows both of.
    """
    last = [run.prototypes(s)[-1] for s in streams_of(run, stream)]
    return fuse([cosine(p, p) for p in last])


def last_updates(updates: np.ndarray) -> np.ndarray:
    """The epoch, from 1, in which each count [E, K] rose last; 0 if it never did, int [K]."""
    rose = np.diff(updates, axis=0, prepend=0) > 0
    return np.where(rose.any(0), len(rose) - rose[::-1].argmax(0), 0)


def drift(prototypes: np.ndarray) -> np.ndarray:
    """1 - cosine similarity to the epoch before, [E - 1, K]; NaN until there are two."""
    unit = prototypes / np.linalg.norm(prototypes, axis=2, keepdims=True)
    return np.maximum(1 - np.einsum("ekd,ekd->ek", unit[1:], unit[:-1]), 0)  # e = epoch, k = class, d = feature


def agreement(similarity: np.ndarray, confusion: np.ndarray, rng: np.random.Generator, draws: int = 2000) -> Agreement:
    """Mantel's test (1967, Cancer Research 27): pairs share classes, so classes are relabelled, not pairs shuffled.

    Args:
        similarity: symmetric [K, K]; classes with NaN on the diagonal are left out, and as few others as leave no NaN.
        confusion: symmetric [K, K]; those with NaN are left out too.
        rng: source of the relabellings.
        draws: how many.
    """
    known = np.flatnonzero(np.isfinite(similarity.diagonal()) & np.isfinite(confusion.diagonal()))
    while (unknown := np.isnan(similarity[np.ix_(known, known)]).sum(0)).any():  # no stream knows both classes
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
    """Share of the clips of two classes that are taken for the other of the two, [K, K]; NaN where there are none."""
    rows, k = run.where(split), run.data.num_classes
    counts = confusion_matrix(run.labels[rows], run.probabilities(stream)[rows].argmax(1), k)
    clips = counts.sum(1)
    clips = np.where(clips, clips, np.nan)
    return ratio(counts + counts.T, clips[:, None] + clips)


def streams_of(run: Run, stream: str) -> tuple[str, ...]:
    """The streams that a system is made of: all for "fused"."""
    return run.streams if stream == "fused" else (stream,)
