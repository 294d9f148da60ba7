"""The page that a figure is drawn on: its size, title and note; notebooks display it with any matplotlib backend."""

import io
from collections.abc import Collection, Mapping
from typing import Any, Literal

import matplotlib.figure
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from . import fonts
from .lettering import BASE, NAMES, SMALLEST, covering, fit, wrap
from .style import INK, SCREEN, TITLE, drawn, styled

Size = Literal["one column", "two columns"]
WIDTHS: dict[Size, float] = {"one column": 3.5, "two columns": 7.2}  # inches in print, of most journals
WIDTH = WIDTHS["two columns"]
NOTE = 7.5  # size of the note below a figure's title, points
LINE = 1.2 / 72  # height of a line of text per point of its size, inches
PAGE, HALF_PAGE, LEAST_ROW = 8.8, 4.2, 0.105  # inches: figure heights for a page and half; rows of text
KEY_COLUMNS = 3  # of the key to the numbers of the classes
QUICK = {"compress_level": 2}  # for PNGs: slightly larger, but faster

_width = WIDTH  # current width of figures that fit one column, inches


def set_size(size: Size) -> None:
    """Set the width of figures created from now on; figures that need two columns are not affected."""
    global _width
    _width = WIDTHS[size]


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


def key_height(names: Collection) -> float:
    """The height of `number_key`, inches."""
    return -(-len(names) // KEY_COLUMNS) * 0.13


def number_key(axes: Axes, names: Mapping[int, str], inches: float = NAMES) -> None:
    """A key from numbers to the names of classes, in columns; longer names than `inches` are cut."""
    rows = max(-(-len(names) // KEY_COLUMNS), 1)
    look = {"fontsize": SMALLEST, "va": "center", "parse_math": False}
    for place, (k, name) in enumerate(names.items()):
        axes.text(place // rows / KEY_COLUMNS, -(place % rows), fit(f"{k} {name}", inches), **look)
    axes.set(xlim=(0, 1), ylim=(0.5 - rows, 0.5))
    axes.set_axis_off()


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
