"""Maps of a run's features and prototypes in two dimensions, with a measure of their trustworthiness."""

import hashlib
import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from mglib.base import files
from mglib.base.errors import DiskError
from mglib.runs import Run
from mglib.runs.reading import stored_arrays

from .prototypes import streams_of

NEIGHBOURS = 15  # neighbours of a clip for UMAP, and for trustworthiness
MANY = 4096  # rows from which neighbours are computed here, not by UMAP
JUDGED = 800  # largest number of clips for trustworthiness, which needs all distances


@dataclass(frozen=True)
class Embedding:
    """Positions in a two-dimensional map, without unit.

    Attributes:
        method: "umap" or "pca".
        clips: float [N, 2], in the order of `run.clips`.
        prototypes: float [K, 2], of the last epoch; NaN for classes without one.
        trustworthiness: 0..1; 1: neighbours in the map are neighbours in the features (Venna & Kaski 2001).
    """

    method: str
    clips: np.ndarray
    prototypes: np.ndarray
    trustworthiness: float


def embed(run: Run, stream: str = "fused", method: Literal["umap", "pca"] = "umap", seed: int = 0) -> Embedding:
    """Map clips and prototypes together, by the cosine similarity that the refinement loss uses.

    Args:
        run: a finished run; a UMAP map is computed only once and stored in its directory, if writable.
        stream: "rgb", "pose" or "fused", the concatenation of both.
        method: UMAP (McInnes et al. 2018) preserves neighbourhoods, but distances between clusters mean little; PCA
            shows the two directions in which clips differ most.
        seed: seed of UMAP, and of the sample of clips for trustworthiness.

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
    """`embed` for given features [N, D] and prototypes [K, D], which are NaN for classes without one."""
    known = np.isfinite(stars).all(1)
    rows = np.concatenate([features, stars[known]])
    places = _pca(rows, len(features)) if method == "pca" else _kept_umap(run, stream, rows, seed)
    prototypes = np.full((len(stars), 2), np.nan)
    prototypes[known] = places[len(features) :]
    clips = places[: len(features)]
    return Embedding(method, clips, prototypes, _trust(features, clips, np.random.default_rng(seed)))


def side_by_side(parts: list[np.ndarray]) -> np.ndarray:
    """Concatenate vectors [N, D] of several streams, normalised to length 1, to rows [N, sum of D] of length 1.

    The scalar product of two rows is the mean over the streams of their cosine similarities.
    """
    units = [part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12) for part in parts]
    return np.concatenate(units, axis=1) / np.float32(np.sqrt(len(parts)))


def _pca(rows: np.ndarray, fitted: int) -> np.ndarray:
    axes = PCA(min(2, *rows[:fitted].shape), svd_solver="covariance_eigh")  # fast for many clips
    places = axes.fit(rows[:fitted]).transform(rows)
    return np.pad(places, ((0, 0), (0, 2 - places.shape[1])))


def _kept_umap(run: Run, stream: str, rows: np.ndarray, seed: int) -> np.ndarray:
    key = hashlib.blake2b(rows.tobytes() + str(seed).encode(), digest_size=8).hexdigest()
    path = run.path / f"embedding-{stream}.npz"
    kept = stored_arrays(path)
    if str(kept.get("key")) == key:
        return kept["places"]
    from umap import UMAP  # takes seconds to import, as it compiles

    _keep_compiled()

    # prototypes are mapped with the clips: they are too few to change the map, and adding them later needs compilation
    neighbours = min(NEIGHBOURS, len(rows) - 1)
    known = _neighbours(rows, neighbours) if len(rows) >= MANY else (None, None, None)
    reducer = UMAP(n_neighbors=neighbours, metric="cosine", random_state=seed, n_jobs=1, precomputed_knn=known)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"precomputed_knn\[2\]")  # only for adding clips later
        places = reducer.fit_transform(rows)
    try:
        files.write_arrays(path, places=places, key=np.array(key))
    except DiskError as error:
        warnings.warn(f"{error} The map is computed again next time.", stacklevel=2)
    return places


def _keep_compiled() -> None:
    """Let numba keep UMAP's functions on disk: compiling them takes many times as long as a map of a thousand clips."""
    import numba
    from umap import distances, layouts, umap_, utils

    for module in (distances, layouts, umap_, utils):
        for function in filter(numba.extending.is_jitted, vars(module).values()):
            if not function.signatures:  # those that are compiled when imported are short
                function.enable_caching()


def _neighbours(rows: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray, None]:
    """The nearest rows by cosine distance, the row itself first, and the distances, [N, number].

    Exact, and faster than UMAP's approximate search, which mostly compiles.
    """
    units = side_by_side([rows])
    distances, nearest = NearestNeighbors(n_neighbors=number, algorithm="brute").fit(units).kneighbors(units)
    return nearest, (distances**2 / 2).astype(np.float32), None  # 1 - cos, for unit vectors


def _trust(features: np.ndarray, places: np.ndarray, rng: np.random.Generator) -> float:
    rows = rng.permutation(len(features))[:JUDGED]
    neighbours = min(NEIGHBOURS, (len(rows) - 1) // 2)  # defined for less than half of the clips
    if neighbours < 1:
        return float("nan")
    return float(trustworthiness(features[rows], places[rows], n_neighbors=neighbours, metric="cosine"))
