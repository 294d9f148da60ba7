"""Places labels beside points without overlap."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from . import style
from .lettering import SMALLEST, width_of

RADII = (7, 12, 18, 26, 36, 48)  # distances of labels from their points, points; nearest first
DIRECTIONS = 12
MARK = 3.5  # half the width of what marks a point, points
JOINED = 12  # distance from which a line joins the two, points

Box = tuple[float, float, float, float]


def place_numbers(axes: Axes, points: np.ndarray, labels: Sequence[str]) -> None:
    """Place a label beside each point, over no other label or point; distant ones are joined to it by a line.

    This arranges the figure, so call it when the layout is final. Labels without a free place are left out.

    Args:
        axes: axes that must contain the labels.
        points: [n, 2], in data.
        labels: n short texts.
    """
    axes.figure.arrange()
    axes.apply_aspect()  # the limits of the data may depend on the place
    places, half = axes.transData.transform(points), MARK * axes.figure.dpi / 72
    taken: list[Box] = [(x - half, y - half, x + half, y + half) for x, y in places]
    for (x, y), label in zip(places, labels, strict=True):
        spot = _free(axes, x, y, label, taken)
        if spot is None:
            continue
        dx, dy, box = spot
        taken.append(box)
        line = {"arrowstyle": "-", "color": style.FAINT, "linewidth": 0.4, "shrinkA": 0, "shrinkB": 1}
        look = {"fontsize": SMALLEST, "ha": "center", "va": "center_baseline", "zorder": 6}
        look["path_effects"] = style.HALO
        place = axes.transData.inverted().transform((x, y))
        arrow = line if np.hypot(dx, dy) > JOINED else None
        axes.annotate(label, place, (dx, dy), textcoords="offset points", arrowprops=arrow, **look)


def _free(axes: Axes, x: float, y: float, label: str, taken: Sequence[Box]) -> tuple[float, float, Box] | None:
    """A free place for a label: its distance from (x, y), points, and its box, pixels."""
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
