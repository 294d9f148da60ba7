"""Draws packed skeletons at several moments of a clip."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from mglib.data import Layout
from mglib.data.skeletons import LEVELS, MISSING

from . import style
from .clips import joint_sides


def draw_moments(
    panels: Sequence[Axes],
    points: np.ndarray,
    layout: Layout,
    images: Sequence[np.ndarray] | None = None,
    extent: np.ndarray | None = None,
) -> None:
    """One panel per moment, cropped to the skeleton.

    Args:
        panels: n axes.
        points: uint8 [n, V, 2] from `data.skeletons.pack`.
        layout: layout with the limbs.
        images: n frames for the background, or None.
        extent: left, right, bottom, top of the frames, in the units of the points.
    """
    points, seen = points.astype(np.float32), (points != MISSING).all(-1)
    there = points[seen] if seen.any() else np.array([[0, 0], [LEVELS, LEVELS]])
    middle, half = (there.max(0) + there.min(0)) / 2, 0.58 * np.ptp(there, axis=0).max()
    sides = [style.SIDES[side] for side in joint_sides(layout)]
    shown = [None] * len(points) if images is None else images
    for axes, image, frame, known in zip(panels, shown, points, seen, strict=True):
        if image is not None:
            axes.imshow(image, extent=extent)
        limbs = [(a, b) for a, b in layout.limbs if known[a] and known[b]]
        look = {"colors": [sides[b] for _, b in limbs], "linewidths": 1.1, "capstyle": "round"}
        axes.add_collection(LineCollection([frame[[a, b]] for a, b in limbs], **look))
        axes.set(xlim=middle[0] + [-half, half], ylim=middle[1] + [half, -half], xticks=[], yticks=[])
        axes.set(facecolor=style.DARK, aspect="equal")
        axes.spines[:].set_visible(False)
