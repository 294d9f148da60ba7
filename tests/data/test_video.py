"""Frames: decoded right, cached once, never half a file."""

import av
import numpy as np
import pytest

from mglib.data.clips import DataError
from mglib.data.video import FrameCache, VideoReader, shrink


@pytest.fixture
def film(tmp_path):
    """Ten frames of one grey each, 0, 20, ..., 180."""
    path = tmp_path / "film one.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for i in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 20 * i, np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


class Counting:
    """A reader that counts its calls."""

    kind, moments = "counted", (-1, 0, 1)

    def __init__(self):
        self.calls = 0

    def read(self, row):
        self.calls += 1
        return np.arange(6, dtype=np.uint8)[:, None, None, None] * np.ones((1, 8, 8, 1), np.uint8)

    def key(self, row):
        return f"clip {row}"


def test_decodes_every_frame_in_order(film):
    frames = VideoReader([film]).read(0)
    assert frames.shape == (10, 48, 64, 3) and frames.dtype == np.uint8
    assert frames.mean((1, 2, 3)) == pytest.approx(20 * np.arange(10), abs=4)


def test_selects_rows(film, tmp_path):
    other = tmp_path / "other.mp4"
    assert VideoReader([other, film]).select([1]).paths == [film]


@pytest.mark.parametrize("content", [None, b"", b"not a video"])
def test_a_bad_file_is_a_sentence_naming_it(tmp_path, content):
    path = tmp_path / "broken.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"broken\.mp4"):
        FrameCache(VideoReader([path]), tmp_path / "cache", 16).read(0, np.array([0]))


def test_cache_decodes_once_and_takes_neighbours_as_channels(tmp_path):
    reader = Counting()
    cache = FrameCache(reader, tmp_path, 16)
    frames = cache.read(3, np.array([0, 2, 5]))
    assert frames[:, 0, 0].tolist() == [[0, 0, 1], [1, 2, 3], [4, 5, 5]]
    FrameCache(reader, tmp_path, 16).read(3, np.array([1]))
    assert reader.calls == 1
    cache.read(4, np.array([1]))
    assert reader.calls == 2 and len(list(tmp_path.iterdir())) == 2


def test_cache_sees_a_changed_file(film, tmp_path):
    cache = FrameCache(VideoReader([film]), tmp_path / "cache", 24)
    assert cache.read(0, np.array([3])).shape == (1, 24, 32, 3)
    film.write_bytes(b"changed")
    with pytest.raises(DataError, match="decoded"):
        cache.read(0, np.array([3]))


def test_building_decodes_ahead_what_is_missing_and_states_the_size(tmp_path, capsys):
    reader = Counting()
    cache = FrameCache(reader, tmp_path, 16)
    cache.read(1, np.array([0]))
    size = cache.build([0, 1, 2, 2])
    assert reader.calls == 3 and size == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert "3 clips" in capsys.readouterr().out
    cache.read(2, np.array([0]))
    assert cache.build(range(3)) == size and reader.calls == 3
    assert capsys.readouterr().out == ""


def test_building_goes_on_where_it_was_interrupted(tmp_path):
    class Interrupted(Counting):
        def read(self, row):
            if row == 2 and self.calls == 2:
                raise KeyboardInterrupt
            return super().read(row)

    cache = FrameCache(reader := Interrupted(), tmp_path, 16)
    cache.build([0, 1])
    with pytest.raises(KeyboardInterrupt):
        cache.build(range(3))
    assert len(list(tmp_path.iterdir())) == 2
    reader.calls = 0
    cache.build(range(3))
    assert reader.calls == 1 and len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("content", [slice(0), slice(20), slice(-1)])
def test_a_damaged_clip_is_decoded_anew(tmp_path, content):
    cache = FrameCache(reader := Counting(), tmp_path, 16)
    frames = cache.read(0, np.array([0, 5]))
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[content])
    with pytest.warns(UserWarning, match=f"{path.name}: the cached clip is damaged"):
        again = cache.read(0, np.array([0, 5]))
    assert np.array_equal(again, frames) and reader.calls == 2


def test_shrinking_averages_areas():
    checker = np.indices((4, 8)).sum(0)[None, ..., None] % 2 * np.uint8(200)
    assert (shrink(checker.astype(np.uint8), 2) == 100).all()
    assert shrink(checker.astype(np.uint8), 4).shape == (1, 4, 8, 1)
