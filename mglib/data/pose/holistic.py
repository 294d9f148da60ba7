"""Runs MediaPipe's Holistic in a separate interpreter, as it needs other versions of numpy and protobuf than mglib.

`make pose` creates that environment, .cache/pose, with Python 3.11 or 3.12: MediaPipe 0.10.21 includes its models and
opens no network connection. Any interpreter with mediapipe, numpy and av can be used instead; MediaPipe 1, which has
wheels for later Pythons, needs a model file, and reports its use to Google (issue 6291 of google-ai-edge/mediapipe).
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mglib.base import paths
from mglib.base.errors import DataError

from .landmarks import Landmarks
from .worker import PARTS, SETUP, TOLD, VIDEO

WORKER = Path(__file__).with_name("worker.py")
RECORD = 75 * 3 * 4  # bytes per frame

Region = tuple[int, int, int, int]  # left, top, width, height, pixels


class PoseMissing(DataError):
    """MediaPipe, or its model, is missing; the message says how to get it."""


def follow(video: Path, fps: float, region: Region, model: Path | None) -> Iterator[Landmarks]:
    """Yield the landmarks of each frame of a video as Holistic finds them.

    Args:
        video: the file.
        fps: frames per second.
        region: the part of the picture to look at.
        model: the file holistic_landmarker.task, needed by MediaPipe 1; None for 0.10, which includes a model.

    Raises:
        PoseMissing: there is no suitable interpreter, or it cannot start MediaPipe.
        DataError: the video cannot be decoded, or MediaPipe stops.
    """
    # -P: modules beside the worker must not be imported; an absolute path is never taken for an option
    command = [interpreter(), "-P", WORKER, video.absolute(), "--fps", str(fps), "--region", *map(str, region)]
    command += [] if model is None else ["--model", model]
    with tempfile.TemporaryFile("w+", errors="replace") as said:  # includes MediaPipe's log
        # MediaPipe imports matplotlib, which must not use the notebook's backend
        environment = os.environ | {"MPLBACKEND": "agg"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, env=environment) as worker:
            try:
                while len(record := worker.stdout.read(RECORD)) == RECORD:
                    yield _read(record)
            except BaseException:  # interrupted or closed early
                worker.kill()
                raise
        if worker.returncode:
            said.seek(0)
            raise _failure(video, worker.returncode, [line.strip() for line in said if line.strip()])


def _failure(video: Path, status: int, said: list[str]) -> DataError:
    told = [line.removeprefix(TOLD) for line in said if line.startswith(TOLD)]
    if status == SETUP and told:
        return PoseMissing(f"MediaPipe of {interpreter()} could not be started: {told[-1]}")
    if status == VIDEO and told:
        return DataError(f"{video}: could not be decoded ({told[-1]}); check or re-encode the file.")
    return DataError(f"{video}: MediaPipe stopped with status {status}; its last message: {(said or ['none'])[-1]}")


def interpreter() -> Path:
    """The Python that has MediaPipe: MGLIB_POSE_PYTHON, that of `make pose`, or this one.

    Raises:
        PoseMissing: none of them exists.
    """
    if named := os.environ.get("MGLIB_POSE_PYTHON"):
        if not (found := shutil.which(named)):
            raise PoseMissing(f"MGLIB_POSE_PYTHON: {named} cannot be run; name a Python that has mediapipe.")
        return Path(found)
    for own in ("bin/python", "Scripts/python.exe"):
        if (python := paths.root() / ".cache" / "pose" / own).is_file():
            return python
    if importlib.util.find_spec("mediapipe"):
        return Path(sys.executable)
    raise PoseMissing(
        "Key points from video need MediaPipe in a separate environment: `make pose` in the project's folder creates "
        "it, with Python 3.11 or 3.12. Or name a Python that has mediapipe, numpy and av by MGLIB_POSE_PYTHON."
    )


def _read(record: bytes) -> Landmarks:
    values = np.frombuffer(record, np.float32).reshape(-1, 3)
    pose, left, right = (None if np.isnan(values[rows]).any() else values[rows] for rows in PARTS.values())
    return Landmarks(pose, *(None if hand is None else hand[:, :2] for hand in (left, right)))
