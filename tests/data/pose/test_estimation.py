"""One video, with a stand-in for Holistic that finds a white dot: places, gaps, jumps, and files that are no use."""

import warnings

import av
import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.headers import header
from mglib.data.layouts import get_layout
from mglib.data.pose import clip, estimate, overlay
from mglib.data.video import VideoReader
from tests.data.odd_videos import write, write_two
from tests.data.pose.films import HEIGHT, ROW, WIDTH, dot, dots, film, follow_dot

NOSE = get_layout("imigue22").joints.index("nose")
PLACES = [30, 32, 34, 36, None, None, 42, 44]


def test_every_frame_has_the_person_where_it_is_and_gaps_stay(tmp_path):
    found = estimate(dots(tmp_path / "a film.mp4", PLACES), follow=follow_dot, progress=False)
    assert (found.keypoints.shape, found.keypoints.dtype) == ((1, 8, 22, 3), np.float32)
    assert (found.fps, found.height, found.width, found.jumps) == (25.0, HEIGHT, WIDTH, ())
    nose = found.keypoints[0, :, NOSE]
    for point, x in zip(nose, PLACES, strict=True):
        np.testing.assert_allclose(point, (0, 0, 0) if x is None else (x + 0.5, ROW + 0.5, 1), atol=0.6)
    assert found.notes == ["2 of 8 frames show no person, the first at 0.16 s."]


def test_a_region_shows_one_of_two_persons_in_pixels_of_the_whole_picture(tmp_path):
    picture = np.maximum(dot(30), dot(100))
    path = film(tmp_path / "two.mp4", [picture] * 3)
    found = estimate(path, region=(70, 40, 50, 50), follow=follow_dot, progress=False)
    np.testing.assert_allclose(found.keypoints[0, :, NOSE, :2], np.tile((100.5, ROW + 0.5), (3, 1)), atol=0.6)
    with pytest.raises(DataError, match="region.*128 x 96"):
        estimate(path, region=(70, 40, 59, 50), follow=follow_dot, progress=False)


def test_leaps_are_told_and_steps_are_not(tmp_path):
    places = [20, 24, 28, 90, 92, None, 30, 32]
    found = estimate(dots(tmp_path / "film.mp4", places), follow=follow_dot, progress=False)
    assert found.jumps == (3, 6)
    assert "2 frames, at 0.12, 0.24 s" in found.notes[1]


def _audio(path):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 16000), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _turned(path):
    """As a phone held upright writes it: the matrix in the header of the track turns by 90 degrees."""
    content = bytearray(dots(path, [30]).read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40
    numbers = [0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30]
    content[matrix : matrix + 36] = b"".join(n.to_bytes(4, "big", signed=True) for n in numbers)
    path.write_bytes(content)


def test_a_video_stored_turned_is_answered_in_pixels_of_the_upright_picture(tmp_path):
    _turned(path := tmp_path / "phone.mp4")
    found = estimate(path, follow=follow_dot, progress=False)
    assert (found.height, found.width) == (WIDTH, HEIGHT)
    rows, columns = np.nonzero(VideoReader([path]).read(0)[0].mean(2) > 160)
    np.testing.assert_allclose(found.keypoints[0, 0, NOSE, :2], (columns.mean() + 0.5, rows.mean() + 0.5), atol=0.6)
    drawn = VideoReader([overlay(path, found, tmp_path / "overlay.mp4")]).read(0)
    assert drawn.shape == (1, WIDTH, HEIGHT, 3)


def test_a_video_is_a_data_set_of_one_clip_without_a_label(tmp_path):
    path = dots(tmp_path / "a film.mp4", PLACES)
    with pytest.warns(UserWarning, match="a film.mp4: 2 of 8 frames show no person"):
        table = clip(path, follow=follow_dot, progress=False)
    assert (table.clips["id"][0], table.labels[0], table.clips["split"][0]) == ("a film", -1, "hidden")
    assert table.frames.read(0).shape == (8, HEIGHT, WIDTH, 3) and table.keypoints[0].shape == (1, 8, 22, 3)


def _cut_short(path):
    path.write_bytes(dots(path, range(20, 100)).read_bytes()[:900])


HOSTILE = {
    "missing": (lambda path: None, "could not be decoded"),
    "empty": (lambda path: path.write_bytes(b""), "could not be decoded"),
    "text": (lambda path: path.write_text("no video at all\n" * 50), "could not be decoded"),
    "cut short": (_cut_short, "could not be decoded"),
    "sound only": (_audio, "no video stream"),
    "nobody": (lambda path: dots(path, [None] * 5), "none of 5 frames shows a person"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_of_no_use_is_a_sentence_naming_it(tmp_path, kind):
    path = tmp_path / f"{kind}.mp4"
    write, message = HOSTILE[kind]
    write(path)
    with pytest.raises(DataError, match=f"{kind}\\.mp4.*: .*{message}"):
        estimate(path, follow=follow_dot, progress=False)


def test_seconds_of_gaps_and_leaps_follow_the_time_stamps(tmp_path):
    stamps = [0, 40, 80, 1000, 1040, 1080, 3000, 3040]
    path = write(tmp_path / "film.mkv", [dot(x) for x in (20, 24, 28, 90, 92, None, 94, 96)], 1000, stamps=stamps)
    found = estimate(path, follow=follow_dot, progress=False)
    assert found.fps == pytest.approx(7 / 3.04)
    assert "1 of 8 frames show no person, the first at 1.08 s." in found.notes
    assert "in 1 frames, at 1.00 s" in found.notes[1]
    table = _quietly(path)
    np.testing.assert_allclose(table.seconds(0)[:-1], np.array(stamps) / 1000, atol=1e-9)
    drawn = header(overlay(path, found, tmp_path / "overlay.mp4"))
    np.testing.assert_allclose(drawn.seconds[:-1], np.array(stamps) / 1000, atol=1e-3)


def _quietly(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return clip(path, follow=follow_dot, progress=False)


def test_which_of_two_streams_is_followed_is_said(tmp_path):
    path = write_two(tmp_path / "two.mkv", [dot(30)] * 3, [dot(90)] * 3, 1)
    with pytest.warns(UserWarning, match="two.mkv: holds 2 pictures side by side: stream number 1"):
        table = clip(path, follow=follow_dot, progress=False)
    assert table.keypoints[0][0, 0, NOSE, 0] == pytest.approx(90.5, abs=1)
