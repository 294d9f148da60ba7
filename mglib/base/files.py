"""Writing so that a reader, a crash or a power cut never meets half a file."""

import errno
import fcntl
import glob
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import numpy as np

from .errors import DiskError

BLOCKED = {errno.ENOTDIR, errno.EEXIST}  # where a file lies in the place of a folder
REFUSED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM}


@contextmanager
def whole(path: Path, quick: bool = False) -> Iterator[Path]:
    """A temporary path beside `path`; the file written there takes the place of `path` if the block ends well.

    It is on the disk by then, not only in the system's memory, and has the permissions of the file that it replaces.

    Args:
        path: of the file.
        quick: wait for no disk and look for no leftovers: for one of thousands of files that can be made again.

    Raises:
        DiskError: there is no room, or no permission.
    """
    # the suffix stays: numpy adds its own else; no two writers share a name, not even on two machines
    part = path.with_name(f".{path.stem}.{uuid4().hex[:8]}.part{path.suffix}")
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not quick:
            tidy(path.parent, path.stem)
        with part.open("ab") as own, _removed(part):
            with suppress(OSError):  # a file system without locks: then leftovers stay
                fcntl.flock(own, fcntl.LOCK_EX)
            yield part
            if path.is_file():
                shutil.copymode(path, part)
            if not quick:
                flush(part)
            os.replace(part, path)
            if not quick:
                flush(path.parent)


@contextmanager
def told(path: Path, *kinds: type[Exception]) -> Iterator[None]:
    """Turn the failure to write `path` into a sentence.

    Args:
        path: what is written.
        kinds: further errors by which a library tells that it cannot write.

    Raises:
        DiskError: what failed, why, how much room there is, and how to go on.
    """
    try:
        yield
    except (OSError, *kinds) as error:
        _refuse_file_as_folder(path, error)
        number = getattr(error, "errno", None)  # none: numpy, "1000 requested and 24 written"
        if isinstance(error, DiskError) or number not in (None, *REFUSED):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        place = next(folder for folder in path.absolute().parents if folder.exists())
        raise DiskError(
            f"{path} could not be written ({reason}); {shutil.disk_usage(place).free / 2**20:.1f} MiB are free there. "
            "What was whole before is kept. Make room, or choose another place by MGLIB_RUNS, MGLIB_CACHE or "
            "MGLIB_REPORTS, and do the same again; a run goes on with resume=True."
        ) from error


def keyed(key: str) -> str:
    """The name, without ending, of the cached file for a key; people's caches hold files of these names."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def _refuse_file_as_folder(path: Path, error: Exception) -> None:
    if getattr(error, "errno", None) in BLOCKED:
        for file in (folder for folder in path.absolute().parents if folder.is_file()):
            raise DiskError(
                f"{path} could not be written: {file} is a file, where a folder is expected; move it away, or choose "
                "another place by MGLIB_RUNS, MGLIB_CACHE or MGLIB_REPORTS."
            ) from error


def tidy(folder: Path, stem: str | None = None) -> None:
    """Remove half-written files whose processes are gone: the kernel has released their locks.

    Args:
        folder: where they lie.
        stem: of the one file whose leftovers are meant; None: of any.
    """
    for part in folder.glob(f".{'*' if stem is None else glob.escape(stem)}.*.part*"):
        with suppress(OSError), part.open("rb") as file:  # still written, or removed by another: not ours
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


def visible(folder: Path, pattern: str = "*") -> list[Path]:
    """What lies below a folder, in any depth, sorted, without what is hidden: macOS and editors leave such files."""
    found = [path for path in folder.rglob(pattern) if not _hidden(path.relative_to(folder))]
    return sorted(found)


def distinct(paths: Iterable[Path]) -> list[Path]:
    """The same paths without further names, by links, of the same files."""
    files = {(stat.st_dev, stat.st_ino): path for path in reversed(list(paths)) for stat in [path.stat()]}
    return list(files.values())[::-1]


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path.parts)


def flush(path: Path) -> None:
    """Wait until a file, or a folder with the files directly in it, is on the disk."""
    for each in [*path.iterdir(), path] if path.is_dir() else [path]:
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole."""
    with whole(path) as part:
        part.write_text(text, encoding="utf-8")


def write_json(path: Path, content: object) -> None:
    """Write JSON whole, indented."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def write_arrays(path: Path, **arrays: np.ndarray) -> None:
    """Write a compressed .npz whole."""
    with whole(path) as part:
        np.savez_compressed(part, **arrays)


@contextmanager
def _removed(part: Path) -> Iterator[None]:
    try:
        yield
    finally:
        part.unlink(missing_ok=True)
