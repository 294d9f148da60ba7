"""A pickle from anywhere: read as it is, or refused by a sentence; no code runs, and no few bytes take all memory."""

import pickle
import struct

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.sources import annotation
from mglib.data.sources.unpickle import _encode, _from_buffer, _scalar, read_pickle
from tests.safety.hostile import Canary, alone, damaged, refusal, untouched, write_pickle
from tests.safety.hostile import annotation as one

HEAD = b"\x80\x04"
FUNCTION = b"cnumpy._core.multiarray\nscalar\n"  # the stand-in for it is a function


def text(word: str) -> bytes:
    return b"X" + struct.pack("<I", len(word)) + word.encode()


def dtype(code: str) -> bytes:
    return b"cnumpy\ndtype\n(" + text(code) + b"\x89\x88tR"


def array(shape: bytes, code: str, raw: bytes) -> bytes:
    """An array that declares a shape, a pickled tuple, of its own."""
    made = b"cnumpy._core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R"
    return made + b"(K\x01" + shape + dtype(code) + b"\x89C" + bytes([len(raw)]) + raw + b"tb"


LAUGHS = b"]" + b"".join(b"q%c](%se" % (level, b"h%c" % level * 10) for level in range(30))
BOMBS = {
    "memo of 2**28 entries": HEAD + b"]r\x00\x00\x00\x10.",
    "memo of 2**31 entries": HEAD + b"]r\xff\xff\xff\x7f.",
    "tuple in tuple, as a key": HEAD + b"})" + b"\x85" * 1_000_000 + b"K\x01s.",
    "tuple in tuple, in a set": HEAD + b"\x8f()" + b"\x85" * 1_000_000 + b"\x90.",
    "tuple in tuple": HEAD + b")" + b"\x85" * 300_000 + b".",
    "list in list": HEAD + b"]" * 300_000 + b"a" * 299_999 + b".",
    "bytes of 2**40": HEAD + b"\x8e" + struct.pack("<Q", 1 << 40) + b".",
    "text of 2**40": HEAD + b"\x8d" + struct.pack("<Q", 1 << 40) + b".",
    "frame of 2**40": HEAD + b"\x95" + struct.pack("<Q", 1 << 40) + b".",
    "lists of lists, 10**30 values": HEAD + LAUGHS + b".",
    "array of 10**12": HEAD + array(b"\x8a\x06\x00\x10\xa5\xd4\xe8\x00\x85", "<f4", b"1234") + b".",
    "array of nothing, 2**40 times": HEAD + array(b"\x8a\x06\x00\x00\x00\x00\x00\x01\x85", "<U0", b"") + b".",
    "number of a million digits": b"I" + b"9" * 1_000_000 + b"\n.",
}
CODE = """
import time
from pathlib import Path
from mglib.data import annotation, DataError
for path in sorted(Path(sys.argv[1]).iterdir()):
    started = time.process_time()
    try:
        annotation.load(path, layout="coco17")
        print(path.name, "read")
    except DataError as error:
        assert str(path) in str(error), error
    assert time.process_time() - started < 20, path
"""


def test_bombs_take_neither_memory_nor_time(tmp_path):
    for number, content in enumerate(BOMBS.values()):
        (tmp_path / f"{number}.pkl").write_bytes(content)
    assert alone(CODE, tmp_path) == ""


def test_a_list_that_holds_itself_is_refused(tmp_path):
    inner: list = []
    inner.append(inner)
    with pytest.raises(DataError, match="a list or dict that holds itself"):
        read_pickle(write_pickle(tmp_path / "a.pkl", inner))


FORGERIES = {
    "attributes of a function": FUNCTION + b"N}" + text("__defaults__") + b"(K\x01tsb\x86b.",
    "state of a function": FUNCTION + b"}" + text("__doc__") + text("x") + b"sb.",
    "a function's result with a state": FUNCTION + dtype("<f4") + b"C\x041234\x86R}K\x01K\x02sb.",
    "items of an array": array(b"K\x01\x85", "<f4", b"1234") + b"K\x00K\x01s.",
    "items of a list": b"](K\x00K\x01u.",
    "a class of numpy": b"cnumpy\nmemmap\n.",
    "numpy's loader": b"cnumpy\nload\n(" + text("/etc/passwd") + b"tR.",
    "registered by number": b"\x82\x01.",
    "from outside": text("id") + b"Q.",
}


@pytest.mark.parametrize("content", FORGERIES.values(), ids=FORGERIES)
def test_forgeries_change_nothing_here(tmp_path, content):
    (tmp_path / "a.pkl").write_bytes(HEAD + content)
    stand_ins = (_scalar, _from_buffer, _encode)
    before = [(f.__defaults__, f.__doc__, dict(f.__dict__)) for f in stand_ins]
    with pytest.raises(DataError, match=r"a\.pkl: the pickle is broken or not plain"):
        read_pickle(tmp_path / "a.pkl")
    assert [(f.__defaults__, f.__doc__, dict(f.__dict__)) for f in stand_ins] == before


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("place", ["label", "keypoint", "frame_dir", "img_shape", "anything"])
def test_no_code_runs_wherever_it_stands(tmp_path, place, protocol):
    canary = tmp_path / "ran"
    content = [one(), one("v2_0", **{place: Canary(canary)})]
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(content, protocol))
    with pytest.raises(DataError, match=r"a\.pkl: .*nothing was run"):
        annotation.load(tmp_path / "a.pkl", layout="coco17")
    assert not canary.exists()


# Values of the right file in the wrong place: field -> what it holds.
ODD = [
    {"frame_dir": value} for value in (7, None, [], ("a",), 10**5000, b"v1", np.zeros(2))
] + [
    {"label": value} for value in (None, "1", 1.5, -1, 99, 2**40, 2**70, [0], np.array([0, 1]))
] + [
    {"img_shape": value} for value in (None, 480, (480,), (480.0, 640.0), (0, 640), (-480, 640), (1, 2, 3), "48", 2**70)
] + [
    {"total_frames": value} for value in (0, -5, 4, 2**70, 5.0, "5", None)
] + [
    {"keypoint": value} for value in (
        None, [], "x", [[1, 2], [3]], [[[[10**400, 1]]]], np.zeros((1, 5, 17)), np.zeros((1, 0, 17, 2)),
        np.zeros((1, 5, 3, 2)), np.full((1, 5, 17, 2), np.nan), np.full((1, 5, 17, 2), np.inf),
        np.full((1, 5, 17, 2), -1e30), np.full((1, 5, 17, 2), 1e30), np.full((1, 5, 17, 2), "a"), {"x": 1},
    )
] + [
    {"keypoint_score": value} for value in (
        [], np.full((1, 5, 17), np.nan), np.full((1, 5, 17), 83.0), np.full((1, 5, 17), -9.0),
        np.ones((1, 4, 17)), "x",
    )
]  # fmt: skip


@pytest.mark.parametrize("changes", ODD, ids=lambda changes: next(iter(changes)))
def test_odd_values_are_a_sentence_with_clip_or_number_and_field(tmp_path, changes):
    path = write_pickle(tmp_path / "a.pkl", [one("v0_0"), one("v9_0", **changes)])
    with pytest.raises(DataError) as caught:
        annotation.load(path, layout="coco17", class_names=["a", "b"])
    said, (field,) = str(caught.value), changes
    assert str(path) in said and len(said) < 1500
    assert "v9_0" in said or "annotation 1" in said or "column" in said
    assert field.split("_")[0] in said or "keypoint" in said or "width" in said


NOBODY = ({"keypoint": np.zeros((0, 5, 17, 2))}, {"keypoint_score": np.zeros((1, 5, 17))})


@pytest.mark.parametrize("changes", NOBODY, ids=lambda changes: next(iter(changes)))
def test_a_clip_of_nobody_is_left_out_with_a_warning(tmp_path, changes):
    path = write_pickle(tmp_path / "a.pkl", [one("v0_0"), one("v9_0", **changes)])
    with pytest.warns(UserWarning, match=r"a\.pkl.*v9_0"):
        table = annotation.load(path, layout="coco17", class_names=["a", "b"])
    assert table.clips["id"].tolist() == ["v0_0"]


SPLITS = [
    {1: ["v0_0"]}, {"train": "v0_0"}, {"train": 7}, {"train": None}, {"train": [["v0_0"]]}, {"train": [7]}, [], "train",
    {"train": ["nobody"]}, {"train": ["v0_0"], "test": ["v0_0"]}, {"../x": ["v0_0"]}, {"train": np.zeros((2, 2))}, {},
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:.*clips, .* first, are")
@pytest.mark.parametrize("split", SPLITS, ids=repr)
def test_odd_splits_are_a_sentence(tmp_path, split):
    path = write_pickle(tmp_path / "a.pkl", {"split": split, "annotations": [one("v0_0")]})
    with pytest.raises(DataError, match=r"a\.pkl.*(split|annotations)"):
        annotation.load(path, layout="coco17")


def test_a_label_far_up_makes_no_names_up(tmp_path):
    path = write_pickle(tmp_path / "a.pkl", [one(label=2**40)])
    with pytest.raises(DataError, match=f"the highest label is {2**40}; correct it, or give all class_names"):
        annotation.load(path, layout="coco17")


def test_one_clip_twice_is_refused(tmp_path):
    path = write_pickle(tmp_path / "a.pkl", [one("v0_0"), one("v0_0")])
    with pytest.raises(DataError, match="clip v0_0, id: met 2 times"):
        annotation.load(path, layout="coco17")


@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_file_is_read_or_refused(tmp_path, seed):
    content = pickle.dumps([one(f"v{number}_0") for number in range(4)], protocol=5)
    for what, bad in damaged(content, np.random.default_rng(seed), flips=20):
        (tmp_path / "a.pkl").write_bytes(bad)
        with untouched(tmp_path):
            said = refusal(lambda: annotation.load(tmp_path / "a.pkl", layout="coco17"), DataError)
        assert said is None or "a.pkl" in said, what


@pytest.mark.parametrize("frames", [1, 15_000])
@pytest.mark.parametrize("persons", [1, 3])
def test_one_frame_and_ten_minutes_are_clips_like_others(tmp_path, frames, persons):
    rng = np.random.default_rng(0)
    points = rng.uniform(1, (639, 479), (persons, frames, 17, 2)).astype(np.float32)
    path = write_pickle(tmp_path / "a.pkl", [one(frames=frames, keypoint=points, keypoint_score=None)])
    table = annotation.load(path, layout="coco17")
    assert table.keypoints[0].shape == (persons, frames, 17, 3)
    np.testing.assert_array_equal(table.keypoints[0][..., :2], points)
