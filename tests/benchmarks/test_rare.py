"""The table of the second stage: paired by seed, and the recall of frequent and of rare classes apart."""

import numpy as np

from benchmarks import rare
from mglib.base import files
from mglib.data.frequency import frequency_groups
from mglib.runs import Run
from tests.run_builder import fake_run


def test_rows_hold_each_way_against_the_networks_that_it_started_from(tmp_path):
    before = [fake_run(tmp_path / f"off-{seed}", seed=0, noise=2.0) for seed in range(2)]
    after = []
    for seed, run in enumerate(before):
        answers = run.probabilities("rgb") * (1 + np.arange(run.data.num_classes) % (seed + 2))
        new = fake_run(tmp_path / f"sqrt-{seed}", seed=0, noise=2.0)
        shares = answers / answers.sum(1, keepdims=True)
        files.write_arrays(new.path / "predictions.npz", pose=shares.astype(np.float32))
        after.append(Run(new.path))
    table = rare.rows({"off": before, "sqrt": after})
    test = before[0].where("test")
    labels = before[0].labels[test]
    hits = {
        name: np.stack([run.probabilities()[test].argmax(1) == labels for run in runs])
        for name, runs in (("off", before), ("sqrt", after))
    }
    gain = 100 * (hits["sqrt"].mean() - hits["off"].mean())
    assert table.loc["sqrt", "top-1, points"].startswith(f"{gain:+.1f} [") and table.loc["off", "top-1, points"] == ""
    assert table.loc["sqrt", "top-1"].startswith(f"{100 * hits['sqrt'].mean():.1f} ± ")
    counts = np.bincount(before[0].labels[before[0].where("train")])
    for part, classes in frequency_groups(counts).items():
        recall = np.mean([hits["sqrt"][:, labels == k].mean() for k in classes if (labels == k).any()])
        assert table.loc["sqrt", f"recall, {part}"] == f"{100 * recall:.1f}"
