"""Agreement over the time of a recording. As gestures are sparse, most of it is agreement on background.

Ten more minutes without gestures raise these measures, but not those of linked annotations; they should therefore be
reported together with the share of background.
"""

from collections.abc import Sequence

import numpy as np

from mglib.analysis.evaluation.sums import ratio
from mglib.data.recordings import Segment

Stretches = tuple[np.ndarray, np.ndarray]


def time_table(first: Sequence[Segment], second: Sequence[Segment], seconds: float, num_classes: int) -> np.ndarray:
    """Seconds by the classes of the two coders, float64 [K + 1, K + 1]; background is last.

    If annotations of a coder overlap, the one that began later counts.

    Args:
        first, second: annotations of the two coders in one recording.
        seconds: that it lasts.
        num_classes: K.
    """
    borders, lengths = _cut([*first, *second], seconds)
    table = np.zeros((num_classes + 1, num_classes + 1))
    own, other = (_labels(side, borders, num_classes) for side in (first, second))
    np.add.at(table, (own, other), lengths)
    return table


def unit_squares(segments: Sequence[Segment], seconds: float, num_classes: int) -> np.ndarray:
    """Terms of Krippendorff's unitised alpha, float64 [K + 1]: sums of squared durations by class; duration of gaps.

    Args:
        segments: annotations of one coder in one recording.
        seconds: that it lasts.
        num_classes: K.
    """
    borders, lengths = _cut(segments, seconds)
    labels = _labels(segments, borders, num_classes)
    squares, run, before = np.zeros(num_classes + 1), 0.0, (num_classes, -1)
    for label, owner, length in zip(labels, _owners(segments, borders), lengths, strict=True):
        run = run + length if (label, owner) == before else length
        if label == num_classes:
            squares[-1] += length  # gaps are treated as units of one second
        else:
            squares[label] += run**2 - ((run - length) ** 2 if (label, owner) == before else 0)
        before = (label, owner)
    return squares


def background_share(table: np.ndarray) -> np.ndarray:
    """Share of time without annotations, mean of both coders, of tables [..., K + 1, K + 1]."""
    return ratio((table.sum(-1) + table.sum(-2))[..., -1], 2 * table.sum((-2, -1)))


def unitised_alpha(table: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Krippendorff's alpha for units on a continuum (2016, doi 10.1007/s11135-015-0266-1), two coders.

    With o the time agreed, l_c the time of class c, and S_c the squares: alpha = 1 - (l - sum o_cc) / (l - sum e_cc),
    e_cc = l (l_c^2 - S_c) / (l^2 - sum S).

    Args:
        table: result of `time_table`, [..., K + 1, K + 1].
        squares: sum of both coders' `unit_squares`, [..., K + 1].
    """
    lengths = table.sum(-1) + table.sum(-2)
    total = lengths.sum(-1)
    expected = ratio(total * (lengths**2 - squares).sum(-1), total**2 - squares.sum(-1))
    agreed = 2 * np.trace(table, axis1=-2, axis2=-1)
    return 1 - ratio(total - agreed, total - expected)


def _cut(segments: Sequence[Segment], seconds: float) -> Stretches:
    """Borders [n + 1] of the intervals in which nothing changes, and their durations [n]."""
    ends = [end for one in segments for end in (one.start, one.stop)]
    borders = np.unique(np.clip([0.0, seconds, *ends], 0, seconds))
    return borders, np.diff(borders)


def _owners(segments: Sequence[Segment], borders: np.ndarray) -> np.ndarray:
    """Index of the segment that counts in each interval, -1 if there is none."""
    owners = np.full(len(borders) - 1, -1)
    for number in sorted(range(len(segments)), key=lambda n: (segments[n].start, -segments[n].stop)):
        first, last = np.searchsorted(borders, np.clip([segments[number].start, segments[number].stop], 0, borders[-1]))
        owners[first:last] = number
    return owners


def _labels(segments: Sequence[Segment], borders: np.ndarray, background: int) -> np.ndarray:
    """Label of each interval."""
    labels = np.array([*(one.label for one in segments), background])
    return labels[_owners(segments, borders)]
