"""A film made for tests, and files that are none."""

from pathlib import Path

import av
import numpy as np
import pytest


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


@pytest.fixture(params=[None, b"", b"no video"], ids=["missing", "empty", "text"])
def bad_video(tmp_path, request) -> Path:
    """What is called bad.mp4 and is none."""
    path = tmp_path / "bad.mp4"
    if request.param is not None:
        path.write_bytes(request.param)
    return path
