"""Time to read eight frames of a video: decoded at every use, or from the frame cache.

    python -m benchmarks.frames

Clips of 50 frames, H.264 with one key frame in 12, of moving stripes and noise, created here. "decode" opens the video,
decodes up to the last frame needed and converts the eight; "cache" memory-maps the clip that `FrameCache` keeps at 224
pixels. "with crop": also crops and resizes them to 224 x 224, as in training. One thread, processor time. "fill" is
decoding a clip and writing it to the cache once.
"""

import tempfile
import time
from pathlib import Path

import av
import numpy as np
import torch

from benchmarks.rounds import arguments, interleaved, medians, ratio, report, timed
from mglib.data.caching import FrameCache
from mglib.data.geometry import Augmentation, Box, move_frames
from mglib.data.video import VideoReader
from mglib.training.building import JPEG

FRAMES, PIXELS, CLIPS = 50, 224, 4
WANTED = np.arange(3, FRAMES, 6)


def film(path: Path, height: int, width: int, rng: np.random.Generator) -> Path:
    """Make a video of moving stripes with noise."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"g": "12"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        columns = np.arange(width)
        for i in range(FRAMES):
            stripes = 120 + 80 * np.sin((columns + 5 * i) / 20)
            image = stripes[None, :, None] + rng.normal(0, 6, (height, width, 3))
            frame = av.VideoFrame.from_ndarray(image.clip(0, 255).astype(np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def decode(path: Path) -> np.ndarray:
    """The wanted frames, uint8 [8, H, W, 3]."""
    kept, wanted = [], set(WANTED.tolist())
    with av.open(str(path)) as container:
        for i, frame in enumerate(container.decode(video=0)):
            if i in wanted:
                kept.append(frame.to_ndarray(format="rgb24"))
            if i == WANTED[-1]:
                return np.stack(kept)
    raise ValueError(f"{path} has fewer than {WANTED[-1] + 1} frames.")


def measure(height: int, width: int, folder: Path, rounds: int) -> dict[str, float]:
    """A row of the table, milliseconds per clip."""
    rng = np.random.default_rng(0)
    paths = [film(folder / f"{height}-{i}.mp4", height, width, rng) for i in range(CLIPS)]
    cache = FrameCache(VideoReader(paths), folder / f"cache {height}", PIXELS)
    start = time.process_time()
    size = cache.fill(range(CLIPS))
    fill = (time.process_time() - start) / CLIPS
    pictures = FrameCache(VideoReader(paths), folder / f"pictures {height}", PIXELS, JPEG)
    small = pictures.fill(range(CLIPS))
    matrix = Augmentation().matrix(Box((width - 1) / 2, (height - 1) / 2, height), PIXELS)

    def crop(frames: np.ndarray) -> torch.Tensor:
        return move_frames(frames, matrix, PIXELS, height, width)

    forms = {
        "decode": lambda: [decode(path) for path in paths],
        "cache": lambda: [cache.read(row, WANTED) for row in range(CLIPS)],
        "JPEG cache": lambda: [pictures.read(row, WANTED) for row in range(CLIPS)],
        "decode with crop": lambda: [crop(decode(path)) for path in paths],
        "cache with crop": lambda: [crop(cache.read(row, WANTED)) for row in range(CLIPS)],
    }
    times = interleaved({name: timed(form, 0.2, time.process_time) for name, form in forms.items()}, rounds)
    spent = {f"{form} ms": 1e3 * seconds / CLIPS for form, seconds in medians(times).items()}
    return {"video": f"{width} x {height}"} | spent | {
        "faster": ratio(times, "decode", "cache"),
        "with crop faster": ratio(times, "decode with crop", "cache with crop"),
        "fill ms": 1e3 * fill, "cache MiB a clip": size / CLIPS / 2**20, "as JPEG": small / CLIPS / 2**20,
    }  # fmt: skip


def main() -> None:
    options = arguments(__doc__, rounds=5).parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        rows = [measure(*size, Path(folder), options.rounds) for size in ((240, 320), (720, 1280))]
    report(options, "frames", rows, threads=1)


if __name__ == "__main__":
    main()
