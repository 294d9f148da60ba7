"""Memory of a process that trains on a CPU: what glibc does with what was freed."""

import ctypes

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
