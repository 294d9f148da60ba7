"""Who sits where, how the camera sees it, and in which colours."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from .motion import Motion, Person

DISTANCE = 2.2  # metres from the camera to the person
DESK = (-0.415, 0.16, 0.62)  # height, far and near edge of the desk, metres
BACK = -0.03  # a wrist behind this depth is behind the torso, metres

SKINS = np.array([[246, 205, 175], [232, 184, 150], [213, 160, 122], [186, 128, 92], [145, 94, 64], [104, 66, 46]])
HAIRS = np.array([[36, 28, 26], [70, 46, 32], [112, 74, 44], [198, 158, 92], [150, 70, 40], [150, 148, 146]])
SHIRTS = np.array(
    [[38, 48, 78], [70, 72, 80], [120, 38, 44], [48, 92, 84]]  # hats have these colours too
    + [[210, 208, 204], [62, 92, 150], [112, 84, 62], [92, 60, 110]]
)
WALLS = np.array([[188, 200, 214], [92, 112, 150], [176, 188, 172], [206, 196, 182], [86, 84, 98], [150, 122, 122]])
DESKS = np.array([[138, 98, 66], [88, 64, 50], [172, 160, 146], [60, 66, 82]])
TIES = np.array([[150, 30, 40], [30, 60, 120], [40, 100, 70], [190, 150, 50]])
BALD, SHORT, FULL, LONG = range(4)


@dataclass(frozen=True)
class Camera:
    """Where the camera stands and what it sees.

    Attributes:
        height, width: size of the image that key points are in, pixels.
        turn, nod: direction it looks from, radians.
        scale: pixels a metre at the person's depth.
        x, y: where the neck of an upright person is seen, pixels.
    """

    height: int
    width: int
    turn: float
    nod: float
    scale: float
    x: float
    y: float

    def project(self, points: np.ndarray) -> np.ndarray:
        """[..., 3] metres to [..., 3] = x, y in pixels and pixels a metre at that depth."""
        turned = Rotation.from_euler("YX", [self.turn, self.nod]).apply(points.reshape(-1, 3)).reshape(points.shape)
        metre = self.scale * DISTANCE / (DISTANCE - turned[..., 2])
        return np.stack([self.x + metre * turned[..., 0], self.y - metre * turned[..., 1], metre], -1)


@dataclass(frozen=True)
class Look:
    """Colours (RGB, 0..255) and things worn or held in one clip; `tie` is None for an open collar."""

    skin: np.ndarray
    hair: np.ndarray
    style: int
    beard: bool
    shirt: np.ndarray
    inner: np.ndarray
    tie: np.ndarray | None
    wall: np.ndarray
    board: np.ndarray
    desk: np.ndarray
    hat: np.ndarray | None
    held: bool
    mic: float  # where the microphone stands, metres to the side


@dataclass(frozen=True)
class Scene:
    """All that one clip's frames are drawn from."""

    motion: Motion
    camera: Camera
    look: Look

    @property
    def joints(self) -> np.ndarray:
        """The true joints, [T, 22, 2], pixels of the camera's image."""
        return self.camera.project(self.motion.joints[:, :22])[..., :2]


def draw_camera(height: int, width: int, rng: np.random.Generator) -> Camera:
    """A camera somewhere in front of the desk, so that head and hands are in its image of this size in pixels."""
    scale = rng.uniform(0.85, 1.1) * min(height, 0.75 * width)
    return Camera(
        height=height,
        width=width,
        turn=float(rng.uniform(-0.3, 0.3)),
        nod=float(rng.uniform(-0.02, 0.1)),
        scale=float(scale),
        x=float(width * rng.uniform(0.4, 0.6)),
        y=float(0.39 * scale + height * rng.uniform(0.03, 0.1)),
    )


def draw_look(person: Person, hat: bool, held: bool, rng: np.random.Generator) -> Look:
    """Clothes and place of one clip; skin and hair are the person's."""
    tie, wears_hat = rng.random() < 0.4, bool(rng.random() < 0.1) or hat
    return Look(
        skin=SKINS[person.skin],
        hair=HAIRS[person.hair],
        style=person.style,
        beard=person.beard,
        shirt=_pick(SHIRTS, rng),
        inner=np.array([236, 236, 232]) - rng.integers(0, 60, 3),
        tie=_pick(TIES, rng) if tie else None,
        wall=_pick(WALLS, rng),
        board=_pick(WALLS, rng),
        desk=_pick(DESKS, rng),
        hat=_pick(SHIRTS[:4], rng) if wears_hat else None,
        held=held,
        mic=float(rng.uniform(0.16, 0.34) * rng.choice([-1, 1])),
    )


def _pick(colours: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.clip(colours[rng.integers(len(colours))] + rng.normal(0, 9, 3), 0, 255)
