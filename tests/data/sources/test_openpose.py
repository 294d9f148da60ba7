"""The files of key points and their cache: the same numbers as written, read once, refused where they are not that."""

import zipfile

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.sources import openpose
from mglib.data.sources.conversion import converted
from tests.data import folders as make


@pytest.fixture
def points():
    """Eight frames; one joint is not detected, one score runs over."""
    points = make.openpose(8, np.random.default_rng(0))
    points[2, 4] = 0
    points[3, 99, 2] = 1.04
    return points


def _rows(points):
    return points.reshape(len(points), -1).astype(float).tolist()


HEADERS = {
    "none": lambda rows: rows,
    "names": lambda rows: [[f"x{column}" for column in range(411)], *rows],
    "numbers": lambda rows: [list(range(411)), *rows],
    "index": lambda rows: [["", *range(411)], *([number, *row] for number, row in enumerate(rows))],
    "index alone": lambda rows: [[number, *row] for number, row in enumerate(rows)],
    "index from 1": lambda rows: [["frame", *range(1, 412)], *([number, *row] for number, row in enumerate(rows, 1))],
    "empty last column": lambda rows: [[*row, None] for row in rows],
    "text": lambda rows: [list(map(str, row)) for row in rows],
    "names and text": lambda rows: [[f"x{column}" for column in range(411)], *(list(map(str, row)) for row in rows)],
    "numbers as text": lambda rows: [list(map(str, range(411))), *rows],
}


@pytest.mark.parametrize("header", HEADERS)
def test_a_workbook_is_read_as_written_whatever_stands_around(tmp_path, points, header):
    make.write_workbook(tmp_path / "a.xlsx", HEADERS[header](_rows(points)))
    expected = make.imigue36(points)
    expected[..., 2] = expected[..., 2].clip(max=1)
    read = openpose.read_workbook(tmp_path / "a.xlsx")
    assert read.dtype == np.float32
    np.testing.assert_allclose(read, expected, atol=1e-5)
    assert not read[2, 4].any() and read[..., 2].max() == 1


def _write_csv(path, rows):
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    path.write_text(text + "\n")


@pytest.mark.parametrize("header", HEADERS)
def test_a_csv_file_is_read_as_written_whatever_stands_around(tmp_path, points, header):
    rows = HEADERS[header](_rows(make.light(points)))  # of 411 columns' names or numbers, these have the first
    width = 105 + (header.startswith("index") or header == "empty last column")
    _write_csv(tmp_path / "a.csv", [row[:width] for row in rows])
    expected = make.imigue22(points)
    expected[..., 2] = expected[..., 2].clip(max=1)
    np.testing.assert_allclose(openpose.read_light(tmp_path / "a.csv"), expected, atol=1e-4)


ODD = [
    (lambda rows: [["412.5", "412.5.1", *rows[0][2:]], *rows[1:]], "first row holds numbers and '412.5.1', so it is"),
    (
        lambda rows: [*rows[:3], [None, *rows[3][1:]], *rows[4:]],
        "frame 3: joint 0 of those used has a score",
    ),
    (
        lambda rows: [*rows[:3], [rows[3][0], None, *rows[3][2:]]],
        "frame 3: joint 0 of those used has a score",
    ),
    (
        lambda rows: [[n, *row] for n, row in enumerate(rows) if n != 4],
        "column 0: .* in row 4 it is 5; frames are missing",
    ),
    (lambda rows: [[2, *rows[0]], [3, *rows[1]]], "column 0: .* in row 0 it is 2"),
    (lambda rows: [*rows[:3], [f"{rows[3][0]}".replace(".", ";"), *rows[3][1:]]], "number|numeric|string"),
]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("change", "sentence"), ODD, ids=[sentence[:20] for _, sentence in ODD])
def test_what_may_be_read_in_two_ways_is_refused(tmp_path, points, kind, change, sentence):
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        _write_csv(path, change(_rows(make.light(points))))
    else:
        make.write_workbook(path, change(_rows(points)))
    with pytest.raises(DataError, match=rf"a\.{kind}.*({sentence}).*get the file again"):
        (openpose.read_light if kind == "csv" else openpose.read_workbook)(path)


def test_an_empty_line_may_have_been_a_frame(tmp_path, points):
    lines = [",".join(map(str, row)) for row in _rows(make.light(points))]
    (tmp_path / "a.csv").write_text("\n".join([*lines, "", ""]))
    assert len(openpose.read_light(tmp_path / "a.csv")) == 8
    (tmp_path / "a.csv").write_text("\n".join([*lines[:4], "", *lines[4:]]))
    with pytest.raises(DataError, match=r"a\.csv: not a table of numbers \(line 5 is empty\)"):
        openpose.read_light(tmp_path / "a.csv")


def test_what_an_earlier_reader_read_otherwise_has_another_place_in_the_cache(tmp_path, points):
    make.write_light(tmp_path / "a.csv", points)
    make.write_workbook(tmp_path / "a.xlsx", _rows(points))
    assert openpose.variant(tmp_path / "a.csv") == openpose.variant(tmp_path / "a.xlsx") == ""
    _write_csv(tmp_path / "a.csv", _rows(make.light(points)))
    make.write_workbook(tmp_path / "a.xlsx", HEADERS["text"](_rows(points)))
    assert openpose.variant(tmp_path / "a.csv") and openpose.variant(tmp_path / "a.xlsx")


def test_cells_left_empty_are_joints_not_detected(tmp_path, points):
    rows = _rows(points)
    rows[0] = [None] * 411
    rows[5][0:3] = None, None, None
    rows[6][2] = None  # a position that nobody vouches for
    make.write_workbook(tmp_path / "a.xlsx", rows)
    read = openpose.read_workbook(tmp_path / "a.xlsx")
    assert read.shape == (8, 36, 3) and not read[0].any() and not read[5, 0].any() and read[5, 1].any()
    assert not read[6, 0].any() and read[6, 1].any()


def test_the_light_file_has_the_same_joints(tmp_path, points):
    make.write_light(tmp_path / "a.csv", points)
    expected = make.imigue22(points)
    expected[..., 2] = expected[..., 2].clip(max=1)
    np.testing.assert_allclose(openpose.read_light(tmp_path / "a.csv"), expected, atol=1e-4)


def _packed(path, size):
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        for _ in range(size >> 20):
            sheet.write(bytes(1 << 20))


def test_a_workbook_that_would_take_all_memory_is_refused_before_it_is_laid_out(tmp_path, monkeypatch):
    monkeypatch.setattr(openpose, "WORKBOOK_BYTES", 5 << 20)
    _packed(tmp_path / "bomb.xlsx", 8 << 20)
    with pytest.raises(DataError, match=r"bomb\.xlsx: unpacks to 0\.0 GiB, too much for key points"):
        openpose.read_workbook(tmp_path / "bomb.xlsx")


@pytest.mark.parametrize(("cell", "where"), [("XFD2", "XFD2"), ("B1000000", "B1000000")])
def test_a_cell_far_off_is_refused(tmp_path, cell, where):
    book = make.openpyxl.Workbook()
    book.active["A1"], book.active[cell] = 1, 2
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(
        DataError, match=rf'far\.xlsx: a cell has an impossible position \(<c r="{where}".*\); expected 411 columns'
    ):
        openpose.read_workbook(tmp_path / "far.xlsx")


BAD_WORKBOOKS = [
    (lambda rows: [row[:410] for row in rows], r"410 columns; expected 137 joints x \(x, y, score\) = 411"),
    (lambda rows: [*rows[:3], ["?", *rows[3][1:]]], "a cell holds no number"),
    (lambda rows: [*rows[:3], [*rows[3][:2], 83.0, *rows[3][3:]]], "frame 3: .* score outside 0..1"),
    (lambda rows: [], "0 columns"),
]


@pytest.mark.parametrize(("change", "sentence"), BAD_WORKBOOKS, ids=[sentence for _, sentence in BAD_WORKBOOKS])
def test_a_workbook_of_something_else_is_a_sentence(tmp_path, points, change, sentence):
    make.write_workbook(tmp_path / "a.xlsx", change(_rows(points)))
    with pytest.raises(DataError, match=rf"a\.xlsx.*{sentence}"):
        openpose.read_workbook(tmp_path / "a.xlsx")


def test_a_csv_file_that_is_cut_off_is_refused(tmp_path, points):
    make.write_light(tmp_path / "a.csv", points)
    text = (tmp_path / "a.csv").read_text()
    (tmp_path / "a.csv").write_text(text[:-150])
    with pytest.raises(DataError, match=r"a\.csv: its last line has \d+ values, and the one before it 106, so"):
        openpose.read_light(tmp_path / "a.csv")


@pytest.mark.parametrize("read", [openpose.read_workbook, openpose.read_light])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"\xff\xfe\x00", b"a,b\n1,2\n", b"x\n" + b"1,z," * 60])
def test_a_broken_file_is_a_sentence(tmp_path, read, content):
    (tmp_path / "broken.xlsx").write_bytes(content)
    with pytest.raises(DataError, match=r"broken\.xlsx: .*get the file again"):
        read(tmp_path / "broken.xlsx")


def _count(path):
    """A reader that writes down what it reads."""
    with (path.parent / "read").open("a") as log:
        log.write(path.name)
    if path.name == "bad":
        raise DataError(f"{path}: bad.")
    return np.full((3, 2, 3), len(path.read_text()), np.float32)


def test_files_are_converted_once_and_anew_when_they_change(folders):
    files = [folders / name for name in ("a", "bad", "c")]
    for file in files:
        file.write_text("text")
    found = []
    first = converted(files, _count, 2, "made", "count", found)
    assert found == [f"{files[1]}: bad."] and first[1] is None and first[2].max() == 4
    (folders / "a").write_text("longer text")
    again = converted(files, _count, 2, "made", "count", [])
    assert again[0].max() == 11
    assert (folders / "read").read_text() == "abadcabad"  # c is kept, what was refused is tried again


def test_a_damaged_cache_is_read_anew_and_an_interruption_goes_on(folders, monkeypatch):
    files = [folders / name for name in "abc"]
    for file in files:
        file.write_text("text")
    converted(files, _count, 2, "made", "count", [])
    kept = sorted((folders / "cache" / "made").iterdir())
    assert len(kept) == 3
    kept[0].write_bytes(kept[0].read_bytes()[:-4])
    kept[1].unlink()
    with pytest.warns(UserWarning, match="the cached key points are damaged"):
        assert all(points.max() == 4 for points in converted(files, _count, 2, "made", "count", []))
    assert len((folders / "read").read_text()) == 5
