"""Succession of gestures in a video: if B often follows A, a clip of A that is cut too late shows B."""

import numpy as np
import pandas as pd

from mglib.runs import Run

from .measures import ratio


def followers(clips: pd.DataFrame, num_classes: int) -> np.ndarray:
    """How often a clip of class B (column) directly follows one of class A (row) in the same video, int [K, K].

    Args:
        clips: rows of clips.csv; ordered by the column start (seconds) within the column video, or within group if
            there is none. Without the column start, counts are 0; clips with an empty start are ignored.
        num_classes: K.
    """
    if "start" not in clips:
        return np.zeros((num_classes, num_classes), int)
    video = "video" if "video" in clips else "group"
    placed = clips.assign(start=pd.to_numeric(clips["start"], errors="coerce")).dropna(subset="start")
    placed = placed.sort_values([video, "start"], kind="stable")
    label, where = placed["label"].to_numpy(), placed[video].to_numpy(str)
    follows = where[1:] == where[:-1]
    pairs = label[:-1][follows] * num_classes + label[1:][follows]
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


def succession_lift(run: Run) -> np.ndarray:
    """How many times as often as by chance a clip of class B (column) follows one of class A (row), [K, K].

    Chance is the share of B among all followers. NaN if clips have no position in their videos, and for classes without
    a follower or that never follow.
    """
    counts = followers(run.clips, run.data.num_classes)
    return ratio(counts * counts.sum(), np.outer(counts.sum(1), counts.sum(0)))
