import pytest

from mglib import figures
from mglib.base.errors import DataError, RunError
from mglib.data.pose.estimation import Estimate
from mglib.prediction import own_clips
from mglib.recordings.videos import spot_video, surest_part
from mglib.runs import Run
from tests.recordings.waving import waving_recordings


@pytest.fixture
def video(tmp_path, monkeypatch, spotter):
    """A file whose key points are those of a test recording, and how often they were estimated."""
    one = waving_recordings().where("test").recordings[0]
    path, calls = tmp_path / "me.mp4", []
    path.write_bytes(b"film")
    monkeypatch.setattr(own_clips, "estimate", lambda path: calls.append(path) or Estimate(one.keypoints, 25, 100, 100))
    return path, calls


def test_a_long_video_is_spotted_in_and_its_key_points_are_estimated_once(video, spotter):
    path, calls = video
    run = Run("naming")
    spotted = spot_video(run, path, longest=10.0)
    own = spotter.spot(waving_recordings().where("test").recordings[0])
    assert [(s.start, s.stop, s.label) for s in spotted.segments] == [(s.start, s.stop, s.label) for s in own.segments]
    own_clips.estimate_once(path)
    assert calls == [path]
    start, stop = surest_part(spotted)
    best = max(spotted.segments, key=lambda one: one.score)
    assert (start, stop) == (best.start, best.stop) and surest_part(spotted, 2.0, 4.0) == (2.0, 4.0)
    figure = figures.over_time(run, None, spotted)
    assert any("me.mp4" in text.get_text() for text in figure.findobj(lambda each: hasattr(each, "get_text")))


def test_a_short_video_none_or_one_without_a_spotter_is_not_spotted_in(video, spotter, monkeypatch):
    path, _ = video
    run = Run("naming")
    assert spot_video(run, path) is None and spot_video(run, None) is None  # 20 seconds are short
    assert spot_video(run, path, spotter.name) is not None  # named, it is asked
    with pytest.raises(RunError, match="There is no spotter 'gone'"):
        spot_video(run, path, "gone")
    monkeypatch.setattr("mglib.recordings.videos.spotters", list)
    assert spot_video(run, path, longest=10.0) is None


def test_where_nothing_is_found_a_part_has_to_be_chosen(video, spotter):
    path, _ = video
    spotted = spot_video(Run("naming"), path, longest=10.0)
    with pytest.raises(DataError, match="finds nothing in 20 seconds"):
        surest_part(type(spotted)(spotted.recording, (), spotted.probabilities, "net"))
