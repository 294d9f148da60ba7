"""Speed of reading a workbook of OpenPose key points: mglib's reader compared with pandas and openpyxl.

    python -m benchmarks.xlsx

One workbook of 3,000 frames x 411 numbers, two minutes of video, written here. "pandas" is `pandas.read_excel` with
openpyxl, selecting the columns of layout imigue36; "mglib" is `openpose.read_workbook`, which also checks for distant
cells and cleans the scores. "cached" is the time of later loads. One process each, processor time.
"""

import os
import tempfile
import time
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from benchmarks.rounds import arguments, interleaved, medians, ratio, report, timed
from mglib.data.layouts import IMIGUE36_FROM_OPENPOSE137
from mglib.data.sources.conversion import converted
from mglib.data.sources.imigue import READERS
from mglib.data.sources.openpose import OPENPOSE, read_workbook

FRAMES = 3_000


def workbook(path: Path, rng: np.random.Generator) -> Path:
    """Positions in an image of 1280 x 720 and scores, with as many digits as OpenPose gives."""
    points = rng.uniform(0, (1280, 720, 1), (FRAMES, OPENPOSE, 3)).round(5)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in points.reshape(FRAMES, -1).tolist():
        sheet.append(row)
    book.save(path)
    return path


def with_pandas(path: Path) -> np.ndarray:
    """Read key points [T, 36, 3] with openpyxl."""
    values = pd.read_excel(path, header=None, engine="openpyxl").to_numpy(np.float32)
    return values.reshape(len(values), OPENPOSE, 3)[:, IMIGUE36_FROM_OPENPOSE137]


def main() -> None:
    options = arguments(__doc__, rounds=3).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MGLIB_CACHE"] = folder
        path = workbook(Path(folder) / "0001_openpose.xlsx", np.random.default_rng(0))
        np.testing.assert_allclose(read_workbook(path), with_pandas(path), rtol=1e-6)
        forms = {
            "pandas": lambda: with_pandas(path),
            "mglib": lambda: read_workbook(path),
            "cached": lambda: np.array(converted([path], *READERS[".xlsx"][:2], "imigue", READERS[".xlsx"][2], [])[0]),
        }
        times = interleaved({name: timed(form, 0.2, time.process_time) for name, form in forms.items()}, options.rounds)
        row = {f"{form} s": seconds for form, seconds in medians(times).items()}
        row |= {"faster": ratio(times, "pandas", "mglib"), "MB": path.stat().st_size / 1e6}
    report(options, "xlsx", [row], threads=1, frames=FRAMES)


if __name__ == "__main__":
    main()
