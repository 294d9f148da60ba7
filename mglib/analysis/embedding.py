"""Features and prototypes of a run in the plane, with a number that says how far the map may be trusted."""

import hashlib
import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from mglib.base import files
from mglib.runs import Run

from .prototypes import streams_of

NEIGHBOURS = 15  # of a clip: what UMAP keeps together, and what trustworthiness looks at
MANY = 4096  # rows from which UMAP takes neighbours that are given
JUDGED = 800  # clips for trustworthiness at most: it takes all their distances


@dataclass(frozen=True)
class Embedding:
    """Places in the plane, without unit.

    Attributes:
        method: "umap" or "pca".
        clips: float [N, 2], in the order of `run.clips`.
        prototypes: float [K, 2], of the last epoch; NaN for a class without.
        trustworthiness: 0..1; 1: whoever are neighbours in the map are neighbours indeed (Venna & Kaski 2001).
    """

    method: str
    clips: np.ndarray
    prototypes: np.ndarray
    trustworthiness: float


def embed(run: Run, stream: str = "fused", method: Literal["umap", "pca"] = "umap", seed: int = 0) -> Embedding:
    """Put clips and prototypes on one map, by cosine similarity, in which the refinement loss compares them.

    Args:
        run: a finished run; a UMAP map is kept in its directory and made only once.
        stream: "rgb", "pose" or "fused", which has both side by side.
        method: UMAP (McInnes et al. 2018) keeps neighbourhoods, but distances between clusters mean little; PCA keeps
            the directions in which clips differ most and shows less of the rest.
        seed: of UMAP, and of the clips on which trustworthiness is measured.

    Raises:
        RunError: the run has no features or prototypes of this stream.
    """
    streams = streams_of(run, stream)
    features = side_by_side([run.features(s) for s in streams])
    stars = side_by_side([run.prototypes(s)[-1] for s in streams])
    return place(run, stream, features, stars, method, seed)


def place(
    run: Run, stream: str, features: np.ndarray, stars: np.ndarray, method: Literal["umap", "pca"], seed: int = 0
) -> Embedding:
    """`embed` of features [N, D] and prototypes [K, D] at hand, NaN for a class without one."""
    known = np.isfinite(stars).all(1)
    rows = np.concatenate([features, stars[known]])
    places = _pca(rows, len(features)) if method == "pca" else _kept_umap(run, stream, rows, seed)
    prototypes = np.full((len(stars), 2), np.nan)
    prototypes[known] = places[len(features) :]
    clips = places[: len(features)]
    return Embedding(method, clips, prototypes, _trust(features, clips, np.random.default_rng(seed)))


def side_by_side(parts: list[np.ndarray]) -> np.ndarray:
    """Vectors [N, D] of several streams, each of length 1, in rows [N, sum of D] of length 1.

    The scalar product of two rows is the mean over the streams of their cosine similarities.
    """
    units = [part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12) for part in parts]
    return np.concatenate(units, axis=1) / np.float32(np.sqrt(len(parts)))


def _pca(rows: np.ndarray, fitted: int) -> np.ndarray:
    axes = PCA(min(2, *rows[:fitted].shape), svd_solver="covariance_eigh")  # quick where clips are many
    places = axes.fit(rows[:fitted]).transform(rows)
    return np.pad(places, ((0, 0), (0, 2 - places.shape[1])))


def _kept_umap(run: Run, stream: str, rows: np.ndarray, seed: int) -> np.ndarray:
    key = hashlib.blake2b(rows.tobytes() + str(seed).encode(), digest_size=8).hexdigest()
    path = run.path / f"embedding-{stream}.npz"
    if path.is_file():
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["key"]) == key:
                return kept["places"]
    from umap import UMAP  # takes seconds to import, since it compiles

    # prototypes among the clips: they are too few to change the map, and to place them later takes another compilation
    neighbours = min(NEIGHBOURS, len(rows) - 1)
    known = _neighbours(rows, neighbours) if len(rows) >= MANY else (None, None, None)
    reducer = UMAP(n_neighbors=neighbours, metric="cosine", random_state=seed, n_jobs=1, precomputed_knn=known)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"precomputed_knn\[2\]")  # is for placing further clips later
        places = reducer.fit_transform(rows)
    files.write_arrays(path, places=places, key=np.array(key))
    return places


def _neighbours(rows: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray, None]:
    """The nearest rows by cosine distance, itself first, and the distances, [N, number].

    Exact, and sooner than UMAP's approximate search, most of which is compilation.
    """
    units = side_by_side([rows])
    distances, nearest = NearestNeighbors(n_neighbors=number, algorithm="brute").fit(units).kneighbors(units)
    return nearest, (distances**2 / 2).astype(np.float32), None  # of unit vectors: 1 - cos


def _trust(features: np.ndarray, places: np.ndarray, rng: np.random.Generator) -> float:
    rows = rng.permutation(len(features))[:JUDGED]
    neighbours = min(NEIGHBOURS, (len(rows) - 1) // 2)  # the measure is defined for fewer than half of the clips
    if neighbours < 1:
        return float("nan")
    return float(trustworthiness(features[rows], places[rows], n_neighbors=neighbours, metric="cosine"))
