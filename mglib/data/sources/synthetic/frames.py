"""The picture of a synthetic clip: a person at a press conference, drawn from the true joints, before any noise."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import paint, scene
from .motion import HEAD_SIZE
from .paint import Sketch, paint_frames
from .scene import BACK, BALD, DESK, LONG, SHORT, Look, Scene

BEHIND, TORSO, HEAD, UNDER_DESK, ON_DESK, FRONT = range(6)  # far to near
BLUSH, LIP_RED = np.array([50, 18, 14]), np.array([78, 12, 18])  # added to the darkened skin
EYE_WHITE, PUPIL, MOUTH = (244, 242, 238), (44, 30, 26), (66, 24, 26)
MICROPHONE, PEN = (42, 42, 46), (232, 196, 52)


@dataclass(frozen=True)
class SyntheticFrames:
    """Frame reader of the synthetic set: frames are drawn when they are read.

    Attributes:
        scenes: one a clip.
        frame_height: H of the frames, pixels; the width follows from the camera's image.
    """

    scenes: tuple[Scene, ...]
    frame_height: int = 120
    kind: str = "synthetic RGB"
    moments: tuple[int, ...] = (0,)

    def read(self, row: int) -> np.ndarray:
        """All frames of a clip, uint8 [T, H, W, 3]."""
        return render(self.scenes[row], self.frame_height)

    def key(self, row: int) -> str:
        """A digest of the clip's scene and of the code that draws it."""
        clip = self.scenes[row]
        drawn = [clip.motion.joints.tobytes(), clip.motion.face.tobytes(), repr((clip.camera, clip.look)).encode()]
        return hashlib.blake2b(b"".join([_code(), *drawn]), digest_size=16).hexdigest() + f" {self.frame_height}"

    def select(self, rows: Sequence[int]) -> "SyntheticFrames":
        """The reader of these clips, in this order."""
        return SyntheticFrames(tuple(self.scenes[row] for row in rows), self.frame_height)


@functools.cache
def _code() -> bytes:
    return b"".join(Path(file).read_bytes() for file in (__file__, paint.__file__, scene.__file__))


def render(scene: Scene, height: int) -> np.ndarray:
    """Draw a clip.

    Args:
        scene: what to draw.
        height: H, pixels.

    Returns:
        uint8 [T, H, W, 3]; the pixel of a joint is (joint + 0.5) * H / camera height - 0.5.
    """
    camera = scene.camera
    zoom, width = height / camera.height, round(camera.width * height / camera.height)
    points = _zoomed(camera.project(scene.motion.joints), zoom)
    sketch = Sketch(len(points))
    _draw_torso(sketch, points, scene.look)
    _draw_head(sketch, points, scene)
    _draw_desk(sketch, scene, zoom)
    for arm, tips in ((2, 17), (5, 12)):
        _draw_arm(sketch, points, scene, arm, tips)
    return paint_frames(_backdrop(scene.look, height, width), sketch.in_order())


def _backdrop(look: Look, height: int, width: int) -> np.ndarray:
    """float32 [H, W, 3]: a wall lit from above with rows of pale sponsors' discs."""
    y, x = np.mgrid[:height, :width] / height
    wall = np.broadcast_to(look.wall, (height, width, 3)) * (1.08 - 0.35 * y)[..., None]
    row = np.floor(y / 0.2)
    across, down = (x + 0.17 * (row % 2)) % 0.34 - 0.17, y % 0.2 - 0.1
    disc = np.clip((1 - (across / 0.1) ** 2 - (down / 0.055) ** 2) * 4, 0, 1)[..., None]
    return (wall + 0.3 * disc * (0.5 * look.board + 110 - wall)).clip(0, 255).astype(np.float32)


def _draw_torso(sketch: Sketch, points: np.ndarray, look: Look) -> None:
    neck, shoulders, chin = points[:, 1, :2], points[:, [2, 5], :2], points[:, 23, :2]
    hips, metre = points[:, [25, 26], :2], points[:, 1, 2]
    down = _unit(hips.mean(1) - neck) * metre[:, None]  # a metre down the spine
    side = _left_of(down)
    for number in (0, 1):
        shoulder, hip = shoulders[:, number], hips[:, number]
        sketch.capsule(TORSO, neck - 0.02 * down, shoulder, (0.05, 0.058), metre, look.shirt, relief=0.1)
        sketch.capsule(TORSO, shoulder + 0.05 * down, hip, (0.085, 0.11), metre, look.shirt, relief=0.1)
    sketch.capsule(TORSO, neck + 0.1 * down, hips.mean(1), (0.13, 0.14), metre, look.shirt, relief=0.0)
    sketch.capsule(TORSO, chin - 0.03 * down, neck - 0.005 * down, (0.05, 0.056), metre, look.skin * 0.88)
    sketch.capsule(TORSO, neck, neck + 0.17 * down, (0.05, 0.01), metre, look.inner, relief=0.05)
    sketch.capsule(TORSO, neck - 0.01 * down, neck + 0.035 * down, (0.04, 0.008), metre, look.skin * 0.92)
    if look.tie is not None:
        sketch.capsule(TORSO, neck + 0.04 * down, neck + 0.24 * down, (0.012, 0.022), metre, look.tie)
    for turn in (-1, 1):
        edge, tip = neck + turn * 0.052 * side - 0.03 * down, neck + turn * 0.024 * side + 0.055 * down
        sketch.capsule(TORSO, edge, tip, (0.014, 0.012), metre, look.inner * 0.96)  # the collar


def _draw_head(sketch: Sketch, points: np.ndarray, scene: Scene) -> None:
    look, metre, chin, ears = scene.look, HEAD_SIZE * points[:, 0, 2], points[:, 23, :2], points[:, [10, 11], :2]
    axis = points[:, 22, :2] - chin
    tall = np.linalg.norm(axis, axis=1, keepdims=True) / 0.245  # pixels a metre along the axis, fewer in a nod
    up = _unit(axis)
    side = _left_of(up) * metre[:, None]
    turned = ((points[:, 0, :2] - ears.mean(1)) * side).sum(1, keepdims=True) / metre[:, None] ** 2 * side

    def oval(height, radii, colour, shift=0.0, relief=0.25):
        centre = chin + height * tall * up + shift * turned
        sketch.ellipse(HEAD, centre, up, radii, metre, colour, relief=relief)

    for ear in ears.swapaxes(0, 1):
        if look.style == LONG:
            top = ear + 0.03 * metre[:, None] * up
            sketch.capsule(HEAD, top, top - 0.2 * metre[:, None] * up, (0.04, 0.035), metre, look.hair, relief=0.15)
        sketch.ellipse(HEAD, ear, up, (0.03, 0.017), metre, look.skin * 0.86)
    if look.style == BALD:
        oval(0.132, (0.12, 0.09), look.skin * 0.97)
    else:
        oval(0.14, (0.125, 0.094 if look.style == SHORT else 0.1), look.hair, relief=0.15)
    oval(0.104, (0.104, 0.083), look.skin, shift=0.12)
    if look.beard:
        oval(0.04, (0.044, 0.06), 0.75 * look.hair + 0.25 * look.skin, shift=0.3, relief=0.05)
    _draw_face(sketch, points, scene, up, side)
    if look.hat is not None:
        oval(0.215, (0.055, 0.103), look.hat)
        brim = chin + 0.183 * tall * up + 0.5 * turned
        sketch.capsule(HEAD, brim - 0.095 * side, brim + 0.095 * side, 0.016, metre, look.hat * 0.7)


def _draw_face(sketch: Sketch, points: np.ndarray, scene: Scene, up: np.ndarray, side: np.ndarray) -> None:
    """Eyes, nose, cheeks and mouth; `side` is a metre across the head, in pixels."""
    look, metre, skin = scene.look, HEAD_SIZE * points[:, 0, 2], scene.look.skin
    pressed, cheeks, shut, talk = scene.motion.face.T
    nose, mouth, rise = points[:, 0, :2], points[:, 24, :2], up * metre[:, None]
    for turn in (-1, 1):
        cheek = mouth + turn * (0.036 + 0.014 * cheeks)[:, None] * side + 0.008 * rise
        blown, seen = 0.024 + 0.022 * cheeks, np.clip(1.5 * cheeks, 0, 0.95)
        sketch.ellipse(HEAD, cheek, up, blown, metre, 0.8 * skin + BLUSH, opacity=seen, relief=0.3)
    for eye in points[:, [8, 9], :2].swapaxes(0, 1):
        sketch.ellipse(HEAD, eye, up, (0.012 * (1 - 0.8 * shut), 0.019), metre, EYE_WHITE, relief=0.0)
        sketch.ellipse(HEAD, eye, up, (0.0105 * (1 - 0.75 * shut), 0.0095), metre, PUPIL, relief=0.0)
        brow = eye + 0.026 * rise
        sketch.capsule(HEAD, brow - 0.019 * side, brow + 0.019 * side, 0.0055, metre, look.hair * 0.7, relief=0.0)
    sketch.capsule(HEAD, nose + 0.03 * rise, nose, (0.009, 0.015), metre, skin * 0.9, relief=0.3)
    wide = (0.027 + 0.009 * pressed - 0.01 * cheeks - 0.009 * talk)[:, None] * side
    lips, gap = 0.011 - 0.004 * pressed + 0.008 * talk, 0.0025 + 0.004 * pressed + 0.009 * talk
    sketch.capsule(HEAD, mouth - wide, mouth + wide, lips, metre, 0.55 * skin + LIP_RED, relief=0.0)
    dark = np.clip(0.6 + pressed + talk, 0, 1)
    sketch.capsule(HEAD, mouth - wide, mouth + wide, gap, metre, MOUTH, opacity=dark, relief=0.0)


def _draw_desk(sketch: Sketch, scene: Scene, zoom: float) -> None:
    look, (y, far, near) = scene.look, DESK

    def seen(*point: float) -> np.ndarray:
        return _zoomed(scene.camera.project(np.array(point)), zoom)

    sketch.below(ON_DESK, seen(-1, y, far)[:2], seen(1, y, far)[:2], look.desk * 1.15)
    sketch.below(ON_DESK, seen(-1, y, near)[:2], seen(1, y, near)[:2], look.desk * 0.8)
    foot, head = seen(look.mic, y, 0.45), seen(look.mic * 0.85, y + 0.13, 0.3)
    metre = foot[2]
    sketch.capsule(ON_DESK, foot[:2], foot[:2], 0.035, metre, MICROPHONE)
    sketch.capsule(ON_DESK, foot[:2], head[:2], (0.007, 0.006), metre, MICROPHONE)
    sketch.capsule(ON_DESK, head[:2], head[:2] + [0, 0.03 * metre], (0.017, 0.013), metre, MICROPHONE)


def _draw_arm(sketch: Sketch, points: np.ndarray, scene: Scene, arm: int, tips: int) -> None:
    """Sleeve, palm and fingers of the arm whose shoulder is joint `arm`; fingertips from joint `tips` on."""
    look, spot = scene.look, scene.motion.joints[:, arm + 2]
    under = (spot[:, 1] < DESK[0] + 0.04) & (spot[:, 2] < DESK[1])
    layer = np.where(spot[:, 2] < BACK, BEHIND, np.where(under, UNDER_DESK, FRONT + spot[:, 2]))
    shoulder, elbow, wrist = points[:, arm : arm + 3, :2].swapaxes(0, 1)
    fingers = points[:, tips : tips + 5, :2].swapaxes(0, 1)
    metre, middle = points[:, arm + 2, 2], fingers.mean(0)

    sketch.limb(layer, shoulder, elbow, (0.06, 0.047), points[:, arm + 1, 2], look.shirt)
    sketch.limb(layer, elbow, wrist, (0.047, 0.034), metre, look.shirt)
    sketch.capsule(layer, wrist + 0.06 * (elbow - wrist), wrist, 0.036, metre, look.inner)  # the cuff
    sketch.limb(layer, wrist, wrist + 0.42 * (middle - wrist), (0.029, 0.038), metre, look.skin)
    for finger in fingers[::-1]:
        knuckle = wrist + 0.5 * (middle - wrist) + 0.3 * (finger - middle)
        sketch.limb(layer, knuckle, finger, (0.0125, 0.0105), metre, look.skin)
    if look.held and scene.motion.right == (arm == 2):
        across = _unit(fingers[0] - fingers[4]) * metre[:, None]
        sketch.capsule(layer, middle - 0.07 * across, middle + 0.1 * across, 0.009, metre, PEN)


def _zoomed(points: np.ndarray, zoom: float) -> np.ndarray:
    """[..., 3] = x, y, pixels a metre of the camera's image, in the frame; both have pixel centres at whole numbers."""
    return np.concatenate([(points[..., :2] + 0.5) * zoom - 0.5, points[..., 2:] * zoom], -1)


def _left_of(vectors: np.ndarray) -> np.ndarray:
    return np.stack([-vectors[:, 1], vectors[:, 0]], 1)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9)
