"""One affine map per clip (compact crop, random crop, rotation, mirroring, resizing) for both joints and pixels.

The random draw (`random_augmentation`) is separate from its application (`Augmentation.matrix`), so that any draw can
be replayed. Coordinates are pixels with centres at integers, so the left edge of an image lies at -0.5.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from .layouts import Layout


@dataclass(frozen=True)
class Box:
    """A square in the image: centre and side, pixels."""

    x: float
    y: float
    side: float


@dataclass(frozen=True)
class Augmentation:
    """The augmentation of one clip; the default changes nothing. Lengths are shares of the box's side."""

    width: float = 1.0  # of the crop
    height: float = 1.0
    dx: float = 0.0  # from the centre of the box to that of the crop
    dy: float = 0.0
    angle: float = 0.0  # radians, counter-clockwise in the image
    mirror: bool = False

    def matrix(self, box: Box, size: int) -> np.ndarray:
        """[2, 3]: image pixels -> pixels of a size x size crop."""
        to_box = np.array([[1, 0, -box.x], [0, 1, -box.y], [0, 0, box.side]]) / box.side
        c, s = np.cos(self.angle), np.sin(self.angle)
        rotate = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
        sign = -1 if self.mirror else 1
        crop = np.array(
            [
                [sign / self.width, 0, -sign * self.dx / self.width],
                [0, 1 / self.height, -self.dy / self.height],
                [0, 0, 1],
            ]
        )
        to_pixels = np.array([[size, 0, (size - 1) / 2], [0, size, (size - 1) / 2]])
        return to_pixels @ crop @ rotate @ to_box


def random_augmentation(
    rng: np.random.Generator, area: float = 0.56, angle: float = 0.0, flip: bool = True
) -> Augmentation:
    """A random resized crop of the box, aspect 3:4 to 4:3, rotated, mirrored with probability 1/2.

    Args:
        rng: random draws.
        area: smallest share of the box's area; a little less where the aspect is limited by the box's sides.
        angle: largest rotation, radians.
        flip: whether mirroring is allowed.
    """
    share, aspect = rng.uniform(area, 1.0), np.exp(rng.uniform(-1, 1) * np.log(4 / 3))
    width, height = (min(1.0, np.sqrt(share * ratio)) for ratio in (aspect, 1 / aspect))
    dx, dy = rng.uniform(-0.5, 0.5, 2) * (1 - width, 1 - height)
    return Augmentation(width, height, dx, dy, rng.uniform(-angle, angle), bool(flip and rng.random() < 0.5))


def compact_box(keypoints: np.ndarray, height: int, width: int, padding: float = 0.25) -> Box:
    """The square around all detected joints of the sampled frames; it may extend beyond the image.

    Args:
        keypoints: [M, T, V, 3], or [M, T, V, 4] in 3-D, in pixels, score last; score 0 is not detected.
        height: of the image, pixels; if nothing was detected, the box is the whole image.
        width: of the image, pixels.
        padding: share by which the larger extent of the joints grows.
    """
    seen = keypoints[..., -1] > 0
    x, y = keypoints[..., 0][seen], keypoints[..., 1][seen]  # separately, as NumPy is slow along an axis of length 2
    if not len(x):
        return Box((width - 1) / 2, (height - 1) / 2, float(max(height, width)))
    low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()])
    x, y = (low + high) / 2
    return Box(float(x), float(y), float(max(*(high - low), 1.0) * (1 + padding)))


def move_keypoints(keypoints: np.ndarray, matrix: np.ndarray, layout: Layout | None = None) -> np.ndarray:
    """Transform key points [..., V, 3] by a matrix; with a layout, swap left and right joints (a mirrored person).

    For 3-D joints [..., V, 4], z is scaled by the square root of the change of area.
    """
    moved = keypoints.astype(np.float32)
    moved[..., :2] = (keypoints[..., :2].reshape(-1, 2) @ matrix[:, :2].T + matrix[:, 2]).reshape(moved[..., :2].shape)
    if moved.shape[-1] == 4:
        moved[..., 2] *= np.sqrt(abs(np.linalg.det(matrix[:, :2])))
    return moved if layout is None else moved[..., layout.flip_permutation, :]


def move_frames(frames: np.ndarray, matrix: np.ndarray, size: int, height: int, width: int) -> torch.Tensor:
    """Transform frames uint8 [T, h, w, C] to uint8 [C, T, size, size], bilinear, black outside the image.

    Args:
        frames: the image at any resolution h x w.
        matrix: [2, 3], from pixels of the image of `height` x `width` to pixels of the crop.
        size: of the crop, pixels.
        height: of the image to which the matrix and the key points refer, pixels.
        width: likewise.
    """
    inverse = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    half = (size - 1) / 2
    unit_to_crop = np.array([[size / 2, 0, half], [0, size / 2, half], [0, 0, 1]])  # -1..1 at the edges
    image_to_unit = np.array([[2 / width, 0, 1 / width - 1], [0, 2 / height, 1 / height - 1]])
    theta = torch.as_tensor(image_to_unit @ inverse @ unit_to_crop, dtype=torch.float32)
    grid = F.affine_grid(theta[None], [1, 1, size, size], align_corners=False)
    pixels = torch.as_tensor(np.ascontiguousarray(frames)).permute(0, 3, 1, 2).flatten(0, 1)[None].float()
    moved = F.grid_sample(pixels, grid, align_corners=False)[0]
    return moved.round().to(torch.uint8).unflatten(0, (-1, frames.shape[3])).transpose(0, 1)
