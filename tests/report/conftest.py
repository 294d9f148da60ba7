"""One study with names that every format must escape, and the report of it, written once for all tests."""

import warnings
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from mglib.analysis.ambiguity import clip_table
from mglib.base import files
from mglib.report import Report, Study, sections, write_report
from mglib.runs import Run
from tests.run_builder import fake_run, recolumn

HOSTILE = r'a_b#$*<b>{x}&amp;%^~\n "q" | @y'


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A run with a further seed, held against a worse one; some of its clips count as held out from training."""
    runs = tmp_path_factory.mktemp("runs")
    made = [
        fake_run(runs / name, seed=seed, noise=noise, clips=90, groups=9)
        for seed, (name, noise) in enumerate({HOSTILE: 2.0, "seed 1": 2.0, "other": 3.5}.items())
    ]
    for run in made:
        names = [HOSTILE, *run.data.class_names[1:]]
        files.write_json(run.path / "data.json", asdict(run.data) | {"class_names": names})
    run, seed, other = (recolumn(Run(run.path), label=made[0].clips["label"]) for run in made)
    held = run.where("train")[:20]
    answers = {stream: run.probabilities(stream)[held] for stream in run.streams}
    files.write_arrays(run.path / "held_out.npz", rows=held, **answers)
    return Study(run, clip_table(run), seeds=(seed,), others=(other,), projection="pca")


@pytest.fixture(scope="session")
def report(study: Study) -> Report:
    """Sections with each kind of item; all of them are drawn by the test of the notebook."""
    rng = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few clips: classes without an interval
        drawn = [sections.scores(study, rng=rng), sections.confusions(study), sections.classes(study)]
        drawn += [sections.calibration(study, rng=rng), sections.ablation(study)]
    plain = [make(study) for make in (sections.data, sections.method, sections.learning)]
    return Report(f"Report of {HOSTILE}", [*plain, *drawn, sections.explorer(study), sections.reproducibility(study)])


@pytest.fixture(scope="session")
def folder(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report in a folder that holds files of an earlier one, and the reader's own."""
    folder = tmp_path_factory.mktemp("report")
    for name in ("figures/99-stale.png", "figures/mine.png", "tables/99-stale.csv", "tables/mine.csv", "notes.txt"):
        files.write_text(folder / name, "before")
    write_report(report, folder)
    return folder
