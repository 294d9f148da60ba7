"""What videos say of themselves: frames, and when they are shown, for even and uneven rates in several containers."""

import shutil
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mglib.base.errors import DataError
from mglib.data import headers as module
from mglib.data.headers import header, headers
from mglib.data.video import VideoReader
from tests.data import odd_videos as odd

PICTURES = [np.full((32, 32, 3), 4 * t, np.uint8) for t in range(60)]
KINDS = {"mp4": "libx264", "mkv": "libx264", "webm": "libvpx", "avi": "mpeg4", "mov": "mpeg4"}


@pytest.mark.parametrize("ending", KINDS)
@pytest.mark.parametrize("rate", [25, 30, Fraction(30000, 1001), 12])
def test_an_even_rate_is_the_one_that_the_file_names(tmp_path, ending, rate):
    path = odd.write(tmp_path / f"film.{ending}", PICTURES, rate, KINDS[ending])
    found = header(path)
    assert (found.frames, found.height, found.width, found.times, found.notes) == (60, 32, 32, (), ())
    assert found.fps == pytest.approx(float(rate), abs=0.01)
    assert found.seconds[-1] == pytest.approx(60 / rate, abs=2e-3)
    assert header(path, thorough=True) == found


@pytest.mark.parametrize(("ending", "codec"), [("webm", "libvpx"), ("mkv", "libx264"), ("mp4", "libx264")])
def test_a_nominal_rate_of_1000_is_none(tmp_path, ending, codec):
    path = odd.write(tmp_path / f"browser.{ending}", PICTURES, 1000, codec, stamps=33 * np.arange(60))
    found = header(path)
    assert found.fps == pytest.approx(1000 / 33, rel=1e-6) and found.seconds[-1] == pytest.approx(1.98)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.integers(10, 400), min_size=2, max_size=30),
    start=st.integers(0, 5000),
    ending=st.sampled_from(["mp4", "mkv", "webm"]),
)
def test_seconds_are_the_time_stamps(tmp_path, steps, start, ending):
    stamps = np.cumsum([start, *steps])
    path = odd.write(tmp_path / f"film.{ending}", PICTURES[: len(stamps)], 1000, KINDS[ending], stamps=stamps)
    found = header(path)
    assert found.frames == len(stamps) == len(VideoReader([path]).read(0))
    np.testing.assert_allclose(found.seconds[:-1], (stamps - start) / 1000, atol=3e-3)
    lasts = np.diff(found.seconds)
    assert (lasts > 0).all() and lasts[-1] == pytest.approx(np.mean(steps) / 1000, rel=0.02, abs=2e-3)


def test_a_pause_in_the_middle_is_seen_where_the_mean_rate_is_the_nominal_one(tmp_path):
    """The first frames come at 25 a second, and so do all in the mean."""
    stamps = np.cumsum([0] + [40] * 39 + [10] * 10 + [10 * 40 - 9 * 10 - 10 + 40] + [40] * 9)
    path = odd.write(tmp_path / "film.mp4", PICTURES, 25, stamps=stamps)
    np.testing.assert_allclose(header(path).seconds[:-1], stamps / 1000, atol=1e-3)


@pytest.mark.parametrize("late", [1, 2, 3])
def test_frames_that_end_late_are_seen_although_they_are_decoded_in_time(tmp_path, late):
    stamps = 40 * np.arange(60) + np.repeat([0, 5000], [60 - late, late])
    path = odd.write(tmp_path / "film.mp4", PICTURES, 25, stamps=stamps)
    np.testing.assert_allclose(header(path).seconds[:-1], stamps / 1000, atol=1e-3)


def test_a_rate_is_none_where_nothing_tells(tmp_path):
    path = tmp_path / "raw.avi"
    odd.write(path, PICTURES[:1], 25, "mpeg4")
    assert header(path).frames == 1 and header(path).fps == 25


def test_a_cover_is_no_second_stream(tmp_path):
    path = tmp_path / "song.mp4"
    with av.open(str(path), "w") as container:
        cover, film = container.add_stream("png", rate=25), container.add_stream("mpeg4", rate=25)
        cover.disposition = av.stream.Disposition.attached_pic
        odd._encode(container, [cover, film], [PICTURES[50:51], PICTURES[:5]])
    found = header(path)
    assert (found.frames, found.notes) == (5, ()) and VideoReader([path]).read(0).mean() < 20


def test_many_files_are_asked_once_and_a_changed_one_again(tmp_path, folders, monkeypatch):
    paths = [odd.write(tmp_path / f"{n}.mp4", PICTURES[: 5 + n]) for n in range(4)]
    paths.append(tmp_path / "broken.mp4")
    paths[-1].write_bytes(b"no video")
    found = []
    answers = headers(paths, found, "films")
    assert [answers[path].frames for path in paths[:4]] == [5, 6, 7, 8]
    assert len(found) == 1 and "broken.mp4, video: could not be decoded" in found[0]
    asked = []
    monkeypatch.setattr(module, "header", lambda path: asked.append(path) or header(path))
    shutil.copy(paths[3], paths[0])
    next(place for place in (folders / "cache" / "videos").iterdir() if '"frames": 7' in place.read_text()).write_text(
        "{"
    )
    again = headers(paths, [], "films")
    assert sorted(asked) == sorted([paths[0], paths[2], paths[4]])
    assert [again[path].frames for path in paths[:4]] == [8, 6, 7, 8]


@pytest.mark.parametrize("flags", ["frag_keyframe+empty_moov", "frag_every_frame+empty_moov+default_base_moof"])
def test_recordings_in_fragments_are_read_whole(tmp_path, flags):
    """As browsers and live streams write MP4."""
    path = tmp_path / "film.mp4"
    stamps = np.cumsum([0] + [20, 60, 33] * 19 + [33, 33])
    with av.open(str(path), "w", options={"movflags": flags}) as container:
        stream = container.add_stream("libx264", rate=1000, options={"g": "12"})
        odd._encode(container, [stream], [PICTURES], stamps=stamps)
    assert header(path).frames == 60 == len(VideoReader([path]).read(0))
    np.testing.assert_allclose(header(path).seconds[:-1], stamps / 1000, atol=1e-3)


def test_without_room_for_a_cache_videos_are_asked_again(tmp_path, monkeypatch):
    path = odd.write(tmp_path / "film.mp4", PICTURES[:5])
    (tmp_path / "file").touch()
    monkeypatch.setenv("MGLIB_CACHE", str(tmp_path / "file"))
    assert headers([path], [], "films")[path].frames == 5


def test_a_file_that_is_cut_short_has_the_frames_that_are_left(tmp_path):
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        odd._encode(container, [container.add_stream("libx264", rate=25)], [PICTURES])
    path.write_bytes(path.read_bytes()[:-1500])
    assert header(path).frames < 60
    with pytest.raises(DataError, match=r"nothing\.mp4, video: could not be decoded"):
        header(tmp_path / "nothing.mp4")
