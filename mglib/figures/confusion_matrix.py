"""The confusion matrix for print. All positions are computed without a layout engine, as the explorer draws this
figure whenever it is shown."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from mglib.base.shares import percent

from . import page, style
from .page import Figure
from .style import styled

ANNOTATED = 0.1  # share of a true class from which a cell shows its percentage
WIDEST_CELL = 0.8  # inches; a matrix of few classes does not fill the page
KEYS = 1.15  # smallest space beside and below the matrix, for the two keys in the corner, inches
LABEL, EDGE, GAP = 0.2, 0.05, 0.06  # inches: name of an axis; margin of the page; beside letters
LEAST_CELL = 0.1  # inches, so that rows of text do not touch; long names of many classes are cut for this


@styled
def matrix(counts: np.ndarray, class_names: Sequence[str], class_groups: Sequence[str], title: str) -> Figure:
    """A confusion matrix in shares of the true class, ordered by body group: correct blue, confused orange.

    Cells from 10 % on show their percentage, if it fits; the margins count true clips (right) and predictions (top).

    Args:
        counts: clips by true class (row) and predicted class (column), int [K, K].
        class_names: K names.
        class_groups: K body groups.
        title: title of the figure, one line.
    """
    order, k = style.group_order(class_groups), len(counts)
    counts, groups = counts[np.ix_(order, order)], [class_groups[label] for label in order]
    clips = counts.sum(1, keepdims=True)
    margin = max(0.2, style.width_of(map(str, [*clips.flat, *counts.sum(0)])) + 2 * GAP)  # inches of the counts
    room = page.WIDTH - EDGE - LABEL - margin - k * LEAST_CELL  # remaining inches for names
    names = [style.fit(class_names[label], min(style.NAMES, room - 2 * GAP)) for label in order]
    room = max(KEYS, style.width_of(names) + 2 * GAP)
    cell = min(WIDEST_CELL, (page.WIDTH - EDGE - LABEL - room - margin) / k)
    written = cell >= style.width_of(["88"]) + 0.02  # two digits fit
    full = style.width_of(["100"]) + 0.02
    from_where = f", written from {ANNOTATED:.0%} up" if written else ", by colour"
    note = f"shares of the true class in %{from_where}; margins: clips; frames: body groups"
    figure, axes = _sheet(k, cell, room, margin, page.head_height(title, note))
    share = np.divide(counts, clips, out=np.zeros(counts.shape), where=clips > 0)
    right = np.eye(k, dtype=bool)
    for cells, colours in ((~right, style.WRONG_CELLS), (right, style.RIGHT_CELLS)):
        axes.imshow(np.ma.masked_array(share, ~cells), cmap=colours, vmin=0, vmax=1)
    for i, j in np.argwhere(share >= ANNOTATED) if written else ():
        colour = "white" if share[i, j] > 0.45 else style.INK
        axes.text(j, i, percent(share[i, j]), color=colour, size=style.SMALLEST, ha="center", va="center", zorder=4)
        if share[i, j] == 1 and cell < full:  # else the ends of the number would be white on white
            ground = (style.RIGHT_CELLS if i == j else style.WRONG_CELLS)(1.0)
            corner = (j - full / cell / 2, i - 0.5)
            axes.add_patch(Rectangle(corner, full / cell, 1, color=ground, linewidth=0, zorder=3))
    style.grid_cells(axes, k, k)
    _frame_groups(axes, groups)
    _write_names(axes, names, [style.group_colours(class_groups)[group] for group in groups], cell)
    _write_counts(axes, counts, cell)
    _draw_keys(figure)
    page.head(figure, title, note).set_y(1 - EDGE / figure.get_figheight())
    return figure


def _sheet(k: int, cell: float, room: float, margin: float, top: float) -> tuple[Figure, Axes]:
    """A figure, and axes of k x k cells in it: names left and below, counts right and above; all in inches."""
    side, start = k * cell, EDGE + LABEL + room
    figure = Figure(start + side + margin + top + EDGE)
    figure.set_layout_engine("none")
    width, height = figure.get_size_inches()
    axes = figure.add_axes([start / width, start / height, side / width, side / height])
    axes.set(xticks=[], yticks=[])
    axes.set_xlabel("predicted class", labelpad=72 * room)
    axes.set_ylabel("true class", labelpad=72 * room)
    return figure, axes


def _write_names(axes: Axes, names: Sequence[str], colours: Sequence[str], cell: float) -> None:
    """Names left of the rows and below the columns, as plain text, which is faster than ticks."""
    gap = GAP / cell  # data units are cells
    for i, (name, colour) in enumerate(zip(names, colours, strict=True)):
        look = {"color": style.dark(colour), "size": style.SMALLEST}
        axes.text(-0.5 - gap, i, name, ha="right", va="center_baseline", **look)
        axes.text(i, len(names) - 0.5 + gap, name, ha="center", va="top", rotation=90, **look)


def _write_counts(axes: Axes, counts: np.ndarray, cell: float) -> None:
    """Numbers of clips at the right of rows, and of predictions above columns."""
    k, gap = len(counts), GAP / cell
    clips, answers, small = counts.sum(1), counts.sum(0), {"size": style.SMALLEST}
    narrow = style.width_of(map(str, answers)) > 0.85 * cell
    for i in range(k):
        axes.text(k - 0.5 + gap, i, clips[i], color=style.INK if clips[i] else style.RED, va="center", **small)
        axes.text(i, -0.5 - gap, answers[i], ha="center", va="bottom", rotation=90 if narrow else 0, **small)
    axes.text(k - 0.5 + gap, -0.5 - gap, "n", color=style.FAINT, va="bottom", **small)


def _frame_groups(axes: Axes, groups: Sequence[str]) -> None:
    """A frame around the square of each body group."""
    for group, colour in style.group_colours(groups).items():
        first, size = groups.index(group) - 0.5, groups.count(group)
        square = Rectangle((first, first), size, size, fill=False, edgecolor=colour, linewidth=1.1, clip_on=False)
        axes.add_patch(square)


def _draw_keys(figure: Figure) -> None:
    """Keys to the two colours, in the corner between row and column names."""
    width, height = figure.get_size_inches()
    key = figure.add_axes([(EDGE + LABEL + 0.1) / width, (EDGE + LABEL) / height, 0.85 / width, 0.95 / height])
    key.set_axis_off()
    for top, name, colours in ((0.75, "right", style.RIGHT_CELLS), (0.25, "confused", style.WRONG_CELLS)):
        key.imshow(np.linspace(0, 1, 64)[None], cmap=colours, aspect="auto", extent=(0, 100, top - 0.1, top))
        key.text(0, top + 0.03, f"{name}, %", size=style.SMALLEST)
        for share in (0, 50, 100):
            key.text(share, top - 0.13, share, size=style.SMALLEST, ha="center", va="top")
    key.set(xlim=(0, 100), ylim=(0, 1))
