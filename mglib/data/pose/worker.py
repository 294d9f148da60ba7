"""Runs MediaPipe's Holistic on one video and writes the landmarks to standard output; started by `holistic`.

It runs in a separate environment, so it needs only mediapipe, numpy and av. Each frame gives float32 [75, 3]: 33
landmarks of the body, 21 of the left and 21 of the right hand, each x and y as shares of the picture, and visibility,
which hands do not have; NaN where nothing was found. If the exit status is SETUP or VIDEO, a line of standard error
gives the reason after TOLD.
"""

import argparse
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import av
import numpy as np

SETUP, VIDEO = 3, 4  # exit status: Holistic could not be started; the video could not be read
TOLD = "mglib: "
PARTS = {"pose": slice(0, 33), "left_hand": slice(33, 54), "right_hand": slice(54, 75)}

Network = Callable[[np.ndarray], Any]  # from a frame, RGB uint8 [H, W, 3], to a result; called in the order of frames


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("video")
    parser.add_argument("--fps", type=float, required=True)
    parser.add_argument("--region", type=int, nargs=4, required=True)
    parser.add_argument("--model")
    options = parser.parse_args()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output of libraries must not mix with the numbers
    status = SETUP
    try:
        with holistic(options.model, options.fps) as network:
            status = VIDEO
            write_landmarks(options.video, options.region, network, out)
            status = 0
    except (ImportError, OSError, RuntimeError, ValueError) as error:  # they include PyAV's errors
        print("\n" + TOLD + " ".join(str(error).split()), file=sys.stderr)
    return status


def write_landmarks(video: str, region: list[int], network: Network, out: BinaryIO) -> None:
    left, top, width, height = region
    shown = _shown()
    size = None
    with av.open(video) as container:
        stream, how = shown.chosen(container), None
        for number, frame in enumerate(container.decode(stream)):
            size = size or (frame.width, frame.height)
            if size != (frame.width, frame.height):
                raise ValueError(f"the picture changes its size in frame {number}")
            how = how or shown.shown(container, stream, frame)
            picture = how.picture(frame)[top : top + height, left : left + width]
            out.write(landmarks(network(np.ascontiguousarray(picture))).tobytes())
            out.flush()


def _shown() -> ModuleType:
    """The module mglib/data/shown.py, which needs no more than this file; the rest of mglib is not available."""
    file = spec_from_file_location("shown", Path(__file__).parents[1] / "shown.py")
    module = module_from_spec(file)
    file.loader.exec_module(module)
    return module


def landmarks(answer: Any) -> np.ndarray:
    """The result of either interface as float32 [75, 3]."""
    found = np.full((75, 3), np.nan, np.float32)
    for part, rows in PARTS.items():
        points = getattr(answer, f"{part}_landmarks")
        points = getattr(points, "landmark", points)  # a message in MediaPipe 0.10, a list in 1
        if points:
            found[rows] = [(p.x, p.y, p.visibility or 0) for p in points]
    return found


@contextmanager
def holistic(model: str | None, fps: float) -> Iterator[Network]:
    """Holistic, ready to follow the person of one video."""
    import mediapipe

    warnings.filterwarnings("ignore", "SymbolDatabase.GetPrototype")  # internal to MediaPipe
    if hasattr(mediapipe, "solutions"):  # includes its models; of complexities 0, 1 and 2 the wheel has 1
        if model:
            raise ValueError(f"model: MediaPipe {mediapipe.__version__} has its own and reads no other; leave it out.")
        with mediapipe.solutions.holistic.Holistic(model_complexity=1) as network:
            yield network.process
        return
    if not model:
        raise ValueError(
            f"model: MediaPipe {mediapipe.__version__} has none of its own; name the file holistic_landmarker.task, "
            "or let `make pose` install the last release that has."
        )
    vision, numbers = mediapipe.tasks.vision, count()
    base = mediapipe.tasks.BaseOptions(model_asset_path=model)
    options = vision.HolisticLandmarkerOptions(base_options=base, running_mode=vision.RunningMode.VIDEO)
    with vision.HolisticLandmarker.create_from_options(options) as network:
        yield lambda picture: network.detect_for_video(
            mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture), round(1000 * next(numbers) / fps)
        )


if __name__ == "__main__":
    sys.exit(main())
