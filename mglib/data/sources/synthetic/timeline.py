"""Draws the timeline of a synthetic recording: gestures, and distractors, which are background in the truth.

Published are only means: 7.6 (SMG) and 8.8 (iMiGUE) gestures per minute, lasting 1.8 and 2.5 s, so that a quarter to a
third of the time is covered. Here durations are log-normal, half of the gaps are short, and the frequencies of
successive gestures are those counted in iMiGUE.
"""

from dataclasses import dataclass

import numpy as np

from mglib.data.sources.labels import LABELS

from .gestures import GESTURES, Gesture, Hand
from .motion import Person
from .plan import IMIGUE_CLIPS

MEDIAN, SPREAD, SHORTEST, LONGEST = 1.5, 1.0, 0.3, 30.0  # duration of gestures, seconds; spread of its logarithm
RATE = (4.0, 9.0)  # gestures per minute
SHORT_GAPS, SHORT_GAP = 0.5, 1.0  # share of short gaps, and their length, seconds
OVERLAPPING = 0.15  # share of the gestures that start within one of another body group
# How many times as often as by chance the second gesture follows the first, counted in iMiGUE's videos.
LIFT = {(11, 10): 6.7, (3, 11): 6.5, (10, 11): 4.8, (8, 7): 3.3, (7, 10): 3.0, (22, 25): 2.2}
GROUPS = LABELS["imigue"].groups
EDGE = 0.4  # share of a short gesture for reaching, and the same for the return

BEATS, SHIFT, DRINK, PASSER, AWAY, LOST, KNOCK = DISTRACTORS = (
    "beats", "posture shift", "drinking", "passer-by", "out of the picture", "joints lost", "camera knock",
)  # fmt: skip
MOVED = {  # distractors that are movements of the person, and need a gap
    BEATS: Gesture(
        hand=Hand((0.1, -0.28, 0.34), (-0.6, 0.2, 0.7), (0.03, 0.045, 0.02), reach=1.0, wander=0.02),
        other=Hand((0.12, -0.3, 0.33), (-0.6, 0.1, 0.7), (0.02, 0.03, 0.01), reach=1.0, wander=0.02),
    ),
    DRINK: Gesture(
        hand=Hand((0.02, 0.12, 0.2), (-0.8, 0.3, -0.3), elbow=(0.8, -0.6, 0.2), reach=1.0, head=1.0, curl=0.9),
        head=(0, -0.25, 0),
    ),
}
LASTING = {  # shortest and longest duration, seconds
    BEATS: (1.5, 6.0), SHIFT: (0.8, 1.6), DRINK: (2.0, 4.0), PASSER: (1.0, 3.0), AWAY: (2.0, 20.0),
    LOST: (0.5, 4.0), KNOCK: (0.6, 1.0),
}  # fmt: skip
A_MINUTE = {BEATS: 2.0, SHIFT: 0.8, DRINK: 0.25, PASSER: 0.25, AWAY: 0.15, LOST: 1.5, KNOCK: 0.3}


@dataclass(frozen=True)
class Event:
    """A gesture or a distractor of a recording.

    Attributes:
        label: the gesture's class; -1 for a distractor.
        kind: "gesture", or one of `DISTRACTORS`.
        start, stop: seconds of the whole movement, half-open.
        rise, fall: durations of reaching and return, seconds; between them is the stroke.
        side: 1 if the person's left hand acts, -1 if the right one does.
        linger: share of the pose that hands keep after `stop` until the next movement.
        until: start of that movement, seconds.
    """

    label: int
    kind: str
    start: float
    stop: float
    rise: float = 0.0
    fall: float = 0.0
    side: int = 1
    linger: float = 0.0
    until: float = 0.0

    @property
    def gesture(self) -> Gesture:
        """The movement of the body; none for distractors that only affect the picture."""
        return GESTURES[self.label] if self.label >= 0 else MOVED.get(self.kind, Gesture())

    @property
    def amount(self) -> float:
        """Share of the gesture that is performed; it is lower for gestures shorter than a second."""
        return float(np.clip((self.stop - self.start) / 0.8, 0.5, 1))


def draw_timeline(person: Person, seconds: float, frame: float, rng: np.random.Generator) -> list[Event]:
    """Draw gestures and distractors of one recording, in order of start.

    Args:
        person: the person.
        seconds: length of the recording.
        frame: duration of a frame, seconds; gestures begin and end at frame borders.
        rng: random draws.
    """
    gestures = _lingering(_gestures(person, seconds, frame, rng), rng)
    distractors = _distractors(gestures, person, seconds, rng)
    return sorted([*gestures, *distractors], key=lambda event: (event.start, event.stop))


def _gestures(person: Person, seconds: float, frame: float, rng: np.random.Generator) -> list[Event]:
    events: list[Event] = []
    rate = rng.uniform(*RATE) * np.exp(rng.normal(0, 0.25))
    mean = MEDIAN * np.exp(SPREAD**2 / 2)
    long_gap = max((60 / rate - mean - SHORT_GAPS * SHORT_GAP / 2) / (1 - SHORT_GAPS), 2 * SHORT_GAP)
    free, label, inside = rng.uniform(0.5, 4.0), -1, False
    while free < seconds - SHORTEST:
        outer = bool(events) and not inside and events[-1].stop - events[-1].start > 2 * SHORTEST
        inside = outer and rng.random() < OVERLAPPING / (1 - OVERLAPPING)
        label = _next_class(label, events[-1] if inside else None, rng)
        length = float(np.clip(np.exp(rng.normal(np.log(MEDIAN), SPREAD)), SHORTEST, LONGEST))
        start = rng.uniform(events[-1].start + 0.2, events[-1].stop - 0.2) if inside else free
        start, stop = round(start / frame) * frame, min(round((start + length) / frame) * frame, seconds)
        side = _side(label, person, events[-1] if inside else None, rng)
        if stop - start >= SHORTEST:
            rise, fall = np.minimum(rng.uniform(0.35, 0.65, 2) / person.tempo, EDGE * (stop - start))
            events.append(Event(label, "gesture", start, stop, float(rise), float(fall), side, 0.0, stop))
        gap = rng.uniform(0.04, SHORT_GAP) if rng.random() < SHORT_GAPS else SHORT_GAP + rng.exponential(long_gap)
        free = max(free, stop) + gap
    return events


def _next_class(before: int, inside: Event | None, rng: np.random.Generator) -> int:
    """Draw a class by its frequency and the gesture before; within a gesture, one that does not use its hands."""
    weights = np.sqrt(IMIGUE_CLIPS)
    for (first, second), lift in LIFT.items():
        weights[second] *= lift if first == before else 1.0
    if inside is not None:
        weights = weights * [_fits(label, inside) for label in range(len(GESTURES))]
    return int(rng.choice(len(weights), p=weights / weights.sum()))


def _hands(gesture: Gesture) -> int:
    return int(gesture.hand.reach > 0) + int(gesture.other.reach > 0)


def _fits(label: int, inside: Event) -> bool:
    """Whether a gesture may overlap another: it has another body group, and there are hands for both."""
    return GROUPS[label] != GROUPS[inside.label] and _hands(GESTURES[label]) + _hands(inside.gesture) <= 2


def _side(label: int, person: Person, inside: Event | None, rng: np.random.Generator) -> int:
    right = rng.random() < (0.85 if person.right_handed else 0.15)
    if inside is not None and _hands(inside.gesture) and _hands(GESTURES[label]):
        return -inside.side
    return -1 if right else 1


def _lingering(events: list[Event], rng: np.random.Generator) -> list[Event]:
    """If the next gesture follows at once, the hands do not return fully but move from pose to pose."""
    done = []
    for event, following in zip(events, [*events[1:], None][: len(events)], strict=True):
        gap = SHORT_GAP if following is None else following.start - event.stop
        linger = float(rng.uniform(0.3, 0.8) * (1 - gap / SHORT_GAP)) if 0 <= gap < SHORT_GAP else 0.0
        until = following.start if following is not None and linger else event.stop
        done.append(
            Event(event.label, event.kind, event.start, event.stop, event.rise, event.fall, event.side, linger, until)
        )
    return done


def _distractors(gestures: list[Event], person: Person, seconds: float, rng: np.random.Generator) -> list[Event]:
    """Draw distractors: the person's movements need time without gestures, others may occur at any time."""
    taken = [(event.start - 0.3, max(event.stop, event.until) + 0.4) for event in gestures]
    found = []
    for kind in DISTRACTORS:
        for _ in range(rng.poisson(A_MINUTE[kind] * seconds / 60)):
            length = float(rng.uniform(*LASTING[kind]))
            for start in rng.uniform(0, max(seconds - length, 0), 20):
                stop = min(start + length, seconds)
                free = all(stop <= begin or end <= start for begin, end in taken)
                if free or kind in (PASSER, LOST, KNOCK):
                    taken += [(start - 0.3, stop + 0.4)] if kind in (BEATS, SHIFT, DRINK, AWAY) else []
                    rise = min(0.5 / person.tempo, EDGE * length)
                    side = _side(0, person, None, rng)
                    found.append(Event(-1, kind, float(start), float(stop), rise, rise, side, 0.0, float(stop)))
                    break
    return found
