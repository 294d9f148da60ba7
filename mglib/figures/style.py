"""One look for all figures, and a figure that shows itself in a notebook whatever matplotlib's backend is."""

import io
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

import matplotlib as mpl
import matplotlib.figure
import numpy as np
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import ScaledTranslation, Transform

from mglib.runs import Run

from . import fonts

WIDTH = 10.0  # inches, of every figure, so that letters have one size in a report
LONGEST_NAME = 54  # letters; the public data sets stay below
INK, FAINT, PALE, DARK = "#2b2b2b", "#8a8a8a", "#e6e6e6", "#16191d"

# Okabe & Ito 2008: told apart with any kind of colour vision, and in grey. Their yellow is too light for white paper.
BLUE, ORANGE, GREEN, PURPLE, SKY, RED = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"
CYCLE = (BLUE, RED, GREEN, ORANGE, PURPLE, SKY, "#6b6b6b", "#000000")
SPLITS = {"train": BLUE, "val": GREEN, "test": ORANGE, "hidden": FAINT}
SIDES = {"left": SKY, "centre": "#f2f2f2", "right": ORANGE}  # the person's own; light, to be seen on video

RIGHT_CELLS = sns.blend_palette(["#ffffff", "#9ecae1", BLUE, "#08306b"], as_cmap=True)
WRONG_CELLS = sns.blend_palette(["#ffffff", "#fdbe85", RED, "#7f2704"], as_cmap=True)

_PREFERRED = ("Liberation Sans", "Arial", "Helvetica", "DejaVu Sans")
_FAMILY = next(name for name in _PREFERRED if name in font_manager.get_font_names())  # the last comes with matplotlib

BASE = (_FAMILY, "DejaVu Sans")
RC = {
    "font.family": list(BASE),
    "font.size": 9,
    "text.color": INK,
    "figure.constrained_layout.use": True,
    "figure.dpi": 192,  # two pixels to a screen's one
    "savefig.dpi": "figure",
    "figure.titlesize": 11.5,
    "figure.titleweight": "bold",
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.7,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": PALE,
    "grid.linewidth": 0.7,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "lines.linewidth": 1.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "legend.handlelength": 1.4,
    "text.hinting": "none",  # letters keep their widths at any resolution, so that `width_of` holds, and draw sooner
    "image.interpolation": "nearest",
    "pdf.fonttype": 42,  # letters stay letters: journals ask for it
    "svg.fonttype": "none",
}
styled = mpl.rc_context(RC)  # decorates a function that builds a figure


class Figure(matplotlib.figure.Figure):
    """A figure in the house style; it shows itself in a notebook and belongs to no pyplot, so nothing needs closing."""

    def __init__(self, height: float):
        super().__init__(figsize=(WIDTH, height))

    @styled
    def draw(self, renderer: RendererBase) -> None:
        """Drawn with fonts that have the letters; a letter that none has is told once."""
        texts = [text for text in self.findobj(Text) if text.get_text().strip()]
        families = covering(text.get_text() for text in texts)
        for text in texts if len(families) > len(BASE) else ():
            text.set_fontfamily(families)
        with fonts.told_once():
            super().draw(renderer)

    @styled  # ticks are made while drawing, and the kind of letters in a PDF is chosen while writing
    def savefig(self, *args: Any, **kwargs: Any) -> None:
        super().savefig(*args, **kwargs)

    def _ipython_display_(self) -> None:
        """Shown as one PNG; left to the backend it would be none under MPLBACKEND=Agg, and two under pyplot."""
        from IPython.display import display

        png = io.BytesIO()
        self.savefig(png, format="png")
        width, height = (round(96 * inches) for inches in self.get_size_inches())
        content = {"image/png": png.getvalue(), "text/plain": f"<Figure: {self.get_suptitle().strip()}>"}
        display(content, raw=True, metadata={"image/png": {"width": width, "height": height}})


def head(figure: Figure, title: str, note: str = "") -> Text:
    """The figure's title, flush left, and one line or more below it; returns the title."""
    plain = {"parse_math": False}  # names of runs and gestures may hold dollars
    heading = figure.suptitle(title + "\n" * len(note.splitlines()), x=0.004, ha="left", **plain)
    figure.add_artist(Annotation(note, (0, 0), xycoords=heading, va="bottom", annotation_clip=False, **plain))
    return heading


def dark(colour: str) -> tuple[float, float, float]:
    """A colour as letters want it on white paper."""
    return tuple(0.7 * np.array(mpl.colors.to_rgb(colour)))


def group_colours(class_groups: Sequence[str]) -> dict[str, str]:
    """Body group -> colour, in order of appearance."""
    groups = list(dict.fromkeys(class_groups))
    return {group: CYCLE[i % len(CYCLE)] for i, group in enumerate(groups)}


def group_order(class_groups: Sequence[str]) -> np.ndarray:
    """Classes ordered by body group, then by label, int [K]."""
    rank = {group: i for i, group in enumerate(dict.fromkeys(class_groups))}
    return np.argsort([rank[group] for group in class_groups], kind="stable")


def group_legend(figure: Figure, class_groups: Sequence[str]) -> None:
    """What the colours of the classes mean, under the figure."""
    colours = group_colours(class_groups)
    if len(colours) > 1:
        handles = [Patch(color=colour, label=group) for group, colour in colours.items()]
        figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), columnspacing=1.6)


def shorten(name: str) -> str:
    """A class name; a very long one is cut."""
    return textwrap.shorten(name, LONGEST_NAME, placeholder=" …")


def covering(texts: Iterable[str]) -> list[str]:
    """The families of the house, and behind them those that hold the letters of some texts which it lacks."""
    return [*BASE, *fonts.fallbacks("".join(texts), BASE)]


def cut(text: str, letters: int) -> str:
    """A text of at most so many letters."""
    return text if len(text) <= letters else text[: letters - 1] + "…"


def width_of(texts: Iterable[str], size: float) -> float:
    """Of the widest of some lines of text with letters of `size` points, in inches."""
    texts = list(texts)
    font = FontProperties(family=covering(texts), size=size)
    with fonts.told_once():
        return max(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] for text in texts) / 72


def name_classes(axes: Axes, which: str, names: Sequence[str], colours: Sequence[str], size: float) -> None:
    """Class names as tick labels at 0, 1, 2, ..., in the colours of their body groups.

    Args:
        axes: where.
        which: "x" or "y".
        names: in the order of the ticks; very long ones are cut.
        colours: of the same length.
        size: of the letters, points.
    """
    rotation = {"rotation": 90} if which == "x" else {}
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_ticks(range(len(names)), [shorten(name) for name in names], fontsize=size, parse_math=False, **rotation)
    axis.set_tick_params(length=0)
    for label, colour in zip(axis.get_ticklabels(), colours, strict=True):
        label.set_color(dark(colour))


def grid_cells(axes: Axes, rows: int, columns: int) -> None:
    """Hair lines between the cells of a matrix, as one collection, which is made sooner than a grid of ticks."""
    lines = [((-0.5, at - 0.5), (columns - 0.5, at - 0.5)) for at in range(rows + 1)]
    lines += [((at - 0.5, -0.5), (at - 0.5, rows - 0.5)) for at in range(columns + 1)]
    axes.add_collection(LineCollection(lines, colors=PALE, linewidths=0.4, zorder=0.5), autolim=False)
    axes.spines[:].set(visible=True, color=PALE)


def beside(axes: Axes, inches: float) -> Transform:
    """For text at (1, y): so far to the right of the axes, at y in data."""
    return axes.get_yaxis_transform() + ScaledTranslation(inches, 0, axes.figure.dpi_scale_trans)


def percent(axis: Axis) -> None:
    """Fractions on an axis are shown as percent."""
    axis.set_major_formatter(mpl.ticker.PercentFormatter(1))


def title(run: Run, stream: str) -> str:
    """How a figure of a run and stream begins."""
    called = run.stream_names
    return f"{run.data.heading}, run {run.name}, {called.get(stream, next(iter(called.values())))}"


def with_counts(names: Sequence[str], counts: Sequence[int]) -> list[str]:
    """Names with a number of clips behind them, cut so that the number stays."""
    room = LONGEST_NAME - 7
    return [f"{textwrap.shorten(name, room, placeholder=' …')} ({n})" for name, n in zip(names, counts, strict=True)]


@styled
def sentence(heading: str, text: str) -> Figure:
    """A figure that says why there is nothing to see."""
    figure = Figure(0.54 + 0.16 * len(text.splitlines()))
    figure.text(0.004, 0.05 / figure.get_figheight(), text, color=INK)
    head(figure, heading)
    return figure
