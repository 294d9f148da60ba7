"""Features in the plane as the browser takes them: places in whole steps, and how far each map may be trusted."""

import numpy as np

from mglib.analysis.embedding import place
from mglib.runs import Run

SIDE = 65534  # the longer side of a map in steps; 65535: a class without a prototype


def feature_maps(
    run: Run, system: str, features: np.ndarray, prototypes: np.ndarray, umap: bool
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """The maps of a system.

    Args:
        run: where a UMAP map is kept.
        system: whose features they are.
        features: [N, D].
        prototypes: [K, D]; NaN for a class without.
        umap: whether to add a UMAP map to the PCA one.

    Returns:
        pca, umap: uint16 [N + K, 2], clips then prototypes, 65535 where there is none; and each map's trustworthiness.
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
