"""iMiGUE: what is read is what stands in the files, and what cannot be used is named with file and line."""

import warnings

import numpy as np
import pytest

from mglib.analysis.ambiguity import succession_lift
from mglib.base.errors import DataError, OptionError
from mglib.config import TrainConfig
from mglib.data import load
from mglib.data.sources.recordings import Asked, read
from mglib.explorer.payload import make_payload
from mglib.runs import Run
from mglib.training import train
from tests.data import folders as make


@pytest.fixture
def videos():
    return make.imigue_videos(np.random.default_rng(0))


@pytest.fixture
def write(folders, videos):
    """Writes the folder of some videos."""
    return lambda those=videos, **options: make.write_imigue(folders / "imigue", those, **options)


def _set(videos, row, line):
    """Another label line in the first video."""
    videos[0].lines = [*videos[0].lines[:row], line, *videos[0].lines[row + 1 :]]


@pytest.mark.parametrize(
    ("layout", "kinds"), [("imigue22", ("csv",)), ("imigue22", ("xlsx",)), ("imigue36", ("xlsx",))]
)
def test_clips_are_the_frames_of_the_labels_both_ends_included(write, videos, layout, kinds):
    videos = videos[::4]
    table = load("imigue", write(videos, kinds=kinds), layout=layout)
    joints = make.imigue22 if layout == "imigue22" else make.imigue36
    expected = [
        (f"{video.name}_{row}", joints(video.points)[start : end + 1], 31 if c == 99 else c - 1, video.name)
        for video in videos
        for row, (c, start, end) in enumerate(video.lines)
    ]
    assert (table.layout.name, table.group_kind, table.fps) == (layout, "video", 25.0)
    assert (table.clips["height"] == 720).all() and (table.clips["width"] == 1280).all()
    for points, (clip, truth, label, group), row in zip(
        table.keypoints, expected, table.clips.itertuples(), strict=True
    ):
        assert (row.id, row.label, row.group, row.total_frames) == (clip, label, group, len(truth))
        np.testing.assert_allclose(points[0], truth, atol=1e-4)


def test_where_test_labels_are_kept_back_validation_is_the_test(write):
    split = load("imigue", write()).clips.groupby("split")["label"]
    assert split.size().to_dict() == {"hidden": 5, "test": 10, "train": 20}
    assert set(split.get_group("hidden")) == {-1} and split.get_group("test").min() >= 0


def test_where_test_labels_are_given_validation_stays_validation(write, videos):
    videos[-1].lines = [(3, start, end) for _, start, end in videos[-1].lines]
    assert load("imigue", write()).clips["split"].value_counts().to_dict() == {"train": 20, "val": 10, "test": 5}
    with pytest.raises(DataError, match="test_fold: the test labels are available"):
        load("imigue", write(), test_fold="1/2")


def test_folds_part_all_labelled_videos_and_leave_hidden_clips_alone(write):
    root, held = write(), []
    for number in (1, 2, 3):
        table = load("imigue", root, test_fold=f"{number}/3")
        assert table.clips["split"].value_counts().to_dict() == {"train": 20, "test": 10, "hidden": 5}
        held += table.clips["group"][table.where("test")].unique().tolist()
    assert sorted(held) == [f"{video:04d}" for video in range(1, 7)]
    with pytest.raises(DataError, match="test_fold: '2'; give the fold and how many"):
        load("imigue", root, test_fold="2")


def test_folders_lie_anywhere_and_both_kinds_of_file_give_the_same(write, videos, folders):
    light = load("imigue", write(videos[:2]))
    deep = make.write_imigue(folders / "other" / "phase1" / "datasets", videos[:2], kinds=("xlsx",))
    for a, b in zip(light.keypoints, load("imigue", deep.parents[1]).keypoints, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


BAD = [
    ((0, 3, 8), r"0001_label\.csv, line 2: class 0; expected 1\.\.31 or 99"),
    ((32, 3, 8), r"0001_label\.csv, line 2: class 32; expected one of 1, 2, "),
    ((98, 3, 8), r"line 2: class 98"),
    ((5, 8, 3), r"line 2: frames 8\.\.3; expected 0 <= start <= end"),
    ((5, -1, 3), r"line 2: frames -1\.\.3; expected 0 <= start"),
    ((5, 50, 60), r"line 2: frames 50\.\.60, but 0001_light_hand\.csv has 60; .* name 0001_1 in leave_out"),
    ((5, 1, ""), "line 2: '5,1,'; expected the whole numbers class,start,end"),
]


@pytest.mark.parametrize(("line", "sentence"), BAD, ids=[str(line) for line, _ in BAD])
def test_a_bad_line_is_named_and_left_out_where_faults_are_collected(write, videos, line, sentence):
    _set(videos, 1, line)
    with pytest.raises(DataError, match=sentence):
        load("imigue", write())
    faults = []
    table = load("imigue", write(), faults=faults)
    assert len(faults) == 1 and len(table) == 34 and "0001_1" not in set(table.clips["id"])


def test_a_header_above_the_labels_is_told(write, videos):
    root = write()
    (labels,) = root.rglob("0007_label.csv")
    labels.write_text("0,1,2\n" + labels.read_text())
    with pytest.raises(DataError, match=r"0007_label\.csv, line 1: 0,1,2 is a header, and no label file has one"):
        load("imigue", root)


@pytest.mark.parametrize(("number", "classes"), [(29, "one class"), (5, "two classes")])
def test_clips_of_the_same_frames_are_told_unless_one_is_left_out(write, videos, number, classes):
    lines = videos[0].lines
    videos[0].lines = [*lines, (number, *lines[2][1:])]
    root = write()
    told = (
        rf"imigue: 1 clip with the same frames as another, 0001_5 and 0001_2 first \(.*, lines 3 and 6, of {classes}\)"
    )
    with pytest.warns(UserWarning, match=told):
        assert len(load("imigue", root)) == 36
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(load("imigue", root, leave_out="0001_5")) == 35
    (note,) = read(root, Asked(), []).named("0001").notes
    assert note.startswith("0001: 1 clip with the same frames as another, 0001_5 and 0001_2 first")


def test_clips_are_left_out_by_their_ids(write, videos):
    _set(videos, 1, (5, 50, 60))
    root = write()
    for leave_out, clips in (("0001_1", 34), (["0001_1", "0002_0"], 33)):
        table = load("imigue", root, leave_out=leave_out)
        assert len(table) == clips and "0001_1" not in set(table.clips["id"])
    with pytest.raises(OptionError, match=r"leave_out: 13 arrived as a number, .* 0001_3; .* in quotes"):
        load("imigue", root, leave_out=["0001_1", 13])  # what YAML makes of 0001_3
    with pytest.raises(OptionError, match="leave_out: imigue has no clip '0001_9'; give ids of clips"):
        load("imigue", root, leave_out="0001_9")


def test_all_faults_are_told_at_once_and_the_first_twenty_listed(write, videos):
    for video in videos[:4]:
        video.lines = [(40, 0, 5)] * 6
    with pytest.raises(DataError) as error:
        load("imigue", write())
    lines = str(error.value).splitlines()
    assert len(lines) == 21 and lines[-1] == "and 4 more"


def test_a_clip_in_which_nobody_is_seen_is_left_out_with_a_warning(write, videos):
    videos[0].points[0:12] = 0
    with pytest.warns(UserWarning, match="imigue: 1 clips are left out, as nobody is detected in them: 0001_0"):
        assert len(load("imigue", write())) == 34


def test_a_hidden_clip_in_which_nobody_is_seen_stays_as_the_submission_wants_it(write, videos):
    videos[-1].points[0:12] = 0
    table = load("imigue", write())
    assert len(table) == 35 and not table.keypoints[table.where("hidden")[0]].any()


def test_a_video_in_two_splits_and_a_missing_file_are_sentences(write, videos, folders):
    root = write()
    make.write_imigue(root, [make.Video("0001", "validate", videos[0].points, videos[0].lines)])
    (root / "imigue_skeleton_train" / "0002" / "0002_light_hand.csv").unlink()
    with pytest.raises(DataError) as error:
        load("imigue", root)
    assert "video 0001 is in train too" in str(error.value)
    assert "0002_label.csv: beside it is no 0002_light_hand.csv or 0002_openpose.xlsx" in str(error.value)
    with pytest.raises(DataError, match="beside it is no 0001_openpose.xlsx"):
        load("imigue", root, layout="imigue36")
    with pytest.raises(DataError, match="data_root: there is no .*nothing here; give the folder"):
        load("imigue", folders / "nothing here")
    (folders / "nothing here").mkdir()
    with pytest.raises(DataError, match="no usable imigue_skeleton_train/"):
        load("imigue", folders / "nothing here")


def test_exchanged_hands_are_warned_of(write, videos):
    for video in videos:
        video.points[:, [*range(95, 116), *range(116, 137)]] = video.points[:, [*range(116, 137), *range(95, 116)]]
    with pytest.warns(UserWarning, match="the two hands seem to be exchanged"):
        load("imigue", write())


def test_frames_come_from_long_videos_or_from_clips_cut_before(write, videos):
    root = write()
    films = {video.name: make.write_video(root / "rgb" / f"{video.name}.mp4", 60) for video in videos[:-1]}
    with pytest.raises(
        DataError, match=r"videos: 5 of 35 clips have none; the first is clip 0007_0: no 0007_0\.mp4 and no"
    ):
        load("imigue", root, height=72, width=128)
    for row, (_, start, end) in enumerate(videos[-1].lines):
        films[f"0007_{row}"] = make.write_video(root / "rgb" / f"0007_{row}.mp4", end + 1 - start, 360, 640)
    for video in videos:
        video.points[..., :2] /= 10
    write()
    table = load("imigue", root)
    assert table.clips.groupby("height").size().to_dict() == {72: 30, 360: 5}
    for row, clip in enumerate(table.clips["id"]):
        video, line = clip.split("_")
        _, start, end = videos[int(video) - 1].lines[int(line)]
        expected = films[clip] if video == "0007" else films[video][start : end + 1]
        np.testing.assert_array_equal(table.frames.read(row), expected)
    assert load("imigue", root, videos=root / "imigue_skeleton_train").frames is None


def test_a_clip_keeps_its_place_in_its_video_in_seconds(write, videos):
    table = load("imigue", write())
    for clip, start, stop, video in table.clips[["id", "start", "stop", "video"]].itertuples(index=False):
        name, line = clip.rsplit("_", 1)
        (whole,) = (one for one in videos if one.name == name)
        _, first, last = whole.lines[int(line)]
        assert (video, start, stop) == (name, pytest.approx(first / 25), pytest.approx((last + 1) / 25))


def test_a_run_of_real_files_knows_which_gesture_follows_which(write, videos):
    """Classes 1, 20, 29, 31, 99 follow one another in every video; each is followed by the next one alone."""
    settings = {"dataset": "imigue", "preset": "tiny", "epochs": 1, "streams": "joint", "precision": "no", "dim": 8}
    videos[0].lines = videos[0].lines[::-1]  # the order of a file's lines is not that of time
    root = write()
    config = TrainConfig.read(settings | {"run_name": "run", "data_root": root})
    run = Run(train(config, load("imigue", root)).path)
    lift = succession_lift(run)
    order, following = [0, 19, 28, 30, 31], 6 * 4  # six labelled videos, in which four clips come next
    for first, second in zip(order, order[1:], strict=False):
        assert lift[first, second] == pytest.approx(following / 6)
        assert np.nansum(lift[first]) == lift[first, second]
    assert np.isnan(lift[31]).all() and np.isnan(lift[:, 0]).all(), "the last leads nowhere, none leads to the first"
    split = make_payload(run).arrays["succession/test"]
    assert split[0, 19] == split[19, 0] == 2 and split.sum() == 2 * 2 * 4
