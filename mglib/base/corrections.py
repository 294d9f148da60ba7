"""Reads files of corrected labels: tables with a line per clip, written by the explorer or by hand.

The columns `id` and `label` are required: the clip, and the name of its class, or nothing to leave the clip out. `was`,
the former class, guards against a file that was made for other labels. All other columns are ignored.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import DataError, OptionError
from .texts import read_rows

NEEDED = ("id", "label")


def read_corrections(path: str | Path) -> dict[str, Any]:
    """Read a file of corrections as plain values, which a run stores in its settings.

    Args:
        path: a CSV file.

    Returns:
        name: name of the file without suffix; clips: for every clip, id, label (None: leave it out) and, if given, was.
        Clips whose label does not change are left out.

    Raises:
        OptionError: the file does not exist, is not such a table, or has contradictory corrections of a clip.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise OptionError(f"corrections: {path} is not there; check the path.")
    try:
        reader = read_rows(path, strict=True)
        rows, columns = list(reader), reader.fieldnames
    except (DataError, csv.Error) as error:
        raise OptionError(f"corrections: {path} is not a readable CSV file ({error}); correct it.") from None
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise OptionError(
            f"corrections: {path} has the columns {', '.join(columns) or 'none'}; {' and '.join(missing)} must be "
            "among them: a clip's id, and the name of its class, or nothing to leave it out."
        )
    return {"name": path.stem, "clips": _changes(path, rows)}


def _changes(path: Path, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for line, row in enumerate(rows, 2):
        if not any(row.values()):  # as spreadsheets leave below a table
            continue
        if row["id"] is None or row["label"] is None or None in row:
            raise OptionError(f"corrections: {path}, line {line} has more or fewer values than the header; correct it.")
        clip, was = row["id"].strip(), (row.get("was") or "").strip()
        if not clip:
            raise OptionError(f"corrections: {path}, line {line} names no clip; give its id, or delete the line.")
        change = {"id": clip, "label": row["label"].strip() or None} | ({"was": was} if was else {})
        known = found.setdefault(clip, change)
        if known != change:
            raise OptionError(
                f"corrections: {path} gives clip {clip} two labels, {_said(known)} and {_said(change)}; keep one, "
                "or give the decisions of one rater."
            )
    return [change for change in found.values() if change["label"] is None or change["label"] != change.get("was")]


def _said(change: Mapping[str, Any]) -> str:
    return "none" if change["label"] is None else repr(change["label"])
