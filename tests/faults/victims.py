"""What is killed half-way: work that leaves files in one folder, the same every time, and goes on if asked again.

Each piece is a function of that folder; it runs in a process of its own, all folders of the project below that one.
"""

from pathlib import Path

import nbformat
import numpy as np
from nbformat.v4 import new_code_cell, new_notebook

from mglib.analysis.ambiguity import clip_table
from mglib.base import paths
from mglib.config import TrainConfig
from mglib.data import FrameCache
from mglib.data.sources import imigue
from mglib.report import Report, Study, sections, write_report
from mglib.runs import Run
from mglib.sweep import Sweep, one_at_a_time, run_cells
from mglib.training import loop as training
from tests.builders import waving_table
from tests.data.folders import imigue_videos, write_imigue
from tests.run_builder import fake_run

TINY = {
    "preset": "tiny", "epochs": 3, "batch_size": 6, "dim": 8, "evaluate_every": 1, "precision": "no", "lr": 0.1,
    "resume": True,
}  # fmt: skip
SMALL = {"num_clips": 160, "num_frames": [8, 12], "height": 120, "width": 160, "frame_height": 60}
CELL = {"preset": "tiny", "streams": "joint", "epochs": 2, "batch_size": 32, "precision": "no", "data_options": SMALL}
NOTEBOOK = """\
from mglib.config import TrainConfig
from mglib.notebook import parameters
from mglib.training import train
train(TrainConfig.read(parameters(globals())))
"""


def cache(folder: Path) -> None:
    """Frames of 60 clips are drawn, shrunk and cached."""
    table = waving_table(20)
    FrameCache(table.frames, paths.cache_dir(), 48).fill(range(len(table)))


def train(folder: Path) -> None:
    """Both streams, three epochs, 18 clips."""
    training.train(TrainConfig.read(TINY | {"run_name": "run"}), waving_table(6))


def report(folder: Path) -> None:
    """Scores and classes of a run that needed no training, in all formats."""
    made = folder / "runs" / "fake"
    if not (made / "metrics.json").is_file():
        fake_run(made)
    study = Study(Run(made), clip_table(Run(made)), projection="pca")
    parts = [sections.scores(study, rng=np.random.default_rng(0)), sections.classes(study)]
    write_report(Report("killed", parts), paths.reports_dir() / "fake")


def sweep(folder: Path) -> None:
    """Two cells, each a notebook that trains, one after the other."""
    source, names = folder / "cell.ipynb", sorted({*CELL, "alpha", "seed", "run_name", "resume"})
    if not source.is_file():
        offered = new_code_cell("".join(f"{name} = None\n" for name in names), metadata={"tags": ["parameters"]})
        nbformat.write(new_notebook(cells=[offered, new_code_cell(NOTEBOOK)]), source)
    failures = run_cells(Sweep("s", CELL, one_at_a_time({"alpha": [0]}), (0,)), 1, source)
    if failures:
        raise RuntimeError("; ".join(failures.values()))


def convert(folder: Path) -> None:
    """Key points of seven synthetic videos are read from spreadsheets and kept."""
    imigue.load(folder.parent / "imigue")


def spreadsheets(place: Path) -> None:
    """What `convert` reads."""
    if not (place / "imigue").is_dir():
        write_imigue(place / "imigue", imigue_videos(np.random.default_rng(0)), ("xlsx",))


WORKS = {work.__name__: work for work in (cache, train, report, sweep, convert)}
READY = {"convert": spreadsheets}  # is done before the clock starts
