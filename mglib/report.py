"""One offline HTML page from executed notebooks, with their figures as files beside it.

python -m mglib.report runs/notebooks/03_train.ipynb --to reports/first --title "First run"
"""

import argparse
import base64
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import jinja2
import nbformat
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets.config import Config

from mglib import files

TEMPLATES = Path(__file__).parent / "templates"
# The picture first: a widget carries one for readers without a kernel.
PRIORITY = ["image/png", "image/svg+xml", "image/jpeg", "text/html", "text/markdown", "text/plain"]


class ReportError(ValueError):
    """A notebook that cannot become a report."""


def write_report(notebooks: Sequence[Path], folder: Path, title: str) -> Path:
    """Merge executed notebooks into folder/index.html and write their figures to folder/figures.

    The page needs nothing but itself: pictures are embedded, formulas are MathML, code is folded away and the
    browser is told to fetch nothing. Figures are named NN-<nearest heading>.png (or .svg), numbered in reading
    order; those of an earlier report are replaced. The page is written last and in one step.

    Args:
        notebooks: executed notebooks, in reading order.
        folder: where the report goes; made if need be.
        title: title of the page.

    Returns:
        The path of the page.

    Raises:
        ReportError: a notebook is missing, has not been executed, or stopped with an error.
    """
    cells = [cell for path in notebooks for cell in _executed_cells(Path(path))]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"  # two notebooks may share ids, and the contents link to them
    folder = Path(folder)
    _write_figures(cells, folder / "figures")
    page = folder / "index.html"
    files.write_text(page, _render(cells, title))
    return page


class _Renderer(IPythonRenderer):
    """Markdown whose formulas are MathML, which browsers show without a script."""

    def inline_math(self, body: str) -> str:
        return _mathml(body, "inline")

    def block_math(self, body: str) -> str:
        return _mathml(body, "block")

    def latex_environment(self, name: str, body: str) -> str:
        return _mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


class _Exporter(HTMLExporter):
    @jinja2.pass_context
    def markdown2html(self, context: jinja2.runtime.Context, source: str) -> str:
        attachments = context.get("cell", {}).get("attachments", {})
        renderer = _Renderer(escape=False, exclude_anchor_links=True, attachments=attachments)
        return MarkdownWithMath(renderer=renderer).render(source)


def _mathml(latex: str, display: str) -> str:
    try:
        return convert(latex, display=display)
    except Exception as error:  # latex2mathml has a dozen exceptions without a common base or a message
        raise ReportError(
            f"The formula {latex!r} cannot be read ({type(error).__name__}); correct its LaTeX."
        ) from error


def _executed_cells(path: Path) -> list[NotebookNode]:
    if not path.is_file():
        raise ReportError(f"There is no notebook {path}; run one first with python -m mglib.notebook.")
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    if not any(cell.execution_count for cell in code):
        raise ReportError(f"The notebook {path} has not been executed; run it first with python -m mglib.notebook.")
    for cell in code:
        for output in cell.outputs:
            if output.output_type == "error":
                raise ReportError(f"The notebook {path} stopped: {output.ename}: {output.evalue}; run it again.")
        # Progress bars and warnings are for the one who runs it.
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]
    return cells


def _headings(cell: NotebookNode) -> list[tuple[int, str]]:
    """Return (level, text) of the headings in a Markdown cell."""
    if cell.cell_type != "markdown":
        return []
    prose = re.sub(r"^```.*?^```", "", cell.source, flags=re.DOTALL | re.MULTILINE)
    found = re.findall(r"^(#{1,6})\s+(.+?)\s*#*$", prose, flags=re.MULTILINE)
    return [(len(marks), re.sub(r"[`*$\\]", "", text)) for marks, text in found]


def _write_figures(cells: list[NotebookNode], folder: Path) -> None:
    """Write each picture to a file, and note the heading above it as its alternative text."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob("[0-9][0-9]-*.png"), *folder.glob("[0-9][0-9]-*.svg")]:
        old.unlink()
    heading, number = "figure", 0
    for cell in cells:
        heading = next((text for _, text in reversed(_headings(cell))), heading)
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if data.keys().isdisjoint(("image/png", "image/svg+xml")):
                continue
            number += 1
            output.metadata["alt"] = heading
            slug = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")[:60]
            stem = folder / f"{number:02d}-{slug}"
            if "image/png" in data:
                stem.with_suffix(".png").write_bytes(base64.b64decode(data["image/png"]))
            if "image/svg+xml" in data:
                stem.with_suffix(".svg").write_text(data["image/svg+xml"], encoding="utf-8")


def _render(cells: list[NotebookNode], title: str) -> str:
    contents = [
        {"level": level, "text": text, "cell": cell["id"]}
        for cell in cells
        for level, text in _headings(cell)
        if level <= 3
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"title": title, "language_info": {"name": "python"}})
    exporter = _Exporter(
        config=Config(NbConvertBase={"display_data_priority": PRIORITY}),
        template_name="report",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    resources = {"report_title": title, "report_contents": contents}
    return exporter.from_notebook_node(notebook, resources=resources)[0]


def main(arguments: list[str] | None = None) -> int:
    """Write a report from the console; return 0, or 1 where it could not be made."""
    parser = argparse.ArgumentParser(prog="python -m mglib.report", description="Make a report of executed notebooks.")
    parser.add_argument("notebooks", nargs="+", type=Path, help="executed notebooks, in reading order")
    parser.add_argument("--to", required=True, type=Path, help="folder of the report")
    parser.add_argument("--title", help="title of the page; default: the name of the folder")
    options = parser.parse_args(arguments)
    try:
        page = write_report(options.notebooks, options.to, options.title or options.to.resolve().name)
    except ReportError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Report: {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
