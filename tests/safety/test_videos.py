"""Videos that are damaged, lie about themselves, or are none: decoded, or refused by a sentence, in bounded memory."""

import struct
import zlib
from pathlib import Path

import av
import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data import FrameCache, VideoReader
from mglib.data.cutting import ClipReader, Cut
from mglib.data.opening import pictures
from mglib.prediction.own_clips import read_frames
from tests.data import folders as make
from tests.safety.hostile import alone, damaged, refusal, untouched

READERS = {
    "VideoReader": lambda path: VideoReader([path]).read(0),
    "ClipReader": lambda path: ClipReader([Cut(path, 3, 9)]).read(0),
    "own video": read_frames,
    "pose": lambda path: list(pictures(path, threaded=True)),
}


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    make.write_video(path, 24)
    return path.read_bytes()


@pytest.mark.parametrize("reader", READERS)
def test_a_damaged_video_is_decoded_or_named(tmp_path, film, reader):
    path = tmp_path / "film.mp4"
    for what, bad in damaged(film, np.random.default_rng(1), flips=25):
        path.write_bytes(bad)
        said = refusal(lambda: READERS[reader](path), DataError)
        assert said is None or str(path) in said, what


def test_a_damaged_video_leaves_nothing_in_the_cache(tmp_path, film):
    path = tmp_path / "film.mp4"
    path.write_bytes(film[: len(film) // 2])
    (tmp_path / "cache").mkdir()
    with untouched(tmp_path), pytest.raises(DataError, match="film.mp4, video: could not be decoded"):
        FrameCache(VideoReader([path]), tmp_path / "cache", 32).read(0, np.arange(2))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "content", ["#EXTM3U\n#EXTINF:1,\nother.mp4\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile other.mp4\n"]
)
def test_a_playlist_called_a_video_opens_no_other_file(tmp_path, film, reader, content):
    """FFmpeg goes by the content of a file, and a playlist's content names other files."""
    (tmp_path / "other.mp4").write_bytes(film)
    (tmp_path / "clip.mp4").write_text(content)
    with pytest.raises(DataError, match=r"clip\.mp4, video: could not be decoded"):
        READERS[reader](tmp_path / "clip.mp4")


def test_a_title_in_an_unknown_encoding_is_no_fault(tmp_path, film):
    with av.open(str(tmp_path / "film.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt, container.metadata["title"] = 64, 48, "yuv420p", "XXXX"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))))
        container.mux(stream.encode())
    content = (tmp_path / "film.mp4").read_bytes()
    (tmp_path / "film.mp4").write_bytes(content.replace(b"XXXX", b"\xff\xfe\xff\xfe"))
    for read in (READERS["VideoReader"], READERS["pose"]):
        assert np.shape(read(tmp_path / "film.mp4")) == (1, 48, 64, 3)


def _pictures(path: Path, *sizes: int) -> Path:
    """An AVI of PNGs whose headers say these widths and heights, and whose content is a few bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    with av.open(str(path), "w") as container:
        stream = container.add_stream("png", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "rgb24"
        for number, size in enumerate(sizes):
            head = chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0))
            body = chunk(b"IDAT", zlib.compress(bytes(min(size, 64) * 193))) + chunk(b"IEND", b"")
            packet = av.Packet(b"\x89PNG\r\n\x1a\n" + head + body)
            packet.stream, packet.pts, packet.dts = stream, number, number
            container.mux(packet)
    return path


def test_a_video_that_changes_its_size_is_refused(tmp_path):
    path = _pictures(tmp_path / "film.avi", 64, 64, 32)
    with pytest.raises(DataError, match=r"film\.avi, video: frame 2 is 32 x 32, those before it 64 x 64; re-encode"):
        VideoReader([path]).read(0)


def _hours(path: Path) -> Path:
    """Ten minutes, 15,000 frames of 160 x 120: 0.8 GiB in memory, of one picture said again and again."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        packet = stream.encode(av.VideoFrame.from_ndarray(np.zeros((120, 160, 3), np.uint8)))[0]
        content = bytes(packet)
        for number in range(15_000):
            again = av.Packet(content)
            again.stream, again.pts, again.dts, again.time_base = stream, number, number, packet.time_base
            again.is_keyframe = True
            container.mux(again)
    return path


CODE = """
import time
import numpy as np
from pathlib import Path
from mglib.data import DataError, FrameCache, VideoReader
from mglib.data.cutting import ClipReader, Cut
folder = Path(sys.argv[1])
for path in sorted(folder.glob("huge*")):
    for reader in (VideoReader([path]), ClipReader([Cut(path, 0, 2)])):
        started = time.process_time()
        try:
            print(path.name, "was read", reader.read(0).shape)
        except DataError as error:
            assert str(path) in str(error), error
        assert time.process_time() - started < 20, path
reader = VideoReader([folder / "long.mp4"])
try:
    reader.read(0)
except DataError as error:
    print(error)
started = time.process_time()
clip = FrameCache(reader, folder / "cache", 30).read(0, np.arange(15_000))
assert time.process_time() - started < 60
print(clip.shape)
"""


def test_huge_pictures_and_long_videos_take_bounded_memory(tmp_path, monkeypatch):
    """Ten minutes are refused where all pictures are wanted at full size, and are cached small, one at a time."""
    monkeypatch.setenv("MGLIB_DECODED_GIB", "0.1")
    for size in (12_000, 16_000, 100_000):
        _pictures(tmp_path / f"huge{size}.avi", size)
    _hours(tmp_path / "long.mp4")
    said, shape = alone(CODE, tmp_path, memory=4 << 30).splitlines()
    assert "long.mp4: takes 0.1 GiB or more once it is decoded, and one file may take 0.1; " in said
    assert "cut it into shorter clips, or allow more by MGLIB_DECODED_GIB" in said
    assert shape == "(15000, 30, 40, 3)"
