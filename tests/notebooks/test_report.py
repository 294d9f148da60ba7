"""06_report under bare papermill: every section is shown, and files are written."""

import re

import nbformat
import numpy as np
from pypdf import PdfReader

from mglib.analysis.ensemble import find_members, fit, gather, save_ensemble
from mglib.analysis.reliance import reliance_table
from mglib.base import files, paths
from mglib.config import ReportConfig
from mglib.runs import Run
from mglib.sweep import Sweep, one_at_a_time
from tests.notebooks.running import execute
from tests.run_builder import fake_run

ALL = ["data", "method", "scores", "reliance", "learning", "confusions", "classes", "prototypes", "feature_map"]
ALL += ["ambiguous", "calibration", "ensemble", "ablation", "explorer", "reproducibility", "appendix"]


def headings(folder):
    """Of the page and of the PDF."""
    page = re.findall(r"<h2[^>]*>(.*?)</h2>", (folder / "index.html").read_text(encoding="utf-8"))
    return page, [entry.title for entry in PdfReader(folder / "report.pdf").outline]


def test_06_shows_and_writes_the_whole_report_of_which_a_sample_is_kept(folders, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    sweep = Sweep(
        "grid", {"preset": "tiny", "dataset": "utd_mhad", "data_root": "gone"}, one_at_a_time({"alpha": [0]}), (0, 1)
    )
    for cell in sweep.cells:
        files.write_text(fake_run(cell.folder, seed=cell.seed, wrong=0).path / "config.yaml", cell.config.to_yaml())
    names = [cell.run_name for cell in sweep.cells]
    run = Run(names[0])
    rows = np.flatnonzero(run.clips["split"] != "test")
    held = {stream: run.probabilities(stream)[rows] for stream in run.streams}
    files.write_arrays(run.path / "held_out.npz", rows=rows, folds=np.array(4), **held)
    test = run.where("test")
    own = {stream: run.probabilities(stream)[test] for stream in run.streams}
    reliance = reliance_table(own, {"rgb": own, "pose": own}, run.labels[test], run.groups[test])
    files.write_text(run.path / "reliance.csv", reliance.to_csv(index=False))
    pool = gather(find_members([run.name]))
    save_ensemble(pool, fit(pool), "both")
    values = {"run": names[0], "seeds": f"[{names[2]}]", "others": f"[{names[1]}]", "sweep": "grid", "name": "mine"}
    done, cells = execute("06_report", folders, **values, projection="pca", formats="[html, pdf, tables]")
    assert done.returncode == 0, done.stderr
    shown = {cell.source.splitlines()[-1]: cell.outputs for cell in cells}
    assert all(shown[name] for name in ALL)
    assert sum("image/png" in output.get("data", {}) for cell in cells for output in cell.outputs) >= 18
    made, sample = folders / "reports" / "mine", paths.root() / "reports" / "sample"
    tables, kept = ({path.stem[3:] for path in folder.glob("tables/*.tex")} for folder in (made, sample))
    assert tables - {"label-candidates"} == kept - {"label-candidates"}  # there need not be any
    assert {"scores", "confused-pairs", "classes", "calibration", "leave-one-out", "ablation", "runs"} <= tables
    assert headings(made) == headings(sample) and len(headings(made)[0]) == len(ALL)
    assert f"The report: {made / 'index.html'}" in cells[-1].outputs[0].text


def test_06_offers_every_setting_with_its_default():
    (cell,) = (c for c in nbformat.read(paths.notebooks_dir() / "06_report.ipynb", 4).cells if c.metadata.get("tags"))
    offered = {}
    exec(cell.source, {}, offered)
    assert list(offered) == list(ReportConfig.model_fields)
    assert ReportConfig.read(offered) == ReportConfig.read({})
