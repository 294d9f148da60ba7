"""SMG: pixels from the right columns, subjects from the sample's number."""

import numpy as np
import pytest

from mglib.base.errors import DataError, OptionError
from mglib.data import load
from tests.data import folders as make


@pytest.fixture
def samples():
    return make.smg_samples(np.random.default_rng(0))


def test_clips_are_cut_from_the_samples_and_split_by_subject(folders, samples):
    samples[1].points[3, 5] = 0
    table = load("smg", make.write_smg(folders / "deep" / "smg", samples).parent)
    assert (table.layout.name, table.num_classes, table.group_kind, table.fps) == ("kinect25", 17, "subject", 28.0)
    assert table.clips["split"].tolist() == ["train"] * 10 + ["test"] * 5
    assert table.clips["group"].unique().tolist() == ["s1", "s2", "s36"]
    rows = iter(table.clips.itertuples())
    for sample in samples:
        for label, start, end in sample.lines:
            row = next(rows)
            assert (row.id, row.label) == (f"{sample.name}_{start}_{end}", label - 1)
            points = table.keypoints[row.Index][0]
            np.testing.assert_allclose(points[..., :2], sample.points[start : end + 1, :, :2], atol=5e-3)
            assert np.array_equal(points[..., 2], sample.points[start : end + 1, :, 2] > 0)
    assert load("smg", folders / "deep", val=[2]).clips["split"].value_counts().to_dict() == {
        "train": 5,
        "val": 5,
        "test": 5,
    }


@pytest.mark.parametrize("source", ["smg", "recordings"])
def test_subjects_of_a_split_are_there_and_in_one_split(folders, samples, source):
    root = make.write_smg(folders / "smg", samples)
    kind = int if source == "smg" else str
    with pytest.raises(OptionError, match=r"^test: there is no subject 99; there are 1, 2, 36\.$"):
        load(source, root, test=[kind(36), kind(99)])
    with pytest.raises(OptionError, match="^test, val: subject 2 is in both; give each one split"):
        load(source, root, test=[kind(2)], val=[kind(2)])


def test_a_line_that_is_there_twice_is_told(folders, samples):
    samples[0].lines.append(samples[0].lines[2])
    root = make.write_smg(folders / "smg", samples)
    sentence = "line 6: marks clip Sample0001_24_31, as line 3 does; delete one of the two lines."
    with pytest.raises(DataError, match=sentence):
        load("smg", root)
    assert len(load("smg", root, faults=[])) == 15


def test_an_empty_file_of_labels_is_told(folders, samples):
    root = make.write_smg(folders / "smg", samples)
    (root / "Sample0001" / "Sample0001_finelabels.csv").write_text("\n")
    with pytest.warns(UserWarning, match=r"Sample0001_finelabels\.csv: is empty, so there is no clip of this video"):
        assert len(load("smg", root)) == 10


def test_a_header_is_no_frame(folders, samples):
    root = make.write_smg(folders / "smg", samples)
    without = load("smg", root)
    path = root / "Sample0001" / "Sample0001_skeleton.csv"
    rows = path.read_text()
    for header in (map(str, range(275)), (f"x{column}" for column in range(275))):
        path.write_text(",".join(header) + "\n" + rows)
        table = load("smg", root)
        assert all(map(np.array_equal, table.keypoints, without.keypoints))
    path.write_text("".join(f"{row},{line}\n" for row, line in enumerate(rows.splitlines())))
    assert all(map(np.array_equal, load("smg", root).keypoints, without.keypoints))


def test_columns_in_another_order_are_refused(folders, samples):
    root = make.write_smg(folders / "smg", samples)
    path = root / "Sample0001" / "Sample0001_skeleton.csv"
    values = np.loadtxt(path, delimiter=",").reshape(-1, 11)
    np.savetxt(path, values[:, [7, 8, 3, 0, 1, 2, 9, 4, 5, 6, 10]].reshape(60, -1), delimiter=",")
    with pytest.raises(DataError, match=r"Sample0001_skeleton\.csv: of a joint's 11 columns, number 2 is no depth"):
        load("smg", root)
    np.savetxt(path, values.reshape(60, -1)[:, :-1], delimiter=",")
    with pytest.raises(DataError, match=r"Sample0001_skeleton\.csv: 274 columns; expected 25 joints x 11 = 275"):
        load("smg", root)


def test_what_cannot_be_used_is_named_or_collected(folders, samples):
    samples[0].lines = [(18, 0, 5), (1, 50, 60), *samples[0].lines]
    root = make.write_smg(folders / "smg", samples)
    (root / "Sample0002" / "Sample0002_skeleton.csv").unlink()
    with pytest.raises(DataError) as error:
        load("smg", root)
    for sentence in (
        "Sample0001_finelabels.csv, line 1: class 18",
        "line 2: frames 50..60, but Sample0001_skeleton.csv has 60",
        "Sample0002_finelabels.csv: beside it is no Sample0002_skeleton.csv",
    ):
        assert sentence in str(error.value)
    faults = []
    assert len(load("smg", root, faults=faults)) == 10 and len(faults) == 3


def test_videos_are_long_or_cut(folders, samples):
    root = make.write_smg(folders / "smg", samples[:1])
    frames = make.write_video(root / "Sample0001" / "Sample0001_color.mp4", 60)
    frames_of_clip = make.write_video(root / "clips" / "Sample0001_12_19.mp4", 8)
    table = load("smg", root)
    np.testing.assert_array_equal(table.frames.read(0), frames[0:8])
    np.testing.assert_array_equal(table.frames.read(1), frames_of_clip)


def test_a_clip_keeps_its_place_in_its_sample_in_seconds(folders, samples):
    clips = load("smg", make.write_smg(folders / "smg", samples), fps=20.0).clips
    frames = clips["id"].str.extract(r"(?P<video>\w+?)_(?P<start>\d+)_(?P<end>\d+)")
    assert clips["video"].tolist() == frames["video"].tolist()
    np.testing.assert_allclose(clips["start"], frames["start"].astype(int) / 20)
    np.testing.assert_allclose(clips["stop"], (frames["end"].astype(int) + 1) / 20)


def test_a_rate_that_nobody_gives_is_that_of_the_videos(folders, samples):
    root = make.write_smg(folders / "smg", samples)
    for sample in samples:
        make.write_video(root / sample.name / f"{sample.name}_color.mp4", 60)
    assert load("smg", root).fps == 25
    with pytest.warns(UserWarning, match="fps: 28 is given, but the time stamps of the videos say 25"):
        assert load("smg", root, fps=28).fps == 25
