"""Runs of one made-up data set whose members know different things."""

import numpy as np
import pytest

from mglib.base import files
from mglib.runs import Run
from tests.run_builder import fake_run, recolumn, rewrite


@pytest.fixture
def make_runs(folders):
    """A maker of finished runs of the same clips, with a val split of two of nine groups."""

    def make(*names, seed=0, noise=6.0, **options) -> list[Run]:
        made = []
        for number, name in enumerate(names):
            run = fake_run(folders / "runs" / name, groups=9, clips=450, streams=("pose",), noise=noise, **options)
            groups = run.clips["group"]
            split = np.where(groups.isin(["subject 004", "subject 005"]), "val", run.clips["split"])
            run = recolumn(run, split=split)
            rng = np.random.default_rng([seed, number])
            logits = np.log(run.probabilities() + 1e-9) + rng.normal(0, 2, run.probabilities().shape)
            answers = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
            made.append(rewrite(run, "predictions", pose=answers.astype(np.float32)))
        return made

    return make


@pytest.fixture
def hold_out():
    """Gives a run held-out answers to all clips beside the test split, as folds would."""

    def give(run: Run, **answers: np.ndarray) -> Run:
        rows = np.flatnonzero(run.clips["split"] != "test")
        arrays = answers or {stream: run.probabilities(stream)[rows] for stream in run.streams}
        files.write_arrays(run.path / "held_out.npz", rows=rows, **arrays)
        return Run(run.path)

    return give
