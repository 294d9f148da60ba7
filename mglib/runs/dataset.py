"""The data set behind a run, loaded once a kernel, since that takes seconds in which nothing else runs.

Where one of its files has changed since, or one has come or gone, it is loaded again.
"""

import json
import warnings
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from mglib import data
from mglib.base.errors import DataError, RunError
from mglib.data import ClipTable

from .run import Run


class DataMissing(RunError):
    """The data set of a run is not at hand, or is another; the message says why."""


def find_table(run: Run) -> ClipTable:
    """The data set of a run: rows, and their splits, as in `run.clips`.

    Raises:
        DataMissing: it cannot be read from where the run's config says, or lacks some of the run's clips.
    """
    config = run.config
    try:
        root, options = config["data_root"], config["data_options"]
        table = _load(config["dataset"], root, json.dumps(options), _files(root, *options.values()))
    except (DataError, OSError) as error:
        raise DataMissing(f"The data of {run.name} are not at hand: {error}") from error
    rows = pd.Index(table.clips["id"]).get_indexer(run.clips["id"])
    if (rows < 0).any():
        raise DataMissing(f"The data at hand lack {(rows < 0).sum()} of the {len(rows)} clips of {run.name}.")
    if not np.array_equal(rows, np.arange(len(table))):
        table = table.select(rows)
    split = run.clips["split"].to_numpy()
    if np.array_equal(table.clips["split"].to_numpy(), split):
        return table
    return replace(table, clips=table.clips.assign(split=split))  # as a fold run split it


def load_table(run: Run) -> ClipTable | None:
    """The same; None, with a warning that says why, where it is not at hand."""
    try:
        return find_table(run)
    except DataMissing as error:
        warnings.warn(f"{error} So its frames are not shown.", stacklevel=2)
        return None


@lru_cache(maxsize=1)
def _load(dataset: str, root: str | None, options: str, files: tuple[tuple[str, int, int], ...]) -> ClipTable:
    """`files` is there to be another key when they have changed."""
    return data.load(dataset, root, **json.loads(options))


def _files(*places: object) -> tuple[tuple[str, int, int], ...]:
    """Path, size and time of every file at or below those of the places that are paths, in order."""
    found = []
    for place in (Path(text).expanduser() for text in places if text and isinstance(text, str | Path)):
        for path in filter(Path.is_file, (place, *place.rglob("*"))):
            about = path.stat()
            found.append((str(path), about.st_size, about.st_mtime_ns))
    return tuple(sorted(found))
