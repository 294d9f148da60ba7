"""Features in the plane: PCA at once, UMAP where it is asked for, and how far either may be trusted."""

import hashlib
from collections.abc import Sequence

import numpy as np
from sklearn.manifold import trustworthiness

from mglib import files
from mglib.runs import Run

SIDE = 65534  # the longer side of a map in steps; 65535: a class without a prototype
SAMPLE = 800  # clips on which trustworthiness is measured: it takes all their distances
NEIGHBOURS = 10


def join(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Features [N, D] of several streams side by side [N, sum of D]: each row of each stream, and of all, of length 1.

    The scalar product of two such rows is the mean over the streams of their cosine similarities.
    """
    return np.concatenate([_unit(part) for part in parts], axis=1) / np.float32(np.sqrt(len(parts)))


def draw(
    run: Run, system: str, features: np.ndarray, prototypes: np.ndarray, umap: bool
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """The maps of a system.

    Args:
        run: where a UMAP map is kept.
        system: whose features they are.
        features: [N, D].
        prototypes: [K, D]; NaN for a class without.
        umap: whether to add a UMAP map.

    Returns:
        pca, umap: uint16 [N + K, 2], clips then prototypes, 65535 where there is none; and each map's trustworthiness
        (Venna & Kaski 2001; 10 neighbours, at most 800 clips; 1 = neighbours in the map are neighbours indeed).
    """
    everything = np.concatenate([features, prototypes])
    known = np.isfinite(everything).all(1)
    maps = {"pca": _pca(features, everything[known])}
    if umap:
        maps["umap"] = _umap(run, system, features, everything[known])
    arrays = {}
    for name, places in maps.items():
        arrays[name] = np.full((len(everything), 2), SIDE + 1, np.uint16)
        arrays[name][known] = _steps(places)
    return arrays, {name: _trust(features, places[: len(features)]) for name, places in maps.items()}


def _pca(features: np.ndarray, everything: np.ndarray) -> np.ndarray:
    """Both on the first two principal axes of the features; an axis points where its largest loading is positive."""
    centre = features.mean(0)
    inner = features - centre
    axes = np.linalg.eigh(inner.T @ inner)[1][:, :-3:-1]
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(axes.shape[1])])
    places = (everything - centre) @ axes
    return np.pad(places, ((0, 0), (0, 2 - places.shape[1])))


def _umap(run: Run, system: str, features: np.ndarray, everything: np.ndarray) -> np.ndarray:
    """From the run directory if it was made from these features before, else made with a fixed seed and kept there."""
    key = hashlib.blake2b(everything.tobytes(), digest_size=8).hexdigest()
    path = run.path / f"umap-{system}.npz"
    if path.is_file():
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["key"]) == key:
                return kept["places"]
    from umap import UMAP  # takes seconds to import

    reducer = UMAP(metric="cosine", random_state=0, n_jobs=1, n_neighbors=min(15, len(features) - 1))
    places = reducer.fit_transform(features)
    stars = everything[len(features) :]
    if len(stars):
        places = np.concatenate([places, reducer.transform(stars)])
    files.write_arrays(path, places=places, key=np.array(key))
    return places


def _trust(features: np.ndarray, places: np.ndarray) -> float:
    rows = np.random.default_rng(0).permutation(len(features))[:SAMPLE]
    neighbours = min(NEIGHBOURS, len(rows) // 2 - 1)
    if neighbours < 1:
        return float("nan")
    return float(trustworthiness(features[rows], places[rows], n_neighbors=neighbours, metric="cosine"))


def _steps(places: np.ndarray) -> np.ndarray:
    low = places.min(0)
    side = (places.max(0) - low).max() or 1.0
    return np.rint((places - low) / side * SIDE).astype(np.uint16)


def _unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)).astype(np.float32)
