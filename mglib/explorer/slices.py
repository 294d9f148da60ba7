"""Named sets of clips (slices): slices.json in the run directory, rewritten at every change."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mglib.base import files
from mglib.base.locking import PATIENCE, locked

LONGEST = 80  # largest length of a name

Slice = dict[str, Any]


class Slices:
    """The slices of a run; the file is read before every change, so that two open notebooks can be used.

    Args:
        path: slices.json, which need not exist yet.
    """

    def __init__(self, path: Path):
        self.path = path

    def read(self) -> dict[str, Slice]:
        """Name -> filters (by name), split and stream, ids (of the clips).

        Raises:
            ValueError: the file has other content.
        """
        if not self.path.is_file():
            return {}
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            named = {str(name): {**each, "ids": list(each["ids"])} for name, each in content.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ValueError(f"{self.path} holds no slices ({error}); rename or repair it.") from error
        return named

    def replace(self, name: str, content: Mapping[str, Any] | None) -> dict[str, Slice]:
        """Replace the slice of a name; None removes it. Returns all slices.

        Args:
            name: name of the slice.
            content: filters, split, stream and ids.

        Raises:
            ValueError: the name is empty or too long.
            BusyError: another process has been writing for ten seconds.
            DiskError: the disk is full.
        """
        if not name.strip() or len(name) > LONGEST or not name.isprintable():
            raise ValueError(f"name: {name!r}; give a slice a name of up to {LONGEST} letters.")
        with locked(self.path, PATIENCE):
            slices = self.read()
            slices.pop(name, None)
            if content is not None:
                slices[name] = {key: content[key] for key in ("filters", "split", "stream", "ids")}
            files.write_json(self.path, slices)
        return slices
