"""Movements of hands, head, torso and face in each synthetic gesture, as numbers, so that two gestures can be mixed.

Coordinates are metres for a neutral person of average size, with the origin at the base of the neck: sideways toward
the acting hand, up, and to the camera. For each hand, sideways is toward its own side, so that a symmetric gesture has
the same numbers for both hands.
"""

from dataclasses import dataclass, fields, is_dataclass, replace

import numpy as np

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Hand:
    """The movement of one hand.

    Attributes:
        tip: target of the fingertips.
        point: direction of the fingers there, of any length.
        stroke: amplitude of the repeated movement around `tip`, metres.
        elbow: direction to which the elbow is turned, of any length.
        reach: 1 if the hand leaves its rest position, else 0.
        head: 1 if `tip` moves with the head, 0 if with the torso.
        curl: bending of the fingers, radians.
        arc: outward curvature of the path from rest to `tip`, metres.
        wander: size of the random movement around `tip`, metres.
    """

    tip: Vector = (0.0, -0.36, 0.3)
    point: Vector = (-0.75, -0.1, 0.55)
    stroke: Vector = (0.0, 0.0, 0.0)
    elbow: Vector = (0.5, -0.8, -0.3)
    reach: float = 0.0
    head: float = 0.0
    curl: float = 0.25
    arc: float = 0.03
    wander: float = 0.004


@dataclass(frozen=True)
class Gesture:
    """The movement of the upper body; all fields are numbers or arrays, so that `blend` can mix two.

    Attributes:
        hand: the acting hand.
        other: the other hand.
        rate: repetitions of the strokes per second.
        opposed: 1 if the two hands move in opposite phase, 0 if in phase.
        head: turn to the acting side, nod and tilt to the acting side, radians.
        neck: shift of the head, metres.
        shoulders: lift of both shoulders, metres.
        shrug: amplitude of the repeated lift of the shoulders, metres.
        torso: turn, lean forward and tilt, radians.
        sway: amplitude of the repeated turn, lean and tilt, radians.
        slouch: lean forward before the gesture, which ends it, radians.
        face: lips pressed, cheeks blown up, eyes shut, each 0..1.
        props: hat worn, object held, each 0 or 1; props are visible in all frames.
    """

    hand: Hand = Hand()
    other: Hand = Hand()
    rate: float = 0.0
    opposed: float = 0.0
    head: Vector = (0.0, 0.0, 0.0)
    neck: Vector = (0.0, 0.0, 0.0)
    shoulders: float = 0.0
    shrug: float = 0.0
    torso: Vector = (0.0, 0.0, 0.0)
    sway: Vector = (0.0, 0.0, 0.0)
    slouch: float = 0.0
    face: Vector = (0.0, 0.0, 0.0)
    props: tuple[float, float] = (0.0, 0.0)


def blend(a, b, weight: float):
    """Interpolate gestures (or hands, or numbers) field by field: (1 - weight) a + weight b."""
    if is_dataclass(a):
        return replace(a, **{f.name: blend(getattr(a, f.name), getattr(b, f.name), weight) for f in fields(a)})
    mixed = (1 - weight) * np.asarray(a) + weight * np.asarray(b)
    return tuple(mixed.tolist()) if isinstance(a, tuple) else float(mixed)


def _to_head(tip: Vector, point: Vector = (-0.45, 0.85, -0.25), **fields: object) -> Hand:
    return Hand(tip=tip, point=point, **({"reach": 1.0, "head": 1.0, "elbow": (0.8, -0.6, 0.2)} | fields))


def _to_body(tip: Vector, point: Vector, **fields: object) -> Hand:
    return Hand(tip=tip, point=point, reach=1.0, **fields)


def _both(hand: Hand, **fields: object) -> Gesture:
    return Gesture(hand=hand, other=hand, **fields)


_HIGH = (1.0, -0.1, 0.3)  # elbow out: otherwise the top of the head cannot be reached
_BEHIND = {"arc": 0.22, "elbow": (0.9, -0.3, -0.5)}

# By iMiGUE's label. Neighbouring targets on the head are about a hand's width apart in the image.
GESTURES = (
    Gesture(neck=(0, -0.07, 0.06), shoulders=0.07, head=(0, -0.15, 0)),  # 0 turtle neck
    Gesture(face=(0, 1, 0), shoulders=0.045, head=(0, -0.12, 0), torso=(0, -0.1, 0)),  # 1 bulging face, deep breath
    Gesture(  # 2 touching hat
        hand=_to_head((0.05, 0.31, 0.11), (-0.5, 0.8, -0.1), stroke=(0, 0.03, 0), elbow=_HIGH),
        rate=1.0,
        props=(1, 0),
    ),
    Gesture(  # 3 touching head
        hand=_to_head((0, 0.345, -0.01), stroke=(0.045, 0, 0.02), curl=0.6, elbow=_HIGH), rate=2.4
    ),
    Gesture(  # 4 touching forehead
        hand=_to_head((-0.01, 0.262, 0.12), (-0.9, 0.45, 0), stroke=(0.04, 0, 0), elbow=_HIGH),
        rate=1.3,
        head=(0, 0.15, 0),
    ),
    _both(_to_head((0.03, 0.26, 0.13), (-0.2, 1, -0.1), wander=0.01), head=(0, 0.25, 0), face=(0, 0, 1)),  # 5 face
    Gesture(  # 6 rubbing eyes
        hand=_to_head((0.035, 0.212, 0.12), stroke=(0.022, 0.01, 0), curl=0.8),
        rate=2.6,
        head=(0, 0.25, 0),
        face=(0, 0, 1),
    ),
    Gesture(  # 7 touching facial parts
        hand=_to_head((0.055, 0.155, 0.11), (-0.3, 0.95, -0.1), stroke=(0.004, 0.022, 0), curl=0.5), rate=1.8
    ),
    Gesture(  # 8 touching ears
        hand=_to_head((0.11, 0.2, 0.01), (0.1, 0.95, -0.2), stroke=(0.006, 0.008, 0), curl=0.7),
        rate=1.6,
        head=(0.1, 0, 0.18),
    ),
    Gesture(  # 9 biting nails
        hand=_to_head((0, 0.125, 0.135), (-0.95, 0.2, -0.2), stroke=(0.012, 0.008, 0), curl=1.2), rate=3.0
    ),
    Gesture(hand=_to_head((0.005, 0.06, 0.115), (-0.3, 0.95, 0), curl=0.9), head=(0, 0.05, 0.14)),  # 10 touching jaw
    Gesture(  # 11 touching neck
        hand=_to_head((0.085, 0.02, 0), (-0.7, 0.25, -0.7), stroke=(0.006, 0.035, 0)), rate=1.7, head=(-0.1, 0, -0.15)
    ),
    Gesture(  # 12 adjusting hair
        hand=_to_head((0.105, 0.28, -0.01), (-0.4, 0.85, -0.4), stroke=(0.02, 0.07, 0.01), elbow=_HIGH),
        rate=0.9,
        head=(0.1, 0, 0.18),
    ),
    _both(  # 13 pulling shirt collar, adjusting tie
        _to_body((0.015, -0.05, 0.11), (-0.75, 0.65, -0.2), stroke=(0.015, 0.035, 0.01), curl=1.0), rate=1.4
    ),
    Gesture(hand=_to_body((-0.01, -0.03, 0.1), (-0.95, 0.25, -0.1), wander=0.003)),  # 14 suprasternal notch
    Gesture(  # 15 scratching back
        hand=_to_body((0.1, -0.06, -0.15), (-0.3, -0.9, -0.2), elbow=(0.8, 0.8, 0.4), stroke=(0.01, 0.03, 0)),
        rate=2.0,
        torso=(0, 0.1, -0.1),
    ),
    Gesture(  # 16 folding arms
        hand=_to_body((-0.22, -0.2, 0.15), (-1, 0.25, -0.1), elbow=(0.9, -0.5, 0.1)),
        other=_to_body((-0.2, -0.25, 0.1), (-1, -0.05, -0.15), elbow=(0.9, -0.5, 0.1), curl=0.7),
    ),
    Gesture(  # 17 dusting off clothes
        hand=_to_body((-0.05, -0.22, 0.18), (-0.8, -0.4, 0.1), stroke=(0.11, 0.05, 0.01)), rate=1.9, head=(-0.1, 0.3, 0)
    ),
    _both(_to_body((-0.03, -0.38, -0.16), (-0.9, -0.1, -0.2), **_BEHIND), torso=(0, -0.04, 0)),  # 18 arms behind body
    Gesture(sway=(0.25, 0.08, 0.24), rate=0.8),  # 19 moving torso
    Gesture(slouch=0.3, torso=(0, -0.12, 0), neck=(0, 0.03, 0), shoulders=-0.015),  # 20 sitting straightly
    Gesture(  # 21 scratching arms
        hand=_to_body((-0.25, -0.2, 0.16), (-0.95, -0.25, 0.1), stroke=(0.008, 0.06, 0)), rate=1.9, head=(-0.1, 0.12, 0)
    ),
    _both(  # 22 rubbing hands
        _to_body((-0.035, -0.32, 0.33), (-0.95, 0.15, 0.25), stroke=(0.045, 0.02, 0.01)), rate=1.8, opposed=1.0
    ),
    _both(_to_body((-0.035, -0.22, 0.3), (-0.75, 0.6, 0.2), curl=1.1)),  # 23 crossing fingers
    _both(_to_body((0.006, -0.08, 0.28), (-0.3, 0.95, 0.05), curl=0.05)),  # 24 minaret
    Gesture(  # 25 playing with objects
        hand=_to_body((0.02, -0.2, 0.33), (-0.6, 0.3, 0.6), stroke=(0.025, 0.05, 0.01), curl=0.9),
        other=_to_body((0.05, -0.32, 0.33), (-0.8, 0.1, 0.5), curl=0.8),
        rate=1.5,
        head=(0, 0.2, 0),
        props=(0, 1),
    ),
    Gesture(  # 26 hold back arms
        hand=_to_body((-0.14, -0.3, -0.14), (-0.95, 0.1, -0.1), **_BEHIND),
        other=_to_body((0.2, -0.47, 0.02), (0.05, -1, 0.1), **_BEHIND),
    ),
    Gesture(head=(0, -0.55, 0), neck=(0, 0.01, -0.02)),  # 27 head up
    Gesture(face=(1, 0, 0), head=(0, 0.18, 0), neck=(0, -0.01, -0.03)),  # 28 pressing lips
    _both(_to_body((0.15, -0.37, 0.08), (-0.7, -0.25, 0.6), elbow=(1, 0, -0.4), arc=0.1)),  # 29 arms akimbo
    Gesture(shrug=0.036, shoulders=0.03, rate=1.8),  # 30 shaking shoulders
    _both(  # 31 illustrative body language
        _to_body((0.1, -0.2, 0.36), (-0.5, 0.5, 0.7), stroke=(0.06, 0.09, 0.03), wander=0.05), rate=1.1, opposed=0.3
    ),
)

# Similar gestures that use the same hands, so that a clip may be between the two.
PAIRS = (
    *((0, 30), (1, 20), (1, 28), (2, 3), (2, 4), (3, 12), (4, 6), (5, 24), (6, 7), (7, 8), (7, 10), (8, 12), (9, 7)),
    *((9, 10), (10, 11), (11, 14), (11, 15), (16, 22), (17, 21), (18, 26), (19, 20), (19, 30), (22, 23), (22, 25)),
    *((23, 24), (25, 31), (26, 29), (27, 20), (27, 0), (13, 23), (14, 10)),
)


def partners(label: int) -> tuple[int, ...]:
    """The gestures paired with `label` in `PAIRS`, in label order."""
    return tuple(sorted({b if a == label else a for a, b in PAIRS if label in (a, b)}))
