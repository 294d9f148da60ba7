"""Pictures as players show them: every header that changes them, against the picture that was meant."""

import itertools
from fractions import Fraction

import av
import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.cutting import ClipReader, Cut
from mglib.data.headers import header
from mglib.data.opening import file_key
from mglib.data.pose import estimate
from mglib.data.pose.landmarks import JOINTS
from mglib.data.video import VideoReader
from tests.data import odd_videos as odd
from tests.data.pose.films import dot, follow_dot

HEIGHT, WIDTH = 48, 80
TURNS = [(a, 0, 0, d) for a, d in itertools.product((1, -1), repeat=2)]
TURNS += [(0, b, c, 0) for b, c in itertools.product((1, -1), repeat=2)]


def _picture():
    """Four corners of four colours."""
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:24, :40, 0], picture[:24, 40:, 1], picture[24:, :40, 2] = 220, 220, 220
    return picture


def _moved(picture, a, b, c, d):
    """The definition, pixel by pixel: what is stored at (x, y) is shown at (ax + cy, bx + dy), and that from 0 on."""
    height, width = picture.shape[:2]
    shown = {}
    for y, x in itertools.product(range(height), range(width)):
        shown[b * x + d * y, a * x + c * y] = picture[y, x]
    rows, columns = (sorted({place[axis] for place in shown}) for axis in (0, 1))
    return np.array([[shown[row, column] for column in columns] for row in rows])


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_all_turns_and_mirrors_of_a_display_matrix_are_applied(tmp_path, turn):
    path = odd.show_by(odd.write(tmp_path / "film.mp4", [_picture()] * 4), *turn)
    expected, frames = _moved(_picture(), *turn), VideoReader([path]).read(0)
    assert frames.shape == (4, *expected.shape) and np.abs(frames.astype(int) - expected).mean() < 5
    assert (header(path).height, header(path).width) == expected.shape[:2]
    np.testing.assert_array_equal(ClipReader([Cut(path, 1, 3)]).read(0), frames[1:])


def test_a_scale_of_the_matrix_is_no_turn(tmp_path):
    path = odd.show_by(odd.write(tmp_path / "film.mp4", [_picture()] * 2), 0, 2, -2, 0)
    np.testing.assert_allclose(VideoReader([path]).read(0)[0], _moved(_picture(), 0, 1, -1, 0), atol=40)


@pytest.mark.parametrize("degrees", [1.5, 17, 45, 88, -120])
def test_other_angles_are_refused(tmp_path, degrees):
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    path = odd.show_by(odd.write(tmp_path / "film.mp4", [_picture()] * 2), cos, sin, -sin, cos)
    for read in (VideoReader([path]).read, ClipReader([Cut(path, 0, 1)]).read, lambda _: header(path)):
        with pytest.raises(
            DataError, match=r"film\.mp4, video: .*turns the picture by .* degrees, not by a multiple of 90"
        ):
            read(0)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "avi"])
@pytest.mark.parametrize("pixel", [Fraction(4, 3), Fraction(16, 11), Fraction(8, 9)])
def test_pixels_that_are_not_square_are_stretched(tmp_path, ending, pixel):
    codec = "mpeg4" if ending == "avi" else "libx264"
    path = odd.write(tmp_path / f"film.{ending}", [_picture()] * 3, codec=codec, pixel=pixel)
    frames = VideoReader([path]).read(0)
    width = round(float(pixel) * WIDTH)
    assert frames.shape == (3, HEIGHT, width, 3) and (header(path).height, header(path).width) == (HEIGHT, width)
    middle = round(width / 2)  # the corners meet where they should
    assert frames[0, :20, middle + 4 :, 1].mean() > 180 > 60 > frames[0, :20, middle + 4 :, 0].mean()
    assert frames[0, :20, : middle - 4, 0].mean() > 180 > 60 > frames[0, :20, : middle - 4, 1].mean()


def test_what_a_header_cuts_away_is_not_shown(tmp_path):
    path = odd.cut_by(odd.write(tmp_path / "film.mp4", [_picture()] * 2), 40, 20, 20, -6)
    frames = VideoReader([path]).read(0)
    np.testing.assert_allclose(frames[0], _picture()[8:28, 40:], atol=60)
    assert frames.shape[1:3] == (header(path).height, header(path).width) == (20, 40)


def test_matroska_cuts_too(tmp_path):
    cut = odd.cut_by(odd.write(tmp_path / "film.mp4", [_picture()] * 2), 40, 20, 20, -6)
    frames = VideoReader([odd.copy(cut, tmp_path / "film.mkv")]).read(0)
    np.testing.assert_array_equal(frames, VideoReader([cut]).read(0))


def test_a_cut_comes_before_a_turn(tmp_path):
    path = odd.cut_by(odd.write(tmp_path / "film.mp4", [_picture()] * 2), 40, 20, 20, -6)
    odd.show_by(path, 0, 1, -1, 0)
    expected = _moved(_picture()[8:28, 40:], 0, 1, -1, 0)
    np.testing.assert_allclose(VideoReader([path]).read(0)[0], expected, atol=60)


def test_absurd_pixels_are_refused(tmp_path):
    path = odd.show_by(odd.write(tmp_path / "film.mp4", [_picture()] * 2), 20, 0, 0, 1)
    with pytest.raises(DataError, match=r"film\.mp4, video: .*pixels are 20 times as wide as high"):
        VideoReader([path]).read(0)


@pytest.mark.parametrize("default", [0, 1])
def test_of_two_streams_the_default_is_taken_and_said(tmp_path, default):
    grey = [np.full((32, 64, 3), 60, np.uint8)] * 5, [np.full((48, 48, 3), 180, np.uint8)] * 7
    path = odd.write_two(tmp_path / "two.mkv", *grey, default)
    frames = VideoReader([path]).read(0)
    assert frames.shape[:3] == [(5, 32, 64), (7, 48, 48)][default] and abs(frames.mean() - (60, 180)[default]) < 4
    (note,) = header(path).notes
    assert f"holds 2 pictures side by side: stream number {default}" in note and header(path).frames == len(frames)


@pytest.mark.parametrize(("transfer", "said"), [(1, False), (16, True), (18, True)])
def test_colours_that_players_change_are_said(tmp_path, transfer, said):
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.codec_context.color_trc = transfer
        odd._encode(container, [stream], [[_picture()] * 2])
    assert [("HDR" in note or "HLG" in note) for note in header(path).notes] == [True] * said


def test_a_cached_clip_is_found_again_and_one_of_another_picture_is_not(tmp_path):
    """What earlier versions read as it is read now keeps its name; what they read wrongly does not."""
    path = odd.write(tmp_path / "film.mp4", [_picture()] * 2)
    for turn, same in (((1, 0, 0, 1), True), ((0, 1, -1, 0), True), ((-1, 0, 0, 1), False), ((0, 1, 1, 0), False)):
        odd.show_by(path, *turn)
        assert (VideoReader([path]).key(0) == file_key(path)) == same
        assert (ClipReader([Cut(path, 0, 2)]).key(0) == f"{file_key(path)} 0 2") == same
    assert VideoReader([path]).key(0) != VideoReader([odd.show_by(path, 1, 0, 0, -1)]).key(0)


@pytest.mark.parametrize("turn", [(-1, 0, 0, 1), (0, 1, 1, 0), (1, 0, 0, -1)], ids=str)
def test_estimated_key_points_lie_on_the_picture_as_it_is_shown(tmp_path, turn):
    path = odd.show_by(odd.write(tmp_path / "film.mp4", [dot(30)] * 3, pixel=Fraction(3, 2)), *turn)
    found, picture = estimate(path, follow=follow_dot, progress=False), VideoReader([path]).read(0)[0]
    assert (found.height, found.width) == picture.shape[:2]
    rows, columns = np.nonzero(picture.mean(2) > 160)
    nose = found.keypoints[0, 0, JOINTS.index("nose"), :2]
    np.testing.assert_allclose(nose, (columns.mean() + 0.5, rows.mean() + 0.5), atol=0.6)
