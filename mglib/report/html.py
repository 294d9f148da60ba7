"""Writes a report as one HTML page with pictures and explorer, which loads nothing from elsewhere."""

import base64
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter

import jinja2
from joblib import cpu_count

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


def to_html(report: Report) -> str:
    """The page as text."""
    pictures = [picture for _, picture in report.pictures]
    _ = [picture.image for picture in pictures]  # drawn here, as matplotlib draws in one thread only
    with ThreadPoolExecutor(cpu_count()) as pool:  # Pillow encodes without Python's lock
        webp = dict(zip(map(id, pictures), pool.map(attrgetter("webp"), pictures), strict=True))
    return TEMPLATES.get_template("report.html.j2").render(report=report, numbers=report.numbers(), webp=webp)
