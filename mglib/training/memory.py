"""Memory of a process that trains: what there is, and what glibc does with what was freed on a CPU."""

import ctypes
import os
from contextlib import suppress
from pathlib import Path

import torch

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # malloc.h


def keep_memory() -> None:
    """Where the C library is glibc, keep freed memory for the next step instead of giving it back at once.

    A step's large buffers are otherwise new to the process at every step, and each new page costs a fault.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, -1)


def return_memory() -> None:
    """Give freed memory back to the system where the C library is glibc.

    It keeps holes between its small allocations, and in a notebook's kernel these grew by a gigabyte in ten epochs.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


def room(device: torch.device) -> float:
    """GiB that are free on a device; on a CPU, also below the limit of a container."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0] / 2**30
    if device.type != "cpu":
        return torch.accelerator.get_memory_info(device)[0] / 2**30
    free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, StopIteration):  # no Linux
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = 2**10 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    with suppress(OSError, ValueError):  # no container, or "max"
        group = Path("/sys/fs/cgroup")
        free = min(free, int((group / "memory.max").read_text()) - int((group / "memory.current").read_text()))
    return free / 2**30
