"""Finds the parts of recordings in which a spotter is most uncertain."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .spotter import Spotted
from .steps import RATE

LENGTH = 2.0  # length of a part, seconds


def uncertain_stretches(spotted: Sequence[Spotted], class_names: Sequence[str], number: int = 20) -> pd.DataFrame:
    """The parts in which the spotter is most uncertain, without overlap, the most uncertain first.

    Uncertainty of a time step is the sum over classes of the entropy of the class's presence, in bits; that of a part
    is the mean over its steps.

    Args:
        spotted: the spotter's results for each recording.
        class_names: by label.
        number: number of parts.

    Returns:
        Columns recording, start, stop, bits, class (the most probable), probability (its mean), second (the next one).
    """
    rows = [row for one in spotted for row in _stretches(one, class_names)]
    columns = ["recording", "start", "stop", "bits", "class", "probability", "second"]
    table = pd.DataFrame(rows, columns=columns).sort_values("bits", ascending=False, kind="stable")
    return table.head(number).reset_index(drop=True)


def _stretches(one: Spotted, class_names: Sequence[str]) -> list[tuple]:
    p = one.probabilities
    steps = min(max(round(LENGTH * RATE), 1), len(p))
    means = _running(_bits(p)[:, None], steps)[:, 0]
    free, found = np.ones(len(means), bool), []
    for start in np.argsort(-means, kind="stable"):
        if not free[start]:
            continue
        free[max(start - steps + 1, 0) : start + steps] = False
        share = p[start : start + steps].mean(axis=0)
        first, second = np.argsort(-share)[:2] if len(share) > 1 else (0, 0)
        stop = min((start + steps) / RATE, one.recording.duration)
        names = (class_names[first], float(share[first]), class_names[second])
        found.append((one.recording.name, start / RATE, stop, float(means[start]), *names))
    return found


def _bits(p: np.ndarray) -> np.ndarray:
    p = p.clip(1e-9, 1 - 1e-9)
    return -(p * np.log2(p) + (1 - p) * np.log2(1 - p)).sum(axis=1)


def _running(values: np.ndarray, steps: int) -> np.ndarray:
    """Running means over `steps` steps, [S - steps + 1, C]."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return (sums[steps:] - sums[:-steps]) / steps
