"""The figures of a sweep show the numbers of its tables."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from mglib import figures
from mglib.base.facts import DataFacts
from mglib.figures import style
from mglib.figures.ablation import numeric_settings
from mglib.sweep import Comparison, Sweep, one_at_a_time

FACTORS = {"attention": ["off"], "alpha": [0, 0.05, 1.0], "rho": [0.5]}
TOP1 = {"base": (0.6, 0.7), "attention=off": (0.4, 0.5), "alpha=0": (0.7, 0.75), "alpha=0.05": (0.6, 0.62)}


@pytest.fixture
def comparison() -> Comparison:
    """Two seeds; alpha=1 and rho=0.5 have no run."""
    sweep = Sweep("s", {}, one_at_a_time(FACTORS), (0, 1))
    runs = pd.DataFrame([(v, s, TOP1.get(v, (np.nan,) * 2)[s]) for v in sweep.variants for s in sweep.seeds])
    means = [np.mean(TOP1.get(variant, np.nan)) for variant in sweep.variants]
    nothing = [np.nan] * 2
    variants = {
        "variant": list(sweep.variants),
        "top1": means,
        "difference": np.array(means) - means[0],
        "low": [np.nan, -0.3, 0.02, -0.1, *nothing],
        "high": [np.nan, -0.1, 0.12, 0.02, *nothing],
        "p": [np.nan, 0.01, 0.06, 0.3, *nothing],
        "compared": [0, 2, 2, 2, 0, 0],
        "left_out": [""] * 4 + ["missing: seed 0, 1"] * 2,
    }
    data = DataFacts("made up", None, (), (), "own", (), (), "subject", 25.0, {}, {})
    runs = runs.set_axis(["variant", "seed", "top1"], axis=1)
    return Comparison(sweep, "fused", data, runs, pd.DataFrame(variants), 80, 7)


def test_of_one_subject_no_interval_is_claimed(comparison):
    nothing = comparison.variants.assign(low=np.nan, high=np.nan, p=np.nan)
    figure = figures.variant_differences(dataclasses.replace(comparison, variants=nothing, groups=1))
    words = [text.get_text() for text in figure.axes[0].texts]
    assert words.count("no interval") == 3 and words.count("no difference to tell") == 2
    assert "80 test clips; no intervals over one subject;" in written(figure)


def test_differences_intervals_and_seeds_stand_where_the_table_says(comparison):
    figure = figures.variant_differences(comparison)
    (axes,) = figure.axes
    intervals = [tuple(np.ravel(lines.get_segments()[0])) for lines in axes.collections]
    np.testing.assert_allclose(intervals, [(-0.3, 1, -0.1, 1), (0.02, 2, 0.12, 2), (-0.1, 3, 0.02, 3)])
    means = [line for line in axes.lines if line.get_markersize() == 6.5]
    np.testing.assert_allclose([line.get_xydata()[0] for line in means], [(0, 0), (-0.2, 1), (0.075, 2), (-0.04, 3)])
    assert [line.get_color() for line in means] == [style.INK, style.RED, style.INK, style.INK], "by p, not by interval"
    seeds = [line.get_xdata() for line in axes.lines if line.get_markersize() == 2.5]
    np.testing.assert_allclose(np.concatenate(seeds), [-0.05, 0.05, -0.25, -0.15, 0.05, 0.1, -0.05, -0.03])
    texts = {text.get_text() for text in axes.texts}
    assert {"baseline, 65.0%", "-20.0 [-30.0, -10.0], p 0.01", "no difference to tell"} <= texts
    assert "rho=0.5  (missing: seed 0, 1)" in texts
    assert "80 test clips; 95 % intervals and p over 7 subjects and the seeds" in written(figure)
    alone = comparison.variants.assign(compared=[0, 1, 2, 2, 0, 0])
    alone.loc[1, ["low", "high", "p"]] = np.nan
    (axes,) = figures.variant_differences(dataclasses.replace(comparison, variants=alone)).axes
    assert "one seed: no interval" in {text.get_text() for text in axes.texts}


def test_curves_run_through_the_means_and_the_band_holds_the_seeds(comparison):
    figure = figures.sensitivity_curves(comparison)
    alpha, rho = figure.axes[:2]
    assert (alpha.get_title("left"), alpha.get_xscale(), rho.get_xscale()) == ("alpha", "symlog", "linear")
    (curve,) = (line for line in alpha.lines if line.get_color() == style.BLUE)
    np.testing.assert_allclose(curve.get_xydata(), [(0, 0.725), (0.05, 0.61), (0.2, 0.65)])
    band = alpha.collections[0].get_paths()[0].vertices
    assert {tuple(p) for p in np.round(band, 6)} >= {(0, 0.7), (0, 0.75), (0.05, 0.6), (0.05, 0.62), (0.2, 0.6)}
    (ring,) = (line for line in alpha.lines if line.get_fillstyle() == "none")
    np.testing.assert_allclose(ring.get_xydata(), [(0.2, 0.65)])
    assert [label.get_text() for label in alpha.get_xticklabels()] == ["0", "0.05", "0.2", "1"]
    for axes, value in ((alpha, 1.0), (rho, 0.5)):
        assert [text.get_position()[0] for text in axes.texts if text.get_text() == "no run"] == [value]
        assert axes.get_xlim()[0] <= value <= axes.get_xlim()[1]


def test_only_numeric_settings_changed_alone_have_a_curve(comparison):
    assert list(numeric_settings(comparison.sweep)) == ["alpha", "rho"]
    pairs = {"base": {}, "both": {"alpha": 0, "tau": 0.5}, "off": {"attention": "off"}, "flip": {"test_flip": True}}
    without = dataclasses.replace(comparison, sweep=Sweep("s", {}, pairs, (0,)))
    assert "No variant changes one numeric setting alone." in written(figures.sensitivity_curves(without))


def written(figure) -> str:
    return " ".join(" ".join(text.get_text() for text in (*figure.texts, *figure.artists)).split())
