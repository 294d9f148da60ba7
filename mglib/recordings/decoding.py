"""Converts probabilities of time steps to segments, by thresholds with hysteresis chosen on validation persons."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np
from scipy import ndimage, optimize

from mglib.analysis.events import class_counts, f1
from mglib.analysis.events.counts import Judged
from mglib.data.recordings import Segment, by_time

from .steps import RATE

FEWEST = 10  # validation events needed for a class's own threshold
OPENINGS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8)
SMOOTHINGS = (0.2, 0.6, 1.0)
GAPS = (0.3, 0.7)
SHORTEST = (0.3, 0.5)


@dataclass(frozen=True)
class Decoding:
    """How probabilities become segments.

    Attributes:
        opening: probability at which a segment opens; it closes at half of it.
        own: class -> its own opening.
        smoothing: length of the median filter, seconds.
        gap: shorter gaps between two segments of a class are closed, seconds.
        shortest: shorter segments are dropped, seconds.
        overlap: tIoU from which the less probable of two segments of a track is dropped.
        temperature: divisor of the logits.
    """

    opening: float = 0.4
    own: dict[int, float] = field(default_factory=dict)
    smoothing: float = 0.6
    gap: float = 0.3
    shortest: float = 0.3
    overlap: float = 0.5
    temperature: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """Plain values for `of_json`."""
        return asdict(self) | {"own": {str(k): x for k, x in self.own.items()}}

    @classmethod
    def of_json(cls, content: dict[str, Any]) -> "Decoding":
        return cls(**content | {"own": {int(k): float(x) for k, x in content["own"].items()}})


@dataclass(frozen=True)
class Stepwise:
    """Predictions for every step of a recording.

    Attributes:
        logs: log-probabilities of each track, background last: float [S, classes + 1] per track.
        tracks: classes of each track.
        seconds: duration of the recording.
    """

    logs: tuple[np.ndarray, ...]
    tracks: tuple[tuple[int, ...], ...]
    seconds: float

    def probabilities(self, temperature: float = 1.0) -> np.ndarray:
        """Probabilities of all classes, float [S, K]: each track's softmax at this temperature, without background."""
        found = np.zeros((len(self.logs[0]), sum(map(len, self.tracks))))
        for log_p, track in zip(self.logs, self.tracks, strict=True):
            cooled = log_p / temperature
            p = np.exp(cooled - cooled.max(axis=1, keepdims=True))
            found[:, list(track)] = (p / p.sum(axis=1, keepdims=True))[:, : len(track)]
        return found


def decode(said: Stepwise, how: Decoding, coder: str = "") -> list[Segment]:
    """The segments of a recording, in order of start; scores are mean probabilities."""
    smooth = _smoothed(said.probabilities(how.temperature), how.smoothing)
    return _segments(smooth, said, how, coder)


def _smoothed(probabilities: np.ndarray, seconds: float) -> np.ndarray:
    steps = max(round(seconds * RATE) // 2 * 2 + 1, 1)
    return probabilities if steps == 1 else ndimage.median_filter(probabilities, (steps, 1), mode="nearest")


def _segments(smooth: np.ndarray, said: Stepwise, how: Decoding, coder: str) -> list[Segment]:
    found = []
    for track in said.tracks:
        own = [each for label in track for each in _of_class(smooth[:, label], label, said.seconds, how, coder)]
        found += _best(own, how.overlap)
    return sorted(found, key=by_time)


def _of_class(p: np.ndarray, label: int, seconds: float, how: Decoding, coder: str) -> Iterator[Segment]:
    opening = how.own.get(label, how.opening)
    if p.max(initial=0) < opening:
        return
    runs = [run for run in _runs(p >= opening / 2) if p[run[0] : run[1]].max() >= opening]
    for first, last in _joined(runs, how.gap):
        start, stop = first / RATE, min(last / RATE, seconds)
        if stop - start >= how.shortest - 1e-9:
            yield Segment(start, stop, label, coder, float(p[first:last].mean().clip(0, 1)))


def _runs(on: np.ndarray) -> list[tuple[int, int]]:
    """Runs of consecutive steps that are on, half-open."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _joined(runs: Sequence[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in runs:
        if found and (first - found[-1][1]) / RATE < gap - 1e-9:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _best(segments: Sequence[Segment], overlap: float) -> list[Segment]:
    """Keep only the most probable of segments that overlap too much (non-maximum suppression)."""
    kept: list[Segment] = []
    for one in sorted(segments, key=lambda each: -each.score):
        if all(_tiou(one, other) < overlap for other in kept):
            kept.append(one)
    return kept


def _tiou(a: Segment, b: Segment) -> float:
    shared = min(a.stop, b.stop) - max(a.start, b.start)
    return max(shared, 0) / (a.duration + b.duration - max(shared, 0))


def choose(said: Sequence[Stepwise], judge: Callable[[int, list[Segment]], Judged], num_classes: int) -> Decoding:
    """The parameters of the decoding with the highest pooled event F1 (> .3) on validation recordings.

    First one opening for all classes is chosen together with smoothing, gap and shortest segment; then, class by class,
    an own opening for those with at least `FEWEST` events. For ties the first is taken, which is closest to the
    default.

    Args:
        said: predictions for each validation recording.
        judge: from the index of a recording and the segments found to `Judged`.
        num_classes: K.
    """
    p = {seconds: [_smoothed(one.probabilities(), seconds) for one in said] for seconds in SMOOTHINGS}

    def score(how: Decoding) -> float:
        found = [_segments(x, one, how, "") for x, one in zip(p[how.smoothing], said, strict=True)]
        counts = class_counts([judge(i, each) for i, each in enumerate(found)], num_classes, 0.3)
        return float(np.nan_to_num(f1(counts.sum(axis=(0, 1)))))

    grid = product(OPENINGS, SMOOTHINGS, GAPS, SHORTEST)
    best = _first_best([Decoding(o, {}, s, g, n) for o, s, g, n in grid], score)
    truths = [segment.label for i in range(len(said)) for segment in judge(i, []).truths]
    numbers = np.bincount(np.array(truths, int), minlength=num_classes)
    for label in np.flatnonzero(numbers >= FEWEST).tolist():
        others = [replace(best, own=best.own | {label: opening}) for opening in OPENINGS]
        best = _first_best([best, *others], score)
    return best


def _first_best(ways: Sequence[Decoding], score: Callable[[Decoding], float]) -> Decoding:
    scores = [score(how) for how in ways]
    return ways[int(np.argmax(scores))]


def fit_temperature(said: Sequence[Stepwise], answers: Sequence[np.ndarray]) -> float:
    """The temperature with the highest likelihood of the true steps; 1 if none is known.

    Args:
        said: predictions for each recording, at temperature 1.
        answers: targets of each recording from `steps.targets`, int [G, S]; negative ones are ignored.
    """
    parts = []
    for one, answer in zip(said, answers, strict=True):
        parts += [(logs[row >= 0], row[row >= 0]) for logs, row in zip(one.logs, answer, strict=True)]

    def loss(log_t: float) -> float:
        total = 0.0
        for logs, row in parts:
            z = logs / np.exp(log_t)
            z = z - z.max(axis=1, keepdims=True)
            total += float((np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(row)), row]).sum())
        return total

    if not any(len(row) for _, row in parts):
        return 1.0
    return float(np.exp(optimize.minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def tempered(said: Stepwise, temperature: float) -> Stepwise:
    """The predictions at another temperature."""
    return replace(said, logs=tuple(logs / temperature for logs in said.logs))
