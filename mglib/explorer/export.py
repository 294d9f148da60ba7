"""Writes the explorer, or the time line, as one HTML file with the same script and compressed data."""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mglib.base import files

HERE = Path(__file__).parent


def write_page(
    path: Path,
    meta: dict[str, Any],
    data: bytes,
    view: dict[str, Any],
    said: Mapping[str, dict],
    strips: Mapping[int, bytes],
) -> Path:
    """Write the page.

    Args:
        path: the file.
        meta: facts of the payload.
        data: arrays of the payload.
        view: initial view.
        said: "notes", "decisions" and "slices".
        strips: row -> WebP of its pictures.

    Returns:
        The path.
    """
    content = {
        "meta": meta,
        "view": view,
        **said,
        "frames": {row: base64.b64encode(strip).decode() for row, strip in strips.items()},
    }
    return _write(path, f"Confusions: {meta['run']}", content, data, "explorer.js", ("explorer.css",))


def write_timeline(path: Path, meta: dict[str, Any], data: bytes, corrections: dict[str, Any]) -> Path:
    """Write the page of a time line; arguments as in `write_page`, with corrections by segment.

    Returns:
        The path.
    """
    content = {"meta": meta, "corrections": corrections}
    styles = ("explorer.css", "timeline.css")
    return _write(path, f"Time line: {meta['spotter']}", content, data, "timeline.js", styles)


def _write(
    path: Path, title: str, content: dict[str, Any], data: bytes, script: str, styles: Sequence[str]
) -> Path:  # fmt: skip
    page = (HERE / "export.html").read_text(encoding="utf-8")
    parts = {
        "TITLE": title.replace("&", "&amp;").replace("<", "&lt;"),
        "STYLE": "\n".join((HERE / name).read_text(encoding="utf-8") for name in styles),
        "CONTENT": json.dumps(content, ensure_ascii=False).replace("<", "\\u003c"),  # no early </script>
        "DATA": base64.b64encode(zlib.compress(data, 9)).decode(),
        "MODULE": (HERE / script).read_text(encoding="utf-8"),  # names itself `explorer`
    }
    for name, part in parts.items():
        page = page.replace(f"@@{name}@@", part, 1)
    files.write_text(path, page)
    return path
