"""The common style of all figures, and a figure class that notebooks display with any matplotlib backend."""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

import matplotlib as mpl
import matplotlib.figure
import numpy as np
import seaborn as sns
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox, ScaledTranslation, Transform

from mglib.runs import Run

from . import fonts
from .lettering import BASE, NAMES, SMALLEST, covering, fit, width_of, wrap

Size = Literal["one column", "two columns"]
WIDTHS: dict[Size, float] = {"one column": 3.5, "two columns": 7.2}  # inches in print, of most journals
WIDTH = WIDTHS["two columns"]
TITLE, NOTE = 9.5, 7.5  # sizes of a figure's title and of the note below it, points
LINE = 1.2 / 72  # height of a line of text per point of its size, inches
PAGE, HALF_PAGE, LEAST_ROW = 8.8, 4.2, 0.105  # inches: figure heights for a page and half; rows of text
QUICK = {"compress_level": 2}  # for PNGs: slightly larger, but faster
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
styled = mpl.rc_context(RC)  # decorates a function that builds a figure
# and one that draws it: a layout that is done with stays so, where matplotlib's default would be to begin anew
drawn = mpl.rc_context(RC | {"figure.constrained_layout.use": False})


_width = WIDTH  # current width of figures that fit one column, inches


def set_size(size: Size) -> None:
    """Set the width of figures created from now on; figures that need two columns are not affected."""
    global _width
    _width = WIDTHS[size]


@contextmanager
def sized(size: Size) -> Iterator[None]:
    """Context manager for `set_size`."""
    global _width
    before, _width = _width, WIDTHS[size]
    try:
        yield
    finally:
        _width = before


def columns() -> int:
    """Largest number of panels side by side in a figure that fits one column."""
    return 1 if _width < WIDTH else 2


class Figure(matplotlib.figure.Figure):
    """A figure in the common style, displayed by notebooks; it is independent of pyplot and needs no closing.

    Args:
        height: height, inches.
        narrow: whether it fits one column; then its width is that of `set_size`.
    """

    def __init__(self, height: float, narrow: bool = False):
        super().__init__(figsize=(_width if narrow else WIDTH, height))
        self.title, self.note, self._head = "", "", []
        self._body: Bbox | None = None  # once everything has its place

    @property
    def description(self) -> str:
        """Alternative text."""
        return " ".join(f"{text.rstrip('.')}." for text in (self.title, self.note) if text)

    @drawn
    def draw(self, renderer: RendererBase) -> None:
        """Draw with fonts that have the letters; missing letters give one warning."""
        self._choose_fonts()
        with fonts.told_once():
            super().draw(renderer)

    @drawn
    def arrange(self) -> None:
        """Give everything its place, as drawing does, but without drawing, which takes several times as long."""
        self._choose_fonts()
        engine = self.get_layout_engine()
        if self.axes and engine is not None:
            with fonts.told_once():
                engine.execute(self)

    @drawn  # ticks are created while drawing, and the font type of a PDF while writing
    def savefig(self, *args: Any, titled: bool = False, **kwargs: Any) -> None:
        """Save the figure, without title and note, which belong in the caption of a paper, unless `titled`."""
        if titled or not self._head:
            return super().savefig(*args, **kwargs)
        body = self.body()
        for text in self._head:
            text.set_visible(False)
        try:
            super().savefig(*args, **{"bbox_inches": body} | kwargs)
        finally:
            for text in self._head:
                text.set_visible(True)

    def body(self) -> Bbox:
        """The box below the title, inches; this fixes the layout."""
        if self._body is None:
            self._body = self._measured()
        return self._body

    @drawn
    def _measured(self) -> Bbox:
        self.arrange()
        self.set_layout_engine(None)  # "none" would have matplotlib draw the figure twice whenever it is written
        if not self._head:
            return self.bbox_inches
        bottom = min(text.get_window_extent().y0 for text in self._head) / self.dpi
        return Bbox([[0, 0], [self.get_figwidth(), bottom - 0.02]])

    def _choose_fonts(self) -> None:
        texts = [text for text in self.findobj(Text) if text.get_text().strip()]
        families = covering(text.get_text() for text in texts)
        for text in texts if len(families) > len(BASE) else ():
            text.set_fontfamily(families)

    def _ipython_display_(self) -> None:
        """Display as one PNG; backends would show none (MPLBACKEND=Agg) or two (pyplot)."""
        from IPython.display import display

        png = io.BytesIO()
        self.body()  # while the layout is open, matplotlib draws twice
        self.savefig(png, format="png", titled=True, pil_kwargs=QUICK)
        width, height = (round(SCREEN * inches) for inches in self.get_size_inches())
        content = {"image/png": png.getvalue(), "text/plain": f"<Figure: {self.title}>"}
        about = {"width": width, "height": height, "alt": self.description}
        display(content, raw=True, metadata={"image/png": about})


def head(figure: Figure, title: str, note: str = "") -> Text:
    """Set title and note, left-aligned and wrapped, and the alternative text; returns the title.

    Figures that place their panels themselves reserve `head_height`; others grow with the number of lines.
    """
    figure.title, figure.note = " ".join(title.split()), " ".join(note.split())
    title, note = _broken(title, note, figure.get_figwidth())
    plain = {"parse_math": False}  # names of runs and gestures may contain dollar signs
    if figure.get_layout_engine() is not None:
        figure.set_figheight(figure.get_figheight() + _height(title, note) - _height("title", "note" * bool(note)))
    room = -(-NOTE * len(note.splitlines()) // TITLE)  # height of the note in lines of the title
    heading = figure.suptitle(title + "\n" * int(room), x=0.004, ha="left", linespacing=1.2, **plain)
    below = Annotation(note, (0, 0), xycoords=heading, va="bottom", fontsize=NOTE, annotation_clip=False, **plain)
    figure.add_artist(below)
    figure._head = [heading, *([below] if note else [])]
    return heading


def head_height(title: str, note: str = "", width: float = WIDTH) -> float:
    """Height of title and note in a figure of `width`, inches."""
    return _height(*_broken(title, note, width)) + 0.16


def _broken(title: str, note: str, width: float) -> tuple[str, str]:
    return wrap(title, width - 0.1, TITLE, "bold"), wrap(note, width - 0.1, NOTE)


def _height(title: str, note: str) -> float:
    lines = len(title.splitlines()) + -(-NOTE * len(note.splitlines()) // TITLE)
    return LINE * TITLE * lines


def rows_height(rows: int, rest: float) -> float:
    """Height of a figure with rows of names, inches: many rows are closer together, to fit a page.

    Args:
        rows: number of rows, usually one per class.
        rest: height of the rest of the figure, inches.
    """
    usual = min(0.19, max(0.13, HALF_PAGE / rows))
    return rows * max(LEAST_ROW, min(usual, (PAGE - rest) / rows))


def dark(colour: str) -> tuple[float, float, float]:
    """A darker colour, for text on white paper."""
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


def percent(axis: Axis) -> None:
    """Show fractions on an axis as percent."""
    axis.set_major_formatter(mpl.ticker.PercentFormatter(1))


def title(run: Run, stream: str) -> str:
    """The beginning of the title of a figure for a run and stream."""
    called = run.stream_names
    return f"{run.data.heading}, run {run.name}, {called.get(stream, next(iter(called.values())))}"


@styled
def sentence(heading: str, text: str) -> Figure:
    """A figure with a sentence on why there is nothing to show."""
    told = wrap(text, WIDTH - 0.1, NOTE)
    height = 0.1 + LINE * NOTE * len(told.splitlines())
    figure = Figure(head_height(heading) + height)
    figure.text(0.004, 0.04 / figure.get_figheight(), told, color=INK, fontsize=NOTE)
    head(figure, heading)
    figure.note = text
    return figure
