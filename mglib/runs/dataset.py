"""The data set of a run, loaded once per process, since loading takes seconds.

It is loaded again if one of its files was changed, added or removed.
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
from mglib.base.files import below
from mglib.data import ClipTable

from .run import Run


class DataMissing(RunError):
    """The data set of a run cannot be loaded, or does not match; the message says why."""


def find_table(run: Run) -> ClipTable:
    """Load the data set of a run, with rows and splits as in `run.clips`.

    Raises:
        DataMissing: it cannot be loaded as the run's config says, or lacks some of the run's clips.
    """
    config = run.config
    try:
        root, options = config["data_root"], config["data_options"]
        table = _load(config["dataset"], root, json.dumps(options), _files(root, *options.values()))
    except (DataError, OSError) as error:
        raise DataMissing(f"The data of the run {run.name} cannot be loaded: {error}") from error
    rows = pd.Index(table.clips["id"]).get_indexer(run.clips["id"])
    if (rows < 0).any():
        raise DataMissing(f"The data lack {(rows < 0).sum()} of the {len(rows)} clips of the run {run.name}.")
    if not np.array_equal(rows, np.arange(len(table))):
        table = table.select(rows)
    split = run.clips["split"].to_numpy()
    if np.array_equal(table.clips["split"].to_numpy(), split):
        return table
    return replace(table, clips=table.clips.assign(split=split))  # fold runs have other splits


def load_table(run: Run) -> ClipTable | None:
    """The same, but None with a warning if the data set cannot be loaded."""
    try:
        return find_table(run)
    except DataMissing as error:
        warnings.warn(f"{error} So its frames are not shown.", stacklevel=2)
        return None


@lru_cache(maxsize=1)
def _load(dataset: str, root: str | None, options: str, files: tuple[tuple[str, int, int], ...]) -> ClipTable:
    """`files` is part of the cache key, so that changed files are loaded again."""
    return data.load(dataset, root, **json.loads(options))


def _files(*places: object) -> tuple[tuple[str, int, int], ...]:
    """Path, size and modification time of every file at or below those `places` that are paths, sorted."""
    found = []
    for place in (Path(text).expanduser() for text in places if text and isinstance(text, str | Path)):
        for path in filter(Path.is_file, (place, *below(place))):
            about = path.stat()
            found.append((str(path), about.st_size, about.st_mtime_ns))
    return tuple(sorted(found))
