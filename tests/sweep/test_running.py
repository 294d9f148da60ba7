"""Cells run, fail, are taken up again, here and on a cluster: with a notebook that leaves a run without training."""

import json
import os
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

import joblib
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mglib.base import files
from mglib.base.locking import locked
from mglib.sweep import Sweep, SweepError, one_at_a_time, run_cells
from mglib.sweep.cells import check_started

PARAMETERS = """\
alpha = 0.2
seed = 0
run_name = ""
resume = False
"""
BODY = """\
import os
from mglib.base import files, paths
from mglib.config import TrainConfig
if alpha == 6:
    raise SystemExit
if alpha == 7 and not (paths.runs_dir() / "mended").exists():
    raise ValueError("alpha 7 is out of the question,\\nreally")
if alpha == 8:
    os.kill(os.getpid(), 9)
config = TrainConfig.read({"alpha": alpha, "seed": seed, "run_name": run_name, "resume": resume})
files.write_text(paths.runs_dir() / run_name / "config.yaml", config.to_yaml())
place = {"parent": os.getppid(), "threads": os.environ.get("OMP_NUM_THREADS")}
files.write_json(paths.runs_dir() / run_name / "metrics.json", place)
"""


@pytest.fixture
def quick(folders: Path) -> Path:
    """Path of the notebook."""
    cells = [new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}), new_code_cell(BODY)]
    path = folders / "quick.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    return path


def written(sweep: Sweep) -> dict[str, int]:
    """When each finished run was written."""
    times = {cell.variant: cell.folder / "metrics.json" for cell in sweep.cells}
    return {variant: path.stat().st_mtime_ns for variant, path in times.items() if path.exists()}


def test_a_cell_that_fails_stops_no_other_and_is_tried_again(quick: Path, folders: Path, capfd) -> None:
    sweep = Sweep("s", {}, one_at_a_time({"alpha": [7, 8, 1.0]}), (0,))
    failures = run_cells(sweep, source=quick)
    outputs = folders / "runs" / "notebooks"
    assert failures == {
        "s--alpha=7--seed=0": "ValueError: alpha 7 is out of the question, really "
        f"(see {outputs / 's--alpha=7--seed=0.ipynb'})",
        "s--alpha=8--seed=0": "its kernel was killed, most often for lack of memory "
        f"(see {outputs / 's--alpha=8--seed=0.ipynb'})",
    }
    first = written(sweep)
    assert list(first) == ["base", "alpha=1"]
    said = capfd.readouterr()
    assert "4/4" in said.out + said.err  # whichever a bar goes to where a kernel has run in this process

    (folders / "runs" / "mended").touch()
    assert list(run_cells(sweep, source=quick)) == ["s--alpha=8--seed=0"]
    second = written(sweep)
    assert list(second) == ["base", "alpha=7", "alpha=1"] and first.items() <= second.items()


@pytest.mark.skipif(os.cpu_count() < 2, reason="a share of the cores needs at least two")
def test_each_of_two_processes_has_half_the_cores(quick: Path, monkeypatch) -> None:
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(variable, raising=False)
    sweep = Sweep("s", {}, one_at_a_time({"alpha": [1, 6]}), (0,))
    ((name, failure),) = run_cells(sweep, 2, source=quick).items()
    assert name == "s--alpha=6--seed=0" and "the notebook finished, but" in failure
    place = json.loads((sweep.cells[0].folder / "metrics.json").read_text())
    assert place["threads"] == str(joblib.cpu_count() // 2) and place["parent"] != os.getpid()


def test_the_same_line_runs_on_a_dask_cluster(quick: Path) -> None:
    from distributed import Client, LocalCluster

    sweep = Sweep("s", {}, one_at_a_time({"alpha": [7]}), (0,))
    with (
        mock.patch.dict(os.environ),  # the cluster's nanny leaves OMP_NUM_THREADS=1 and more behind
        LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster,
        Client(cluster) as client,
        joblib.parallel_config(backend="dask"),
    ):
        (worker,) = client.run(os.getpid).values()
        assert list(run_cells(sweep, source=quick)) == ["s--alpha=7--seed=0"]
    place = json.loads((sweep.cells[0].folder / "metrics.json").read_text())
    assert place == {"parent": worker, "threads": "1"}


def test_two_sweeps_over_one_grid_share_the_work(quick: Path, folders: Path) -> None:
    """The first is at its first cell; the second runs the others meanwhile, waits, and takes over what is given up."""
    sweep = Sweep("s", {}, one_at_a_time({"alpha": [1, 2]}), (0,))
    first, second, third = sweep.cells
    elsewhere = ExitStack()  # another process's hold, on the notebook as by a sweep, or on the run as by a training
    elsewhere.enter_context(locked(folders / "runs" / "notebooks" / f"{first.run_name}.ipynb"))
    elsewhere.enter_context(locked(second.folder))

    def let_go() -> None:
        while third.state != "finished":
            time.sleep(0.05)
        files.write_json(first.folder / "metrics.json", {})  # the one is finished elsewhere, the other given up
        elsewhere.close()

    thread = threading.Thread(target=let_go, daemon=True)
    thread.start()
    assert run_cells(sweep, source=quick) == {}
    thread.join()
    assert [cell.state for cell in sweep.cells] == ["finished"] * 3
    assert json.loads((first.folder / "metrics.json").read_text()) == {}  # not trained again
    assert written(sweep)["alpha=1"] > written(sweep)["alpha=2"]


def test_a_run_with_other_settings_is_refused_before_anything_starts(quick: Path) -> None:
    sweep = Sweep("s", {"tau": 0.5}, one_at_a_time({"alpha": [1]}), (0, 1))
    found = sweep.cells[3]
    found.folder.mkdir(parents=True)
    changed = {"resume": False, "num_workers": 3, "evaluate_every": 1, "keep_memory": False, "data_root": "/elsewhere"}
    (found.folder / "config.yaml").write_text(found.config.model_copy(update=changed).to_yaml())
    check_started(sweep)
    (found.folder / "config.yaml").write_text(found.config.model_copy(update={"tau": 0.25}).to_yaml())
    with pytest.raises(SweepError, match="s--alpha=1--seed=1 was trained with other settings: tau was 0.25 and is 0.5"):
        run_cells(sweep, source=quick)
    assert sweep.cells[0].state == "missing"
