"""Files of the data sets, cut short, changed, or with what no such file should hold: read, or refused by a sentence."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
import scipy.io

from mglib.base.errors import DataError
from mglib.data.sources import imigue, ma52, openpose, smg, utd_mhad
from mglib.data.sources.utd_mhad import DepthReader
from tests.data import folders as make
from tests.safety.hostile import alone, damaged, refusal, untouched

pytestmark = [pytest.mark.filterwarnings("ignore::UserWarning"), pytest.mark.filterwarnings("ignore::RuntimeWarning")]
RNG = np.random.default_rng


def write_utd(folder: Path) -> Path:
    """Two clips with depth, an action and a person each."""
    folder.mkdir(parents=True, exist_ok=True)
    joints = np.stack(
        [RNG(0).uniform(-0.5, 0.5, (20, 6)), RNG(1).uniform(-0.5, 0.5, (20, 6)), np.full((20, 6), 2.5)], 1
    )
    depth = np.zeros((240, 320, 6), np.uint16)
    depth[100:140, 140:180] = 2500
    for stem in ("a1_s1_t1", "a2_s2_t1"):
        scipy.io.savemat(folder / f"{stem}_skeleton.mat", {"d_skel": joints}, do_compression=stem == "a2_s2_t1")
        scipy.io.savemat(folder / f"{stem}_depth.mat", {"d_depth": depth}, do_compression=True)
    return folder


SOURCES = {
    "imigue": (lambda to: make.write_imigue(to, make.imigue_videos(RNG(0), 2, 1, 1), ("csv", "xlsx")), imigue.load),
    "smg": (lambda to: make.write_smg(to, make.smg_samples(RNG(0))), smg.load),
    "ma52": (lambda to: make.write_ma52(to, make.ma52_clips(RNG(0), 2, 2)), ma52.load),
    "utd_mhad": (write_utd, utd_mhad.load),
}
KINDS = [
    ("imigue", "*_label.csv", {}), ("imigue", "*_light_hand.csv", {}),
    ("imigue", "*_openpose.xlsx", {"layout": "imigue36"}), ("smg", "*_finelabels.csv", {}),
    ("smg", "*_skeleton.csv", {}), ("ma52", "*_list_videos.txt", {}), ("ma52", "*.pkl", {}),
    ("utd_mhad", "*_skeleton.mat", {"visual": "none"}),
]  # fmt: skip


@pytest.mark.parametrize(("source", "pattern", "options"), KINDS, ids=[f"{s} {p}" for s, p, _ in KINDS])
def test_a_damaged_file_is_read_or_named(folders, source, pattern, options):
    write, load = SOURCES[source]
    root = write(folders / "data")
    file = sorted(root.rglob(pattern))[-1]
    for what, bad in damaged(file.read_bytes(), RNG(0), flips=8):
        file.write_bytes(bad)
        with untouched(root):
            said = refusal(lambda: load(root, **options), DataError)
        assert said is None or file.stem in said or "clip" in said or str(root) in said, what
        assert not list(folders.rglob("*.part*")), what


def test_a_damaged_depth_video_is_read_or_named(tmp_path):
    file = write_utd(tmp_path) / "a1_s1_t1_depth.mat"
    for what, bad in damaged(file.read_bytes(), RNG(0), flips=30):
        file.write_bytes(bad)
        said = refusal(lambda: DepthReader([file]).read(0), DataError)
        assert said is None or str(file) in said, what


MATS = {
    "cells": np.array([[["a", "b"]] * 2], dtype=object), "text": np.array([["x"]]),
    "complex": np.ones((240, 320, 2)) * 1j,
    "flat": np.ones((240, 320)), "small": np.ones((24, 32, 3)), "nobody": np.zeros((240, 320, 3), np.uint16),
    "empty": np.zeros((240, 320, 0)),
}  # fmt: skip


@pytest.mark.parametrize("kind", MATS)
def test_a_depth_video_of_something_else_is_refused(tmp_path, kind):
    scipy.io.savemat(tmp_path / "x.mat", {"d_depth": MATS[kind]})
    with pytest.raises(DataError, match=r"x\.mat, d_depth: .*get the file again"):
        DepthReader([tmp_path / "x.mat"]).read(0)


SKELETONS = {
    "other joints": np.ones((25, 3, 4)), "no frame": np.ones((20, 3, 0)), "text": np.array([["x"]]),
    "behind the camera": -np.ones((20, 3, 4)), "not finite": np.full((20, 3, 4), np.nan),
    "infinite": np.full((20, 3, 4), np.inf),
}  # fmt: skip


@pytest.mark.parametrize("kind", SKELETONS)
def test_a_skeleton_of_something_else_names_the_clip(tmp_path, kind):
    write_utd(tmp_path)
    scipy.io.savemat(tmp_path / "a2_s2_t1_skeleton.mat", {"d_skel": SKELETONS[kind]})
    with pytest.raises(DataError, match="a2_s2_t1.*(d_skel|keypoints)"):
        utd_mhad.load(tmp_path, "none")


LINES = {
    "a class that is not": "40,1,5", "class 0 among others": "0,1,5", "negative frames": "3,-4,5", "end first": "3,9,4",
    "beyond the video": "3,50,5000", "frames of 10**30": f"3,0,{10**30}", "not finite": "nan,1,5",
    "a fourth": "3,1,5,6",
    "digits of another script": "3,1,", "a quote left open": '"3,1,5', "a million digits": f"3,0,{'9' * 5000}",
    "a sign of no text": "3,\0,5",
}  # fmt: skip


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("source", ["imigue", "smg"])
def test_a_line_of_labels_that_cannot_be_is_named(folders, source, line):
    write, load = SOURCES[source]
    root = write(folders / "data")
    file = sorted(root.rglob("*label*.csv"))[0]
    file.write_text(f"1,2,6\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=rf"{file.name}(, line 2)?:|{file.name}, line 2"):
        load(root)


LISTED = ["a.mp4 52", "a.mp4 -1", "a.mp4 x", "a.mp4", "../../a.mp4 3", "a.mp4 3\na.mp4 3", "b c.mp4 ³", "x\0y.mp4 3"]


@pytest.mark.parametrize("lines", LISTED, ids=repr)
def test_a_line_of_a_list_that_cannot_be_is_named(folders, lines):
    root = SOURCES["ma52"][0](folders / "data")
    file = next(root.rglob("train_list_videos.txt"))
    file.write_text(file.read_text() + lines + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"train_list_videos\.txt, line \d|listed 2 times|1 listed clips are in no"):
        ma52.load(root)


VALUES = {"not finite": np.nan, "infinite": np.inf, "another scale": 83.0, "negative": -9.0}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("source", ["csv", "xlsx"])
def test_scores_that_cannot_be_are_refused_with_file_and_frame(tmp_path, source, value):
    points = make.openpose(6, RNG(0)).astype(object)
    points[3, 0, 2] = str(value) if not np.isfinite(value) else value  # a workbook knows no nan
    if source == "csv":
        make.write_light(tmp_path / "a.csv", points)
        call = lambda: openpose.read_light(tmp_path / "a.csv")  # noqa: E731
    else:
        make.write_workbook(tmp_path / "a.xlsx", points.reshape(6, -1).tolist())
        call = lambda: openpose.read_workbook(tmp_path / "a.xlsx")  # noqa: E731
    said = refusal(call, DataError)
    if source == "csv" and np.isnan(value):
        assert said is None  # an empty cell reads the same: not detected
    else:
        assert said is not None
        assert f"a.{source}" in said


CODE = """
import time
from pathlib import Path
from mglib.data import DataError
from mglib.data.sources import openpose
from mglib.data.sources.utd_mhad import DepthReader
readers = {".xlsx": openpose.read_workbook, ".mat": lambda path: DepthReader([path]).read(0)}
for path in sorted(Path(sys.argv[1]).iterdir()):
    started = time.process_time()
    try:
        print(path.name, "was read", readers[path.suffix](path).shape)
    except DataError as error:
        assert str(path) in str(error) and ("again" in str(error) or "MGLIB_DECODED_GIB" in str(error)), error
    assert time.process_time() - started < 20, path
"""
SHEET = "xl/worksheets/sheet1.xml"


def _book(path: Path, sheet: bytes, times: int = 1, head: bytes = b"") -> Path:
    """A workbook whose one sheet is `head` and then `sheet`, many times over."""
    make.write_workbook(path, [[1.0]])
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist() if name != SHEET}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
        with packed.open(SHEET, "w") as inside:
            inside.write(head)
            for _ in range(times):
                inside.write(sheet)
    return path


def _said_to_be(path: Path, size: int) -> Path:
    """The same with another size in the archive's directory."""
    content = path.read_bytes()
    directory = content.rindex(b"PK\x01\x02", 0, content.rindex(SHEET.encode()))
    path.write_bytes(content[: directory + 24] + size.to_bytes(4, "little") + content[directory + 28 :])
    return path


def _mat(path: Path, dims: tuple[int, int, int]) -> Path:
    """A MATLAB file that declares other dimensions than it holds."""
    scipy.io.savemat(path, {"d_depth": np.zeros((240, 320, 2), np.uint16)})
    old = np.array([240, 320, 2], "<i4").tobytes()
    path.write_bytes(path.read_bytes().replace(old, np.array(dims, "<i4").tobytes(), 1))
    return path


XML = b'<?xml version="1.0"?>'
BOMBS = {
    "workbook said to be of 3 GiB": lambda to: _said_to_be(_book(to / "a.xlsx", b"<c/>"), 3 << 30),
    "workbook of 64 MiB, said to be 4 kB": lambda to: _said_to_be(_book(to / "a.xlsx", bytes(1 << 20), 64), 4096),
    "workbook of 512 MiB without a tag": lambda to: _book(to / "a.xlsx", bytes(1 << 20), 512),
    "workbook of cells without a place": lambda to: _book(to / "a.xlsx", b"<c><v>1</v></c>" * 9999, 99),
    "workbook with a cell far off, said in other words": lambda to: _book(
        to / "a.xlsx",
        XML + b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheetData>"
        b"<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c  r='XFD1048576'><v>1</v></c></row>"
        b"</sheetData></worksheet>",
    ),
    "workbook of laughs": lambda to: _book(
        to / "a.xlsx",
        XML + b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 99 + b'">'
        + b"".join(b'<!ENTITY %c "%s">' % (c + 1, b"&%c;" % c * 99) for c in range(97, 107))
        + b"]><worksheet><sheetData><row><c><v>&k;</v></c></row></sheetData></worksheet>",
    ),
    "MATLAB file of 2**31 frames": lambda to: _mat(to / "a.mat", (240, 320, 2**31 - 1)),
    "MATLAB file of negative frames": lambda to: _mat(to / "a.mat", (240, 320, -2)),
    "MATLAB file of 10,000 frames that are not there": lambda to: _mat(to / "a.mat", (240, 320, 10_000)),
    "MATLAB file of 20,000 frames that are not there": lambda to: _mat(to / "a.mat", (240, 320, 20_000)),
}  # fmt: skip


def test_bombs_are_refused_in_little_memory_and_time(tmp_path):
    for kind, write in BOMBS.items():
        write(tmp_path).rename(tmp_path / f"{kind}.{'mat' if kind.startswith('MATLAB') else 'xlsx'}")
    assert alone(CODE, tmp_path) == ""


def test_a_longer_file_is_read_where_the_user_allows_it(tmp_path, monkeypatch):
    scipy.io.savemat(tmp_path / "a.mat", {"d_depth": np.full((240, 320, 8), 2000, np.uint16)})
    monkeypatch.setenv("MGLIB_DECODED_GIB", "0.001")
    with pytest.raises(DataError, match=r"a\.mat: takes 0\.0 GiB .* and one file may take 0\.001; .*MGLIB_DECODED_GIB"):
        DepthReader([tmp_path / "a.mat"]).read(0)
    monkeypatch.setenv("MGLIB_DECODED_GIB", "0.1")
    assert DepthReader([tmp_path / "a.mat"]).read(0).shape == (8, 240, 320, 1)


def test_a_link_out_of_the_folder_is_followed_for_reading_alone(folders):
    """Data sets lie on other disks; nothing is ever written beside them."""
    root = SOURCES["smg"][0](folders / "data")
    file = sorted(root.rglob("*_skeleton.csv"))[0]
    (folders / "elsewhere").mkdir()
    file.rename(folders / "elsewhere" / file.name)
    file.symlink_to(folders / "elsewhere" / file.name)
    with untouched(root, folders / "elsewhere"):
        assert len(smg.load(root)) == 15
