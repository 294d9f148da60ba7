"""Labels beside points, where they do not cover each other."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from . import style
from .lettering import SMALLEST, width_of

RADII = (7, 12, 18, 26, 36, 48)  # points from a point to the middle of its label, the nearest free one is taken
DIRECTIONS = 12
JOINED = 12  # points from which a line joins the two

Box = tuple[float, float, float, float]


def place_numbers(axes: Axes, points: np.ndarray, labels: Sequence[str]) -> None:
    """A label beside each point where no earlier one stands; one that is far away is joined to its point.

    The figure is drawn for it: call this when nothing moves any more. Where there is no room, a label is left out.

    Args:
        axes: that the labels stay in.
        points: [n, 2], in data.
        labels: n short texts.
    """
    axes.figure.draw_without_rendering()
    taken: list[Box] = []
    for (x, y), label in zip(axes.transData.transform(points), labels, strict=True):
        spot = _free(axes, x, y, label, taken)
        if spot is None:
            continue
        dx, dy, box = spot
        taken.append(box)
        line = {"arrowstyle": "-", "color": style.FAINT, "linewidth": 0.4, "shrinkA": 0, "shrinkB": 1}
        look = {"fontsize": SMALLEST, "ha": "center", "va": "center_baseline", "zorder": 6}
        place = axes.transData.inverted().transform((x, y))
        arrow = line if np.hypot(dx, dy) > JOINED else None
        axes.annotate(label, place, (dx, dy), textcoords="offset points", arrowprops=arrow, **look)


def _free(axes: Axes, x: float, y: float, label: str, taken: Sequence[Box]) -> tuple[float, float, Box] | None:
    """Where a label finds room: how far from (x, y), points, and its box, pixels."""
    point, room = axes.figure.dpi / 72, axes.get_window_extent()
    width, height = 72 * width_of([label]) * point / 2 + 1, SMALLEST * point / 2
    for radius in RADII:
        for turn in 2 * np.pi * (np.arange(DIRECTIONS) + 0.5) / DIRECTIONS:
            dx, dy = radius * np.cos(turn), radius * np.sin(turn)
            left, low = x + dx * point - width, y + dy * point - height
            box = (left, low, left + 2 * width, low + 2 * height)
            inside = room.x0 < box[0] and box[2] < room.x1 and room.y0 < box[1] and box[3] < room.y1
            if inside and all(box[2] < a or c < box[0] or box[3] < b or d < box[1] for a, b, c, d in taken):
                return dx, dy, box
    return None
