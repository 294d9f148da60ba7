"""Caches key points of slow text formats as .npy files until a source file changes.

The cache holds one array per file, named by the file's name, size and time, the reader and `VERSION`. Only complete
arrays are kept, so an interrupted conversion can continue.
"""

import os
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from tqdm import tqdm

from mglib.base import paths
from mglib.base.console import progress
from mglib.base.errors import DataError
from mglib.base.files import keyed, whole
from mglib.data.opening import file_key

VERSION = 1  # increase it whenever a reader's result for the same file changes
LITTLE = 32 << 20  # bytes; smaller amounts are read faster than other processes start

Reader = Callable[[Path], np.ndarray]


def converted(
    files: Sequence[Path],
    read: Reader,
    joints: int,
    name: str,
    reader: str,
    found: list[str],
    variant: Callable[[Path], str] = lambda file: "",
    values: int = 3,
) -> list[np.ndarray | None]:
    """Key points of files from the cache; missing ones are read in parallel, with a progress bar.

    Args:
        files: one per video.
        read: from a file to float32 [T, V, values]; defined at module level, as other processes call it. It raises
            `DataError` for a file that cannot be used.
        joints: V.
        name: of the folder in the cache.
        reader: name of `read` in the keys of the cache; it must not change, so that caches stay valid.
        found: receives a sentence for every file that cannot be used.
        variant: addition to `reader` in a file's key, if an earlier version of `read` gave another result.
        values: number of values per joint.

    Returns:
        A memory-mapped array per file; None if the file cannot be used.
    """
    places = [_place(file, reader + variant(file), name) for file in files]
    kept = {place: _kept(place, (joints, values)) for place in places}
    missing = {place: file for place, file in zip(places, files, strict=True) if kept[place] is None}
    little = sum(file.stat().st_size for file in missing.values()) < LITTLE
    workers = 1 if little else min(len(missing), os.cpu_count() or 1)
    jobs = (delayed(_convert)(file, read, place) for place, file in missing.items())
    answers = Parallel(n_jobs=workers, return_as="generator")(jobs) if missing else ()
    for place, fault in zip(
        missing,
        tqdm(answers, f"reading {name}", len(missing), unit="file", disable=not missing, file=progress()),
        strict=True,
    ):
        if fault:
            found.append(fault)
        else:
            kept[place] = _kept(place, (joints, values))
    return [kept[place] for place in places]


def _place(file: Path, reader: str, name: str) -> Path:
    return paths.cache_dir() / name / f"{keyed(f'{VERSION} {reader} {file_key(file)}')}.npy"


def _convert(file: Path, read: Reader, place: Path) -> str | None:
    """Read a file into the cache; faults are returned, not raised, so that the other files are still read."""
    try:
        points = read(file)
    except DataError as error:
        return str(error)
    with whole(place) as part:
        np.save(part, points)
    return None


def _kept(place: Path, shape: tuple[int, int]) -> np.ndarray | None:
    """A cached array, memory-mapped; None if it is missing or damaged."""
    try:
        points = np.load(place, mmap_mode="r")
        if points.dtype == np.float32 and points.shape[1:] == shape:
            return points
        problem = f"{points.dtype} {points.shape}"
    except FileNotFoundError:
        return None
    except (ValueError, EOFError, OSError) as error:
        problem = str(error)
    warnings.warn(f"{place}: the cached key points are damaged ({problem}); they are read again.", stacklevel=3)
    return None
