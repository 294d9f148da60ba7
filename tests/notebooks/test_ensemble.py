"""05_ensemble executed: members found, weights learnt on the val split, the ensemble left as a run."""

import nbformat
import pandas as pd
import pytest

from mglib import notebook
from mglib.runs import Run, find_run
from tests.run_builder import fake_run, recolumn


@pytest.fixture(autouse=True)
def _run(folders, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    run = fake_run(folders / "runs" / "both", groups=9, clips=450, noise=6.0)
    recolumn(run, split=run.clips["split"].where(run.clips["group"] > "subject 002", "val"))


def test_05_combines_the_streams_of_the_latest_run(tmp_path):
    target = notebook.run("05_ensemble", {}, tmp_path / "out.ipynb")
    outputs = [o for cell in nbformat.read(target, 4).cells for o in cell.get("outputs", [])]
    shown = [output.get("data", {}) for output in outputs]
    assert sum("image/png" in data for data in shown) == 6
    assert sum("text/html" in data for data in shown) == 5
    assert sum("application/vnd.jupyter.widget-view+json" in data for data in shown) == 1
    run = Run("both-ensemble")
    assert run.kind == "ensemble" and run.streams == ("both:rgb", "both:pose")
    assert len(pd.read_csv(run.path / "submission.csv")) == len(run.where("test"))
    assert find_run().name == "both-ensemble"


def test_05_refuses_settings_that_contradict_each_other(tmp_path, capsys):
    assert notebook.main(["05_ensemble", "-p", "method", "ratio", "-o", str(tmp_path / "out.ipynb")]) == 1
    assert "ratio: the method ratio needs weights" in capsys.readouterr().err
