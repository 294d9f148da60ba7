"""Work in threads, for functions that spend their time in libraries which release Python's lock, as Pillow does."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from joblib import cpu_count

Item, Result = TypeVar("Item"), TypeVar("Result")


def in_threads(function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    """The result for each item, in order, by a thread per core; a generator of items runs in the calling thread."""
    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(pool.map(function, items))
