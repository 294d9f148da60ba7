"""Memory of a training process: how much is free, and how glibc treats freed memory on a CPU."""

import ctypes
import os
from contextlib import suppress
from pathlib import Path

import torch

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # malloc.h


def keep_memory() -> None:
    """With glibc, keep freed memory for the next step instead of returning it to the system at once.

    Otherwise the large buffers are allocated from the system in every step, and each new page costs a page fault.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, -1)


def return_memory() -> None:
    """With glibc, return freed memory to the system.

    Its heap fragments between small allocations; in a notebook's kernel it grew by a gigabyte in ten epochs.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def room(device: torch.device) -> float:
    """Free memory of a device, GiB; on a CPU within the limit of a container, if there is one."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0] / 2**30
    if device.type != "cpu":
        return torch.accelerator.get_memory_info(device)[0] / 2**30
    free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, StopIteration):  # not Linux
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = 2**10 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    with suppress(OSError, ValueError):  # no container, or no limit ("max")
        group = Path("/sys/fs/cgroup")
        free = min(free, int((group / "memory.max").read_text()) - int((group / "memory.current").read_text()))
    return free / 2**30
