"""A recording as a sequence of time steps, five per second: features and targets."""

import re
from collections.abc import Sequence

import numpy as np

from mglib.data.layouts import Layout
from mglib.data.recordings import Recording, Segment
from mglib.models.temporal import IGNORED
from mglib.prediction.spans import SpanReader

RATE = 5.0  # steps per second
EVERY = 2  # steps from one window to the next; the run's predictions are interpolated
LEAST = 1e-6  # lower limit of probabilities in logarithms
BORDER = 0.2  # seconds around true borders that are ignored in training
OFTEN = 0.02  # share of the gestures' time with two or more gestures above which there is a track per body group
SIDES = ("left", "right")
FACE = re.compile(r"nose|eye|ear|head|mouth|chin", re.IGNORECASE)


def step_times(recording: Recording) -> np.ndarray:
    """The middle of every step, seconds, float64 [S]; at least one step."""
    return (np.arange(max(int(recording.duration * RATE), 1)) + 0.5) / RATE


def windows_of(recording: Recording, seconds: float) -> np.ndarray:
    """Windows around every second step, cut at the ends of the recording: [n, 2] seconds."""
    middles = step_times(recording)[::EVERY]
    return np.column_stack([middles - seconds / 2, middles + seconds / 2]).clip(0, recording.duration)


def windowed(recording: Recording, reader: SpanReader, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and similarities of the window around every step, float32 [S, K] each."""
    said, times = reader(recording, windows_of(recording, seconds)), step_times(recording)
    place = np.arange(len(times)) / EVERY
    low = np.floor(place).astype(int)
    high, share = np.minimum(low + 1, len(said.probabilities) - 1), (place - low)[:, None].astype(np.float32)
    return tuple(x[low] * (1 - share) + x[high] * share for x in said)


def seen(probabilities: np.ndarray, similarities: np.ndarray, recording: Recording, layout: Layout) -> np.ndarray:
    """The features for the temporal network: log-probabilities, similarities and `cues`, float32 [S, C].

    Similarities are used instead of F, as they are comparable for networks trained on different folds.
    """
    logs = np.log(np.maximum(probabilities, LEAST))
    return np.concatenate([logs, similarities, cues(recording, layout)], axis=1).astype(np.float32)


def cues(recording: Recording, layout: Layout) -> np.ndarray:
    """Features from the key points without a network, float32 [S, 5 + 3 V].

    Speed of each wrist and its distance from the face, whether a person is detected; then for every joint the deviation
    from its usual place, and its speed. Lengths are in sizes of the person, times in seconds; for the first person.
    """
    points = recording.keypoints[0].astype(np.float32)
    there = points[..., 2] > 0
    scale = _size(points, there)
    # an undetected joint keeps its last place, so that its loss is not a movement
    places = _carried(points[..., :2], there) / scale
    speed = _speed(places, recording.times)
    usual = np.median(places[:: max(len(places) // 2000, 1)], axis=0)
    named = [_wrist(places, speed, layout, side) for side in SIDES]
    columns = [*named, there.any(axis=1, keepdims=True), (places - usual).reshape(len(places), -1), speed]
    return _per_step(np.concatenate(columns, axis=1).astype(np.float32), recording)


def logs_in(features: np.ndarray, num_classes: int) -> np.ndarray:
    """The log-probabilities of K classes in what `seen` returns, [S, K]."""
    return features[:, :num_classes]


def wrist_speed_in(features: np.ndarray, num_classes: int) -> np.ndarray:
    """The faster wrist's speed in what `seen` returns, sizes of the person per second, [S]."""
    return features[:, [2 * num_classes, 2 * num_classes + 2]].max(axis=1)


def _size(points: np.ndarray, there: np.ndarray) -> float:
    """Root mean square distance of the joints from their centre, median over frames, pixels."""
    some = np.flatnonzero(there.sum(axis=1) > 1)[:: max(len(points) // 2000, 1)]
    if not len(some):
        return 1.0
    places, weight = points[some, :, :2], there[some, :, None]
    centre = (places * weight).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
    squares = (((places - centre) ** 2) * weight).sum(axis=(1, 2)) / weight.sum(axis=(1, 2))
    return float(max(np.median(np.sqrt(squares)), 1e-3))


def _carried(places: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Places [T, V, 2], where undetected joints take the last detected place, or the first one."""
    frames = np.arange(len(places))[:, None]
    last = np.maximum.accumulate(np.where(there, frames, -1), axis=0)
    last = np.where(last < 0, there.argmax(axis=0), last)
    return np.take_along_axis(places, last[..., None], axis=0)


def _speed(places: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Speed of every joint in every frame, [T, V]."""
    steps = np.diff(places, axis=0, prepend=places[:1])
    return np.linalg.norm(steps, axis=2) / np.diff(times)[:, None]


def _wrist(places: np.ndarray, speed: np.ndarray, layout: Layout, side: str) -> np.ndarray:
    """Speed of a wrist and its distance from the face, [T, 2]; zeros if the layout has none."""
    lower = [joint.lower() for joint in layout.joints]
    own = [v for v, name in enumerate(lower) if side in name and ("wrist" in name or "hand" in name)]
    face = [v for v, name in enumerate(lower) if FACE.search(name)]
    if not own:
        return np.zeros((len(places), 2), np.float32)
    wrist = next((v for v in own if "wrist" in lower[v]), own[0])
    centre = places[:, face].mean(axis=1) if face else np.zeros_like(places[:, wrist])
    return np.column_stack([speed[:, wrist], np.linalg.norm(places[:, wrist] - centre, axis=1)])


def _per_step(values: np.ndarray, recording: Recording) -> np.ndarray:
    """Means over the frames of each step, [S, C]; a step without frames takes the frame before."""
    number = len(step_times(recording))
    edges = np.searchsorted((recording.times[:-1] + recording.times[1:]) / 2, np.arange(number + 1) / RATE)
    starts = np.minimum(edges[:-1], len(values) - 1)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    stops = np.maximum(edges[1:], starts + 1).clip(max=len(values))
    return ((sums[stops] - sums[starts]) / (stops - starts)[:, None]).astype(np.float32)


def targets(recording: Recording, segments: Sequence[Segment], tracks: Sequence[Sequence[int]]) -> np.ndarray:
    """Target classes of every step in every track, int64 [G, S]; background is the last.

    Steps within `BORDER` of a border are `IGNORED`, except the middle of a segment. If two segments of a track overlap,
    the shorter one counts.
    """
    times = step_times(recording)
    found = np.stack([np.full(len(times), len(track)) for track in tracks])
    for segment in sorted(segments, key=lambda one: -one.duration):
        for answer, track in zip(found, tracks, strict=True):
            if segment.label in track:
                _mark(answer, times, segment, track.index(segment.label))
    return found


def _mark(answer: np.ndarray, times: np.ndarray, segment: Segment, number: int) -> None:
    for border in (segment.start, segment.stop):
        answer[np.abs(times - border) < BORDER] = IGNORED
    answer[(times >= segment.start + BORDER) & (times < segment.stop - BORDER)] = number
    answer[np.abs(times - (segment.start + segment.stop) / 2).argmin()] = number


def tracks_of(recordings: Sequence[Recording], groups: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Classes that exclude one another: all, or those of each body group if gestures often overlap.

    Args:
        recordings: the training recordings.
        groups: body group of every class.
    """
    busy = [_busy(one.of()) for one in recordings]
    once, twice = (sum(each) for each in zip(*busy, strict=True)) if busy else (0, 0)
    if twice <= OFTEN * once or len(set(groups)) < 2:
        return (tuple(range(len(groups))),)
    return tuple(tuple(k for k, own in enumerate(groups) if own == name) for name in dict.fromkeys(groups))


def _busy(segments: Sequence[Segment]) -> tuple[float, float]:
    """Seconds in which there is a gesture, and in which there are two or more."""
    changes = sorted([(one.start, 1) for one in segments] + [(one.stop, -1) for one in segments])
    once = twice = 0.0
    running, before = 0, 0.0
    for moment, change in changes:
        once += (moment - before) * (running > 0)
        twice += (moment - before) * (running > 1)
        running, before = running + change, moment
    return once, twice
