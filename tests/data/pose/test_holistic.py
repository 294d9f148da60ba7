"""The worker in a process of its own, with stand-ins for both of MediaPipe's interfaces; what it says if it fails."""

import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from mglib.base import paths
from mglib.base.errors import DataError
from mglib.data.pose import PoseMissing
from mglib.data.pose.holistic import follow, interpreter
from mglib.data.video import VideoReader
from tests.data.odd_videos import show_by, write, write_two
from tests.data.pose.films import HEIGHT, WIDTH, dots

ALL = (0, 0, WIDTH, HEIGHT)
POINTS = """
from types import SimpleNamespace as S
print("chatter on standard output")

def points(n, value, visibility):
    return [S(x=i / 100, y=value, z=9.0, visibility=visibility) for i in range(n)]

class Closing:
    def __enter__(self): return self
    def __exit__(self, *_): pass
"""
# Both put the mean brightness of the picture into y, and find the right hand only; a black picture shows nobody.
OLD = """
__version__ = "0.10.21"
class Holistic(Closing):
    def __init__(self, model_complexity): assert model_complexity == 1
    def process(self, picture):
        mean = float(picture.mean())
        found = lambda n: S(landmark=points(n, mean, 0.25)) if mean > 30 else None
        return S(pose_landmarks=found(33), left_hand_landmarks=None, right_hand_landmarks=found(21))
solutions = S(holistic=S(Holistic=Holistic))
"""
LOOKING = "mean = float(picture.mean())"
NEW = """
__version__ = "1.2.2"
class HolisticLandmarker(Closing):
    last = -1
    @classmethod
    def create_from_options(cls, options):
        if open(options.base_options.model_asset_path).read() != "a model": raise RuntimeError("not a zip archive")
        return cls()
    def detect_for_video(self, image, milliseconds):
        assert milliseconds > self.last
        self.last, mean = milliseconds, float(image.data.mean())
        found = lambda n, v: points(n, mean, v) if mean > 30 else []
        return S(pose_landmarks=found(33, 0.25), left_hand_landmarks=[], right_hand_landmarks=found(21, None))
vision = S(HolisticLandmarker=HolisticLandmarker, HolisticLandmarkerOptions=lambda **o: S(**o), RunningMode=S(VIDEO=2))
tasks = S(vision=vision, BaseOptions=lambda **o: S(**o))
Image, ImageFormat = (lambda **o: S(**o)), S(SRGB=1)
"""


@pytest.fixture
def mediapipe(tmp_path, monkeypatch):
    """Puts a module of the name in the worker's way, which this interpreter runs."""

    def install(source):
        (tmp_path / "modules").mkdir(exist_ok=True)
        (tmp_path / "modules" / "mediapipe.py").write_text(source)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path / "modules"))
        monkeypatch.setenv("MGLIB_POSE_PYTHON", sys.executable)

    return install


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "holistic_landmarker.task"
    path.write_text("a model")
    return path


@pytest.fixture
def film(tmp_path):
    return dots(tmp_path / "film.mp4", [30, None, 50, 60])


@pytest.mark.parametrize("release", ["old", "new"])
def test_both_interfaces_answer_alike_on_the_frames_that_the_reader_gives(mediapipe, film, model, release):
    mediapipe(POINTS + {"old": OLD, "new": NEW}[release])
    region = (10, 60, 90, 36)
    answers = list(follow(film, 25.0, region, model if release == "new" else None))
    pictures = VideoReader([film]).read(0)[:, 60:96, 10:100]
    assert len(answers) == len(pictures) == 4
    for found, picture in zip(answers, pictures, strict=True):
        expected = np.stack([np.arange(33) / 100, np.full(33, picture.mean()), np.full(33, 0.25)], 1)
        np.testing.assert_allclose(found.pose, expected, rtol=1e-6)
        np.testing.assert_allclose(found.right, expected[:21, :2], rtol=1e-6)
        assert found.left is None


def test_nobody_is_none(mediapipe, film):
    mediapipe(POINTS + OLD.replace("mean > 30", "False"))
    (found, *_) = follow(film, 25.0, ALL, None)
    assert found.pose is found.left is found.right is None


def _told(error, film, model=None):
    with pytest.raises(error) as caught:
        list(follow(film, 25.0, ALL, model))
    return str(caught.value)


def test_a_mediapipe_that_cannot_start_is_a_sentence(mediapipe, film, model):
    mediapipe("raise ImportError('libGL.so.1: cannot open shared object file')")
    assert "could not be started: libGL.so.1" in _told(PoseMissing, film)
    mediapipe(POINTS + OLD)
    assert "leave it out" in _told(PoseMissing, film, model)
    mediapipe(POINTS + NEW)
    assert "name the file holistic_landmarker.task" in _told(PoseMissing, film)
    assert "none.task" in _told(PoseMissing, film, model.with_name("none.task"))
    model.write_text("no model")
    assert "not a zip archive" in _told(PoseMissing, film, model)


def test_a_mediapipe_that_stops_is_a_sentence_with_its_last_words(mediapipe, film):
    mediapipe(
        POINTS + OLD.replace("mean = float", "import os, sys; print('a graph broke', file=sys.stderr); os.abort()")
    )
    assert _told(DataError, film).endswith("stopped with status -6; its last message: a graph broke")


def test_a_video_that_breaks_off_is_a_sentence_naming_it(mediapipe, film):
    mediapipe(POINTS + OLD)
    film.write_bytes(film.read_bytes()[:900])
    assert "film.mp4: could not be decoded" in _told(DataError, film)


def test_who_stops_asking_leaves_no_worker_behind(mediapipe, film):
    mediapipe(POINTS + OLD.replace(LOOKING, f"import time; time.sleep(60 * (picture.max() < 200)); {LOOKING}"))
    answers = follow(film, 25.0, ALL, None)
    next(answers)  # the second frame is dark, and takes a minute
    start = time.monotonic()
    answers.close()
    assert time.monotonic() - start < 30


def test_without_any_mediapipe_the_command_is_told(monkeypatch, tmp_path):
    monkeypatch.delenv("MGLIB_POSE_PYTHON", raising=False)
    monkeypatch.setattr(paths, "root", lambda: tmp_path)
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(PoseMissing, match="make pose"):
        interpreter()
    own = tmp_path / ".cache" / "pose" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.touch()
    assert interpreter() == own
    monkeypatch.setenv("MGLIB_POSE_PYTHON", str(tmp_path / "no python"))
    with pytest.raises(PoseMissing, match="no python"):
        interpreter()
    monkeypatch.setenv("MGLIB_POSE_PYTHON", sys.executable)
    assert interpreter() == Path(sys.executable)


@pytest.mark.parametrize("turn", [(-1, 0, 0, 1), (0, 1, 1, 0), (0, 1, -1, 0)], ids=str)
def test_the_worker_sees_the_picture_as_players_show_it(mediapipe, tmp_path, turn):
    """Its answer is the mean brightness of a corner, which differs from that of the other corners."""
    mediapipe(POINTS + OLD)
    pictures = [np.kron(np.array([[40, 90], [140, 190]], np.uint8), np.ones((24, 40), np.uint8))] * 2
    path = write(tmp_path / "film.mp4", [np.repeat(p[..., None], 3, 2) for p in pictures], pixel=Fraction(3, 2))
    shown = VideoReader([show_by(path, *turn)]).read(0)
    answers = list(follow(path, 25.0, (2, 2, 16, 16), None))
    assert len(answers) == 2 and answers[0].pose[0, 1] == pytest.approx(shown[0, 2:18, 2:18].mean(), rel=1e-6)


def test_the_worker_takes_the_stream_that_players_show(mediapipe, tmp_path):
    mediapipe(POINTS + OLD)
    dark, bright = ([np.full((32, 32, 3), grey, np.uint8)] * 3 for grey in (50, 200))
    answers = list(follow(write_two(tmp_path / "two.mkv", dark, bright, 1), 25.0, (0, 0, 32, 32), None))
    assert answers[0].pose[0, 1] > 150
