"""Maps of features for the browser: positions as integers, and the trustworthiness of each map."""

import numpy as np

from mglib.analysis.embedding import place
from mglib.runs import Run

SIDE = 65534  # the longer side of a map in integer steps; 65535: a class without a prototype


def feature_maps(
    run: Run, system: str, features: np.ndarray, prototypes: np.ndarray, umap: bool
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """The maps of a system.

    Args:
        run: run in whose directory a UMAP map is stored.
        system: the system of the features.
        features: [N, D].
        prototypes: [K, D]; NaN for classes without one.
        umap: whether to add a UMAP map to the PCA one.

    Returns:
        pca, umap: uint16 [N + K, 2], clips, then prototypes, 65535 for missing ones; and each map's trustworthiness.
    """
    methods = ("pca", "umap") if umap else ("pca",)
    maps = {method: place(run, system, features, prototypes, method) for method in methods}
    arrays = {method: _steps(np.concatenate([m.clips, m.prototypes])) for method, m in maps.items()}
    return arrays, {method: m.trustworthiness for method, m in maps.items()}


def _steps(places: np.ndarray) -> np.ndarray:
    known = np.isfinite(places).all(1)
    low = places[known].min(0)
    side = (places[known].max(0) - low).max() or 1.0
    steps = np.full(places.shape, SIDE + 1, np.uint16)
    steps[known] = np.rint((places[known] - low) / side * SIDE)
    return steps
