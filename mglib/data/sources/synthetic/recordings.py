"""Synthetic recordings: filmed interviews of seated people, with exact truth, distractors and two coders.

Background also contains movement: beating hands during speech, posture shifts, drinking, a passer-by whom the detector
mistakes for the person, the person leaving the picture, joints missed for seconds, knocks against the camera.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mglib.base.errors import OptionError
from mglib.data.recordings import Recording, Recordings, Segment
from mglib.data.sources.labels import LABELS

from .coders import coded
from .detection import NUM_JOINTS, correlated, detect
from .motion import FPS, LAYOUT, Motion, Person, draw_person
from .performance import perform
from .scene import Scene, draw_camera, draw_look
from .timeline import AWAY, LOST, PASSER, Event, draw_timeline

TRUTH, CODERS = "truth", ("coder 1", "coder 2")
PERSON, MOVEMENT, CODING = 3, 4, 5  # random streams of one seed, after those of the clips
SPLITS = ("train", "val", "test")
SHORTEST = 10.0  # shortest recording, seconds


def make(
    num_recordings: Sequence[int] = (12, 4, 6),
    seconds: float = 240.0,
    size: tuple[int, int] = (480, 640),
    seed: int = 0,
) -> Recordings:
    """Make synthetic recordings, each of a different person.

    Args:
        num_recordings: number in train, val and test.
        seconds: duration of each.
        size: height and width of the image of the key points, pixels.
        seed: seed of all random draws; a recording does not depend on the number of others.

    Returns:
        Recordings named "synthetic" in the imigue22 layout with iMiGUE's classes. The coders are "truth", whose
        borders are those of the whole movement, "coder 1" and "coder 2". `Recording.truth` has a row for every gesture
        and distractor: label (-1 for a distractor), kind ("gesture" or the distractor), start and stop of the whole
        movement, stroke_start and stroke_stop, seconds, and hand (right, left, both, or none).

    Raises:
        OptionError: a number or size is out of range.
    """
    _check(num_recordings, seconds, size, seed)
    made = [
        _recording(split, number, seconds, size, seed)
        for split, count in zip(SPLITS, num_recordings, strict=True)
        for number in range(count)
    ]
    names = LABELS["imigue"]
    return Recordings("synthetic", tuple(made), LAYOUT, names.names, names.groups)


def _check(num_recordings: Sequence[int], seconds: float, size: tuple[int, int], seed: int) -> None:
    if len(num_recordings) != 3 or min(num_recordings) < 0 or not 1 <= sum(num_recordings) <= 10_000:
        raise OptionError(f"num_recordings: {num_recordings}; give numbers for train, val and test, at least 1 each.")
    if not SHORTEST <= seconds <= 7200:
        raise OptionError(f"seconds: {seconds:g}; give {SHORTEST:g} to 7200.")
    if not 32 <= min(size) <= max(size) <= 100_000:
        raise OptionError(f"height, width: {size}; give 32 to 100000 pixels for each.")
    if seed < 0:
        raise OptionError(f"seed: {seed}; give 0 or more.")


def _recording(split: str, number: int, seconds: float, size: tuple[int, int], seed: int) -> Recording:
    stream = [SPLITS.index(split), number]
    rng, frames = np.random.default_rng([seed, MOVEMENT, *stream]), round(seconds * FPS)
    person = draw_person(np.random.default_rng([seed, PERSON, *stream]))
    seconds = frames / FPS
    events = draw_timeline(person, seconds, 1 / FPS, rng)
    scene = _scene(events, person, frames, size, rng)
    truth = [Segment(e.start, e.stop, e.label, TRUTH) for e in events if e.label >= 0]
    coders = np.random.default_rng([seed, CODING, *stream])
    marked = [segment for coder in CODERS for segment in coded(truth, coder, seconds, coders)]
    return Recording(
        f"{split}_{number:02d}", f"{split}_person_{number:02d}", split, seconds,
        keypoints=disturbed(detect(scene, rng), events, rng), times=np.arange(frames + 1) / FPS,
        height=size[0], width=size[1], segments=(*truth, *marked), reference=TRUTH,
        coded_by=(TRUTH, *CODERS), scene=scene,
        truth=_truth(events),
    )  # fmt: skip


def _scene(
    events: Sequence[Event], person: Person, frames: int, size: tuple[int, int], rng: np.random.Generator
) -> Scene:
    hat, held = (any(event.gesture.props[prop] >= 0.5 for event in events) for prop in (0, 1))
    camera, look = draw_camera(*size, rng), draw_look(person, hat, held, rng)
    return Scene(perform(events, person, frames, rng), camera, look)


def part(scene: Scene, span: slice) -> Scene:
    """The scene for some of a recording's frames."""
    motion = scene.motion
    return Scene(Motion(motion.joints[span], motion.face[span], motion.right), scene.camera, scene.look)


def disturbed(points: np.ndarray, events: Sequence[Event], rng: np.random.Generator) -> np.ndarray:
    """Key points [1, T, V, 3] with disturbances: the person is gone, joints are lost, somebody walks by."""
    points = points.copy()
    for event in events:
        span = slice(round(event.start * FPS), round(event.stop * FPS))
        if event.kind == AWAY:
            gone = slice(span.start + round(0.5 * FPS), max(span.stop - round(0.5 * FPS), span.start))
            points[0, gone] = 0
        elif event.kind == LOST:
            points[0, span, _lost(event, rng)] = 0
        elif event.kind == PASSER:
            points[0, span] = _passer_by(points[0, span], rng)
    return points


def _lost(event: Event, rng: np.random.Generator) -> np.ndarray:
    """Joints [V] that are not detected: fingertips of one hand or both, and the wrist of the acting one."""
    joint = np.arange(NUM_JOINTS)
    return (joint >= (17 if rng.random() < 0.5 else 12)) | (joint == (7 if event.side == 1 else 4))


def _passer_by(points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """In some of the frames [n, V, 3] the detector follows a person who walks through the picture."""
    frames = len(points)
    if not frames or not points[..., 2].any():
        return points
    taken = correlated((frames,), 0.95, rng) > 0
    seen = points[points[..., 2] > 0]
    left, right = seen[:, 0].min(), seen[:, 0].max()
    walk = np.linspace(-0.5, 0.5, frames) * rng.choice([-1, 1]) * 2 * (right - left)
    other = points.copy()
    other[..., 0] += walk[:, None]
    other[..., 1] = (other[..., 1] - seen[:, 1].mean()) * 1.2 + seen[:, 1].mean() - 0.1 * np.ptp(seen[:, 1])
    other[..., 2] *= 0.8
    outside = (other[..., :2] < 0).any(-1) | (other[..., 0] > right + (right - left)) | (points[..., 2] == 0)
    other[outside] = 0
    return np.where(taken[:, None, None], other, points)


def _truth(events: Sequence[Event]) -> pd.DataFrame:
    """A row per event, in order of start."""
    rows = [
        {
            "label": event.label, "kind": event.kind, "start": event.start, "stop": event.stop,
            "stroke_start": event.start + event.rise, "stroke_stop": event.stop - event.fall, "hand": _hand(event),
        }
        for event in events
    ]  # fmt: skip
    columns = ["label", "kind", "start", "stop", "stroke_start", "stroke_stop", "hand"]
    return pd.DataFrame(rows, columns=columns)


def _hand(event: Event) -> str:
    used = (event.gesture.hand.reach > 0, event.gesture.other.reach > 0)
    acting = "left" if event.side == 1 else "right"
    return {(True, True): "both", (True, False): acting, (False, True): "both"}.get(used, "none")
