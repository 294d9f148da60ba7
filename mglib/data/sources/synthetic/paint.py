"""Filled, softly lit shapes with smooth edges, painted by a compiled loop: all that synthetic frames consist of.

A shape is a row of `COLUMNS` numbers in pixels (centres at whole numbers). It covers a pixel by the depth inside its
edge, from half a pixel outside to half a pixel inside; light falls from the upper left.
"""

import numba
import numpy as np

CAPSULE, ELLIPSE, HALF_PLANE = 0, 1, 2
COLUMNS = 12  # kind, x0, y0, x1, y1, r0, r1, red, green, blue, opacity, relief


@numba.njit(cache=True)
def _capsule(image, shape):
    """Ends (x0, y0) and (x1, y1) with radii r0 and r1."""
    x0, y0, dx, dy = shape[1], shape[2], shape[3] - shape[1], shape[4] - shape[2]
    per_length = 1 / (dx * dx + dy * dy + 1e-9)
    far = max(shape[5], shape[6]) + 1
    top, bottom = _span(min(y0, y0 + dy) - far, max(y0, y0 + dy) + far, image.shape[0])
    left, right = _span(min(x0, x0 + dx) - far, max(x0, x0 + dx) + far, image.shape[1])
    for y in range(top, bottom):
        for x in range(left, right):
            share = min(max(((x - x0) * dx + (y - y0) * dy) * per_length, 0.0), 1.0)
            off_x, off_y = x - x0 - share * dx, y - y0 - share * dy
            radius = shape[5] + (shape[6] - shape[5]) * share
            square = off_x * off_x + off_y * off_y
            if square < (radius + 0.5) ** 2:
                _mix(image[y, x], shape, radius - np.sqrt(square), off_x / radius, off_y / radius)


@numba.njit(cache=True)
def _ellipse(image, shape):
    """Centre (x0, y0), half-axis r0 along the unit vector (x1, y1), half-axis r1 across."""
    far = max(shape[5], shape[6]) + 1
    top, bottom = _span(shape[2] - far, shape[2] + far, image.shape[0])
    left, right = _span(shape[1] - far, shape[1] + far, image.shape[1])
    for y in range(top, bottom):
        for x in range(left, right):
            a = ((x - shape[1]) * shape[3] + (y - shape[2]) * shape[4]) / shape[5]
            b = ((y - shape[2]) * shape[3] - (x - shape[1]) * shape[4]) / shape[6]
            norm = np.sqrt(a * a + b * b)
            slope = np.sqrt((a / shape[5]) ** 2 + (b / shape[6]) ** 2)
            depth = (1 - norm) * (norm + 1e-9) / (slope + 1e-9)  # to first order the distance to the edge
            if depth > -0.5:
                _mix(image[y, x], shape, depth, a * shape[3] - b * shape[4], a * shape[4] + b * shape[3])


@numba.njit(cache=True)
def _half_plane(image, shape):
    """All below the line through (x0, y0) and (x1, y1), x0 < x1."""
    slope = (shape[4] - shape[2]) / (shape[3] - shape[1])
    for x in range(image.shape[1]):
        edge = shape[2] + slope * (x - shape[1])
        top, bottom = _span(edge - 1, image.shape[0], image.shape[0])
        for y in range(top, bottom):
            _mix(image[y, x], shape, y - edge, 0.0, 0.0)


@numba.njit(cache=True)
def _span(low, high, size):
    """Pixels between two positions, cut to the image."""
    return min(max(int(np.ceil(low)), 0), size), min(max(int(high) + 1, 0), size)


@numba.njit(cache=True)
def _mix(pixel, shape, depth, off_x, off_y):
    """Lay the shape over a pixel that lies `depth` inside its edge, and off its axis by these shares of the radius."""
    cover = min(max(0.5 + depth, 0.0), 1.0) * shape[10]
    light = 1.0 - shape[11] * (0.5 * off_x + 0.7 * off_y + 0.3 * (off_x * off_x + off_y * off_y))
    for c in range(3):
        pixel[c] += cover * (min(shape[7 + c] * light, 255.0) - pixel[c])


@numba.njit(cache=True)
def _lay(image, shape):
    if shape[0] == CAPSULE:
        _capsule(image, shape)
    elif shape[0] == ELLIPSE:
        _ellipse(image, shape)
    else:
        _half_plane(image, shape)


@numba.njit(cache=True)
def paint_frames(background: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Paint the frames of a clip.

    Args:
        background: float32 [H, W, 3], 0..255, under every frame.
        shapes: float64 [T, P, COLUMNS], the P shapes of each frame from the farthest to the nearest.

    Returns:
        uint8 [T, H, W, 3].
    """
    frames = np.empty((shapes.shape[0],) + background.shape, np.uint8)
    for t in range(shapes.shape[0]):
        image = background.copy()
        for p in range(shapes.shape[1]):
            if shapes[t, p, 10] > 0.0:
                _lay(image, shapes[t, p])
        for y in range(image.shape[0]):
            for x in range(image.shape[1]):
                for c in range(3):
                    frames[t, y, x, c] = np.uint8(min(max(image[y, x, c], 0.0), 255.0) + 0.5)
    return frames


class Sketch:
    """Collects the shapes of all frames of a clip, each with its layer: the higher, the nearer.

    Points are [2] or [T, 2] pixels; lengths are metres, and `metre` is pixels a metre. These, layers and opacities are
    numbers or [T]; colours are [3], 0..255.
    """

    def __init__(self, frames: int) -> None:
        self.shapes: list[np.ndarray] = []
        self.layers: list[np.ndarray] = []
        self.frames = frames

    def capsule(self, layer, start, end, radii, metre, colour, opacity=1.0, relief=0.25) -> None:
        """A line with round ends; one radius, or one for each end."""
        self._add(layer, CAPSULE, start, end, radii, metre, colour, opacity, relief)

    def ellipse(self, layer, centre, axis, radii, metre, colour, opacity=1.0, relief=0.25) -> None:
        """An ellipse with one half-axis along the unit vector `axis` and one across."""
        self._add(layer, ELLIPSE, centre, axis, radii, metre, colour, opacity, relief)

    def below(self, layer, start, end, colour) -> None:
        """All that lies below a line, given by a point on its left and one on its right."""
        self._add(layer, HALF_PLANE, start, end, 0.0, 0.0, colour, 1.0, 0.0)

    def limb(self, layer, start, end, radii, metre, colour) -> None:
        """A capsule with a dark rim, so that skin stands out against skin."""
        rim = [radius + 0.005 for radius in radii]
        self.capsule(layer, start, end, rim, metre, np.asarray(colour) * 0.62, relief=0.0)
        self.capsule(layer, start, end, radii, metre, colour, relief=0.2)

    def in_order(self) -> np.ndarray:
        """[T, P, COLUMNS], from the farthest layer to the nearest; within a layer as they were added."""
        order = np.argsort(np.stack(self.layers, 1), axis=1, kind="stable")
        return np.take_along_axis(np.stack(self.shapes, 1), order[..., None], 1)

    def _add(self, layer, kind, start, end, radii, metre, colour, opacity, relief) -> None:
        shape = np.empty((self.frames, COLUMNS))
        shape[:, 0], shape[:, 1:3], shape[:, 3:5] = kind, start, end
        first, last = radii if isinstance(radii, tuple | list) else (radii, radii)
        shape[:, 5], shape[:, 6] = first * metre, last * metre
        shape[:, 7:10], shape[:, 10], shape[:, 11] = colour, opacity, relief
        self.shapes.append(shape)
        self.layers.append(np.broadcast_to(np.asarray(layer, float), self.frames))
