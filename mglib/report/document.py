"""The parts of a report: plain data that notebooks display and writers turn into files."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from operator import attrgetter
from typing import Any, Literal

import pandas as pd
from IPython.display import display
from matplotlib.collections import PathCollection
from matplotlib.transforms import Bbox
from PIL import Image

from mglib.base.errors import Told
from mglib.base.threads import in_threads
from mglib.figures import Figure, sheet
from mglib.figures.page import QUICK
from mglib.figures.style import SCREEN

DPI = 300  # resolution of pictures, as journals require
CROWD = 3000  # number of points from which a scatter plot is rasterised within a vector PDF
NUMBER = re.compile(r"[-+]?\d[\d.,]*%?|")


class ReportError(Told, ValueError):
    """A report that cannot be written; the message says why."""


@dataclass(frozen=True)
class Picture:
    """A figure, which is drawn only once for print and once for the screen.

    Files have no title and note, which belong in the caption of a paper; a notebook shows both.

    Attributes:
        name: name of its files, in lower case with dashes.
        figure: the figure.
        about: what it shows, and how to read it.
    """

    name: str
    figure: Figure
    about: str

    @property
    def caption(self) -> str:
        """The text `about`, and the figure's own note."""
        note = self.figure.note
        return f"{self.about} {note[0].upper()}{note[1:].rstrip('.')}." if note else self.about

    @property
    def alt(self) -> str:
        """The alternative text of the figure, in addition to the caption."""
        return self.figure.description or self.about

    @cached_property
    def body(self) -> Bbox:
        """The printed box of the figure, without title and note; inches from the lower left."""
        return self.figure.body()

    @cached_property
    def pdf(self) -> bytes:
        """The figure as vector PDF with text; large scatter plots are rasterised."""
        for cloud in self.figure.findobj(PathCollection):
            if len(cloud.get_offsets()) > CROWD:
                cloud.set_rasterized(True)
        return self._drawn("pdf", bbox_inches=self.body)

    @cached_property
    def titled(self) -> Image.Image:
        """The whole figure at 300 dpi."""
        _ = self.body  # fixes the layout
        size = [int(DPI * inches) for inches in self.figure.get_size_inches()]
        return Image.frombuffer("RGBA", size, self._drawn("raw", titled=True)).convert("RGB")

    @cached_property
    def image(self) -> Image.Image:
        """The figure without title and note, at 300 dpi."""
        width, height = self.titled.size
        return self.titled.crop((0, max(0, height - round(DPI * self.body.y1)), width, height))

    @property
    def png(self) -> bytes:
        """The figure as PNG, at 300 dpi."""
        return _saved(self.image, "PNG", dpi=(DPI, DPI), **QUICK)

    @property
    def screen(self) -> Image.Image:
        """The figure with two pixels per pixel of the page."""
        return _for_screen(self.image, self.width)

    @property
    def webp(self) -> bytes:
        """The figure as WebP for a page, a quarter of the PNG's size."""
        return _saved(self.screen, "WEBP", quality=88, method=2)

    @property
    def width(self) -> int:
        """Width on a page, pixels."""
        return round(SCREEN * self.figure.get_figwidth())

    @property
    def aspect(self) -> float:
        """Height over width."""
        return self.body.height / self.body.width

    def _drawn(self, kind: str, **how: Any) -> bytes:
        content = io.BytesIO()
        self.figure.savefig(content, format=kind, dpi=DPI, **how)
        return content.getvalue()

    def _ipython_display_(self) -> None:
        shown = _saved(_for_screen(self.titled, self.width), "PNG", **QUICK)
        content = {"image/png": shown, "text/plain": f"<Picture: {self.caption}>"}
        display(content, raw=True, metadata={"image/png": {"width": self.width, "alt": self.alt}})
        _show(f"<p><em>{escape(self.caption)}</em></p>", self.caption)


@dataclass(frozen=True)
class Table:
    """A table of formatted text.

    Attributes:
        name: of its files, in small letters and dashes.
        frame: the cells; the index is not shown.
        caption: what it shows and how to read it.
    """

    name: str
    frame: pd.DataFrame
    caption: str

    @cached_property
    def text(self) -> pd.DataFrame:
        """All cells as str."""
        return self.frame.astype(str)

    @cached_property
    def numeric(self) -> list[bool]:
        """Whether each column contains only numbers, for right alignment."""
        return [all(NUMBER.fullmatch(cell) for cell in column) for _, column in self.text.items()]

    def _ipython_display_(self) -> None:
        html = f"<p><em>{escape(self.caption)}</em></p>{sheet(self.text.reset_index(drop=True)).to_html()}"
        _show(html, f"{self.caption}\n{self.text}")


@dataclass(frozen=True)
class Code:
    """Console commands, and their purpose."""

    text: str
    caption: str

    def _ipython_display_(self) -> None:
        _show(f"<p>{escape(self.caption)}</p><pre>{escape(self.text)}</pre>", f"{self.caption}\n{self.text}")


@dataclass(frozen=True)
class Page:
    """An HTML page embedded in another; on paper it is replaced by its caption."""

    html: str
    caption: str

    def _ipython_display_(self) -> None:
        _show(f"<p><em>{escape(self.caption)}</em></p>", self.caption)


@dataclass(frozen=True)
class Section:
    """A part of a report; it shows itself in a notebook.

    Attributes:
        title: its heading.
        text: paragraphs of plain text.
        items: figures, tables and code after the text.
    """

    title: str
    text: Sequence[str] = ()
    items: Sequence[Picture | Table | Code | Page] = ()

    @property
    def is_page(self) -> bool:
        """Whether it contains only an embedded page."""
        return bool(self.items) and all(isinstance(item, Page) for item in self.items)

    def _ipython_display_(self) -> None:
        _show("".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.text), "\n".join(self.text))
        for item in self.items:
            display(item)


@dataclass(frozen=True)
class Report:
    """A first page and sections; None stands for a section that does not apply to this study.

    Attributes:
        title: title on the first page.
        sections: in reading order.
        authors: authors below the title; "" for none.
        date: date below the authors.
        finding: sentences on the main findings.
        cover: the figure of the first page, which is not repeated in its section; None for none.
        remark: a sentence at the end of every caption for LaTeX, where figures and tables stand alone; "" for none.
    """

    title: str
    sections: Sequence[Section | None]
    authors: str = ""
    date: str = ""
    finding: Sequence[str] = ()
    cover: Picture | None = None
    remark: str = ""

    @property
    def parts(self) -> list[Section]:
        """The sections, except those in `pages`."""
        return [section for section in self.sections if section is not None and not section.is_page]

    @property
    def pages(self) -> list[Section]:
        """The sections that are embedded pages, with which the HTML page begins; paper has none."""
        return [section for section in self.sections if section is not None and section.is_page]

    @property
    def pictures(self) -> list[tuple[str, Picture]]:
        """All pictures, the cover first, each with the stem of its files, such as "03-confusions"."""
        return list(_numbered(self._items(), Picture))

    @property
    def tables(self) -> list[tuple[str, Table]]:
        """All tables in order, each with the stem of its files."""
        return list(_numbered(self._items(), Table))

    def encoded(self, form: Literal["png", "webp"]) -> list[bytes]:
        """All pictures as files of this form, encoded in threads."""

        def drawn() -> Iterator[Picture]:
            for _, picture in self.pictures:
                _ = picture.image  # in the calling thread, as matplotlib draws in one thread only
                yield picture

        return in_threads(attrgetter(form), drawn())

    def items(self, section: Section) -> list[Picture | Table | Code | Page]:
        """The items of a section, without the cover."""
        return [item for item in section.items if item is not self.cover]

    def numbers(self) -> dict[int, int]:
        """The number of each picture and table, by id()."""
        return {id(item): i for found in (self.pictures, self.tables) for i, (_, item) in enumerate(found, 1)}

    def see(self, section: Section) -> str:
        """A reference to the figures and tables of a section, which float to pages with room for them."""
        numbers, told = self.numbers(), []
        for kind, called in ((Picture, "Figure"), (Table, "Table")):
            own = sorted(numbers[id(item)] for item in section.items if isinstance(item, kind))
            if own:
                told.append(f"{called}{'s' * (len(own) > 1)} {_listed(own)}")
        return f"See {' and '.join(told)}." if told else ""

    def _items(self) -> list[Any]:
        first = [self.cover] if self.cover else []
        return first + [item for section in self.parts for item in self.items(section)]


def _numbered(items: Sequence[Any], kind: type) -> Iterator[tuple[str, Any]]:
    found = [item for item in items if isinstance(item, kind)]
    for number, item in enumerate(found, 1):
        yield f"{number:02d}-{item.name}", item


def _listed(numbers: Sequence[int]) -> str:
    """A list of ascending numbers in words: "3", "3 and 5", "3 to 6", "3, 4 and 7"."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} to {numbers[-1]}"
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}" if first else last


def _for_screen(image: Image.Image, width: int) -> Image.Image:
    """Resize to two pixels per pixel of the page."""
    size = 2 * width, round(2 * width * image.height / image.width)
    return image.resize(size, Image.Resampling.BOX)


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def _show(html: str, text: str) -> None:
    display({"text/html": html, "text/plain": text}, raw=True)
