"""Fixtures shared by the tests."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mglib.data.clips import ClipTable
from mglib.data.layouts import get_layout


def pytest_configure(config: pytest.Config) -> None:
    """Compute on the CPU, and with one thread for each of the workers of `pytest -n 2` and for what they start.

    Many tests expect the same bits twice, which a GPU does not give; benchmarks/first_light.py checks that.
    """
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
    if config.getoption("numprocesses", None):
        for library in ("OMP", "NUMBA"):  # numba's number becomes that of torch, too
            os.environ.setdefault(f"{library}_NUM_THREADS", "1")


@pytest.fixture
def make_table() -> Callable[..., ClipTable]:
    """A maker of sound tables of six clips; keyword arguments replace fields, `cells` single entries of `clips`."""

    def make(cells: dict[tuple[int, str], Any] | None = None, **fields: Any) -> ClipTable:
        rng = np.random.default_rng(0)
        frames = [4, 5, 6, 7, 8, 9]
        points = [rng.uniform(1, (639, 479, 1), (1, length, 17, 3)).astype(np.float32) for length in frames]
        for array in points:
            array[..., 2] = rng.uniform(0.1, 1, array.shape[:3])
        clips = pd.DataFrame(
            {
                "id": [f"v{row // 2}_{row}" for row in range(6)],
                "label": [0, 1, 2, 0, 1, 2],
                "split": ["train", "train", "val", "val", "test", "test"],
                "group": [f"v{row // 2}" for row in range(6)],
                "total_frames": frames,
                "height": 480,
                "width": 640,
            }
        )
        for (row, column), value in (cells or {}).items():
            clips[column] = clips[column].where(clips.index != row, value)
        defaults = {
            "name": "made up",
            "layout": get_layout("coco17"),
            "class_names": ("nod", "wave", "shrug"),
            "class_groups": ("head", "hand", "body"),
            "clips": clips,
            "keypoints": tuple(points),
            "group_kind": "video",
            "fps": 25.0,
        }
        return ClipTable(**(defaults | fields))

    return make


@pytest.fixture
def utd_mhad_folder() -> Path:
    """The real UTD-MHAD files."""
    folder = os.environ.get("MGLIB_UTD_MHAD")
    if not folder:
        pytest.skip("MGLIB_UTD_MHAD is not set: the test on real UTD-MHAD clips needs the folder it names")
    return Path(folder)


@pytest.fixture
def msr_action3d_folder() -> Path:
    """MSR-Action3D as annotation pickles, msr_action3d_2d.pkl and msr_action3d_3d.pkl."""
    folder = os.environ.get("MGLIB_MSR_ACTION3D")
    if not folder:
        pytest.skip("MGLIB_MSR_ACTION3D is not set: the test on real MSR-Action3D clips needs the folder it names")
    return Path(folder)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs, cache and reports below a temporary folder."""
    for name in ("runs", "cache", "reports"):
        monkeypatch.setenv(f"MGLIB_{name.upper()}", str(tmp_path / name))
    return tmp_path
