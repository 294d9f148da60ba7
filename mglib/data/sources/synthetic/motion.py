"""Performs a gesture: from the table of gestures to 3-D joints in each frame, by minimum-jerk movements.

Everything is computed with the acting hand on the person's left, then mirrored if the right hand acts. Axes: x to
the person's left (the right of the image), y up, z to the camera; metres; origin at the neck of the upright person.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.transform import Rotation

from mglib.data.layouts import get_layout

from .gestures import Gesture, Hand

FPS = 25.0  # as in iMiGUE
LAYOUT = get_layout("imigue22")
SKULL = ("crown", "chin", "mouth", "right_hip", "left_hip")  # drawn but not detected, after the layout's joints
MIRROR = np.append(LAYOUT.flip_permutation, [22, 23, 24, 26, 25])

# An upright person of average size; the head is larger than an adult's, as faces are small in the image.
HEAD_SIZE = 1.2
NECK = np.array([0.0, 0.06, -0.01])  # where the head turns
HIP = np.array([0.0, -0.5, 0.0])  # where the torso turns
HEAD = np.array(  # nose, eyes, ears, then crown, chin and mouth of `SKULL`
    [
        *([0, 0.175, 0.125], [-0.035, 0.212, 0.1], [0.035, 0.212, 0.1], [-0.085, 0.195, 0.01], [0.085, 0.195, 0.01]),
        *([0, 0.325, 0.03], [0, 0.08, 0.085], [0, 0.128, 0.112]),
    ]
)
HEAD_JOINTS = (0, 8, 9, 10, 11, 22, 23, 24)
SHOULDER = np.array([0.185, -0.02, 0.0])
HIP_SIDE = np.array([0.125, -0.5, 0.0])
UPPER_ARM, FOREARM, HAND = 0.285, 0.255, 0.165
FINGERS = np.array(  # fingertips: along the hand and toward the thumb, as shares of the hand's length
    [[0.62, 0.42], [0.96, 0.19], [1.04, 0.04], [0.97, -0.11], [0.8, -0.26]]
)


@dataclass(frozen=True)
class Person:
    """The constant properties of a subject; skin, hair and style are indices into the tables of `scene`.

    Attributes:
        size: body height relative to the average.
        width: shoulder width relative to that for the size.
        tempo: speed of all movements relative to the average.
        right_handed: whether the right hand acts in most clips.
        slouch: usual forward lean, radians.
        tilt: usual sideways lean, radians.
        skin, hair: colours.
        style: how the hair is worn.
        beard: whether the person has one.
    """

    size: float
    width: float
    tempo: float
    right_handed: bool
    slouch: float
    tilt: float
    skin: int
    hair: int
    style: int
    beard: bool


@dataclass(frozen=True)
class Motion:
    """A performed gesture.

    Attributes:
        joints: [T, 27, 3] metres, the 22 joints and then `SKULL`.
        face: [T, 4] lips pressed, cheeks blown up, eyes shut, mouth open, each 0..1.
        right: whether the right hand acts.
    """

    joints: np.ndarray
    face: np.ndarray
    right: bool


def draw_person(rng: np.random.Generator) -> Person:
    """Draw a new subject at random."""
    return Person(
        size=float(rng.uniform(0.92, 1.06)),
        width=float(rng.uniform(0.9, 1.12)),
        tempo=float(np.exp(rng.normal(0, 0.2))),
        right_handed=bool(rng.random() < 0.5),
        slouch=float(rng.uniform(-0.02, 0.16)),
        tilt=float(rng.normal(0, 0.04)),
        skin=int(rng.integers(6)),
        hair=int(rng.integers(6)),
        style=int(rng.integers(4)),
        beard=bool(rng.random() < 0.3),
    )


def minimum_jerk(share: np.ndarray) -> np.ndarray:
    """Share of the path covered after a share of the time (clipped to 0..1); Flash & Hogan 1985."""
    s = np.clip(share, 0, 1)
    return s**3 * (10 - 15 * s + 6 * s**2)


def _progress(frames: int, tempo: float, rng: np.random.Generator) -> np.ndarray:
    """Progress of the gesture, [T] in 0..1: onset, reach, hold and, in most clips, return."""
    t = np.arange(frames)
    rise, fall = rng.uniform(0.35, 0.65, 2) * FPS / tempo
    onset = rng.uniform(-0.25, 0.3) * frames
    leave = max(rng.uniform(0.65, 1.2) * frames, onset + rise)
    return minimum_jerk((t - onset) / rise) * (1 - minimum_jerk((t - leave) / fall))


def drift(frames: int, sizes: list[float], rng: np.random.Generator) -> np.ndarray:
    """Slow random movement [T, len(sizes)] with these standard deviations: four sines each, 0.1 to 0.9 Hz."""
    t = np.arange(frames)[:, None, None] / FPS
    phase, rate = rng.uniform(0, 2 * np.pi, (len(sizes), 4)), rng.uniform(0.1, 0.9, (len(sizes), 4))
    return np.sin(2 * np.pi * rate * t + phase).sum(-1) / np.sqrt(2) * np.asarray(sizes)


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def turn_matrices(angles: np.ndarray) -> np.ndarray:
    """Rotation matrices [T, 3, 3] for points, from [T, 3] = turn to +x, nod to +z, tilt to +x, radians."""
    return Rotation.from_euler("YXZ", angles * [1, 1, -1]).as_matrix().transpose(0, 2, 1)


def bent_arm(shoulder: np.ndarray, wrist: np.ndarray, pole: np.ndarray, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Elbow and reachable wrist, [T, 3] each, of an arm of two links; the elbow is turned toward `pole`."""
    upper, fore = UPPER_ARM * size, FOREARM * size
    way = wrist - shoulder
    far = np.linalg.norm(way, axis=1, keepdims=True)
    along = way / far
    far = np.clip(far, 0.25 * (upper + fore), 0.99 * (upper + fore))
    share = (upper**2 - fore**2 + far**2) / (2 * far)
    out = unit(pole - (pole * along).sum(1, keepdims=True) * along)
    return shoulder + along * share + out * np.sqrt(upper**2 - share**2), shoulder + along * far


def fingertips(wrist: np.ndarray, point: np.ndarray, curl: np.ndarray, side: int, size: float) -> np.ndarray:
    """Fingertips [T, 5, 3], thumb first; the thumb's side of the hand is turned inward and up."""
    inward = np.array([-0.7 * side, 0.7, 0.2])
    thumb = unit(inward - (point @ inward)[:, None] * point)
    palm = side * np.cross(point, thumb)
    bend = curl[:, None] * np.array([0.5, 1, 1, 1, 1])
    along = 0.45 * FINGERS[:, 0] + 0.55 * FINGERS[:, 0] * np.cos(bend)
    tips = along[..., None] * point[:, None] + FINGERS[:, 1, None] * thumb[:, None]
    return wrist[:, None] + HAND * size * (tips - (0.4 * np.sin(bend))[..., None] * palm[:, None])


@dataclass(frozen=True)
class Body:
    """Torso and head in every frame; the methods move neutral points [P, 3] or [T, P, 3] to [T, P, 3].

    Attributes:
        person: the person.
        torso, head: rotations [T, 3, 3].
        shift: of the head relative to the torso, metres [T, 3].
        lift: of the shoulders, metres [T].
    """

    person: Person
    torso: np.ndarray
    head: np.ndarray
    shift: np.ndarray
    lift: np.ndarray

    def with_torso(self, points: np.ndarray) -> np.ndarray:
        size = self.person.size
        return (points * [size * self.person.width, size, size] - HIP) @ self.torso + HIP

    def with_head(self, points: np.ndarray) -> np.ndarray:
        size = self.person.size
        on_torso = (points - NECK) * (HEAD_SIZE * size) @ self.head + NECK * size + self.shift[:, None]
        return (on_torso - HIP) @ self.torso + HIP

    def during(self, span: slice) -> "Body":
        """The body in some of the frames."""
        return replace(self, torso=self.torso[span], head=self.head[span], shift=self.shift[span], lift=self.lift[span])

    def shoulder(self, side: int) -> np.ndarray:
        """The person's left (1) or right (-1) shoulder, [T, 3]."""
        lift = self.lift[:, None] * [0.0, 1.0, 0.25]
        return self.with_torso((SHOULDER * [side, 1, 1] + lift)[:, None])[:, 0]


def _rest(mirror: np.ndarray, body: Body, frames: int, rng: np.random.Generator) -> np.ndarray:
    """Position of an idle wrist, [T, 3]: on the desk, hardly moved by the torso; some hands beat slightly."""
    spot = np.array([rng.uniform(0.06, 0.26), rng.uniform(-0.38, -0.34), rng.uniform(0.24, 0.34)]) * mirror
    beat = drift(frames, [0.004 if rng.random() < 0.7 else 0.022] * 3, rng)
    return 0.7 * spot * body.person.size + 0.3 * body.with_torso(spot[None])[:, 0] + beat


def _arm(
    hand: Hand, side: int, body: Body, progress: np.ndarray, wave: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Elbow [T, 3], wrist [T, 3] and fingertips [T, 5, 3] of one arm."""
    frames, size = len(progress), body.person.size
    mirror, gain, offset = np.array([side, 1, 1]), rng.uniform(0.75, 1.3), rng.normal(0, 0.008, 3)
    rest_point = unit(np.array(Hand().point) + rng.normal(0, 0.2, 3)) * mirror
    rest = _rest(mirror, body, frames, rng)
    reached = (hand.reach * progress)[:, None]

    stroke = gain * np.asarray(hand.stroke) * wave[:, None] + drift(frames, [hand.wander] * 3, rng)
    tip = ((np.asarray(hand.tip) + offset + stroke) * mirror)[:, None]
    tip = ((1 - hand.head) * body.with_torso(tip) + hand.head * body.with_head(tip))[:, 0]
    point = unit(np.asarray(hand.point)) * mirror
    middle_finger = fingertips(np.zeros((1, 3)), point[None], np.array([hand.curl]), side, size)[:, 2]
    way = (1 - reached) * rest + reached * (tip - middle_finger)
    way += 4 * hand.arc * reached * (1 - reached) * np.array([side, 0, 0.3])

    pole = (1 - reached) * np.array(Hand().elbow) + reached * np.asarray(hand.elbow)
    elbow, wrist = bent_arm(body.shoulder(side), way, unit(pole) * mirror, size)
    direction = unit((1 - reached) * rest_point + reached * point)
    curl = (Hand().curl + reached * (hand.curl - Hand().curl) + drift(frames, [0.06], rng))[:, 0]
    return elbow, wrist, fingertips(wrist, direction, curl, side, size)


def _body(gesture: Gesture, person: Person, progress: np.ndarray, wave: np.ndarray, rng: np.random.Generator) -> Body:
    """Torso and head: the person's posture, what the gesture adds, and idle movement."""
    frames, p, w = len(progress), progress[:, None], wave[:, None]
    lean = [0, person.slouch + gesture.slouch, rng.choice([-1, 1]) * person.tilt]
    flip = rng.choice([-1.0, 1.0])  # a swaying torso starts to a random side
    torso = lean + drift(frames, [0.03, 0.015, 0.015], rng) + w * flip * gesture.sway
    torso = torso + p * (np.asarray(gesture.torso) - [0, gesture.slouch, 0])
    head = rng.normal(0, [0.16, 0.06, 0.04]) + drift(frames, [0.08, 0.045, 0.03], rng) + p * gesture.head
    head[:, 1] -= 0.7 * torso[:, 1]  # the eyes stay level
    lift = gesture.shoulders * progress + gesture.shrug * wave + drift(frames, [0.003], rng)[:, 0]
    return Body(person, turn_matrices(torso), turn_matrices(head), p * gesture.neck, lift)


def _face(gesture: Gesture, progress: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """[T, 4]: the gesture's effect on the face, blinks, and the mouth of speakers."""
    frames = len(progress)
    face = np.zeros((frames, 4))
    face[:, :3] = progress[:, None] * gesture.face
    blink = rng.integers(frames)
    face[blink : blink + 4, 2] = 1
    # syllables are five times as fast as idle movement
    speech = float(rng.random() < 0.5) * np.abs(drift(frames * 5, [0.8], rng)[::5, 0])
    face[:, 3] = np.clip(speech, 0, 1) * (1 - face[:, :3].max(1))
    return face


def animate(gesture: Gesture, person: Person, frames: int, amount: float, rng: np.random.Generator) -> Motion:
    """Perform a gesture.

    Args:
        gesture: the gesture.
        person: the person.
        frames: T, number of frames.
        amount: share of the gesture that is performed, 1 = complete, 0.5 = stopped half-way.
        rng: random draws, whose number does not depend on gesture or amount.

    Returns:
        The movement of all joints and of the face.
    """
    right = bool(rng.random() < (0.85 if person.right_handed else 0.15))
    progress = amount * _progress(frames, person.tempo, rng)
    rate, phase = gesture.rate * person.tempo * rng.uniform(0.75, 1.25), rng.uniform(0, 2 * np.pi)
    angle = 2 * np.pi * rate * np.arange(frames) / FPS + phase
    wave, against = (progress**2 * np.sin(angle + shift) for shift in (0, np.pi * gesture.opposed))
    body = _body(gesture, person, progress, wave, rng)
    joints = np.zeros((frames, len(MIRROR), 3))
    joints[:, HEAD_JOINTS] = body.with_head(HEAD)
    joints[:, 25:] = body.with_torso(HIP_SIDE * [[-1, 1, 1], [1, 1, 1]])
    joints[:, 1] = (body.shoulder(1) + body.shoulder(-1)) / 2
    for side, hand, beat, arm, tips in ((1, gesture.hand, wave, 5, 12), (-1, gesture.other, against, 2, 17)):
        elbow, wrist, fingers = _arm(hand, side, body, progress, beat, rng)
        joints[:, arm : arm + 3] = np.stack([body.shoulder(side), elbow, wrist], 1)
        joints[:, tips : tips + 5] = fingers
    if right:
        joints = joints[:, MIRROR] * [-1, 1, 1]
    return Motion(joints, _face(gesture, progress, rng), right)
