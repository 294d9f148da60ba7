"""A pickle reader that cannot run code: it accepts only plain values and arrays of numbers or text.

numpy's own unpickling functions trust the file (a forged dtype can make numpy read raw bytes as object pointers), so
stand-ins replace them: they accept only numbers and text and give numpy a dtype made here.
"""

import mmap
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np

from mglib.base.errors import DataError
from mglib.base.limits import VALUES, count_values


class _Dtype:
    """Stand-in for numpy.dtype: booleans, integers, floats and text; its state may set only the byte order."""

    def __init__(self, code: str, *_: bool) -> None:
        if not (isinstance(code, str) and re.fullmatch(r"[<>=|]?([biuf]\d|U[1-9]\d*)", code)):
            raise ValueError(f"an array of dtype {code!r}, where numbers or text are expected")
        self.numpy = np.dtype(code)

    def __setstate__(self, state: tuple) -> None:
        self.numpy = self.numpy.newbyteorder(state[1])


class _Array(np.ndarray):
    """Stand-in for numpy.ndarray: created empty, filled once from (version, shape, dtype, Fortran order, bytes)."""

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
    """Bytes as written by protocols 0 to 2: always Latin-1, whatever codec the file names."""
    return text.encode("latin1")


def _no_bytes() -> bytes:
    """The content of an empty array, as written by protocols 0 to 2."""
    return b""


_ADMITTED = {("numpy", "dtype"): _Dtype, ("numpy", "ndarray"): _Array}
_ADMITTED |= {("_codecs", "encode"): _encode, ("__builtin__", "bytes"): _no_bytes}
for _core in ("numpy.core", "numpy._core"):  # the name before and since numpy 2
    _ADMITTED[(f"{_core}.multiarray", "_reconstruct")] = _Array
    _ADMITTED[(f"{_core}.multiarray", "scalar")] = _scalar
    _ADMITTED[(f"{_core}.numeric", "_frombuffer")] = _from_buffer


class _Unpickler(pickle._Unpickler):
    """The standard library's reader in Python: slower (0.06 s per thousand clips), but safe with forged files.

    In the C version, ten bytes can request a memo of any size, and a dict key of a million nested tuples overflows the
    stack. The public `pickle.Unpickler` is that version and allows only the choice of classes, so this class uses a
    private name; a test checks that the Python in use has what is needed of it.
    """

    dispatch = pickle._Unpickler.dispatch.copy()

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ADMITTED:
            raise pickle.UnpicklingError(f"{module}.{name}, which is neither a plain value nor a numpy array")
        return _ADMITTED[module, name]

    def _build(self) -> None:
        """Set the state of a stand-in only: functions, too, could be given attributes."""
        state = self.stack.pop()
        if not isinstance(self.stack[-1], _Dtype | _Array):
            raise pickle.UnpicklingError(f"a state for a {type(self.stack[-1]).__name__}")
        self.stack[-1].__setstate__(state)

    def _fill(self, items: list) -> None:
        if type(self.stack[-1]) is not dict or len(items) % 2:
            raise pickle.UnpicklingError(f"keys and values for a {type(self.stack[-1]).__name__}")
        for key in items[::2]:
            if not isinstance(key, str | int | float | bytes | np.generic | None):
                raise pickle.UnpicklingError(f"a {type(key).__name__} as the key of a dict")
        self.stack[-1].update(zip(items[::2], items[1::2], strict=True))

    def _set_item(self) -> None:
        items = self.stack[-2:]
        del self.stack[-2:]
        self._fill(items)

    def _set_items(self) -> None:
        self._fill(self.pop_mark())

    def _dict(self) -> None:
        items = self.pop_mark()
        self.append({})
        self._fill(items)

    def _refuse_set(self) -> None:
        raise pickle.UnpicklingError("a set")

    dispatch |= {pickle.BUILD[0]: _build, pickle.DICT[0]: _dict}
    dispatch |= {pickle.SETITEM[0]: _set_item, pickle.SETITEMS[0]: _set_items}
    dispatch |= dict.fromkeys((pickle.EMPTY_SET[0], pickle.ADDITEMS[0], pickle.FROZENSET[0]), _refuse_set)


def read_pickle(path: str | Path) -> Any:
    """Read a pickle of dict, list, tuple, str, numbers and numpy arrays of numbers or text.

    Args:
        path: the file; any pickle protocol, written under numpy 1 or 2.

    Returns:
        The object in the file.

    Raises:
        DataError: the file is broken or contains anything else, which the message names; no code of it is run.
    """
    try:
        with Path(path).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            found = _Unpickler(content).load()  # memory-mapped: reading beyond the end allocates nothing
        if count_values(found) > VALUES:
            raise ValueError(f"lists that hold each other, with more than {VALUES} values if they were written out")
        return found
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); give the file with the annotations.") from error
    except Exception as error:  # a forged or truncated file may raise almost any error
        reason = "it does not look like a pickle" if isinstance(error, KeyError) else str(error) or type(error).__name__
        raise DataError(
            f"{path}: the pickle is broken or not plain: {reason}. An annotation pickle "
            "holds dict, list, tuple, str, numbers and numpy arrays; nothing was run. If you trust its author, write "
            "it again from those."
        ) from error
