"""The cells of a sweep are named, completed and checked before anything starts."""

import pytest

from mglib.base.errors import ConfigError
from mglib.config import FACTORS, CompareConfig
from mglib.sweep import Sweep, SweepError, one_at_a_time, product


def test_cells_are_variants_by_seeds_named_after_both(folders):
    sweep = Sweep(
        "utd", {"preset": "tiny", "tau": 0.5}, one_at_a_time({"attention": ["off"], "alpha": [0, 1.0]}), (3, 5)
    )
    names = ["base", "attention=off", "alpha=0", "alpha=1"]
    assert [c.run_name for c in sweep.cells] == [f"utd--{variant}--seed={seed}" for seed in (3, 5) for variant in names]
    last = sweep.cells[-1]
    assert last.given == {
        "preset": "tiny", "tau": 0.5, "alpha": 1.0, "seed": 5, "run_name": last.run_name, "resume": True
    }  # fmt: skip
    assert (last.config.epochs, last.config.alpha, last.config.tau, last.config.seed) == (2, 1.0, 0.5, 5)
    assert sweep.baseline == "base" and sweep.changes("alpha=0") == {"alpha": (0.2, 0.0)}
    assert str(sweep) == "utd: 4 variants x 2 seeds = 8 runs; 8 missing"


def test_the_states_of_runs_are_told(folders):
    sweep = Sweep("s", {}, one_at_a_time({"alpha": [0]}), (0, 1))
    for cell, files in zip(sweep.cells, (["config.yaml", "metrics.json"], ["config.yaml"]), strict=False):
        cell.folder.mkdir(parents=True)
        for name in files:
            (cell.folder / name).touch()
    assert [cell.state for cell in sweep.cells] == ["finished", "interrupted", "missing", "missing"]
    assert str(sweep).endswith("4 runs; 1 finished, 1 interrupted, 2 missing")


def test_a_full_grid_starts_with_the_first_values():
    variants = product({"attention": ["channel", "off"], "alpha": [0.2, 0]})
    assert list(variants) == [f"attention={a},alpha={b}" for a in ("channel", "off") for b in (0.2, 0)]
    changes = Sweep("s", {}, variants, (0,)).changes("attention=off,alpha=0.2")
    assert changes == {"attention": ("channel", "off")}


@pytest.mark.parametrize(
    ("name", "base", "variants", "seeds", "sentence"),
    [
        ("s", {}, {"base": {}, "x": {"alhpa": 1}}, (0,), "s--x--seed=0: alhpa: there is no such setting; did you mean"),
        ("s", {}, one_at_a_time({"tau": [-1]}), (0,), "s--tau=-1--seed=0: tau: -1 does not fit"),
        ("s", {"seed": 1}, {"base": {}}, (0,), "s--base--seed=0: seed is set by the sweep itself"),
        ("a/b", {}, {"base": {}}, (0,), "'a/b' cannot be part of a folder's name"),
        ("s", {}, one_at_a_time({"init_rgb": ["runs/x"]}), (0,), "'init_rgb=runs/x' cannot be part of"),
        ("s", {}, {"a--b": {}}, (0,), "'a--b' cannot be part of"),
        ("s", {}, one_at_a_time({"alpha": [0.2]}), (0,), "alpha=0.2 is the same as base; leave one out"),
        ("s", {}, {"base": {}}, (1, 1), r"1 variants and the seeds \[1, 1\]; give at least one of each, and no seed"),
    ],
)
def test_what_cannot_be_run_is_refused_with_a_sentence(name, base, variants, seeds, sentence):
    with pytest.raises(SweepError, match=sentence):
        Sweep(name, base, variants, seeds)


def test_the_notebooks_settings_are_read_as_text_too():
    words = {"factors": "{alpha: [0, 1]}", "seeds": "[4]", "settings": "{tau: 0.5}", "epochs": "3", "n_jobs": "-1"}
    config = CompareConfig.read(words)
    assert (config.factors, config.seeds, config.n_jobs) == ({"alpha": [0, 1]}, [4], -1)
    assert config.base == {"dataset": "synthetic", "data_options": {}, "preset": "small", "epochs": 3, "tau": 0.5}
    assert CompareConfig.read({"factors": None}).factors == FACTORS
    assert len(Sweep("s", {}, one_at_a_time(FACTORS)).cells) == 57
    with pytest.raises(ConfigError, match="factors.*valid list"):
        CompareConfig.read({"factors": {"alpha": 0}})
