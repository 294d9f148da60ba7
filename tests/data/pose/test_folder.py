"""Folders of videos from the console: labels, splits, what is kept, and videos that fail among others."""

import ast
import functools

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.base.files import keyed
from mglib.data import load
from mglib.data.opening import file_key
from mglib.data.pose import PoseMissing, estimate
from mglib.data.pose.__main__ import main
from mglib.data.pose.folder import find, kept
from mglib.data.video import VideoReader
from tests.data.odd_videos import show_by, write
from tests.data.pose.films import dot, dots, follow_dot

pytestmark = pytest.mark.usefixtures("folders")
dotted = functools.partial(estimate, follow=follow_dot)


class Counting:
    """An estimator that counts its calls, and fails at the given one."""

    def __init__(self, failure=None, at=-1):
        self.calls, self.failure, self.at = [], failure, at

    def __call__(self, video, **options):
        self.calls.append(video.stem)
        if len(self.calls) - 1 == self.at:
            raise self.failure
        return dotted(video, **options, progress=False)


@pytest.fixture
def films(tmp_path):
    """Writes videos by their paths below a folder; the dot starts where the number says."""

    def make(**starts):
        for path, start in starts.items():
            dots(tmp_path / "films" / f"{path.replace('__', '/')}.mp4", range(start, start + 6))
        return tmp_path / "films"

    return make


def _options(printed):
    """What the console says `load` should be given."""
    return ast.literal_eval(printed.splitlines()[-1])


def test_a_folder_becomes_a_data_set_with_labels_splits_and_frames(films, tmp_path, capsys):
    folder = films(train__wave__p1_0=20, train__nod__p1_1=30, train__nod__p2_0=40, test__wave__p3_0=50)
    assert main([str(folder), "-o", str(tmp_path / "mine.pkl"), "--overlay"], dotted) == 0
    printed = capsys.readouterr().out
    assert "4 clips, 24 frames" in printed and "100% of the body's joints and 0% of the fingertips" in printed
    table = load("annotation", tmp_path / "mine.pkl", **_options(printed))
    clips = table.clips.set_index("id")
    assert table.class_names == ("nod", "wave") and table.fps == 25
    assert clips["label"].to_dict() == {
        "test/wave/p3_0": 1, "train/nod/p1_1": 0, "train/nod/p2_0": 0, "train/wave/p1_0": 1
    }  # fmt: skip
    assert clips.loc["test/wave/p3_0", ["split", "group"]].tolist() == ["test", "p3"]
    row = int(np.flatnonzero(table.clips["id"] == "train/nod/p2_0")[0])
    assert table.keypoints[row][0, :, 0, 0] == pytest.approx(np.arange(40, 46) + 0.5, abs=0.6)
    assert len(table.frames.read(row)) == 6
    drawn = VideoReader([tmp_path / "mine_overlay" / "train/nod/p2_0.mp4"]).read(0)
    assert drawn.shape == table.frames.read(row).shape


def test_folders_of_classes_alone_claim_no_split(films, tmp_path, capsys):
    main([str(films(wave__p1_0=20, nod__p1_1=30)), "-o", str(tmp_path / "mine.pkl")], dotted)
    options = _options(capsys.readouterr().out)
    table = load("annotation", tmp_path / "mine.pkl", bare_split="test", **options)
    assert table.labels.tolist() == [0, 1] and set(table.clips["split"]) == {"test"}


def test_videos_without_folders_have_no_label_and_so_has_one_alone(films, tmp_path, capsys):
    folder = films(a_0=20, b_0=30)
    for source, ids in ((folder, ["a_0", "b_0"]), (folder / "b_0.mp4", ["b_0"])):
        assert main([str(source), "-o", str(tmp_path / "mine.pkl")], dotted) == 0
        table = load("annotation", tmp_path / "mine.pkl", **_options(capsys.readouterr().out), class_names=("nod",))
        assert table.clips["id"].tolist() == ids
        assert set(table.clips["split"]) == {"hidden"} and set(table.labels) == {-1}


def test_an_interrupted_folder_goes_on_and_a_changed_video_is_estimated_again(films, tmp_path):
    folder, out = films(a=20, b=30, c=40), tmp_path / "mine.pkl"
    with pytest.raises(KeyboardInterrupt):
        main([str(folder), "-o", str(out)], Counting(KeyboardInterrupt(), at=2))
    assert not out.exists()
    again = Counting()
    assert main([str(folder), "-o", str(out)], again) == 0
    assert again.calls == ["c"]
    films(b=33)
    once_more = Counting()
    main([str(folder), "-o", str(out)], once_more)
    assert once_more.calls == ["b"]
    points = load("annotation", out, layout="imigue22").keypoints[1]
    assert points[0, 0, 0, 0] == pytest.approx(33.5, abs=0.6)


def test_another_region_is_another_answer(films, tmp_path):
    folder, counting = films(a=20), Counting()
    for region in ([], ["--region", "0", "0", "64", "96"], []):
        main([str(folder), "-o", str(tmp_path / "mine.pkl"), *region], counting)
    assert counting.calls == ["a", "a"]


def test_a_damaged_answer_is_made_again(films, folders):
    folder, counting = films(a=20), Counting()
    main([str(folder), "-o", str(folders / "mine.pkl")], counting)
    (place,) = (folders / "cache" / "keypoints").glob("*.npz")
    place.write_bytes(place.read_bytes()[:100])
    with pytest.warns(UserWarning, match="damaged"):
        main([str(folder), "-o", str(folders / "mine.pkl")], counting)
    assert counting.calls == ["a", "a"]


def test_a_video_of_no_use_stops_no_other_but_a_missing_mediapipe_stops_all(films, tmp_path, capsys):
    folder, out = films(a=20, c=30), tmp_path / "mine.pkl"
    (folder / "b.mp4").write_bytes(b"no video")
    assert main([str(folder), "-o", str(out)], dotted) == 1
    assert "b.mp4, video: could not be decoded" in capsys.readouterr().err
    table = load("annotation", out, layout="imigue22")
    assert table.clips["id"].tolist() == ["a", "c"]
    (folder / "d.mp4").write_bytes(dots(tmp_path / "d.mp4", [9, 9]).read_bytes())
    missing = Counting(PoseMissing("install it"), at=0)
    assert main([str(folder), "-o", str(tmp_path / "other.pkl")], missing) == 2
    assert len(missing.calls) == 1 and not (tmp_path / "other.pkl").exists()
    assert capsys.readouterr().err.endswith("install it\n")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "no video"),
        (["a.txt", ".hidden/b.mp4", "._c.mp4"], "no video"),
        (["a.mp4", "wave/b.mp4"], "must lie as"),
        (["1/2/3/b.mp4"], "must lie as"),
        (["dev/wave/b.mp4"], "folder dev .* train, val, test"),
        (["a.mp4", "a.avi"], "differ only in the suffix"),
        (["train/a.mp4", "test/b.mp4"], "clips lie directly in the folder test, which would be a class"),
        (["train/nod/a.mp4", "test/Nod/b.mp4"], "folders 'Nod' and 'nod' would be two classes"),
    ],
)
def test_a_folder_that_cannot_be_read_is_a_sentence_before_anything_is_estimated(tmp_path, files, message):
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=message):
        find(tmp_path)


def test_overlays_do_not_go_among_the_videos(films, capsys):
    folder = films(a=20)
    assert main([str(folder), "-o", str(folder / "mine.pkl"), "--overlay"], dotted) == 2
    assert "choose another place" in capsys.readouterr().err
    assert main([str(folder / "nothing"), "-o", str(folder / "mine.pkl")], dotted) == 2


@pytest.mark.parametrize("ending", ["MOV", "MP4", "m4v", "webm"])
def test_the_line_that_is_printed_loads_what_a_phone_or_a_browser_wrote(films, tmp_path, monkeypatch, capsys, ending):
    folder = films(train__wave__p1_0=20, test__nod__p2_0=40)
    for path in list(folder.rglob("*.mp4")):
        path.rename(path.with_suffix(f".{ending}"))  # FFmpeg goes by the content
    monkeypatch.chdir(folder.parent)
    assert main(["films", "-o", "mine.pkl"], dotted) == 0
    options = _options(capsys.readouterr().out)
    monkeypatch.chdir(tmp_path.parent)
    table = load("annotation", tmp_path / "mine.pkl", **options)
    assert [len(table.frames.read(row)) for row in range(2)] == [6, 6]


def test_time_stamps_are_asked_for_again_where_an_answer_is_kept(tmp_path, folders):
    """What earlier versions kept of a browser's recording says that it has 1000 frames a second."""
    pictures = [dot(x) for x in range(20, 32)]
    path = write(tmp_path / "film.webm", pictures, 1000, "libvpx", stamps=[0, *range(500, 720, 20)])
    counting = Counting()
    for _ in range(2):
        found = kept(path, counting)
        (place,) = (folders / "cache" / "keypoints").glob("*.npz")
        assert found.fps == pytest.approx(11 / 0.7) and found.seconds[[0, 1, 11]] == pytest.approx([0, 0.5, 0.7])
        with np.load(place) as arrays:
            assert set(arrays) == {"keypoints", "fps", "height", "width", "jumps"}
            earlier = dict(arrays) | {"fps": np.array(1000.0)}
        np.savez(place, **earlier)
    assert counting.calls == ["film"]


def test_an_answer_to_a_mirrored_picture_is_not_that_of_earlier_versions(films, folders):
    video = films(a=20) / "a.mp4"
    for turn, as_before in (((1, 0, 0, 1), True), ((0, 1, -1, 0), True), ((-1, 0, 0, 1), False)):
        kept(show_by(video, *turn), Counting())
        earlier = folders / "cache" / "keypoints" / f"{keyed(f'1 {file_key(video)} None None')}.npz"
        assert earlier.is_file() == as_before
