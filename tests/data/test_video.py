"""Frames: every one, in order and upright, or a sentence."""

import struct

import av
import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.caching import FrameCache
from mglib.data.cutting import ClipReader, Cut
from mglib.data.headers import header
from mglib.data.video import VideoReader


def test_decodes_every_frame_in_order(film):
    frames = VideoReader([film]).read(0)
    assert frames.shape == (10, 48, 64, 3) and frames.dtype == np.uint8
    assert frames.mean((1, 2, 3)) == pytest.approx(20 * np.arange(10), abs=4)


def test_selects_rows(film, tmp_path):
    other = tmp_path / "other.mp4"
    assert VideoReader([other, film]).select([1]).paths == [film]


def test_a_bad_file_is_a_sentence_naming_it(bad_video, tmp_path):
    with pytest.raises(DataError, match=r"bad\.mp4"):
        FrameCache(VideoReader([bad_video]), tmp_path / "cache", 16).read(0, np.array([0]))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_a_video_stored_turned_is_read_as_players_show_it(tmp_path, degrees):
    upright = np.zeros((64, 96, 3), np.uint8)
    upright[:32, :48, 0], upright[32:, 48:, 1] = 220, 220
    path = turned_film(tmp_path / "phone.mp4", [upright] * 3, degrees)
    frames = VideoReader([path]).read(0)
    assert frames.shape == (3, 64, 96, 3) and (header(path).height, header(path).width) == (64, 96)
    assert np.abs(frames[1].astype(int) - upright).mean() < 8
    np.testing.assert_array_equal(ClipReader([Cut(path, 1, 2)]).read(0), frames[1:])


def turned_film(path, pictures, degrees):
    """Stored turned clockwise by `degrees`, with the matrix in the track's header that turns it back."""
    turned = [np.ascontiguousarray(np.rot90(picture, -degrees // 90)) for picture in pictures]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "8"})
        stream.height, stream.width, stream.pix_fmt = *turned[0].shape[:2], "yuv444p"
        for picture in turned:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    content = bytearray(path.read_bytes())
    place = content.index(b"tkhd") + 4 + 40  # version 0: the matrix comes after 40 bytes
    cos, sin = {0: (1, 0), 90: (0, -1), 180: (-1, 0), 270: (0, 1)}[degrees]
    content[place : place + 20] = struct.pack(">5i", cos << 16, sin << 16, 0, -sin << 16, cos << 16)
    path.write_bytes(content)
    return path
