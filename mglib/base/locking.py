"""Locks for folders: only one process at a time may write; the kernel releases a lock when its process ends."""

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

PATIENCE = 10.0  # seconds to wait for another process that stores a user's input


@contextmanager
def locked(folder: Path, patience: float = 0) -> Iterator[None]:
    """Lock a folder, which need not exist yet; the lock is a file beside it.

    On a file system without locks it continues with a warning, as the lock only guards against a rare mistake.

    Args:
        folder: folder of a run or report, or a file with several writers.
        patience: seconds to wait for a process that holds the lock.

    Raises:
        BusyError: another process, or another thread of this one, holds the lock.
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
                f"{folder} is being written{_holder(path)}, and two at a time would damage it; wait for that one, "
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
            path.unlink(missing_ok=True)  # while locked: others notice, and try again
        lock.release()


def _sign(path: Path) -> None:
    signature = f"process {os.getpid()} of {platform.node()} since {time.strftime('%Y-%m-%d %H:%M:%S')}"
    with told(path):
        path.write_text(signature, encoding="utf-8")


def _holder(path: Path) -> str:
    """The text in the lock, such as " by process 7 of HOST since TIME"; "" if it was released meanwhile."""
    try:
        signature = path.read_text(encoding="utf-8")
    except OSError:
        return ""
    return signature and f" by {signature}"
