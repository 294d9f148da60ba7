"""Segments of the examples with known answers."""

from mglib.analysis.events import Judged
from mglib.data.recordings import Segment

TRUTHS = [Segment(0, 10, 0), Segment(8, 18, 0)]
EARLY, LATE = Segment(4, 14, 0, score=0.9), Segment(7, 17, 0, score=0.8)

# two coders of a minute: labels A = 0, B = 1
FIRST = [Segment(0, 10, 0), Segment(20, 24, 1), Segment(30, 40, 0), Segment(50, 52, 1)]
SECOND = [Segment(1, 10, 0), Segment(20, 24, 0), Segment(30, 35, 0), Segment(50, 53, 1)]


def judged(truths, predictions, person="P1", seconds=60.0):
    return Judged(truths, predictions, person, seconds)


def drawn(rng, number, classes=3, length=60.0):
    """Segments at random, scored."""
    starts, lengths = rng.uniform(0, length, number), rng.uniform(0.5, 12, number)
    labels, scores = rng.integers(classes, size=number), rng.uniform(size=number)
    rows = zip(starts, lengths, labels, scores, strict=True)
    return [Segment(float(a), float(a + n), int(k), score=float(p)) for a, n, k, p in rows]
