"""Limits loader processes to the shared memory in which they pass batches; containers may have little."""

import shutil
import sys
import warnings
from pathlib import Path

PLACE = Path("/dev/shm")
PREFETCHED = 2  # waiting batches per process, torch's default; one more is in use


def affordable(workers: int, batch: int) -> int:
    """The number of loader processes that shared memory allows, with a warning if it is lower than requested.

    Without enough memory, torch's processes die of a bus error in the middle of an epoch.

    Args:
        workers: number of processes requested.
        batch: size of a batch, bytes.
    """
    if not workers or sys.platform != "linux":
        return workers
    free = shutil.disk_usage(PLACE).free if PLACE.is_dir() else 0
    fit = max(0, min(workers, (free // max(batch, 1) - 1) // PREFETCHED))
    if fit < workers:
        warnings.warn(
            f"num_workers: {workers} processes hand over batches of {batch / 2**20:.1f} MiB through {PLACE}, where "
            f"{free / 2**20:.1f} MiB are free, enough for {fit or 'none'}; only that many are used. Give the "
            "container more shared memory, as docker's --shm-size does.",
            stacklevel=3,
        )
    return fit
