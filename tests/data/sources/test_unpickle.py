import io
import pickle
import pickletools
import struct

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.sources.unpickle import read_pickle

PLAIN = {"split": {"train": ["a", "b"]}, "numbers": (1, -(2**70), 0.5, True, None), "text": "é", "set of": [[], {}]}
ARRAYS = {
    "half": np.linspace(0, 1, 24, dtype=np.float16).reshape(1, 3, 4, 2),
    "fortran": np.asfortranarray(np.arange(12.0).reshape(3, 4)),
    "axes": np.arange(24.0).reshape(2, 3, 4).transpose(1, 0, 2),
    "big endian": np.arange(5, dtype=">i4"),
    "flags": np.array([True, False]),
    "ids": np.array(["a", "bcd"]),
}
SCALARS = [np.int64(7), np.float32(0.1), np.bool_(True), np.str_("ab")]


# Up to protocol 3 names stand without their length, so numpy 1's name can be put in place of numpy 2's.
@pytest.mark.parametrize(
    ("protocol", "module"), [(number, b"numpy._core") for number in range(6)] + [(0, b"numpy.core"), (3, b"numpy.core")]
)
def test_plain_values_and_arrays_come_back_as_pickle_itself_reads_them(tmp_path, protocol, module):
    content = pickle.dumps((PLAIN, ARRAYS, SCALARS), protocol).replace(b"numpy._core", module)
    (tmp_path / "x.pkl").write_bytes(content)
    plain, arrays, scalars = read_pickle(tmp_path / "x.pkl")
    _, expected, _ = pickle.loads(content)
    assert plain == PLAIN
    assert scalars == SCALARS
    assert [type(value) for value in scalars] == [type(value) for value in SCALARS]
    for name, array in expected.items():
        assert isinstance(arrays[name], np.ndarray)
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)


class Touch:
    """Unpickled by anything unwary, it makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


@pytest.mark.parametrize("protocol", range(6))
def test_a_pickle_that_calls_a_function_is_refused_by_name_and_has_not_run(tmp_path, protocol):
    victim, bad = tmp_path / "ran", tmp_path / "bad.pkl"
    bad.write_bytes(pickle.dumps({"annotations": [{"label": Touch(victim)}]}, protocol))
    with pytest.raises(DataError, match=r"bad\.pkl: the pickle is broken or not plain: \w*io\.open, which is neither"):
        read_pickle(bad)
    assert not victim.exists()
    pickle.loads(bad.read_bytes())["annotations"][0]["label"].close()
    assert victim.exists()  # the pickle does bite


@pytest.mark.parametrize("protocol", range(6))
def test_an_array_of_objects_is_refused(tmp_path, protocol):
    (tmp_path / "bad.pkl").write_bytes(pickle.dumps(np.array([{}, "a"], dtype=object), protocol))
    with pytest.raises(DataError, match="an array of dtype 'O8', where numbers or text are expected"):
        read_pickle(tmp_path / "bad.pkl")


def _call(module, name, arguments):
    """A pickle that calls module.name(*arguments), as a forger writes it by hand."""
    return b"\x80\x02c" + f"{module}\n{name}\n".encode() + arguments + b"R."


def _text(text):
    return b"X" + struct.pack("<I", len(text)) + text.encode()


def _dtype(code, state=b""):
    """The instructions that make numpy.dtype(code, False, True)."""
    return b"cnumpy\ndtype\n(" + _text(code) + b"\x89\x88tR" + state


NO_FLAGS = b"(K\x03" + _text("|") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
CORE = "numpy._core."
FORGERIES = {
    "objects whose flags let bytes pass for pointers": b"\x80\x02" + _dtype("O8", NO_FLAGS) + b".",
    "structured dtype": b"\x80\x02" + _dtype("f4,O") + b".",
    "objects over bytes": _call(CORE + "numeric", "_frombuffer", b"(" + _text("A" * 8) + _dtype("O8") + b"K\x01\x85t"),
    "text for a dtype": _call(CORE + "multiarray", "scalar", b"(" + _text("f4") + _text("AAAA") + b"t"),
    "dotted name": b"\x80\x04\x8c\x05numpy\x8c\x0endarray.tofile\x93.",
    "cut short": pickle.dumps(ARRAYS)[:-20],
    "no pickle": b"PK\x03\x04 not a pickle",
    "empty": b"",
}


@pytest.mark.parametrize("content", FORGERIES.values(), ids=FORGERIES)
def test_forged_and_broken_files_are_refused(tmp_path, content):
    (tmp_path / "bad.pkl").write_bytes(content)
    with pytest.raises(DataError, match="the pickle is broken or not plain"):
        read_pickle(tmp_path / "bad.pkl")


def test_the_standard_librarys_private_reader_is_what_ours_stands_on():
    """Every command has a function of its own, which we know and may replace, on a stack that we see."""
    assert set(pickle._Unpickler.dispatch) == {ord(command.code) for command in pickletools.opcodes}

    def make_list(reader):
        items = reader.pop_mark()
        assert reader.stack[-1:] in ([], [3])
        reader.append(items)

    class Changed(pickle._Unpickler):
        dispatch = pickle._Unpickler.dispatch | {pickle.TUPLE[0]: make_list}

    assert Changed(io.BytesIO(pickle.dumps((1, 2, 3, (4, 5, 6, 7))))).load() == [1, 2, 3, [4, 5, 6, 7]]
