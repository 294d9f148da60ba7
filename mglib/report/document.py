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
from PIL import Image

from mglib.figures import Figure

DPI = 300  # of pictures: what journals ask for
CROWD = 3000  # points from which a cloud is a picture within a vector PDF: each would be an object of the page
QUICK = {"compress_level": 2}  # of a PNG: a little larger, sooner
SHOWN = 96  # pixels of a page for an inch of a figure
NUMBER = re.compile(r"[-+]?\d[\d.,]*%?|")


class ReportError(ValueError):
    """A report that cannot be written; the message says why."""


@dataclass(frozen=True)
class Picture:
    """A figure, drawn once for print and once for the screen however often it is shown.

    Attributes:
        name: of its files, in small letters and dashes.
        figure: what is drawn.
        caption: what it shows and how to read it.
    """

    name: str
    figure: Figure
    caption: str

    @cached_property
    def pdf(self) -> bytes:
        """Vectors, letters as letters; large clouds of points as a picture."""
        for cloud in self.figure.findobj(PathCollection):
            if len(cloud.get_offsets()) > CROWD:
                cloud.set_rasterized(True)
        return self._drawn("pdf")

    @cached_property
    def image(self) -> Image.Image:
        """Drawn at 300 dots an inch."""
        size = [int(DPI * inches) for inches in self.figure.get_size_inches()]
        return Image.frombuffer("RGBA", size, self._drawn("raw")).convert("RGB")

    @property
    def png(self) -> bytes:
        """At 300 dots an inch."""
        return _saved(self.image, "PNG", dpi=(DPI, DPI), **QUICK)

    @cached_property
    def screen(self) -> Image.Image:
        """Two pixels to one of the page's."""
        return self.image.resize((2 * self.width, round(2 * self.width * self.aspect)), Image.Resampling.BOX)

    @property
    def webp(self) -> bytes:
        """For a page: a quarter of the PNG, so that one of many pictures stays small."""
        return _saved(self.screen, "WEBP", quality=88, method=2)

    @property
    def width(self) -> int:
        """On a page, pixels."""
        return round(SHOWN * self.figure.get_figwidth())

    @property
    def aspect(self) -> float:
        """Height over width."""
        return self.figure.get_figheight() / self.figure.get_figwidth()

    def _drawn(self, kind: str) -> bytes:
        content = io.BytesIO()
        self.figure.savefig(content, format=kind, dpi=DPI)
        self.figure.set_layout_engine("none")  # what has its place keeps it, and is drawn again in half the time
        return content.getvalue()

    def _ipython_display_(self) -> None:
        content = {"image/png": _saved(self.screen, "PNG", **QUICK), "text/plain": f"<Picture: {self.caption}>"}
        display(content, raw=True, metadata={"image/png": {"width": self.width}})
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

    def _ipython_display_(self) -> None:
        _show("".join(f"<p>{escape(paragraph)}</p>" for paragraph in self.text), "\n".join(self.text))
        for item in self.items:
            display(item)


@dataclass(frozen=True)
class Report:
    """Sections under a title; None among them is a section that this study has no use for."""

    title: str
    sections: Sequence[Section | None]

    @property
    def parts(self) -> list[Section]:
        """The sections that are there."""
        return [section for section in self.sections if section is not None]

    @property
    def pictures(self) -> list[tuple[str, Picture]]:
        """All pictures in order, each with the stem of its files, such as "03-confusions"."""
        return list(_numbered(self.parts, Picture))

    @property
    def tables(self) -> list[tuple[str, Table]]:
        """All tables in order, each with the stem of its files."""
        return list(_numbered(self.parts, Table))


def _numbered(sections: Sequence[Section], kind: type) -> Iterator[tuple[str, Any]]:
    found = [item for section in sections for item in section.items if isinstance(item, kind)]
    for number, item in enumerate(found, 1):
        yield f"{number:02d}-{item.name}", item


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def _show(html: str, text: str) -> None:
    display({"text/html": html, "text/plain": text}, raw=True)
