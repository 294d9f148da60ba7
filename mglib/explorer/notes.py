"""What a reader says about a clip: notes.csv in the run directory, written whole at every note."""

from datetime import datetime
from pathlib import Path

import pandas as pd

from mglib.base import files

MARKS = ("mislabelled", "ambiguous", "bad skeleton")
COLUMNS = ("id", "mark", "comment", "saved")


class Notes:
    """The notes of a run; the file is read before every change, so that two open notebooks do not undo each other.

    Args:
        path: notes.csv; it need not be there yet.
    """

    def __init__(self, path: Path):
        self.path = path

    def read(self) -> dict[str, dict[str, str]]:
        """Clip id -> mark, comment, saved.

        Raises:
            ValueError: the file has other columns than a file of notes.
        """
        if not self.path.is_file():
            return {}
        try:
            table = pd.read_csv(self.path, dtype=str, keep_default_na=False)
        except ValueError as error:  # pandas' own errors are ValueErrors
            raise ValueError(f"{self.path} is no table of notes ({error}); rename or repair it.") from error
        if not set(COLUMNS) <= set(table.columns):
            raise ValueError(
                f"{self.path} has the columns {', '.join(table.columns)}; notes have {', '.join(COLUMNS)}. "
                "Rename or repair the file; it was left as it is."
            )
        return {note["id"]: {name: note[name] for name in COLUMNS[1:]} for note in table.to_dict("records")}

    def replace(self, clip: str, mark: str, comment: str = "") -> dict[str, dict[str, str]]:
        """Replace the note on a clip; neither mark nor comment removes it. Returns all notes.

        Raises:
            ValueError: the mark is none of `MARKS`.
        """
        if mark and mark not in MARKS:
            raise ValueError(f"mark: {mark!r}; give one of {', '.join(MARKS)}, or an empty one.")
        notes = self.read()
        notes.pop(clip, None)
        if mark or comment:
            saved = datetime.now().astimezone().isoformat(timespec="seconds")
            notes[clip] = {"mark": mark, "comment": comment, "saved": saved}
        rows = [{"id": name} | note for name, note in notes.items()]
        files.write_text(self.path, pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(index=False))
        return notes
