"""Probabilities to score."""

import numpy as np


def noisy(rng: np.random.Generator, labels: np.ndarray, num_classes: int, skill: float = 0.3) -> np.ndarray:
    """Probabilities that favour the true class by `skill`."""
    probabilities = rng.random((len(labels), num_classes))
    probabilities[np.arange(len(labels)), labels] += skill
    return probabilities / probabilities.sum(axis=1, keepdims=True)
