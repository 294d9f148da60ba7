"""Videos against key points: what fits is read, a few frames are told, and all else is refused, in every source."""

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data import load
from mglib.data.inspection import inspect_source
from tests.data import folders as make
from tests.data import odd_videos as odd
from tests.safety.hostile import annotation, write_pickle

FRAMES, HEIGHT, WIDTH = 20, 48, 64  # key points are in an image of 480 x 640
pytestmark = pytest.mark.usefixtures("folders")


def _pictures(frames=FRAMES, height=HEIGHT, width=WIDTH):
    return [np.full((height, width, 3), 4 * t, np.uint8) for t in range(frames)]


@pytest.fixture
def films(tmp_path):
    """Four clips and their videos, each made by `change` of a path; returns the pickle and the folder."""

    def make_them(change, **how):
        clips = [annotation(f"v{number}_0", FRAMES) for number in range(4)]
        for clip in clips:
            change(tmp_path / "films" / f"{clip['frame_dir']}.mp4", **how)
        split = {"train": ["v0_0", "v1_0"], "test": ["v2_0", "v3_0"]}
        return write_pickle(tmp_path / "set.pkl", {"annotations": clips, "split": split}), tmp_path / "films"

    return make_them


def _load(path, folder, **options):
    return load("annotation", path, layout="coco17", videos=folder, **options)


def test_videos_that_fit_are_read_without_a_word(films, recwarn):
    table = _load(*films(lambda path: odd.write(path, _pictures())))
    assert len(table.frames.read(0)) == FRAMES and table.fps == 25 and table.times is None
    assert not [warning for warning in recwarn if issubclass(warning.category, UserWarning)]


@pytest.mark.parametrize("frames", [2 * FRAMES, 3 * FRAMES, FRAMES + 5, FRAMES - 5, FRAMES // 2, 1])
def test_another_number_of_frames_is_refused(films, frames):
    path, folder = films(lambda path: odd.write(path, _pictures(frames)))
    sentence = rf"v0_0\.mp4, video: {frames} frames, but its key points have {FRAMES}"
    with pytest.raises(DataError, match=sentence) as error:
        _load(path, folder)
    assert ("as if the" in str(error.value)) == (frames not in (FRAMES + 5, FRAMES - 5))
    found = inspect_source("annotation", path, layout="coco17", videos=folder)
    assert sum(", video: " in wrong for wrong in found.wrong) == 4 and found.table.frames is None


@pytest.mark.parametrize("frames", [FRAMES + 2, FRAMES - 1])
def test_a_few_frames_more_or_less_are_told(films, frames):
    with pytest.warns(
        UserWarning, match=rf"4 of 4 videos have a few frames .* first: {frames} and {FRAMES}\. They are aligned"
    ):
        table = _load(*films(lambda path: odd.write(path, _pictures(frames))))
    assert len(table.frames.read(0)) == frames
    path, folder = table.frames.paths[0].parents[1] / "set.pkl", table.frames.paths[0].parent
    found = inspect_source("annotation", path, layout="coco17", videos=folder)
    assert not [wrong for wrong in found.wrong if ".mp4" in wrong]
    assert sum("4 of 4 videos" in note for note in found.notes) == 1


@pytest.mark.parametrize(
    ("height", "width", "why"), [(64, 48, "turned by a quarter"), (48, 48, "cut, or stretched"), (36, 64, "cut, or")]
)
def test_another_shape_is_refused(films, height, width, why):
    path, folder = films(lambda path: odd.write(path, _pictures(height=height, width=width)))
    with pytest.raises(DataError, match=rf"v0_0\.mp4, video: players show {width} x {height} pixels.*640 x 480.*{why}"):
        _load(path, folder)


@pytest.mark.parametrize("change", [{"img_shape": (0, 0)}, {"total_frames": 0}, {"total_frames": -3}])
def test_numbers_that_cannot_be_are_a_sentence_beside_videos_too(films, tmp_path, change):
    path, folder = films(lambda path: odd.write(path, _pictures()))
    write_pickle(path, [annotation(f"v{number}_0", FRAMES, **change) for number in range(4)])
    with pytest.raises(DataError, match="v0_0"):
        _load(path, folder)


def test_the_shape_is_that_which_players_show(films):
    """Stored upright and shown lying, pixels twice as high as wide: both headers are asked."""
    path, folder = films(lambda path: odd.show_by(odd.write(path, _pictures(height=64, width=48)), 0, 1, -1, 0))
    assert _load(path, folder).frames.read(0).shape == (FRAMES, 48, 64, 3)
    path, folder = films(lambda path: odd.show_by(odd.write(path, _pictures()), 0, 1, -1, 0))
    with pytest.raises(DataError, match="players show 48 x 64 pixels"):
        _load(path, folder)


def test_seconds_follow_the_time_stamps_of_the_videos(films):
    stamps = np.cumsum([0, *np.random.default_rng(0).integers(20, 90, FRAMES - 1)])
    path, folder = films(lambda path: odd.write(path, _pictures(), 1000, stamps=stamps))
    table = _load(path, folder)
    np.testing.assert_allclose(table.seconds(0)[:-1], stamps / 1000, atol=2e-3)
    assert table.durations == pytest.approx(stamps[-1] / 1000 * FRAMES / (FRAMES - 1), abs=5e-3)
    one = table.select([2])
    np.testing.assert_array_equal(one.seconds(0), table.seconds(2))


def test_a_rate_that_is_given_gives_way_to_the_time_stamps_with_a_word(films):
    path, folder = films(lambda path: odd.write(path, _pictures(), 50))
    with pytest.warns(UserWarning, match=r"fps: 30 is given, but the time stamps of the videos say 50\.00"):
        assert _load(path, folder, fps=30).fps == 50
    assert load("annotation", path, layout="coco17", fps=30).fps == 30
    assert load("annotation", path, layout="coco17").fps == 25


def test_clips_of_several_rates_keep_their_own_seconds(films):
    path, folder = films(lambda path: odd.write(path, _pictures(), 50 if path.stem == "v3_0" else 25))
    table = _load(path, folder)
    assert table.fps == 25 and table.durations.tolist() == pytest.approx([0.8, 0.8, 0.8, 0.4])


def test_two_streams_are_said(films):
    path, folder = films(lambda path: odd.write_two(path.with_suffix(".mkv"), _pictures(), _pictures(3), 0))
    with pytest.warns(UserWarning, match=r"v0_0\.mkv and 3 more videos: each holds 2 pictures side by side"):
        _load(path, folder)


@pytest.mark.parametrize("ending", ["MOV", "MP4", "m4v", "mkv", "AVI"])
def test_a_video_of_any_kind_belongs_to_its_clip(films, ending):
    codec = "mpeg4" if ending == "AVI" else "libx264"

    def write(path):
        other = odd.write(path.with_suffix(f".{ending.lower()}"), _pictures(), codec=codec)
        other.rename(path.with_suffix(f".{ending}"))

    assert len(_load(*films(write)).frames.read(3)) == FRAMES


def test_two_videos_of_one_clip_are_named_and_refused(films):
    path, folder = films(lambda path: odd.write(path, _pictures()))
    (folder / "v1_0.MOV").write_bytes(b"")
    with pytest.raises(DataError, match=r"videos, clip v1_0: there are 2 files: .*v1_0\.MOV, .*v1_0\.mp4; keep the"):
        _load(path, folder)
    (folder / "v1_0.MOV").unlink()
    (folder / "v1_0.mkv").symlink_to(folder / "v1_0.mp4")
    (folder / "._v1_0.mp4").write_bytes(b"left by macOS")
    assert len(_load(path, folder)) == 4


def _imigue(root):
    videos = make.imigue_videos(np.random.default_rng(0), train=1, validate=1, test=1)
    for video in videos:
        video.points[..., :2] /= 10
    return make.write_imigue(root, videos), [(root / "rgb" / f"{v.name}.mp4", 60) for v in videos], {}


def _smg(root):
    samples = make.smg_samples(np.random.default_rng(0))
    files = [(root / s.name / f"{s.name}_color.mp4", 60) for s in samples]
    return make.write_smg(root, samples), files, {}


def _ma52(root):
    clips = make.ma52_clips(np.random.default_rng(0), people=2, each=2)
    files = [(root / split / f"{name}.mp4", len(p)) for split, those in clips.items() for name, (_, p) in those.items()]
    return make.write_ma52(root, clips), files, {}


SOURCES = {"imigue": _imigue, "smg": _smg, "ma52": _ma52}
warned = pytest.mark.filterwarnings("ignore:ma52. . prefixes")


@warned
@pytest.mark.parametrize("source", SOURCES)
def test_other_sources_hold_videos_against_key_points_too(folders, source):
    root, files, options = SOURCES[source](folders / "data")
    for path, frames in files:
        make.write_video(path, frames)
    table = load(source, root, **options)
    assert len(table.frames.read(0)) == table.clips["total_frames"][0] and table.fps == 25
    path, frames = files[0]
    make.write_video(path, frames + 9)
    with pytest.raises(DataError, match=rf"{path.name}, video: {frames + 9} frames, but its key points have {frames}"):
        load(source, root, **options)
    make.write_video(path, frames, 128, 72)
    with pytest.raises(DataError, match=rf"{path.name}, video: players show 72 x 128 .*one of the two is turned"):
        load(source, root, **options)


@warned
@pytest.mark.parametrize("source", SOURCES)
def test_other_sources_refuse_two_videos_of_one_name_and_pass_over_hidden_ones(folders, source):
    root, files, options = SOURCES[source](folders / "data")
    for path, frames in files:
        make.write_video(path, frames)
    path, frames = files[0]
    for hidden in (path.with_name(f"._{path.name}"), root / "__MACOSX" / path.name, root / ".trash" / path.name):
        hidden.parent.mkdir(exist_ok=True)
        hidden.write_bytes(b"no video")
    assert load(source, root, **options).frames is not None
    make.write_video(root / "face masked" / path.name, frames)
    with pytest.raises(
        DataError, match=rf"videos, {path.stem}: there are 2 files: .*{path.name}, .*{path.name}; keep the right one"
    ):
        load(source, root, **options)
    found = inspect_source(source, root, part=True, **options)
    assert found.table.frames is None and any("there are 2 files" in sentence for sentence in found.wrong)


@warned
@pytest.mark.parametrize("source", SOURCES)
def test_files_that_macos_leaves_in_archives_are_passed_over(folders, source):
    root, _, options = SOURCES[source](folders / "data")
    expected = load(source, root, **options).clips
    for file in [path for path in root.rglob("*") if path.is_file()]:
        file.with_name(f"._{file.name}").write_bytes(b"\x00\x05\x16\x07 no text of ours")
        for place in ("__MACOSX", ".Trashes"):
            copy = root / place / file.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    assert load(source, root, **options).clips.equals(expected)
    assert len(inspect_source(source, root, part=True, **options).table) == len(expected)
