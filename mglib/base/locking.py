"""One process at a time writes to a folder: a lock of the kernel, which ends with its process however that ends."""

import os
import platform
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from .errors import BusyError
from .files import told

PATIENCE = 10.0  # seconds to wait for another kernel that writes what a person has just said


@contextmanager
def locked(folder: Path, patience: float = 0) -> Iterator[None]:
    """Hold a folder, which need not be there yet; the lock is a file beside it, so that the folder holds results alone.

    On a file system without locks it warns and goes on: the lock guards against a mistake that few make.

    Args:
        folder: of a run or report; or a file that several write.
        patience: seconds to wait for whoever holds it.

    Raises:
        BusyError: another process holds it, or another thread of this one.
        DiskError: the lock's file cannot be written.
    """
    path = folder.with_name(f".{folder.name}.lock")
    lock = FileLock(path, timeout=patience, fallback_to_soft=False)
    with told(folder):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout:
            raise BusyError(
                f"{folder} is being written{_holder(path)}, and two at a time would spoil it; wait for that one, "
                "end it, or give another name."
            ) from None
        except OSError as error:
            if not os.access(path, os.W_OK):
                raise
            warnings.warn(f"{folder}: its file system has no locks ({error}); start nothing twice.", stacklevel=3)
            path.unlink()
    try:
        if lock.is_locked:
            _sign(path)
        yield
    finally:
        if lock.is_locked:
            path.unlink(missing_ok=True)  # while it is held: who has opened it already finds no name, and asks again
        lock.release()


def _sign(path: Path) -> None:
    signature = f"process {os.getpid()} of {platform.node()} since {time.strftime('%Y-%m-%d %H:%M:%S')}"
    with told(path):
        path.write_text(signature, encoding="utf-8")


def _holder(path: Path) -> str:
    """What is written in the lock, " by process 7 of here since then"; nothing if it is released meanwhile."""
    try:
        signature = path.read_text(encoding="utf-8")
    except OSError:
        return ""
    return signature and f" by {signature}"
