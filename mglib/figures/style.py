"""The common style of all figures: colours, sizes of letters, and what their axes have in common."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import PercentFormatter
from matplotlib.transforms import ScaledTranslation, Transform

from mglib.runs import Run

from .lettering import BASE, NAMES, SMALLEST, fit, width_of

TITLE = 9.5  # size of a figure's title, points
SCREEN = 125  # screen pixels per inch in print, so that letters of 7 points are readable
INK, FAINT, PALE, DARK = "#2b2b2b", "#8a8a8a", "#e6e6e6", "#16191d"

# Okabe & Ito 2008: distinguishable with any colour vision, and in grey. Their yellow is too light for white paper.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
CYCLE = (BLUE, RED, GREEN, ORANGE, PURPLE, SKY, "#6b6b6b", "#000000")
SPLITS = {"train": BLUE, "val": GREEN, "test": ORANGE, "hidden": FAINT}
SIDES = {"left": SKY, "centre": "#f2f2f2", "right": ORANGE}  # the person's own sides; light, to be visible on video

RIGHT_CELLS = sns.blend_palette(["#ffffff", "#9ecae1", BLUE, "#08306b"], as_cmap=True)
WRONG_CELLS = sns.blend_palette(["#ffffff", "#fdbe85", RED, "#7f2704"], as_cmap=True)

RC = {
    "font.family": list(BASE),
    "font.size": 8,
    "text.color": INK,
    "figure.constrained_layout.use": True,
    "figure.dpi": 2 * SCREEN,
    "savefig.dpi": "figure",
    "figure.titlesize": TITLE,
    "figure.titleweight": "bold",
    "axes.titlesize": 8,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.7,
    "axes.axisbelow": True,
    "axes.prop_cycle": mpl.cycler(color=CYCLE),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": PALE,
    "grid.linewidth": 0.7,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.labelsize": 7.5,
    "xtick.labelsize": SMALLEST,
    "ytick.labelsize": SMALLEST,
    "lines.linewidth": 1.4,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "legend.handlelength": 1.4,
    "text.hinting": "none",  # letters have the same widths at any resolution, as `width_of` assumes; also faster
    "image.interpolation": "nearest",
    "pdf.fonttype": 42,  # text stays text, as journals require
    "svg.fonttype": "none",
}
HALO = (withStroke(linewidth=1.6, foreground="white"),)  # around letters that may lie upon points
styled = mpl.rc_context(RC)  # decorates a function that builds a figure
# and one that draws it: a layout that is done with stays so, where matplotlib's default would be to begin anew
drawn = mpl.rc_context(RC | {"figure.constrained_layout.use": False})


def dark(colour: str) -> tuple[float, float, float]:
    """A darker colour, for text on white paper."""
    return tuple(0.7 * np.array(mpl.colors.to_rgb(colour)))


def ink_on(colour: str) -> str:
    """The colour of text on a colour: white, or on a light one that of other text."""
    return INK if np.dot(mpl.colors.to_rgb(colour), (0.3, 0.59, 0.11)) > 0.55 else "white"


def group_colours(class_groups: Sequence[str]) -> dict[str, str]:
    """Body group -> colour, in order of appearance."""
    groups = list(dict.fromkeys(class_groups))
    return {group: CYCLE[i % len(CYCLE)] for i, group in enumerate(groups)}


def group_order(class_groups: Sequence[str]) -> np.ndarray:
    """Classes ordered by body group, then by label, int [K]."""
    rank = {group: i for i, group in enumerate(dict.fromkeys(class_groups))}
    return np.argsort([rank[group] for group in class_groups], kind="stable")


def group_legend(figure: Figure, class_groups: Sequence[str]) -> None:
    """A legend of the colours of body groups below the figure."""
    colours = group_colours(class_groups)
    if len(colours) > 1:
        handles = [Patch(color=colour, label=group) for group, colour in colours.items()]
        legend_below(figure, handles, list(colours))


def legend_below(figure: Figure, handles: Sequence[Artist], labels: Sequence[str]) -> None:
    """A legend below the figure, in as many columns as fit its width."""
    each = width_of(labels, RC["legend.fontsize"]) + 0.45
    fitting = int((figure.get_figwidth() - 0.1) / each)
    ncols = max(1, min(len(handles), fitting))
    figure.legend(handles, labels, loc="outside lower center", ncols=ncols, columnspacing=1.4)


def name_classes(axes: Axes, which: str, names: Sequence[str], colours: Sequence[str], inches: float = NAMES) -> None:
    """Class names as tick labels at 0, 1, 2, ..., in the colours of their body groups.

    Args:
        axes: the axes.
        which: "x" or "y".
        names: names in the order of the ticks; very long ones are cut.
        colours: a colour per name.
        inches: largest width of a name.
    """
    rotation = {"rotation": 90} if which == "x" else {}
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_ticks(
        range(len(names)), [fit(name, inches) for name in names], fontsize=SMALLEST, parse_math=False, **rotation
    )
    axis.set_tick_params(length=0)
    for label, colour in zip(axis.get_ticklabels(), colours, strict=True):
        label.set_color(dark(colour))


def grid_cells(axes: Axes, rows: int, columns: int) -> None:
    """Thin lines between the cells of a matrix, as one collection, which is faster than a grid of ticks."""
    lines = [((-0.5, at - 0.5), (columns - 0.5, at - 0.5)) for at in range(rows + 1)]
    lines += [((at - 0.5, -0.5), (at - 0.5, rows - 0.5)) for at in range(columns + 1)]
    axes.add_collection(LineCollection(lines, colors=PALE, linewidths=0.4, zorder=0.5), autolim=False)
    axes.spines[:].set(visible=True, color=PALE)


def beside(axes: Axes, inches: float) -> Transform:
    """Transform for text at (1, y): this distance to the right of the axes, at y in data coordinates."""
    return axes.get_yaxis_transform() + ScaledTranslation(inches, 0, axes.figure.dpi_scale_trans)


class _Percent(PercentFormatter):
    """Fractions as percent, with the decimals that its ticks need, where matplotlib's have more than fit."""

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        shown = 100 * np.array(values)
        self.decimals = next((n for n in range(4) if np.allclose(shown, shown.round(n), rtol=0, atol=1e-6)), 4)
        return super().format_ticks(values)


def percent(axis: Axis) -> None:
    """Show fractions on an axis as percent."""
    axis.set_major_formatter(_Percent(1))


def title(run: Run, stream: str) -> str:
    """The beginning of the title of a figure for a run and stream."""
    called = run.stream_names
    return f"{run.data.heading}, run {run.name}, {called.get(stream, next(iter(called.values())))}"
