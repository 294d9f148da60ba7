"""Loader processes hand batches over in shared memory, of which a container may have next to none."""

import shutil
import sys
import warnings
from pathlib import Path

PLACE = Path("/dev/shm")
PREFETCHED = 2  # batches of each process that wait, torch's default; one more is in use


def affordable(workers: int, batch: int) -> int:
    """As many loader processes as shared memory allows; a warning says where they are fewer than asked for.

    Without room, torch's processes die of a bus error in the middle of an epoch.

    Args:
        workers: processes that are wanted.
        batch: bytes of a batch.
    """
    if not workers or sys.platform != "linux":
        return workers
    free = shutil.disk_usage(PLACE).free if PLACE.is_dir() else 0
    fit = max(0, min(workers, (free // max(batch, 1) - 1) // PREFETCHED))
    if fit < workers:
        warnings.warn(
            f"num_workers: {workers} processes hand over batches of {batch / 2**20:.1f} MiB through {PLACE}, where "
            f"{free / 2**20:.1f} MiB are free, enough for {fit or 'none'}; so many load clips. Give the "
            "container more shared memory, as docker's --shm-size does.",
            stacklevel=3,
        )
    return fit
