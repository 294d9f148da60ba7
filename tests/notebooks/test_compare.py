"""Notebook 07 under bare papermill, with real trainings: interrupted, continued, finished, and asked again."""

import contextlib
import subprocess
import sys
import time

import joblib
import nbformat
import pandas as pd
import psutil

from mglib.base import paths
from mglib.config import CompareConfig
from mglib.runs import Run
from mglib.sweep import Sweep, one_at_a_time, run_cells

DATA = {"num_clips": 160, "num_frames": [8, 12], "height": 120, "width": 160, "frame_height": 60}
SETTINGS = {"streams": "joint", "batch_size": 8, "precision": "no"}
SEEDS, FACTORS, EPOCHS = [0, 1], {"alpha": [0]}, 8


def start(folder, **values):
    words = [word for name, value in values.items() for word in ("-y", f"{name}: {value}")]
    notebook, target = str(paths.notebooks_dir() / "07_compare.ipynb"), str(folder / "out.ipynb")
    command = [sys.executable, "-m", "papermill", notebook, target, "--no-progress-bar", *words]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)


def wait_for_file(folder, pattern, process):
    while not list(folder.glob(pattern)):
        assert process.poll() is None, "it came to its end, and no such file was written"
        time.sleep(0.02)


def kill_all(process):
    """As a power cut does: the notebook, its kernel, the workers and their kernels."""
    family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):  # a worker may end by itself as its kernel dies
            one.kill()
    psutil.wait_procs(family)


def read_seconds(path):
    """How long each epoch took: no two trainings agree in that."""
    return pd.read_csv(path)["seconds"].tolist()


def outputs(folder):
    cells = nbformat.read(folder / "out.ipynb", 4).cells
    return [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]


def test_07_goes_on_where_it_was_interrupted_and_trains_nothing_twice(folders, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    values = {"name": "s", "preset": "tiny", "epochs": EPOCHS, "data_options": DATA, "settings": SETTINGS, "n_jobs": 2}
    values |= {"seeds": SEEDS, "factors": FACTORS}
    first = start(folders, **values)
    wait_for_file(folders, "runs/s--*/checkpoint/epoch_000[1-9]", first)
    kill_all(first)
    before = {path.parent.name: read_seconds(path) for path in folders.glob("runs/s--*/history.csv")}
    assert max(map(len, before.values())) > 1 and not list(folders.glob("runs/s--*/metrics.json"))

    second = start(folders, **values)
    _, error = second.communicate()
    assert second.returncode == 0, error
    sweep = Sweep("s", dict(preset="tiny", epochs=EPOCHS, data_options=DATA) | SETTINGS, one_at_a_time(FACTORS), SEEDS)
    runs = [Run(cell.folder) for cell in sweep.cells]
    assert [(run.finished, len(run.history)) for run in runs] == [(True, EPOCHS)] * 4
    for name, seconds in before.items():
        whole = seconds[:-1]  # of the last one the checkpoint may have been missing
        assert read_seconds(paths.runs_dir() / name / "history.csv")[: len(whole)] == whole
    assert {run.environment["threads"] for run in runs} == {max(joblib.cpu_count() // 2, 1)}
    printed = "".join(output.text for output in outputs(folders) if output.output_type == "stream")
    assert "s: 2 variants x 2 seeds = 4 runs" in printed and "No run failed." in printed and "| alpha=0 |" in printed
    assert "WARNING" not in printed
    assert sum("image/png" in output.get("data", {}) for output in outputs(folders)) == 3

    kept = {path: path.stat().st_mtime_ns for run in runs for path in run.path.iterdir()}
    assert run_cells(sweep) == {}
    assert {path: path.stat().st_mtime_ns for run in runs for path in run.path.iterdir()} == kept

    _, error = (third := start(folders, **values | {"seeds": [*SEEDS, 2], "train": "false"})).communicate()
    assert third.returncode == 0, error
    printed = "".join(output.text for output in outputs(folders) if output.output_type == "stream")
    assert "4 finished, 2 missing" in printed and "missing: seed 2 |" in printed
    assert not list(folders.glob("runs/s--*seed=2"))


def test_07_offers_every_setting_with_its_default():
    path = paths.notebooks_dir() / "07_compare.ipynb"
    (cell,) = (c for c in nbformat.read(path, 4).cells if c.metadata.get("tags") == ["parameters"])
    offered = {}
    exec(cell.source, {}, offered)
    assert list(offered) == list(CompareConfig.model_fields)
    assert CompareConfig.read(offered) == CompareConfig.read({})
