"""Writes a report as PDF with Typst, a Python package that includes its fonts and loads nothing."""

import json
import tempfile
from importlib import resources
from pathlib import Path

import typst

from .document import Code, Page, Picture, Report, Table


def to_pdf(report: Report) -> bytes:
    """The PDF, with vector figures.

    The template reads the content from JSON, so that no text can be interpreted as markup.
    """
    template = resources.files(__package__).joinpath("templates", "report.typ").read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        for stem, picture in report.pictures:
            Path(folder, f"{stem}.pdf").write_bytes(picture.pdf)
        Path(folder, "report.json").write_text(json.dumps(content(report)), encoding="utf-8")
        return typst.compile(template, root=folder)


def content(report: Report) -> dict:
    """The content for the template."""
    stems = {id(picture): stem for stem, picture in report.pictures}
    sections = [
        {
            "title": part.title,
            "text": [*part.text, *filter(None, [part.text and report.see(part)])],
            "items": [_item(item, stems) for item in report.items(part)],
        }
        for part in report.parts
    ]
    return {
        "title": report.title,
        "authors": report.authors,
        "date": report.date,
        "finding": " ".join(report.finding),
        "cover": _item(report.cover, stems) if report.cover else None,
        "beside": [item.caption for page in report.pages for item in page.items],
        "sections": sections,
    }


def _item(item: Picture | Table | Code | Page, stems: dict[int, str]) -> dict:
    about = {"kind": type(item).__name__.lower(), "caption": item.caption}
    if isinstance(item, Picture):
        size = {"aspect": item.aspect, "inches": item.body.width}
        return about | {"path": f"{stems[id(item)]}.pdf", "alt": item.alt} | size
    if isinstance(item, Table):
        text = item.text
        return about | {"head": list(text.columns), "rows": text.to_numpy().tolist(), "numeric": item.numeric}
    return about | ({"text": item.text} if isinstance(item, Code) else {})
