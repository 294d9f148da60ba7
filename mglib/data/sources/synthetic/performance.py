"""The movement of a whole recording: a sequence of gestures, each starting from the pose in which the last one ended.

Gestures add to the movement of torso, head and shoulders, and move the hands that they use from their current place to
the target; `motion` computes the body from that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .gestures import Hand
from .motion import (
    FPS,
    HEAD,
    HEAD_JOINTS,
    HIP_SIDE,
    MIRROR,
    Body,
    Motion,
    Person,
    bent_arm,
    drift,
    fingertips,
    minimum_jerk,
    turn_matrices,
    unit,
)
from .timeline import AWAY, BEATS, KNOCK, SHIFT, Event

RELEASE = 0.4  # seconds in which a held pose is released
SINKING = 3.0  # seconds of slouching before a gesture of sitting up
BEAT_RATE = (1.0, 3.0)  # beats per second
FAR = 2.2  # metres to the side, outside any image
LEAVING = 0.9  # seconds to move there


@dataclass(frozen=True)
class Move:
    """An event as performed: its frames, its progress [n], and its repetition [2, n]."""

    event: Event
    span: slice
    progress: np.ndarray
    waves: np.ndarray
    gain: float

    @property
    def sides(self) -> np.ndarray:
        """Signs that turn the table's sideways direction to the side of the acting hand."""
        return np.array([self.event.side, 1, 1])


def perform(events: Sequence[Event], person: Person, frames: int, rng: np.random.Generator) -> Motion:
    """Perform the events of a timeline.

    Args:
        events: events from `draw_timeline`.
        person: the person.
        frames: T, number of frames.
        rng: random draws of repetitions, postures and idle movement.

    Returns:
        The movement of all joints and of the face.
    """
    moves = [_move(event, person, frames, rng) for event in events]
    body = _body(moves, person, frames, rng)
    joints = np.zeros((frames, len(MIRROR), 3))
    joints[:, HEAD_JOINTS] = body.with_head(HEAD)
    joints[:, 25:] = body.with_torso(HIP_SIDE * [[-1, 1, 1], [1, 1, 1]])
    joints[:, 1] = (body.shoulder(1) + body.shoulder(-1)) / 2
    for side, arm, tips in ((1, 5, 12), (-1, 2, 17)):
        elbow, wrist, fingers = _arm(side, moves, body, frames, rng)
        joints[:, arm : arm + 3] = np.stack([body.shoulder(side), elbow, wrist], 1)
        joints[:, tips : tips + 5] = fingers
    joints += _place(moves, frames, rng)[:, None]
    right = sum(event.side for event in events if event.gesture.props[1] >= 0.5) < 0
    return Motion(joints.astype(np.float32), _face(moves, frames, rng), right)


def _move(event: Event, person: Person, frames: int, rng: np.random.Generator) -> Move:
    first = int(event.start * FPS)
    last = min(int(np.ceil((max(event.stop, event.until) + RELEASE) * FPS)) + 1, frames)
    t = np.arange(first, last) / FPS
    rise, fall = max(event.rise, 1 / FPS), max(event.fall, 1 / FPS)
    back = (1 - event.linger) * minimum_jerk((t - event.stop + fall) / fall)
    progress = event.amount * minimum_jerk((t - event.start) / rise) * (1 - back)
    if event.linger:
        progress *= 1 - minimum_jerk((t - event.until) / RELEASE)
    rate = rng.uniform(*BEAT_RATE) if event.kind == BEATS else event.gesture.rate * person.tempo
    angle = 2 * np.pi * rate * rng.uniform(0.75, 1.25) * t + rng.uniform(0, 2 * np.pi)
    waves = progress**2 * np.sin(angle + np.array([[0.0], [np.pi * event.gesture.opposed]]))
    return Move(event, slice(first, last), progress, waves, float(rng.uniform(0.75, 1.3)))


def _body(moves: Sequence[Move], person: Person, frames: int, rng: np.random.Generator) -> Body:
    """Torso and head: posture with occasional shifts, gestures, and idle movement."""
    torso = [0, person.slouch, person.tilt * rng.choice([-1, 1])] + drift(frames, [0.03, 0.015, 0.015], rng)
    head = rng.normal(0, [0.16, 0.06, 0.04]) + drift(frames, [0.08, 0.045, 0.03], rng)
    neck, lift = np.zeros((frames, 3)), drift(frames, [0.003], rng)[:, 0]
    for move in moves:
        gesture, span, p = move.event.gesture, move.span, move.progress[:, None]
        flip = rng.choice([-1.0, 1.0])  # a swaying torso starts to a random side
        torso[span] += p * gesture.torso * move.sides + move.waves[0][:, None] * flip * gesture.sway
        torso[:, 1] += gesture.slouch * _sunk(move, frames)
        head[span] += p * gesture.head * move.sides
        neck[span] += p * gesture.neck * move.sides
        lift[span] += gesture.shoulders * move.progress + gesture.shrug * move.waves[0]
        if move.event.kind == SHIFT:
            torso += _step(move.event, frames)[:, None] * rng.normal(0, [0.06, 0.06, 0.05])
    torso = np.clip(torso, -0.6, 0.6)
    head[:, 1] -= 0.7 * torso[:, 1]  # the eyes stay level
    return Body(person, turn_matrices(torso), turn_matrices(head), neck, lift)


def _sunk(move: Move, frames: int) -> np.ndarray:
    """Slouching before a gesture that ends it, [T]."""
    t, event = np.arange(frames) / FPS, move.event
    sinking = minimum_jerk((t - event.start + SINKING) / SINKING)
    return event.amount * sinking * (1 - minimum_jerk((t - event.start) / max(event.rise, 1 / FPS)))


def _step(event: Event, frames: int) -> np.ndarray:
    return minimum_jerk((np.arange(frames) / FPS - event.start) / (event.stop - event.start))


def _place(moves: Sequence[Move], frames: int, rng: np.random.Generator) -> np.ndarray:
    """Shift of the person from the usual place, [T, 3] metres, by leaving the picture or by camera knocks."""
    t, place = np.arange(frames) / FPS, np.zeros((frames, 3))
    for event in (move.event for move in moves):
        if event.kind == AWAY:
            out = minimum_jerk((t - event.start) / LEAVING) * (1 - minimum_jerk((t - event.stop + LEAVING) / LEAVING))
            place[:, 0] += rng.choice([-1, 1]) * FAR * out
        elif event.kind == KNOCK:
            since = np.maximum(t - event.start, 0)
            shaking = np.exp(-4 * since) * np.sin(2 * np.pi * rng.uniform(4, 8) * since) * (t < event.stop)
            place[:, :2] += shaking[:, None] * rng.normal(0, 0.03, 2)
    return place


def _arm(
    side: int, moves: Sequence[Move], body: Body, frames: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Elbow [T, 3], wrist [T, 3] and fingertips [T, 5, 3] of one arm throughout the recording."""
    mirror, size = np.array([side, 1, 1]), body.person.size
    way = _rest(moves, mirror, body, frames, rng)
    point = np.tile(unit(np.array(Hand().point) + rng.normal(0, 0.2, 3)) * mirror, (frames, 1))
    pole = np.tile(np.array(Hand().elbow), (frames, 1))
    curl = Hand().curl + drift(frames, [0.06], rng)[:, 0]
    for move, hand, wave in _used(moves, side):
        span, p = move.span, (hand.reach * move.progress)[:, None]
        toward = unit(np.asarray(hand.point)) * mirror
        middle = fingertips(np.zeros((1, 3)), toward[None], np.array([hand.curl]), side, size)[:, 2]
        target = _target(move, hand, wave, body.during(span), mirror, rng) - middle
        swing = 4 * hand.arc * p * (1 - p) * np.array([side, 0, 0.3])
        way[span] = (1 - p) * way[span] + p * target + swing
        point[span] = (1 - p) * point[span] + p * toward
        pole[span] = (1 - p) * pole[span] + p * hand.elbow
        curl[span] = (1 - p[:, 0]) * curl[span] + p[:, 0] * hand.curl
    elbow, wrist = bent_arm(body.shoulder(side), way, unit(pole) * mirror, size)
    return elbow, wrist, fingertips(wrist, unit(point), curl, side, size)


def _used(moves: Sequence[Move], side: int) -> Iterator[tuple[Move, Hand, np.ndarray]]:
    """The moves that use the hand of one side, its movement in each, and its repetition."""
    for move in moves:
        acting = move.event.side == side
        hand = move.event.gesture.hand if acting else move.event.gesture.other
        if hand.reach:
            yield move, hand, move.waves[0 if acting else 1]


def _target(
    move: Move, hand: Hand, wave: np.ndarray, body: Body, mirror: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Target positions of the fingertips, [n, 3]."""
    stroke = move.gain * np.asarray(hand.stroke) * wave[:, None] + drift(len(wave), [hand.wander] * 3, rng)
    tip = ((np.asarray(hand.tip) + rng.normal(0, 0.008, 3) + stroke) * mirror)[:, None]
    return ((1 - hand.head) * body.with_torso(tip) + hand.head * body.with_head(tip))[:, 0]


def _rest(moves: Sequence[Move], mirror: np.ndarray, body: Body, frames: int, rng: np.random.Generator) -> np.ndarray:
    """Position of an idle wrist, [T, 3]: on the desk, changing with each posture shift, never quite still."""
    near, far = (0.06, -0.38, 0.24), (0.26, -0.34, 0.34)
    spot = np.tile(rng.uniform(near, far), (frames, 1))
    for event in (move.event for move in moves if move.event.kind == SHIFT):
        share = _step(event, frames)[:, None]
        spot = (1 - share) * spot + share * rng.uniform(near, far)
    spot = spot * mirror
    beat = drift(frames, [0.004 if rng.random() < 0.7 else 0.012] * 3, rng)
    return 0.7 * spot * body.person.size + 0.3 * body.with_torso(spot[:, None])[:, 0] + beat


def _face(moves: Sequence[Move], frames: int, rng: np.random.Generator) -> np.ndarray:
    """[T, 4] lips pressed, cheeks blown up, eyes shut, mouth open: gestures, blinks every few seconds, and speech."""
    face = np.zeros((frames, 4))
    for blink in rng.integers(0, frames, max(1, frames // 100)):
        face[blink : blink + 4, 2] = 1
    talking = drift(frames, [1.0], rng)[:, 0] > 0  # slow alternation of speaking and silence
    for move in moves:
        face[move.span, :3] = np.maximum(face[move.span, :3], move.progress[:, None] * move.event.gesture.face)
        talking[move.span] |= move.event.kind == BEATS
    # syllables are five times as fast as idle movement
    speech = np.abs(drift(frames * 5, [0.8], rng)[::5, 0]) * talking
    face[:, 3] = np.clip(speech, 0, 1) * (1 - face[:, :3].max(1))
    return face
