"""Writes a report as files: an HTML page, a PDF, and figures and tables for a paper."""

from collections.abc import Sequence
from pathlib import Path

from mglib.base import files
from mglib.base.locking import locked

from . import html, latex, pdf
from .document import Report, ReportError

FORMATS = ("html", "pdf", "figures", "tables")
NUMBERED = "[0-9][0-9]-*"


def write_report(report: Report, folder: str | Path, formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write a report into a folder; files of an earlier report in the same formats are replaced, others are kept.

    folder/figures/NN-name.pdf and .png (300 dpi), captions.tex; folder/tables/NN-name.csv and .tex (booktabs);
    folder/report.pdf; and last, folder/index.html, which is self-contained. Only complete files are written.

    Args:
        report: the report.
        folder: the folder, created if necessary.
        formats: some of html, pdf, figures, tables.

    Returns:
        The files, in the order in which they were written.

    Raises:
        BusyError: another process is writing into the folder.
        DiskError: the disk is full; files written before are complete.
        ReportError: a format is unknown, or the report has no section.
    """
    writers = {"figures": _write_figures, "tables": _write_tables, "pdf": _write_pdf, "html": _write_html}
    unknown = [name for name in formats if name not in writers]
    if unknown or not formats:
        raise ReportError(f"formats: {list(formats)}; give some of {', '.join(writers)}.")
    if not (report.parts or report.pages):
        raise ReportError(f"The report {report.title!r} has no section; give at least one.")
    folder = Path(folder)
    with locked(folder):
        return [path for name, writer in writers.items() if name in formats for path in writer(report, folder)]


def _write_figures(report: Report, folder: Path) -> list[Path]:
    pngs = {f"{stem}.png": png for (stem, _), png in zip(report.pictures, report.encoded("png"), strict=True)}
    content = {f"{stem}.pdf": picture.pdf for stem, picture in report.pictures} | pngs
    return _replace(folder / "figures", content | {"captions.tex": latex.captions(report).encode()})


def _write_tables(report: Report, folder: Path) -> list[Path]:
    content = {}
    for stem, table in report.tables:
        content |= {f"{stem}.csv": table.text.to_csv(index=False).encode()}
        content |= {f"{stem}.tex": latex.table(stem, table, report.remark).encode()}
    return _replace(folder / "tables", content)


def _write_pdf(report: Report, folder: Path) -> list[Path]:
    return [_write_bytes(folder / "report.pdf", pdf.to_pdf(report))]


def _write_html(report: Report, folder: Path) -> list[Path]:
    return [_write_bytes(folder / "index.html", html.to_html(report).encode())]


def _replace(folder: Path, content: dict[str, bytes]) -> list[Path]:
    """Write files, and remove other numbered files, and incomplete ones left by a killed process."""
    files.tidy(folder)
    written = [_write_bytes(folder / name, data) for name, data in content.items()]
    for old in folder.glob(NUMBERED):
        if old.name not in content:
            old.unlink()
    return written


def _write_bytes(path: Path, content: bytes) -> Path:
    with files.whole(path) as part:
        part.write_bytes(content)
    return path
