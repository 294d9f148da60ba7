"""The table of variants against values known by construction: answers written by hand into made-up runs."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from mglib.base import files
from mglib.base.errors import RunError
from mglib.sweep import Sweep, SweepError, compare, format_variants, markdown, one_at_a_time
from tests.run_builder import fake_run, recolumn, rewrite

WRONG = {("base", 0): 10, ("base", 1): 20, ("alpha=0", 0): 5, ("alpha=0", 1): 5, ("tau=0.5", 1): 40}  # of 80 answers


@pytest.fixture
def sweep(folders) -> Sweep:
    """Base and alpha=0 with two seeds, tau=0.5 with one of two, rho=0.5 with none; 80 test clips of 4 groups."""
    sweep = Sweep("s", {}, one_at_a_time({"alpha": [0], "tau": [0.5], "rho": [0.5]}), (0, 1))
    for cell in sweep.cells:
        if (cell.variant, cell.seed) in WRONG:
            run = fake_run(cell.folder, clips=240, groups=12, num_classes=5)
            labels, test = run.labels, run.where("test")
            answers = labels.copy()
            answers[test[: WRONG[cell.variant, cell.seed]]] += 1
            one_hot = np.eye(5, dtype=np.float32)[answers % 5]
            rewrite(run, "predictions", rgb=one_hot, pose=np.full_like(one_hot, 0.2))
            files.write_text(cell.folder / "config.yaml", cell.config.to_yaml())
    return sweep


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_scores_are_means_over_seeds_and_nothing_is_dropped(sweep):
    comparison = compare(sweep, {"s--tau=0.5--seed=0": "ValueError: no (see x.ipynb)"})
    table = comparison.variants.set_index("variant")
    assert list(table.index) == ["base", "alpha=0", "tau=0.5", "rho=0.5"]
    assert list(table["seeds"]) == [2, 2, 1, 0]
    np.testing.assert_allclose(table["top1"], [65 / 80, 75 / 80, 40 / 80, np.nan])
    np.testing.assert_allclose(table["top1_sd"], [np.std([70, 60], ddof=1) / 80, 0, np.nan, np.nan], atol=1e-12)
    np.testing.assert_allclose(table["difference"], [np.nan, 10 / 80, -20 / 80, np.nan])  # tau=0.5 to base of seed 1
    assert list(table["compared"]) == [0, 2, 1, 0]
    assert table.loc["tau=0.5", ["low", "high", "p"]].isna().all(), "one seed says nothing of a setting"
    np.testing.assert_allclose(table["minutes"], [4 / 60, 4 / 60, 4 / 60, np.nan])
    assert list(table["left_out"]) == ["", "", "failed: seed 0", "missing: seed 0, 1"]
    assert list(table["changed"]) == ["", "alpha: 0.2 -> 0", "tau: 0.125 -> 0.5", "rho: 0.9 -> 0.5"]
    failed = comparison.runs[comparison.runs["state"] == "failed"]
    assert failed[["run", "failure"]].to_numpy().tolist() == [["s--tau=0.5--seed=0", "ValueError: no (see x.ipynb)"]]
    assert (comparison.clips, comparison.groups) == (80, 4)

    shown = format_variants(comparison)
    assert shown.loc["base", "top-1"] == "81.2 ± 8.8" and shown.loc["tau=0.5", "top-1"] == "50.0"
    assert shown.loc["alpha=0", "difference [95% interval]"].startswith("+12.5 [-")
    assert shown.loc["tau=0.5", "difference [95% interval]"] == "-25.0 (one seed)"
    assert list(shown["subjects"]) == ["4", "4", "4", ""], "their number stands beside the intervals"
    assert set(shown.loc["rho=0.5"]) == {"rho: 0.9 -> 0.5", "0", "", "missing: seed 0, 1"}
    assert markdown(shown[["seeds", "p"]].iloc[:1]) == "| variant | seeds | p |\n| --- | --- | --- |\n| base | 2 |  |"


def test_macro_f1_interval_and_p_as_listed_group_by_group(sweep):
    found = compare(sweep).variants.set_index("variant")
    runs = {(cell.variant, cell.seed): cell.folder for cell in sweep.cells if (cell.variant, cell.seed) in WRONG}
    run = fake_run(runs["base", 0].parent / "same clips", clips=240, groups=12, num_classes=5)
    test = run.where("test")
    labels, groups = (run.clips[name].to_numpy()[test] for name in ("label", "group"))
    probabilities = {key: np.load(folder / "predictions.npz")["rgb"][test] for key, folder in runs.items()}
    report = metrics.classification_report(labels, probabilities["tau=0.5", 1].argmax(1), output_dict=True)
    assert found.loc["tau=0.5", "macro_f1"] == pytest.approx(report["macro avg"]["f1-score"])

    hits = {key: (p.argmax(1) == labels).astype(float) for key, p in probabilities.items()}
    gains = np.stack([hits["alpha=0", seed] - hits["base", seed] for seed in (0, 1)])  # [seeds, clips]
    by_group = np.array([gains[:, groups == group].mean() for group in np.unique(groups)])  # 20 clips each
    over_groups = max(by_group.var(ddof=1) / 4, gains.mean(axis=0).var() / 80)
    over_seeds = gains.mean(axis=1).var(ddof=1) / 2
    variance = over_groups + over_seeds
    freedom = variance**2 / (over_groups**2 / 3 + over_seeds**2 / 1)
    half = stats.t.ppf(0.975, freedom) * np.sqrt(variance)
    expected = [gains.mean() - half, gains.mean() + half, 2 * stats.t.sf(gains.mean() / np.sqrt(variance), freedom)]
    np.testing.assert_allclose(found.loc["alpha=0", ["low", "high", "p"]].astype(float), expected)


def test_another_stream_and_a_baseline_without_runs(sweep):
    assert (compare(sweep, stream="pose").variants["top1"][:3] == 0.2).all(), "always class 0 of five"
    with pytest.raises(RunError, match="has no 'depth'"):
        compare(sweep, stream="depth")
    for seed in (0, 1):
        (sweep.cells[4 * seed].folder / "metrics.json").unlink()
    table = compare(sweep).variants
    assert table["left_out"][0] == "interrupted: seed 0, 1"
    assert table["difference"].isna().all() and table["top1"].notna().tolist() == [False, True, True, False]


def test_runs_of_other_clips_or_none_are_refused(sweep):
    (cell,) = (cell for cell in sweep.cells if cell.run_name == "s--alpha=0--seed=1")
    run = recolumn(fake_run(cell.folder, clips=240, groups=12), id=[f"other {i}" for i in range(240)])
    with pytest.raises(SweepError, match=f"{run.name} was tested on other clips"):
        compare(sweep)
    nothing = Sweep("nothing", {}, {"base": {}}, (0,))
    with pytest.raises(SweepError, match="No run of nothing is finished: OSError: disk full"):
        compare(nothing, {"nothing--base--seed=0": "OSError: disk full"})
