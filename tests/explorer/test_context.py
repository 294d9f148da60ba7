"""The seconds around a clip are those of its longer video, in the box of its skeleton."""

import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mglib.data.caching import shrink
from mglib.data.cutting import ClipReader, Cut
from mglib.explorer.context import TILES, surroundings
from mglib.explorer.frames import COLUMNS, SHORT_SIDE, TILE, FramesMissing
from tests.data import folders as make

FRAMES, FPS = 60, 5.0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    return path, make.write_video(path, FRAMES)


def strips_of(reader: object, start: float, height: int, box: tuple[float, float, float]) -> SimpleNamespace:
    """What `surroundings` looks at of `FrameStrips`."""
    clips = pd.DataFrame([{"id": "clip", "height": height, "start": start}])
    run = SimpleNamespace(clips=clips, data=SimpleNamespace(fps=FPS))
    return SimpleNamespace(reader=reader, run=run, skeletons={"box": np.array([box], np.float32)})


@pytest.mark.parametrize(("first", "low", "high"), [(20, 5, 45), (4, 0, 29), (48, 33, 60)])
def test_pictures_are_those_of_three_seconds_before_to_three_after(film, first: int, low: int, high: int):
    path, frames = film
    height = frames.shape[1]
    strips = strips_of(ClipReader([Cut(path, first, 10)], {path: FRAMES}), 100.0, height, (0, 0, height))
    found = surroundings(strips, 0)
    assert (found.start, found.stop) == (100 - (first - low) / FPS, 100 + (high - first) / FPS)
    sheet = np.asarray(Image.open(io.BytesIO(found.strip)).convert("RGB"), float)
    wanted = np.linspace(low, high - 1, TILES).round().astype(int)
    for tile in (0, 17, TILES - 1):
        top, left = tile // COLUMNS * TILE, tile % COLUMNS * TILE
        small = shrink(frames[wanted[tile] : wanted[tile] + 1], SHORT_SIDE)[0]
        side = small.shape[0]
        picture = Image.fromarray(np.ascontiguousarray(small)).crop((0, 0, side, side)).resize((TILE, TILE))
        difference = sheet[top : top + TILE, left : left + TILE] - np.asarray(picture, float)
        assert np.abs(difference).mean() < 6  # what WebP loses


def test_without_a_longer_video_there_is_a_sentence(film):
    path, frames = film
    own = strips_of(ClipReader([Cut(path, 0, FRAMES)], {path: FRAMES}), 3.0, frames.shape[1], (0, 0, 10))
    with pytest.raises(FramesMissing, match="has a file of its own, film.mp4"):
        surroundings(own, 0)
    with pytest.raises(FramesMissing, match="has no longer video at hand"):
        surroundings(strips_of(None, 3.0, 100, (0, 0, 10)), 0)
    nowhere = strips_of(ClipReader([Cut(path, 4, 9)], {path: FRAMES}), np.nan, 100, (0, 0, 10))
    with pytest.raises(FramesMissing, match="has no longer video at hand"):
        surroundings(nowhere, 0)
