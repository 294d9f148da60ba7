"""UTD-MHAD's official files: small ones written here, and the real set where it is at hand."""

import re
import shutil
import warnings

import numpy as np
import pytest
import scipy.io

from mglib.base.errors import DataError
from mglib.data.inspection import inspect_source
from mglib.data.sources import utd_mhad
from tests.data import odd_videos


@pytest.fixture
def folder(tmp_path):
    """Two actions by two subjects in the official layout; one joint 1 m right of, 0.5 m above the axis, 2 m away."""
    for action, subject in [(1, 1), (1, 2), (27, 1), (27, 2)]:
        stem = f"a{action}_s{subject}_t1"
        joints = np.zeros((20, 3, 5))
        joints[:, 2] = 3.0
        joints[3] = np.array([1.0, 0.5, 2.0])[:, None]
        depth = np.zeros((240, 320, 5), np.uint16)
        depth[100:140, 140:180] = 3000
        depth[110:130, 150:170, 4] = 2800
        (tmp_path / "Skeleton").mkdir(exist_ok=True)
        (tmp_path / "Depth").mkdir(exist_ok=True)
        scipy.io.savemat(tmp_path / "Skeleton" / f"{stem}_skeleton.mat", {"d_skel": joints})
        scipy.io.savemat(tmp_path / "Depth" / f"{stem}_depth.mat", {"d_depth": depth})
    return tmp_path


def test_projection_and_protocol(folder):
    table = utd_mhad.load(folder)
    assert table.clips["id"].tolist() == ["a1_s1_t1", "a1_s2_t1", "a27_s1_t1", "a27_s2_t1"]
    assert table.labels.tolist() == [0, 0, 26, 26]
    assert table.clips["split"].tolist() == ["train", "test"] * 2 and table.groups.tolist() == ["s1", "s2"] * 2
    assert table.keypoints[0][0, 0, 3] == pytest.approx([160 + 285.63 / 2, 120 - 285.63 / 4, 1])
    assert not table.flip and table.flip_labels[:2] == (1, 0) and table.flip_labels[8:10] == (9, 8)


def test_depth_video_is_relative_to_the_person(folder):
    frames = utd_mhad.load(folder).frames
    clip = frames.read(0)
    assert frames.kind == "depth video" and clip.shape == (5, 240, 320, 1)
    assert clip[0, 0, 0, 0] == 0 and clip[0, 120, 160, 0] == 130 and clip[4, 120, 160, 0] == 130 + 200 // 5


def test_a_joint_at_the_camera_is_lost_not_infinite(folder):
    path = folder / "Skeleton" / "a1_s1_t1_skeleton.mat"
    joints = scipy.io.loadmat(path)["d_skel"]
    joints[5, 2, 0], joints[6, 0, 0] = 0.0, np.nan
    scipy.io.savemat(path, {"d_skel": joints})
    points = utd_mhad.load(folder).keypoints[0]
    assert (points[0, 0, 5:7] == 0).all() and np.isfinite(points).all()


def test_visual_stream_is_chosen_and_named(folder):
    assert utd_mhad.load(folder, visual="none").frames is None
    with pytest.raises(DataError, match=r"4 of 4 clips have no color\.avi"):
        utd_mhad.load(folder, visual="colour")
    (folder / "Depth" / "a27_s2_t1_depth.mat").unlink()
    assert utd_mhad.load(folder).frames is None
    with pytest.raises(DataError, match="give auto, colour, depth or none"):
        utd_mhad.load(folder, visual="thermal")


def test_colour_that_is_partly_missing_is_told_and_may_be_another_kind_of_video(folder):
    black = np.zeros((48, 64, 3), np.uint8)
    for stem in ("a1_s1_t1", "a1_s2_t1", "a27_s1_t1"):
        odd_videos.write(folder / f"{stem}_color.mp4", [black] * 5)
    with pytest.warns(UserWarning, match=r"1 of 4 clips have no color\.avi, such as a27_s2_t1, so colour is not used"):
        assert utd_mhad.load(folder).frames.kind == "depth video"
    odd_videos.write(folder / "a27_s2_t1_color.mp4", [black] * 5)
    assert utd_mhad.load(folder).frames.kind == "colour video"


@pytest.mark.parametrize("content", [b"", b"junk" * 100])
def test_a_broken_file_is_named(folder, content):
    (folder / "Skeleton" / "a1_s2_t1_skeleton.mat").write_bytes(content)
    with pytest.raises(DataError, match=r"a1_s2_t1_skeleton\.mat"):
        utd_mhad.load(folder)


def test_an_empty_folder_is_a_sentence(tmp_path):
    with pytest.raises(DataError, match=r"no file like a1_s1_t1_skeleton\.mat"):
        utd_mhad.load(tmp_path)


def test_the_real_set(utd_mhad_folder):
    table = utd_mhad.load(utd_mhad_folder)
    assert len(table) == 861 and len(table.where("train")) == 431 and len(table.where("test")) == 430
    total = table.clips["total_frames"]
    assert (total.min(), total.median(), total.max()) == (41, 67, 125)
    rows = np.random.default_rng(0).choice(861, 12, replace=False)
    on_person = []
    for row in rows:
        frames, points = table.frames.read(row)[..., 0], table.keypoints[row][0]
        t = np.arange(min(len(frames), len(points)))
        x, y = points[t, :, 0].round().astype(int).clip(0, 319), points[t, :, 1].round().astype(int).clip(0, 239)
        on_person.append((frames[t[:, None], y, x] > 0).mean())
    assert np.mean(on_person) > 0.9  # 94 % over the whole set: joints and pixels belong together


@pytest.mark.parametrize(
    ("kind", "name"),
    [("Skeleton", "a1_s2_t1_skeleton.mat"), ("Depth", "a27_s1_t1_depth.mat"), ("Skeleton", "a01_s02_t1_skeleton.mat")],
)
def test_two_files_of_one_name_are_named_and_refused(folder, kind, name):
    (folder / "copy").mkdir()
    original = folder / kind / re.sub(r"([as])0", r"\1", name)
    shutil.copy(original, folder / "copy" / name)
    with pytest.raises(DataError, match=rf"there are 2 files: .*{original.name}.*copy/{name}"):
        utd_mhad.load(folder)
    found = []
    assert len(utd_mhad.load(folder, faults=found)) == 4 and len(found) == 1


def test_what_macos_leaves_and_links_are_no_second_files(folder):
    expected = utd_mhad.load(folder).clips
    (folder / "again").symlink_to(folder / "Skeleton")
    (folder / "a1_s1_t1_skeleton.mat").symlink_to(folder / "Skeleton" / "a1_s1_t1_skeleton.mat")
    for name in ("Skeleton/._a1_s1_t1_skeleton.mat", "__MACOSX/a1_s1_t1_skeleton.mat", ".old/a9_s1_t1_skeleton.mat"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"\x00\x05\x16\x07")
    assert utd_mhad.load(folder).clips.equals(expected)


def test_depth_of_another_length_is_a_sentence(folder):
    path = folder / "Depth" / "a1_s1_t1_depth.mat"
    scipy.io.savemat(path, {"d_depth": scipy.io.loadmat(path)["d_depth"][..., :4]})
    with pytest.raises(DataError, match=r"a1_s1_t1_depth\.mat, d_depth: 4 frames, but its skeleton has 5"):
        utd_mhad.load(folder).frames.read(0)
    assert utd_mhad.load(folder).frames.select([2, 0]).read(0).shape == (5, 240, 320, 1)
    assert any("4 frames, but its skeleton has 5" in wrong for wrong in inspect_source("utd_mhad", folder).wrong)


@pytest.mark.parametrize("frames", [5, 6, 12])
def test_colour_of_another_length_is_told_or_refused(folder, folders, frames):
    for skeleton in (folder / "Skeleton").iterdir():
        film = folder / "RGB" / skeleton.name.replace("skeleton.mat", "color.avi")
        odd_videos.write(film, [np.zeros((480, 640, 3), np.uint8)] * frames, codec="mpeg4")
    if frames == 12:
        with pytest.raises(DataError, match=r"color\.avi, video: 12 frames, but its key points have 5"):
            utd_mhad.load(folder)
        assert utd_mhad.load(folder, visual="depth").frames.kind == "depth video"
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert utd_mhad.load(folder).frames.kind == "colour video"
    told = ["4 of 4 videos have a few frames more or less" in str(one.message) for one in caught]
    assert told == [True] * (frames - 5)
