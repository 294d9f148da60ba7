"""A pickle reader that cannot run code: plain values and numeric numpy arrays, nothing else.

numpy's own unpickling functions trust the file (a forged dtype can make numpy read raw bytes as object pointers), so
stand-ins take their place: they accept numbers and text only and hand numpy a dtype made here.
"""

import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np

from mglib.data.clips import DataError


class _Dtype:
    """Stands in for numpy.dtype: booleans, integers, floats and text; the byte order is all its state may set."""

    def __init__(self, code: str, *_: bool) -> None:
        if not (isinstance(code, str) and re.fullmatch(r"[<>=|]?([biuf]\d|U\d+)", code)):
            raise ValueError(f"an array of dtype {code!r}, where numbers or text are expected")
        self.numpy = np.dtype(code)

    def __setstate__(self, state: tuple) -> None:
        self.numpy = self.numpy.newbyteorder(state[1])


class _Array(np.ndarray):
    """Stands in for numpy.ndarray: made empty, then filled once from (version, shape, dtype, Fortran order, bytes)."""

    def __new__(cls, *_: Any) -> "_Array":
        return super().__new__(cls, 0, np.int8)

    def __setstate__(self, state: tuple) -> None:
        version, shape, dtype, fortran, raw = state
        super().__setstate__((version, shape, _numpy(dtype), fortran, raw))


def _numpy(dtype: Any) -> np.dtype:
    if not isinstance(dtype, _Dtype):
        raise ValueError(f"an array whose dtype is a {type(dtype).__name__}")
    return dtype.numpy


def _scalar(dtype: _Dtype, raw: bytes) -> np.generic:
    return np.frombuffer(raw, _numpy(dtype))[0]


def _from_buffer(raw: bytes, dtype: _Dtype, shape: tuple, order: str, axes: tuple | None = None) -> np.ndarray:
    array = np.frombuffer(raw, _numpy(dtype))
    return array.reshape(shape).transpose(axes) if axes is not None else array.reshape(shape, order=order)


def _encode(text: str, _: str) -> bytes:
    """Bytes as protocols 0 to 2 spell them: always Latin-1, whatever codec the file names."""
    return text.encode("latin1")


_ADMITTED = {("numpy", "dtype"): _Dtype, ("numpy", "ndarray"): _Array, ("_codecs", "encode"): _encode}
for _core in ("numpy.core", "numpy._core"):  # the name before and since numpy 2
    _ADMITTED[(f"{_core}.multiarray", "_reconstruct")] = _Array
    _ADMITTED[(f"{_core}.multiarray", "scalar")] = _scalar
    _ADMITTED[(f"{_core}.numeric", "_frombuffer")] = _from_buffer


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ADMITTED:
            raise pickle.UnpicklingError(f"{module}.{name}, which is neither a plain value nor a numpy array")
        return _ADMITTED[module, name]


def read_pickle(path: str | Path) -> Any:
    """Reads a pickle of dict, list, tuple, str, numbers and numpy arrays of numbers or text.

    Args:
        path: the file; any pickle protocol, written under numpy 1 or 2.

    Returns:
        The object in the file.

    Raises:
        DataError: if the file is broken or holds anything else, named in the message; nothing of it has been run.
    """
    with Path(path).open("rb") as file:
        try:
            return _Unpickler(file).load()
        except Exception as error:  # a forged or cut file may raise nearly anything
            raise DataError(
                f"{path}: the pickle is broken or not plain: {error}. An annotation pickle holds dict, list, tuple, "
                "str, numbers and numpy arrays; nothing was run. If you trust its author, write it again from those."
            ) from error
