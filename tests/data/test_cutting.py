"""Clips cut out of long videos: the very frames that decoding all of it gives, without decoding what comes before."""

import av
import numpy as np
import pytest

from mglib.base.errors import DataError, OptionError
from mglib.data import FrameCache, cutting
from mglib.data.cutting import ClipReader, Cut, cut, faulty_videos, find_videos
from tests.data import folders as make

FRAMES = 60


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A video with B-frames and a key frame in twelve, and all its frames."""
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return path, make.write_video(path, FRAMES)


def test_a_cut_is_exactly_those_frames_of_a_full_decode(film):
    path, frames = film
    cuts = [
        Cut(path, start, length) for start in range(0, FRAMES, 5) for length in (1, 7, 20) if start + length <= FRAMES
    ]
    reader = ClipReader([*cuts, Cut(path, 0, FRAMES)])
    for row, (_, start, length) in enumerate(reader.cuts):
        np.testing.assert_array_equal(reader.read(row), frames[start : start + length])


def test_only_what_follows_the_key_frame_before_is_decoded(film):
    path, frames = film
    damaged = path.with_name("damaged.mp4")
    content = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        for packet in packets[1:40]:  # frames 48 to 59 follow the fifth key frame
            content[packet.pos + 5 : packet.pos + packet.size] = bytes(packet.size - 5)
    damaged.write_bytes(content)
    np.testing.assert_array_equal(ClipReader([Cut(damaged, 50, 10)]).read(0), frames[50:])


@pytest.mark.parametrize("lie", [lambda times: None, lambda times: [time + 1 for time in times]])
def test_where_times_are_missing_or_wrong_the_whole_video_is_counted(film, monkeypatch, lie):
    path, frames = film
    times = cutting._frame_times(path)
    monkeypatch.setattr(cutting, "_frame_times", lambda _: lie(times))
    np.testing.assert_array_equal(ClipReader([Cut(path, 31, 9)]).read(0), frames[31:40])


def test_frames_of_uneven_length_are_counted_and_not_timed(tmp_path):
    path = tmp_path / "uneven.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=1000)
        stream.width, stream.height, stream.pix_fmt, stream.gop_size = 64, 48, "yuv420p", 4
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 12 * number, np.uint8), format="rgb24")
            frame.pts = 40 * number + (number % 3) * 9
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    frames = ClipReader([Cut(path, 13, 5)]).read(0)
    assert frames.mean((1, 2, 3)) == pytest.approx(12 * np.arange(13, 18), abs=4)


@pytest.mark.parametrize(("start", "length"), [(55, 6), (70, 2)])
def test_a_video_shorter_than_its_labels_is_a_sentence(film, start, length):
    sentence = f"film.mp4, video: 60 frames, but a clip needs frames {start}..{start + length - 1}"
    with pytest.raises(DataError, match=sentence):
        ClipReader([Cut(film[0], start, length)]).read(0)
    assert [sentence in fault for fault in faulty_videos([Cut(film[0], 0, 3), Cut(film[0], start, length)])] == [True]


def test_a_bad_file_is_a_sentence(bad_video):
    with pytest.raises(DataError, match=r"bad\.mp4, video: could not be decoded"):
        ClipReader([Cut(bad_video, 0, 3)]).read(0)
    assert len(list(faulty_videos([Cut(bad_video, 0, 3)] * 2))) == 1


def test_the_cache_keeps_each_cut_for_itself(film, tmp_path):
    path, frames = film
    reader = ClipReader([Cut(path, 0, 10), Cut(path, 20, 10), Cut(path, 20, 8)])
    cache = FrameCache(reader.select([2, 0]), tmp_path / "cache", 1000)
    np.testing.assert_array_equal(cache.read(0, np.array([0, 7])), frames[[20, 27]])
    np.testing.assert_array_equal(cache.read(1, np.array([9])), frames[[9]])
    assert len({reader.key(row) for row in range(3)}) == 3


def test_a_folder_of_videos_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(OptionError, match="videos: .*none is no folder; give the one with the videos"):
        find_videos(tmp_path / "none")


def test_clips_of_their_own_come_before_long_videos_and_missing_ones_are_counted(tmp_path):
    for name in ("a/v1.mp4", "b/V2.AVI", "b/v1_0.mp4", "b/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    files = find_videos(tmp_path)
    assert sorted(files) == ["V2", "v1", "v1_0"]
    clips = [("v1_0", "v1", 5, 3), ("v1_1", "v1", 9, 4)]
    assert cut(files, clips, []).cuts == [(*files["v1_0"], 0, 3), (*files["v1"], 9, 4)]
    found = []
    assert cut(files, [*clips, ("v3_0", "v3", 0, 2)], found) is None
    assert found[0].startswith("videos: 1 of 3 clips have none; the first is clip v3_0: no v3_0.mp4 and no v3.mp4.")
    assert cut({}, clips, found) is None and len(found) == 1
