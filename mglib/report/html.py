"""Writes a report as one HTML page with pictures and explorer, which loads nothing from elsewhere."""

import base64
import re

import jinja2

from .document import Code, Page, Picture, Report, Table

TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader(__package__), autoescape=True, undefined=jinja2.StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
TEMPLATES.tests |= {
    name: lambda item, kind=kind: isinstance(item, kind)
    for name, kind in {"picture": Picture, "table": Table, "code": Code, "page": Page}.items()
}
TEMPLATES.filters["id"] = id
TEMPLATES.filters["base64"] = lambda content: base64.b64encode(content).decode()
TEMPLATES.filters["whole"] = lambda text: re.sub(r"(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", text)


def to_html(report: Report) -> str:
    """The page as text."""
    webp = {id(picture): content for (_, picture), content in zip(report.pictures, report.encoded("webp"), strict=True)}
    return TEMPLATES.get_template("report.html.j2").render(report=report, numbers=report.numbers(), webp=webp)
