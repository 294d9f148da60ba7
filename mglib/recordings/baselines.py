"""What a spotter is held against: floors that anybody has for nothing, and ceilings that it cannot be blamed for."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from mglib.analysis.events import Judged
from mglib.data.recordings import Recording, Segment

from .asking import Ask
from .decoding import Decoding, Stepwise, choose, decode
from .steps import LEAST, logs_in, wrist_speed_in

DRAWS = 100  # of random segments
NEVER = -50.0  # log-probability of a background that a network does not know
Features = Mapping[str, np.ndarray]  # of each recording, by name, as the temporal network is given them


def judged(recording: Recording, found: Sequence[Segment]) -> Judged:
    """A recording's reference against what was found; segments whose class is kept back are left out."""
    truths, predictions = ([one for one in side if one.label >= 0] for side in (recording.of(), found))
    return Judged(truths, predictions, recording.person, recording.duration)


def judge_of(recordings: Sequence[Recording]) -> Callable[[int, list[Segment]], Judged]:
    """`judged` by the number of the recording, as `decoding.choose` asks."""
    return lambda number, found: judged(recordings[number], found)


def thresholded_windows(
    features: Features, num_classes: int, val: Sequence[Recording], test: Sequence[Recording]
) -> list[Judged]:
    """The run alone, asked about one window after the other, decoded as the spotter is, with thresholds of its own."""

    def said(one: Recording) -> Stepwise:
        logs = logs_in(features[one.name], num_classes).astype(float)
        background = np.full((len(logs), 1), NEVER)
        return Stepwise((np.hstack([logs, background]),), (tuple(range(num_classes)),), one.duration)

    how = choose([said(one) for one in val], judge_of(val), num_classes) if val else Decoding()
    return [judged(one, decode(said(one), how)) for one in test]


def fast_wrists(
    features: Features, num_classes: int, val: Sequence[Recording], test: Sequence[Recording]
) -> list[Judged]:
    """Whenever a wrist is fast, by a threshold chosen on validation persons; 0 stands for any class, none is told."""
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


def random_segments(
    train: Sequence[Recording], test: Sequence[Recording], rng: np.random.Generator, draws: int = DRAWS
) -> list[Judged]:
    """Segments at random moments, as many a minute and as long as the training ones, of their classes; many draws."""
    known = [segment for one in train for segment in one.of() if segment.label >= 0]
    rate = len(known) / sum(one.duration for one in train)
    found = []
    for one in [recording for _ in range(draws) for recording in test]:
        picked = [known[i] for i in rng.integers(len(known), size=rng.poisson(rate * one.duration))]
        found.append(judged(one, [_thrown(segment, one.duration, rng) for segment in picked]))
    return found


def _thrown(segment: Segment, seconds: float, rng: np.random.Generator) -> Segment:
    length = min(segment.duration, seconds)
    start = float(rng.uniform(0, seconds - length))
    return Segment(start, start + length, segment.label, score=float(rng.uniform()))


def true_borders(ask: Ask, test: Sequence[Recording]) -> list[Judged]:
    """The run asked about the true stretches: what is lost is lost by its names alone."""
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
    """Every coder beside the reference who looked at all of the recordings, by name."""
    names = [name for name in test[0].coders if all(name in one.coders and name != one.reference for one in test)]
    return {name: [judged(one, one.of(name)) for one in test] for name in names}
