"""A video of one's own becomes a table: the right part of it, small, and nothing where it cannot be answered."""

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data import FrameCache
from mglib.data.caching import shrink
from mglib.data.headers import header
from mglib.data.pose import Estimate
from mglib.prediction import own_clips
from mglib.prediction.own_clips import FramesAtHand, Uncached, own_clip, own_video, windows
from tests.builders import waving_table
from tests.data.odd_videos import write
from tests.run_builder import fake_run

SIZE, TOTAL, FPS = (480, 640), 20, 10


@pytest.fixture
def video(tmp_path) -> Path:
    """Two seconds; frame t is grey of the level 10 t, its left half white."""
    path = tmp_path / "Я машу 手.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = SIZE[1], SIZE[0], "yuv420p"
        for t in range(TOTAL):
            image = np.full((*SIZE, 3), 10 * t, np.uint8)
            image[:, : SIZE[1] // 2] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image)))
        container.mux(stream.encode())
    return path


@pytest.fixture
def estimated(monkeypatch):
    """Key points without a detector: joint 0 wanders a pixel a frame."""
    points = np.ones((1, TOTAL, 22, 3), np.float32)
    points[..., :2] = 100 + np.arange(22)[:, None]
    points[0, :, 0, 0] = np.arange(TOTAL)
    monkeypatch.setattr(own_clips, "estimate", lambda path: Estimate(points, float(FPS), *SIZE, jumps=(3,)))
    return points


def test_a_part_of_a_video_is_the_clip(video, estimated, tmp_path):
    run = fake_run(tmp_path / "run")
    with pytest.warns(UserWarning, match="Я машу 手.mp4: The person is suddenly elsewhere in 1 frames, at 0.30 s"):
        table = own_video(run, video, start=0.5, stop=1.2)
    np.testing.assert_array_equal(table.keypoints[0], estimated[:, 5:12])
    frames = table.frames.read(0)
    assert frames.shape == (7, 240, 320, 3) and table.fps == FPS
    np.testing.assert_allclose(frames[:, 120, 300].mean(1), 10 * np.arange(5, 12), atol=4)
    np.testing.assert_allclose(frames[:, 120, 10].mean(1), 255, atol=4)
    clip = table.clips.loc[0]
    assert (clip["id"], clip["label"], clip["split"]) == (video.name, -1, "hidden")
    assert (clip["height"], clip["width"]) == SIZE and table.class_names == tuple(run.data.class_names)


@pytest.mark.filterwarnings("ignore:.*suddenly elsewhere")
def test_what_cannot_be_answered_is_a_sentence(video, estimated, tmp_path, monkeypatch):
    run = fake_run(tmp_path / "run")
    for part in ({"start": 2.0}, {"start": 1.0, "stop": 0.5}):
        with pytest.raises(DataError, match="nothing lies between start = .*; it lasts 2.00 seconds"):
            own_video(run, video, **part)
    monkeypatch.setattr(own_clips, "LONGEST", 1.5)
    with pytest.raises(DataError, match="2 seconds are more than the 2 that are kept in memory; choose a part"):
        own_video(run, video)
    with pytest.raises(DataError, match="estimated in the layout imigue22, and the run other was trained on kinect20"):
        own_video(fake_run(tmp_path / "other", layout="kinect20"), video)
    run.data = replace(run.data, visual="depth video")
    with pytest.raises(DataError, match="the run run needs depth video, but this is colour video"):
        own_video(run, video)


def test_uncached_frames_are_those_of_the_cache(tmp_path):
    clip = np.random.default_rng(0).integers(0, 255, (9, 40, 60, 1), np.uint8)
    reader, indices = FramesAtHand([clip], "depth video", (-3, 0, 3)), np.array([0, 4, 8])
    cached = FrameCache(reader, tmp_path, 20).read(0, indices)
    np.testing.assert_array_equal(Uncached(reader, 20).read(0, indices), cached)
    assert cached.shape == (3, 20, 30, 3) and not np.array_equal(cached[..., 0], cached[..., 2])
    np.testing.assert_array_equal(cached[..., 1:2], shrink(clip[indices], 20))


def test_windows_cover_the_clip_and_leave_out_empty_parts():
    table = waving_table().select([1])
    points = table.keypoints[0]
    points[:, :5] = 0
    parts, spans = windows(table, seconds=3 / 25, stride=2 / 25)
    np.testing.assert_allclose(spans * 25, [[4, 7], [6, 9], [7, 10]])  # 0-3 and 2-5 show nobody; the last ends it
    for part, start in zip(parts.keypoints, (4, 6, 7), strict=True):
        np.testing.assert_array_equal(part, points[:, start : start + 3])
    np.testing.assert_array_equal(parts.frames.read(1), table.frames.read(0)[6:9])
    whole, spans = windows(table, seconds=99, stride=1)
    assert len(whole) == 1 and spans.tolist() == [[0, 0.4]]


STAMPS = np.array([0, 40, 80, 120, 1000, 1040, 1080, 2000, 2040, 2080])  # milliseconds: frames come in bursts


@pytest.fixture
def burst(tmp_path, monkeypatch) -> Path:
    """Ten frames at uneven times, frame t of the grey 20 t; joint 0 is at x = t."""
    points = np.ones((1, len(STAMPS), 22, 3), np.float32)
    points[..., :2] = 100 + np.arange(22)[:, None]
    points[0, :, 0, 0] = np.arange(len(STAMPS))
    pictures = [np.full((*SIZE, 3), 20 * t, np.uint8) for t in range(10)]
    path = write(tmp_path / "burst.webm", pictures, 1000, "libvpx", STAMPS)
    head = header(path)
    monkeypatch.setattr(own_clips, "estimate", lambda path: Estimate(points, head.fps, *SIZE, times=head.seconds))
    return path


@pytest.mark.parametrize(
    ("start", "stop", "frames"),
    [(0, None, range(10)), (1, 2, range(4, 7)), (0.9, 1.09, range(4, 6)), (0, 0.1, range(2)), (2, 9, range(7, 10))],
)
def test_a_part_of_a_video_is_what_its_time_stamps_say(burst, tmp_path, start, stop, frames):
    table = own_video(fake_run(tmp_path / "run"), burst, start, stop)
    assert table.keypoints[0][0, :, 0, 0].tolist() == list(frames)
    np.testing.assert_allclose(table.frames.read(0)[:, 9, 9, 0], 20 * np.array(frames), atol=6)
    np.testing.assert_allclose(table.seconds(0)[:-1], (STAMPS[frames] - STAMPS[frames[0]]) / 1000, atol=1e-3)


def test_parts_of_a_video_are_as_long_as_its_time_stamps_say(burst, tmp_path):
    table = own_video(fake_run(tmp_path / "run"), burst)
    parts, spans = windows(table, seconds=1.0, stride=0.5)
    for row, (start, stop) in enumerate(spans):
        inside = parts.keypoints[row][0, :, 0, 0].astype(int)
        assert (np.diff(inside) == 1).all() and len(inside) >= 2
        np.testing.assert_allclose(STAMPS[inside[0]] / 1000, start, atol=1e-3)
        np.testing.assert_allclose(parts.seconds(row)[-1], stop - start, atol=1e-9)
        assert parts.frames.read(row).shape[0] == len(inside)
    assert spans[-1, 1] == pytest.approx(table.seconds(0)[-1]) and len(set(map(tuple, spans))) == len(spans)
    assert spans[0].tolist() == pytest.approx([0, 1.0])


def test_nothing_lies_in_a_pause(burst, tmp_path):
    with pytest.raises(DataError, match=r"nothing lies between start = 1\.6 and stop = 1\.7; it lasts 2\.31 seconds"):
        own_video(fake_run(tmp_path / "run"), burst, 1.6, 1.7)


def test_key_points_beside_a_video_are_in_its_time(burst, tmp_path):
    points = np.ones((len(STAMPS), 22, 3), np.float32)
    table = own_clip(fake_run(tmp_path / "run"), points, *SIZE, frames=burst)
    np.testing.assert_allclose(table.seconds(0)[:-1], STAMPS / 1000, atol=1e-3)
    assert own_clip(fake_run(tmp_path / "other"), points, *SIZE, frames=burst, fps=10).seconds(0)[-1] == 1
