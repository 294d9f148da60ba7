"""What holds for the readers whatever is in a file: the same numbers come back, or a sentence does."""

import pickle

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mglib.base.errors import DataError
from mglib.data.layouts import get_layout
from mglib.data.sources import annotation, imigue, openpose
from mglib.data.sources.ma52 import _lists
from mglib.data.sources.segments import read_segments
from mglib.data.sources.smg import read_skeleton
from mglib.data.sources.unpickle import read_pickle
from mglib.data.sources.utd_mhad import DepthReader
from mglib.data.video import VideoReader
from tests.data import folders as make
from tests.safety.hostile import refusal

KINDS = (
    hnp.boolean_dtypes() | hnp.integer_dtypes() | hnp.floating_dtypes(sizes=(16, 32, 64)) | hnp.unicode_string_dtypes()
)
ARRAYS = hnp.arrays(KINDS, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3))
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
NESTED = st.recursive(
    PLAIN | ARRAYS,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(content=NESTED, protocol=st.integers(0, 5), fortran=st.booleans())
def test_every_admitted_value_comes_back_as_pickle_reads_it(tmp_path, content, protocol, fortran):
    (tmp_path / "a.pkl").write_bytes(pickle.dumps([content, fortran], protocol))
    _same(read_pickle(tmp_path / "a.pkl"), pickle.loads((tmp_path / "a.pkl").read_bytes()))


def _same(found, expected):
    if isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    elif isinstance(expected, dict):
        assert list(found) == list(expected)
        _same(list(found.values()), list(expected.values()))
    elif isinstance(expected, list | tuple):
        assert type(found) is type(expected)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            _same(one, other)
    else:
        assert found == expected
        assert type(found) is type(expected)


@st.composite
def tables(draw):
    """Annotations of clips of two videos, each with detected joints, and their splits."""
    annotations = []
    for number in range(draw(st.integers(1, 4))):
        shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 5), st.just(17)))
        points = draw(hnp.arrays(np.float32, (*shape, 2), elements=st.floats(1, 90, width=32)))
        score = draw(hnp.arrays(np.float32, shape, elements=st.sampled_from([0.0, 0.25, 1.0])))
        score[0, 0, 0] = 1
        annotations.append(
            {
                "frame_dir": f"{draw(st.text('aé手 ', min_size=1, max_size=5))}{number}_{number}",
                "img_shape": (100, 100), "label": draw(st.integers(0, 2)), "total_frames": shape[1],
                "keypoint": points, "keypoint_score": score,
            }
        )  # fmt: skip
    return annotations


@pytest.mark.filterwarnings("ignore:.*img_shape")
@given(annotations=tables(), protocol=st.integers(0, 5))
def test_an_annotation_pickle_comes_back_as_written(tmp_path, annotations, protocol):
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(annotations, protocol))
    table = annotation.load(tmp_path / "a.pkl", layout="coco17", class_names=["a", "b", "c"])
    assert list(table.clips["id"]) == [one["frame_dir"] for one in annotations]
    assert list(table.labels) == [one["label"] for one in annotations]
    for joints, one in zip(table.keypoints, annotations, strict=True):
        score = one["keypoint_score"]
        np.testing.assert_array_equal(joints[..., 2], score)
        np.testing.assert_array_equal(joints[..., :2], np.where(score[..., None] > 0, one["keypoint"], 0))


POINTS = hnp.arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.just(137), st.just(3)),
    elements=st.integers(0, 4000).map(lambda n: n / 4000),
)


@given(points=POINTS, suffix=st.sampled_from(["csv", "xlsx"]))
def test_key_points_of_openpose_come_back_as_written(tmp_path, points, suffix):
    expected = np.where(points[..., 2:] == 0, 0, points)
    if suffix == "csv":
        make.write_light(tmp_path / "a.csv", points)
        found, expected = openpose.read_light(tmp_path / "a.csv"), make.imigue22(expected)
    else:
        make.write_workbook(tmp_path / "a.xlsx", points.reshape(len(points), -1).tolist())
        found, expected = openpose.read_workbook(tmp_path / "a.xlsx"), make.imigue36(expected)
    np.testing.assert_allclose(found, expected, atol=1e-6)


SPANS = st.lists(st.tuples(st.integers(1, 31), st.integers(0, 10**6), st.integers(0, 500)), max_size=20)


@given(spans=SPANS, newline=st.sampled_from(["\n", "\r\n", "\n\n"]), bom=st.booleans())
def test_label_lines_come_back_as_written(tmp_path, spans, newline, bom):
    lines = "".join(f"{number},{start},{start + more}{newline}" for number, start, more in spans)
    (tmp_path / "a.csv").write_bytes((lines).encode("utf-8-sig" if bom else "utf-8"))
    found: list[str] = []
    segments = read_segments(tmp_path / "a.csv", "v_{line}", imigue.CLASSES, found)
    assert not found
    assert [(s.label + 1, s.start, s.end - s.start) for s in segments] == spans
    assert [s.clip for s in segments] == [f"v_{line}" for line in range(len(spans))]


@given(seen=hnp.arrays(bool, st.tuples(st.integers(1, 5), st.just(25))), seed=st.integers(0, 99))
def test_kinect_skeletons_come_back_as_written(tmp_path, seen, seed):
    points = make.person(get_layout("kinect25").joints, len(seen), np.random.default_rng(seed), (900, 500))
    seen[:, :2] = True  # positions that are all alike would be taken for another column
    points[~seen] = 0
    make.write_smg(tmp_path, [make.Video("Sample0001", "", points, [(1, 0, 0)])])
    found = read_skeleton(tmp_path / "Sample0001" / "Sample0001_skeleton.csv")
    np.testing.assert_allclose(found[..., :2], points[..., :2], rtol=1e-4)
    np.testing.assert_array_equal(found[..., 2], seen)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp", "Zs")), min_size=1, max_size=9)


@given(listed=st.dictionaries(NAMES, st.integers(0, 51), min_size=1, max_size=9))
def test_lists_of_clips_come_back_as_written(tmp_path, listed):
    (tmp_path / "train_list_videos.txt").write_text("".join(f"{n}.mp4 {c}\n" for n, c in listed.items()), "utf-8")
    found: list[str] = []
    table = _lists(tmp_path, found)
    assert not found
    assert dict(zip(table["id"], table["label"], strict=True)) == listed


READERS = {
    "pickle": (read_pickle, "a.pkl"),
    "annotation": (lambda path: annotation.load(path, layout="coco17"), "a.pkl"),
    "light hand": (openpose.read_light, "a.csv"),
    "workbook": (openpose.read_workbook, "a.xlsx"),
    "Kinect": (read_skeleton, "a.csv"),
    "list": (lambda path: _lists(path.parent, []), "train_list_videos.txt"),
    "depth": (lambda path: DepthReader([path]).read(0), "a.mat"),
    "video": (lambda path: VideoReader([path]).read(0), "a.mp4"),
}
STARTS = [b"", b"PK\x03\x04", b"\x80\x04]", b"MATLAB 5.0 MAT-file", b"RIFF", b"1,2,3\n", b"\xff\xfe", b"\x1aE\xdf\xa3"]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("reader", READERS)
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=300))
@example(start=b"\x80\x04", rest=b"N.")
def test_any_bytes_are_read_or_refused(tmp_path, reader, start, rest):
    read, name = READERS[reader]
    (tmp_path / name).write_bytes(start + rest)
    said = refusal(lambda: read(tmp_path / name), DataError)
    assert said is None or str(tmp_path) in said


@given(content=st.binary(max_size=300))
def test_any_label_file_is_read_or_every_fault_is_named(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    found: list[str] = []
    segments = read_segments(tmp_path / "a.csv", "v_{line}", imigue.CLASSES, found)
    assert all("a.csv" in sentence for sentence in found)
    assert all(0 <= segment.start <= segment.end for segment in segments)
