"""Safe writing: readers never find incomplete files, even after a crash or power failure."""

import errno
import fcntl
import glob
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path
from uuid import uuid4

import numpy as np

from .errors import DataError, DiskError

BLOCKED = {errno.ENOTDIR, errno.EEXIST}  # a file is in the place of a folder
REFUSED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM}


@contextmanager
def whole(path: Path, quick: bool = False) -> Iterator[Path]:
    """Give a temporary path beside `path`; the file written there replaces `path` if the block ends without error.

    It is flushed to disk before, and has the permissions of the file that it replaces.

    Args:
        path: the file.
        quick: do not flush to disk and do not remove leftovers; for many files that can be made again.

    Raises:
        DiskError: the disk is full, or there is no permission.
    """
    # the suffix is kept, as numpy would add its own; names are unique, even across machines
    part = path.with_name(f".{path.stem}.{uuid4().hex[:8]}.part{path.suffix}")
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not quick:
            tidy(path.parent, path.stem)
        with part.open("ab") as own, _removed(part):
            with suppress(OSError):  # without file locks, leftovers stay
                fcntl.flock(own, fcntl.LOCK_EX)
            yield part
            if path.is_file():
                shutil.copymode(path, part)
            if not quick:
                flush(part)
            os.replace(part, path)
            if not quick:
                _sync(path.parent)  # the new name; the other files were flushed when they were written


@contextmanager
def told(path: Path, *kinds: type[Exception]) -> Iterator[None]:
    """Turn a failure to write `path` into a sentence.

    Args:
        path: the file to write.
        kinds: further errors that a library raises if it cannot write.

    Raises:
        DiskError: what failed, why, how much space is free, and how to continue.
    """
    try:
        yield
    except (OSError, *kinds) as error:
        _refuse_file_as_folder(path, error)
        number = getattr(error, "errno", None)  # numpy's "1000 requested and 24 written" has none
        if isinstance(error, DiskError) or number not in (None, *REFUSED):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        place = next(folder for folder in path.absolute().parents if folder.exists())
        raise DiskError(
            f"{path} could not be written ({reason}); {shutil.disk_usage(place).free / 2**20:.1f} MiB are free there. "
            "Complete files are kept. Free some space, or choose another place by MGLIB_RUNS, MGLIB_CACHE or "
            "MGLIB_REPORTS, and try again; a run continues with resume=True."
        ) from error


def keyed(key: str) -> str:
    """The name, without suffix, of the cached file for a key; it must not change, to keep existing caches valid."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def _refuse_file_as_folder(path: Path, error: Exception) -> None:
    if getattr(error, "errno", None) in BLOCKED:
        for file in (folder for folder in path.absolute().parents if folder.is_file()):
            raise DiskError(
                f"{path} could not be written: {file} is a file, where a folder is expected; move it away, or choose "
                "another place by MGLIB_RUNS, MGLIB_CACHE or MGLIB_REPORTS."
            ) from error


def tidy(folder: Path, stem: str | None = None) -> None:
    """Remove incomplete files whose processes have ended, which is known from released locks.

    Args:
        folder: the folder.
        stem: stem of the file whose leftovers are removed; None: all.
    """
    for part in folder.glob(f".{'*' if stem is None else glob.escape(stem)}.*.part*"):
        with suppress(OSError), part.open("rb") as file:  # still being written, or removed by another process
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


def visible(folder: Path, pattern: str = "*") -> list[Path]:
    """All files and folders below a folder, sorted, without hidden ones, which macOS and editors leave.

    Args:
        folder: the folder; links to other folders are followed, as where data lie on several disks.
        pattern: of their names, as in `fnmatch`.
    """
    return sorted(path for path in below(folder, _hidden) if fnmatchcase(path.name, pattern))


def below(folder: Path, skipped: Callable[[str], bool] = lambda name: False) -> Iterator[Path]:
    """Files and folders below a folder; every folder is entered once, by a link only if it is not below.

    Args:
        folder: the folder.
        skipped: function of a name that tells which files and folders to leave out, with all that is in them.

    Raises:
        DataError: a folder cannot be read.
    """
    waiting, entered = [str(folder)], set()
    for start in waiting:  # links are added to it
        for place, folders, files in os.walk(start, onerror=_forbidden):
            stat = os.stat(place)
            if (stat.st_dev, stat.st_ino) in entered:
                folders.clear()
                continue
            entered.add((stat.st_dev, stat.st_ino))
            folders[:] = sorted(name for name in folders if not skipped(name))
            waiting += [path for name in folders if os.path.islink(path := os.path.join(place, name))]
            yield from (Path(place, name) for name in (*folders, *files) if not skipped(name))


def distinct(paths: Iterable[Path]) -> list[Path]:
    """The paths without duplicates, by links, of the same files."""
    files = {(stat.st_dev, stat.st_ino): path for path in reversed(list(paths)) for stat in [path.stat()]}
    return list(files.values())[::-1]


def _forbidden(error: OSError) -> None:
    """Refuse to leave out what a folder without permission contains."""
    if isinstance(error, PermissionError):
        raise DataError(f"{error.filename}: the folder cannot be read; change its permissions, or move it away.")


def _hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def flush(path: Path) -> None:
    """Flush a file, or a folder with the files directly in it, to disk."""
    for each in [*path.iterdir(), path] if path.is_dir() else [path]:
        _sync(each)


def _sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Write a text file safely."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")


def write_json(path: Path, content: object) -> None:
    """Write indented JSON safely."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def write_arrays(path: Path, **arrays: np.ndarray) -> None:
    """Write a compressed .npz safely."""
    with whole(path) as part:
        np.savez_compressed(part, **arrays)


@contextmanager
def _removed(part: Path) -> Iterator[None]:
    try:
        yield
    finally:
        part.unlink(missing_ok=True)
