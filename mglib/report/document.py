"""What a report is made of: plain data that a notebook shows and that the writers turn into files."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd
from IPython.display import display
from matplotlib.collections import PathCollection
from matplotlib.transforms import Bbox
from PIL import Image

from mglib.base.errors import Told
from mglib.figures import Figure
from mglib.figures.style import SCREEN

DPI = 300  # of pictures: what journals ask for
CROWD = 3000  # points from which a cloud is a picture within a vector PDF: each would be an object of the page
QUICK = {"compress_level": 2}  # of a PNG: a little larger, sooner
NUMBER = re.compile(r"[-+]?\d[\d.,]*%?|")


class ReportError(Told, ValueError):
    """A report that cannot be written; the message says why."""


@dataclass(frozen=True)
class Picture:
    """A figure, drawn once for print and once for the screen however often it is shown.

    Files have it without the title and the note below, as a paper has them in the caption; a notebook shows both.

    Attributes:
        name: of its files, in small letters and dashes.
        figure: what is drawn.
        about: what it shows and how to read it.
    """

    name: str
    figure: Figure
    about: str

    @property
    def caption(self) -> str:
        """What it shows, and what the figure's own note says."""
        note = self.figure.note
        return f"{self.about} {note[0].upper()}{note[1:].rstrip('.')}." if note else self.about

    @property
    def alt(self) -> str:
        """For those who do not see it: what the figure itself says, which the caption stands beside."""
        return self.figure.description or self.about

    @cached_property
    def body(self) -> Bbox:
        """What is printed of the figure: all but title and note; inches from the lower left."""
        return self.figure.body()

    @cached_property
    def pdf(self) -> bytes:
        """Vectors, letters as letters; large clouds of points as a picture."""
        for cloud in self.figure.findobj(PathCollection):
            if len(cloud.get_offsets()) > CROWD:
                cloud.set_rasterized(True)
        return self._drawn("pdf", bbox_inches=self.body)

    @cached_property
    def titled(self) -> Image.Image:
        """The whole figure at 300 dots an inch."""
        _ = self.body  # what has its place keeps it
        size = [int(DPI * inches) for inches in self.figure.get_size_inches()]
        return Image.frombuffer("RGBA", size, self._drawn("raw", titled=True)).convert("RGB")

    @cached_property
    def image(self) -> Image.Image:
        """Without title and note, at 300 dots an inch."""
        width, height = self.titled.size
        return self.titled.crop((0, max(0, height - round(DPI * self.body.y1)), width, height))

    @property
    def png(self) -> bytes:
        """At 300 dots an inch."""
        return _saved(self.image, "PNG", dpi=(DPI, DPI), **QUICK)

    @cached_property
    def screen(self) -> Image.Image:
        """Two pixels to one of the page's."""
        return _for_screen(self.image, self.width)

    @property
    def webp(self) -> bytes:
        """For a page: a quarter of the PNG, so that one of many pictures stays small."""
        return _saved(self.screen, "WEBP", quality=88, method=2)

    @property
    def width(self) -> int:
        """On a page, pixels."""
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
    """A table of ready text.

    Attributes:
        name: of its files, in small letters and dashes.
        frame: the cells; the index is not shown.
        caption: what it shows and how to read it.
    """

    name: str
    frame: pd.DataFrame
    caption: str

    @property
    def text(self) -> pd.DataFrame:
        """All cells as str."""
        return self.frame.astype(str)

    @property
    def numeric(self) -> list[bool]:
        """Of each column: whether it holds numbers only, which stand best one below the other."""
        return [all(NUMBER.fullmatch(cell) for cell in column) for _, column in self.text.items()]

    def _ipython_display_(self) -> None:
        html = f"<p><em>{escape(self.caption)}</em></p>{self.text.to_html(index=False)}"
        _show(html, f"{self.caption}\n{self.text}")


@dataclass(frozen=True)
class Code:
    """Lines for a console, and what they do."""

    text: str
    caption: str

    def _ipython_display_(self) -> None:
        _show(f"<p>{escape(self.caption)}</p><pre>{escape(self.text)}</pre>", f"{self.caption}\n{self.text}")


@dataclass(frozen=True)
class Page:
    """A whole HTML page that works within another; on paper its caption stands in its place."""

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
        items: what follows them.
    """

    title: str
    text: Sequence[str] = ()
    items: Sequence[Picture | Table | Code | Page] = ()

    @property
    def is_page(self) -> bool:
        """Whether it is nothing but a page within the HTML page."""
        return bool(self.items) and all(isinstance(item, Page) for item in self.items)

    def _ipython_display_(self) -> None:
        _show("".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.text), "\n".join(self.text))
        for item in self.items:
            display(item)


@dataclass(frozen=True)
class Report:
    """A first page and sections; None among them is a section that this study has no use for.

    Attributes:
        title: on the first page.
        sections: in reading order.
        authors: below the title; "" for none.
        date: below it.
        finding: what was found, a sentence each.
        cover: the figure of the first page, shown there and not in its section again; None for none.
    """

    title: str
    sections: Sequence[Section | None]
    authors: str = ""
    date: str = ""
    finding: Sequence[str] = ()
    cover: Picture | None = None

    @property
    def parts(self) -> list[Section]:
        """The sections that are there, but for those of `pages`."""
        return [section for section in self.sections if section is not None and not section.is_page]

    @property
    def pages(self) -> list[Section]:
        """The sections that are a page within the HTML page, which opens with them; paper has none."""
        return [section for section in self.sections if section is not None and section.is_page]

    @property
    def pictures(self) -> list[tuple[str, Picture]]:
        """All pictures, that of the first page first, each with the stem of its files, such as "03-confusions"."""
        return list(_numbered(self._items(), Picture))

    @property
    def tables(self) -> list[tuple[str, Table]]:
        """All tables in order, each with the stem of its files."""
        return list(_numbered(self._items(), Table))

    def items(self, section: Section) -> list[Picture | Table | Code | Page]:
        """What follows a section's text, without the figure of the first page."""
        return [item for item in section.items if item is not self.cover]

    def numbers(self) -> dict[int, int]:
        """Number of each picture and table by its id()."""
        return {id(item): i for found in (self.pictures, self.tables) for i, (_, item) in enumerate(found, 1)}

    def see(self, section: Section) -> str:
        """Where the figures and tables of a section are: they stand where a page has room for them."""
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
    """Rising numbers in words: "3", "3 and 5", "3 to 6", "3, 4 and 7"."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} to {numbers[-1]}"
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}" if first else last


def _for_screen(image: Image.Image, width: int) -> Image.Image:
    """Two pixels to one of the page's."""
    size = 2 * width, round(2 * width * image.height / image.width)
    return image.resize(size, Image.Resampling.BOX)


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def _show(html: str, text: str) -> None:
    display({"text/html": html, "text/plain": text}, raw=True)
