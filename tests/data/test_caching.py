"""Frames: decoded once, kept small, never half a file."""

import threading
import time

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data import caching
from mglib.data.caching import FrameCache, shrink
from mglib.data.video import VideoReader


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


def test_cache_decodes_once_and_takes_neighbours_as_channels(tmp_path):
    reader = Counting()
    cache = FrameCache(reader, tmp_path, 16)
    frames = cache.read(3, np.array([0, 2, 5]))
    assert frames[:, 0, 0].tolist() == [[0, 0, 1], [1, 2, 3], [4, 5, 5]]
    FrameCache(reader, tmp_path, 16).read(3, np.array([1]))
    assert reader.calls == 1
    cache.read(4, np.array([1]))
    assert reader.calls == 2 and len(list(tmp_path.iterdir())) == 2


def test_pictures_take_less_room_and_look_the_same(tmp_path, capsys):
    """A moving grating, as colour and as depth video."""
    x = np.arange(96) + np.zeros((64, 1))
    frames = np.stack([120 + 80 * np.sin((x + 5 * t) / 9) for t in range(12)]).astype(np.uint8)[..., None]
    indices = np.array([0, 7, 3, 11, 12])
    for channels, moments in ((3, (0,)), (1, (-1, 0, 1))):
        reader = Counting()
        reader.moments, reader.read = moments, lambda row, n=channels: np.repeat(frames, n, 3)
        arrays = FrameCache(reader, tmp_path / f"arrays {channels}", 48)
        pictures = FrameCache(reader, tmp_path / f"pictures {channels}", 48, quality=90)
        assert 4 * pictures.fill([0]) < arrays.fill([0])
        seen, exact = pictures.read(0, indices), arrays.read(0, indices)
        assert seen.shape == exact.shape == (5, 48, 72, 3) and seen.dtype == np.uint8
        assert np.abs(seen.astype(int) - exact).max() < 12
    (place,) = (tmp_path / "pictures 1").iterdir()
    sound = place.read_bytes()
    for damaged in (sound[:-1], sound[:-300], sound[:1000] + bytes(255 - x for x in sound[1000:1009]) + sound[1009:]):
        place.write_bytes(damaged)
        with pytest.warns(UserWarning, match=r"\.npz: the cached clip is damaged"):
            assert pictures.read(0, indices).shape == seen.shape


def test_a_clip_is_made_small_while_it_is_decoded(film, tmp_path, monkeypatch):
    """The whole clip at full size is never held: of a long one it would fill the memory."""
    expected = shrink(VideoReader([film]).read(0), 24)
    monkeypatch.setattr(VideoReader, "read", None)
    np.testing.assert_array_equal(FrameCache(VideoReader([film]), tmp_path, 24).read(0, np.arange(10)), expected)


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
    size = cache.fill([0, 1, 2, 2])
    assert reader.calls == 3 and size == sum(path.stat().st_size for path in tmp_path.iterdir())
    assert "3 clips" in capsys.readouterr().out
    cache.read(2, np.array([0]))
    assert cache.fill(range(3)) == size and reader.calls == 3
    assert capsys.readouterr().out == ""


def test_building_goes_on_where_it_was_interrupted(tmp_path):
    class Interrupted(Counting):
        def read(self, row):
            if row == 2 and self.calls == 2:
                raise KeyboardInterrupt
            return super().read(row)

    cache = FrameCache(reader := Interrupted(), tmp_path, 16)
    cache.fill([0, 1])
    with pytest.raises(KeyboardInterrupt):
        cache.fill(range(3))
    assert len(list(tmp_path.iterdir())) == 2
    reader.calls = 0
    cache.fill(range(3))
    assert reader.calls == 1 and len(list(tmp_path.iterdir())) == 3


def test_where_one_clip_fails_the_others_at_work_are_finished_and_no_more_begun(tmp_path, monkeypatch):
    """Two at a time: the second clip is still decoded when the first one fails."""
    monkeypatch.setattr(caching, "cpu_count", lambda: 2)
    reader, both, failed = Counting(), threading.Barrier(2), threading.Event()

    def read(row, sound=reader.read):
        if row < 2:
            both.wait(60)
        if row == 0:
            failed.set()
            raise DataError("the first clip is no video")
        assert failed.wait(60)
        time.sleep(0.1)  # the error goes its way meanwhile
        return sound(row)

    reader.read = read
    with pytest.raises(DataError, match="the first clip"):
        FrameCache(reader, tmp_path, 16).fill(range(40))
    kept, threads = list(tmp_path.iterdir()), threading.active_count()
    time.sleep(0.3)
    assert list(tmp_path.iterdir()) == kept and threading.active_count() == threads
    assert 1 <= len(kept) < 5 and not [path for path in kept if ".part" in path.name]


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
