"""A user's notes on clips: notes.csv in the run directory, rewritten at every note."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from mglib.base import files
from mglib.base.locking import PATIENCE, locked
from mglib.base.tables import read_kept

MARKS = ("mislabelled", "ambiguous", "bad skeleton")
COLUMNS = ("id", "mark", "comment", "saved")


class Notes:
    """The notes of a run; the file is read before every change, so that two open notebooks do not undo each other.

    Args:
        path: notes.csv, which need not exist yet.
    """

    def __init__(self, path: Path):
        self.path = path

    def read(self) -> dict[str, dict[str, str]]:
        """Clip id -> mark, comment, saved.

        Raises:
            ValueError: the file has other columns than a file of notes.
        """
        table = read_kept(self.path, COLUMNS, "notes")
        return {note["id"]: {name: note[name] for name in COLUMNS[1:]} for note in table.to_dict("records")}

    def replace(self, clip: str, mark: str, comment: str = "") -> dict[str, dict[str, str]]:
        """Replace the note on a clip; neither mark nor comment removes it. Returns all notes.

        Raises:
            ValueError: the mark is not in `MARKS`.
            BusyError: another process has been writing for ten seconds.
        """
        if mark and mark not in MARKS:
            raise ValueError(f"mark: {mark!r}; give one of {', '.join(MARKS)}, or an empty one.")
        with locked(self.path, PATIENCE):
            notes = self.read()
            notes.pop(clip, None)
            if mark or comment:
                saved = datetime.now().astimezone().isoformat(timespec="seconds")
                notes[clip] = {"mark": mark, "comment": comment, "saved": saved}
            rows = [{"id": name} | note for name, note in notes.items()]
            files.write_text(self.path, pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(index=False))
        return notes
