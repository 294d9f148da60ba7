"""The nearest training clips of a clip in feature space: of any class, of its own, and of its rival's.

If the neighbours of a clip have another label, its label, theirs or the features are doubtful. Similarity is the
cosine, as in the refinement loss; for "fused" its mean over the streams. A training clip is not its own neighbour.
"""

from typing import NamedTuple

import numpy as np

from mglib.runs import Run

from .ambiguity.measures import prototype_margin
from .embedding import side_by_side
from .prototypes import prototype_similarity, streams_of

NUMBER = 8  # neighbours of each kind
KINDS = ("any", "own", "rival")  # classes of neighbours: any, the clip's own, its rival's
CHUNK = 2**24  # similarities in memory at once, 64 MiB


class Nearest(NamedTuple):
    """Indices of neighbours, int64 [n, number], -1 if there are fewer; and similarities, NaN if there are fewer."""

    places: np.ndarray
    similarity: np.ndarray


def nearest(units: np.ndarray, among: np.ndarray, number: int = NUMBER, *, own: np.ndarray | None = None) -> Nearest:
    """The most similar rows of `among`, the most similar first; for ties the first.

    Args:
        units: vectors of length 1, [n, D], see `side_by_side`.
        among: vectors to search, [m, D].
        number: number of neighbours.
        own: int [n], index in `among` of the vector itself, which is excluded; -1: none.
    """
    n, m = len(units), len(among)
    places, similarity = np.full((n, number), -1), np.full((n, number), np.nan, np.float32)
    step = max(1, CHUNK // max(m, 1))
    for start in range(0, n, step):
        rows = np.arange(start, min(start + step, n))
        alike = units[rows] @ among.T
        if own is not None:
            there = own[rows] >= 0
            alike[there, own[rows][there]] = -np.inf
        for row, values in zip(rows, alike, strict=True):
            found = _largest(values, number)
            places[row, : len(found)], similarity[row, : len(found)] = found, values[found]
    return Nearest(places, similarity)


def training_neighbours(run: Run, stream: str, rows: np.ndarray, number: int = NUMBER) -> dict[str, Nearest]:
    """The nearest training clips of some clips of a run, by kind; indices are rows of `run.clips`.

    Args:
        run: a run with features.
        stream: "rgb", "pose" or "fused", the concatenation of both.
        rows: rows of the clips, int [n].
        number: number of neighbours of each kind.

    Returns:
        "any"; "own", those of the clip's label; "rival", those of its rival, see `rival_classes`.

    Raises:
        RunError: the run has no features of this stream.
    """
    units, train = unit_features(run, stream), run.where("train")
    own = np.full(len(run.clips), -1)
    own[train] = np.arange(len(train))
    labels, wanted = run.labels[train], {"own": run.labels[rows], "rival": rival_classes(run, stream)[rows]}
    found = {"any": nearest(units[rows], units[train], number, own=own[rows])}
    for kind, classes in wanted.items():
        found[kind] = _of_classes(units[rows], units[train], number, own[rows], labels, classes)
    return {kind: Nearest(_rows(train, each.places), each.similarity) for kind, each in found.items()}


def rival_classes(run: Run, stream: str) -> np.ndarray:
    """The predicted class of each clip, int64 [N]; for correct predictions the class of the nearest other prototype.

    Without prototypes, it is the second most probable class; with a single class, that one.
    """
    labels, probabilities = run.labels, run.probabilities(stream)
    rows, answered = np.arange(len(labels)), probabilities.argmax(1)
    others = probabilities.astype(np.float64)
    others[rows, labels] = -1.0
    second = others.argmax(1)
    near = second
    if stream in ("fused", *run.streams):
        near = prototype_margin(prototype_similarity(run, stream), labels)["rival"].to_numpy()
    return np.where(answered != labels, answered, np.where(near >= 0, near, second))


def unit_features(run: Run, stream: str) -> np.ndarray:
    """Features of every clip, float32 [N, D] in rows of length 1."""
    return side_by_side([run.features(s) for s in streams_of(run, stream)])


def _of_classes(
    units: np.ndarray, among: np.ndarray, number: int, own: np.ndarray, labels: np.ndarray, classes: np.ndarray
) -> Nearest:
    """Neighbours of given classes, computed class by class."""
    places, similarity = np.full((len(units), number), -1), np.full((len(units), number), np.nan, np.float32)
    for label in np.unique(classes):
        rows, there = np.flatnonzero(classes == label), np.flatnonzero(labels == label)
        where = np.full(len(among) + 1, -1)  # the last entry is for -1, no clip
        where[there] = np.arange(len(there))
        found = nearest(units[rows], among[there], number, own=where[own[rows]])
        places[rows], similarity[rows] = _rows(there, found.places), found.similarity
    return Nearest(places, similarity)


def _rows(rows: np.ndarray, places: np.ndarray) -> np.ndarray:
    return np.where(places >= 0, np.append(rows, -1)[places], -1)


def _largest(values: np.ndarray, number: int) -> np.ndarray:
    """Indices of the largest values, the largest first; for ties the first; -inf is left out."""
    if number < len(values):
        least = values[np.argpartition(-values, number - 1)[number - 1]]
        found = np.flatnonzero(values >= least)  # includes ties with the last one
    else:
        found = np.arange(len(values))
    found = found[values[found] > -np.inf]
    return found[np.argsort(-values[found], kind="stable")][:number]
