"""Simulates coders, who mark the true gestures with errors in borders and classes, and omissions."""

from collections.abc import Sequence

import numpy as np

from mglib.data.recordings import Segment

from .gestures import partners

BORDER = 0.2  # standard deviation of a border, seconds
MISSED, CONFUSED, SPLIT = 0.10, 0.08, 0.03  # shares of the gestures
SHORTEST = 0.1  # shortest segment, seconds


def coded(truth: Sequence[Segment], coder: str, seconds: float, rng: np.random.Generator) -> list[Segment]:
    """The segments that a coder marks.

    Args:
        truth: the true gestures.
        coder: the coder's name.
        seconds: length of the recording.
        rng: random draws of the errors.
    """
    found = []
    for segment in truth:
        jitter, luck, confused, where = rng.normal(0, BORDER, 2), rng.random(2), rng.random(), rng.uniform(0.3, 0.7)
        rival = int(rng.choice(partners(segment.label)))
        if luck[0] < MISSED:
            continue
        label = rival if confused < CONFUSED else segment.label
        start = float(np.clip(segment.start + jitter[0], 0, seconds - SHORTEST))
        stop = float(np.clip(segment.stop + jitter[1], start + SHORTEST, seconds))
        middle = start + where * (stop - start)
        cuts = [start, middle, stop] if luck[1] < SPLIT and stop - start > 4 * SHORTEST else [start, stop]
        found += [Segment(a, b, label, coder) for a, b in zip(cuts[:-1], cuts[1:], strict=True)]
    return found
