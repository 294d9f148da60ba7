"""Slow text formats are read once: the key points of every file are kept as .npy, for as long as the file stays as is.

The cache holds one array a file, named by the file's name, size and time, the reader and `VERSION`. Each is written
whole, so an interrupted conversion goes on where it stopped.
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

VERSION = 1  # raise it whenever a reader gives other numbers for the same file
LITTLE = 32 << 20  # bytes of files that are read sooner than other processes start

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
    """Key points of files, from the cache; what the cache lacks is read in parallel, with a bar.

    Args:
        files: one per video.
        read: from a file to float32 [T, V, values]; a function of a module, as other processes call it. It raises
            `DataError` for a file that it cannot use.
        joints: V.
        name: of the folder in the cache.
        reader: name of `read` in the keys of the cache; it stays when the function moves, so that caches stay good.
        found: gets a sentence for every file that cannot be used.
        variant: what the names of a file's cached key points add to `reader`, where an earlier `read` gave others.
        values: of a joint.

    Returns:
        A mapped array a file; None where the file cannot be used.
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
    """Reads a file into the cache; returns what is wrong with it instead, so that the other files are still read."""
    try:
        points = read(file)
    except DataError as error:
        return str(error)
    with whole(place) as part:
        np.save(part, points)
    return None


def _kept(place: Path, shape: tuple[int, int]) -> np.ndarray | None:
    """A cached array, mapped; None if there is none, or none that is whole."""
    try:
        points = np.load(place, mmap_mode="r")
        if points.dtype == np.float32 and points.shape[1:] == shape:
            return points
        problem = f"{points.dtype} {points.shape}"
    except FileNotFoundError:
        return None
    except (ValueError, EOFError, OSError) as error:
        problem = str(error)
    warnings.warn(f"{place}: the cached key points are damaged ({problem}); they are read anew.", stacklevel=3)
    return None
