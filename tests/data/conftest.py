"""A film made for tests."""

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
