"""Baselines for a spotter: floors that need no spotter, and ceilings set by the run and the coders."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from mglib.analysis.events import Judged
from mglib.data.recordings import Recording, Segment

from .asking import Ask
from .decoding import Decoding, Stepwise, choose, decode
from .steps import LEAST, logs_in, wrist_speed_in

DRAWS = 100  # number of random draws of segments
NEVER = -50.0  # log-probability of background for a network without a background class
Features = Mapping[str, np.ndarray]  # inputs of the temporal network, by name of the recording


def judged(recording: Recording, found: Sequence[Segment]) -> Judged:
    """A recording's reference and the segments found; segments with an unpublished class are left out."""
    truths, predictions = ([one for one in side if one.label >= 0] for side in (recording.of(), found))
    return Judged(truths, predictions, recording.person, recording.duration)


def judge_of(recordings: Sequence[Recording]) -> Callable[[int, list[Segment]], Judged]:
    """`judged` by the index of the recording, as needed by `decoding.choose`."""
    return lambda number, found: judged(recordings[number], found)


def thresholded_windows(
    features: Features, num_classes: int, val: Sequence[Recording], test: Sequence[Recording]
) -> list[Judged]:
    """The run without temporal network: successive windows, decoded like the spotter, with its own thresholds."""

    def said(one: Recording) -> Stepwise:
        logs = logs_in(features[one.name], num_classes).astype(float)
        background = np.full((len(logs), 1), NEVER)
        return Stepwise((np.hstack([logs, background]),), (tuple(range(num_classes)),), one.duration)

    how = choose([said(one) for one in val], judge_of(val), num_classes) if val else Decoding()
    return [judged(one, decode(said(one), how)) for one in test]


def fast_wrists(
    features: Features, num_classes: int, val: Sequence[Recording], test: Sequence[Recording]
) -> list[Judged]:
    """Segments of fast wrist movement, with a threshold from validation persons; 0 stands for any class."""
    speeds = {one.name: wrist_speed_in(features[one.name], num_classes) for one in [*val, *test]}
    usual = float(np.quantile(np.concatenate([speeds[one.name] for one in val or test]), 0.75)) or 1.0

    def said(one: Recording) -> Stepwise:
        p = np.clip(speeds[one.name] / (speeds[one.name] + usual), LEAST, 1 - LEAST).astype(float)
        return Stepwise((np.log(np.column_stack([p, 1 - p])),), ((0,),), one.duration)

    def unnamed(number: int, found: Sequence[Segment]) -> Judged:
        own = judged(val[number], found)
        truths = [Segment(each.start, each.stop, 0) for each in own.truths]
        return Judged(truths, own.predictions, own.person, own.seconds)

    how = choose([said(one) for one in val], unnamed, 1) if val else Decoding()
    return [judged(one, decode(said(one), how)) for one in test]


def random_segments(train: Sequence[Recording], test: Sequence[Recording], rng: np.random.Generator) -> list[Judged]:
    """Random segments with the rate, durations and classes of the training segments; many draws."""
    known = [segment for one in train for segment in one.of() if segment.label >= 0]
    rate = len(known) / sum(one.duration for one in train)
    found = []
    for one in [recording for _ in range(DRAWS) for recording in test]:
        picked = [known[i] for i in rng.integers(len(known), size=rng.poisson(rate * one.duration))]
        found.append(judged(one, [_thrown(segment, one.duration, rng) for segment in picked]))
    return found


def _thrown(segment: Segment, seconds: float, rng: np.random.Generator) -> Segment:
    length = min(segment.duration, seconds)
    start = float(rng.uniform(0, seconds - length))
    return Segment(start, start + length, segment.label, score=float(rng.uniform()))


def true_borders(ask: Ask, test: Sequence[Recording]) -> list[Judged]:
    """The run's classes for the true segments: all errors are errors of classification."""
    found = []
    for one in test:
        truths = judged(one, []).truths
        p = ask(one)(one, np.array([(each.start, each.stop) for each in truths]).reshape(-1, 2)).probabilities
        named = [
            Segment(each.start, each.stop, int(row.argmax()), score=float(row.max()))
            for each, row in zip(truths, p, strict=True)
        ]
        found.append(judged(one, named))
    return found


def other_coders(test: Sequence[Recording]) -> dict[str, list[Judged]]:
    """Every coder besides the reference who went through all recordings, by name."""
    names = [name for name in test[0].coders if all(name in one.coders and name != one.reference for one in test)]
    return {name: [judged(one, one.of(name)) for one in test] for name in names}
