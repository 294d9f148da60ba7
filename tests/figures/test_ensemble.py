import numpy as np
import pandas as pd
import pytest

from mglib import figures
from mglib.analysis.ambiguity import clip_table
from mglib.analysis.ensemble import Combination
from mglib.analysis.evaluation import compare_systems, overlap, score_table
from mglib.base.errors import RunError
from tests.run_builder import as_ensemble, fake_run

RNG = np.random.default_rng(0)
LABELS, GROUPS = RNG.integers(0, 4, 80), np.repeat(list("abcd"), 20)
SYSTEMS = {name: RNG.dirichlet(np.ones(4), 80) + 0.6 * np.eye(4)[LABELS] for name in ("joints", "limbs", "convex")}
MEMBERS = {name: SYSTEMS[name] for name in ("joints", "limbs")}


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_weights_stand_with_the_band_of_their_draws():
    draws = np.column_stack([np.linspace(0.5, 0.9, 101), np.linspace(0.5, 0.1, 101)])
    (axes,) = figures.ensemble_weights(["joints", "limbs"], np.array([0.7, 0.3]), draws, "t").axes
    assert [bar.get_width() for bar in axes.patches] == [0.7, 0.3]
    assert texts(axes) == ["0.70 [0.51, 0.89]", "0.30 [0.11, 0.49]"]


def test_scores_stand_in_their_row_whether_held_out_knows_the_system_or_not():
    test = score_table(SYSTEMS, LABELS, GROUPS)
    oracle = pd.DataFrame([{"system": "oracle", "metric": "top1", "value": 0.9, "low": np.nan, "high": np.nan}])
    held_out, test = test[test["system"] != "convex"], pd.concat([test, oracle])
    left, right = figures.ensemble_scores(held_out, test, "t").axes
    assert [label.get_text() for label in left.get_yticklabels()] == ["joints", "limbs", "convex weights", "oracle"]
    assert (len(texts(left)), len(texts(right))) == (2, 4)
    assert texts(right)[-1] == "90.0 [no interval]"
    value = test.set_index(["system", "metric"])["value"]["convex", "top1"]
    assert right.lines[2].get_xdata()[0] == value


def test_overlap_is_shown_both_ways():
    pairs = overlap(SYSTEMS, LABELS)
    kappa, both = figures.error_overlap(pairs, "t").axes
    shown = np.asarray(kappa.images[0].get_array())
    np.testing.assert_array_equal(shown, shown.T)
    assert shown[0, 1] == pairs["kappa"].iloc[0] and np.isnan(shown.diagonal()).all()
    assert len(texts(both)) == 6


def test_tables_say_what_was_found():
    found = Combination("convex", np.array([1.5, 0.8]), np.array([0.25, 0.75]), 0.9)
    table = figures.combination_table(["joints", "limbs"], {"convex": found})
    assert table.loc["convex weights"].tolist() == ["0.25", "0.75", "0.90"]
    assert table.loc["temperature"].tolist() == ["1.50", "0.80", ""]
    compared = compare_systems(SYSTEMS, LABELS, GROUPS, baseline="joints", rng=np.random.default_rng(0), draws=50)
    row = figures.difference_table(compared, "joints").loc["convex weights"]
    hits = {name: p.argmax(1) == LABELS for name, p in SYSTEMS.items()}
    won, lost = (hits["convex"] & ~hits["joints"]).sum(), (hits["joints"] & ~hits["convex"]).sum()
    assert row["clips won / lost"] == f"{won} / {lost}"
    assert float(row.iloc[0].split(" ")[0]) == pytest.approx(100 * (won - lost) / 80, abs=0.06)


def test_what_an_ensemble_does_not_have_is_said_of_it(tmp_path):
    run = as_ensemble(fake_run(tmp_path / "both", epochs=1), "first", "second")
    shown = {
        "Not measured for an ensemble": figures.reliance(run),
        "An ensemble has its members' final prototypes only": figures.prototype_drift(run),
        "an ensemble's members have it": figures.cartography(run, clip_table(run, folds=0)),
        "give one of its members": figures.saliency_pair(run, []),
    }
    for said, figure in shown.items():
        assert not figure.axes and said in figure.note
    with pytest.raises(
        RunError, match=r"An ensemble is not trained and has no dynamics.npz; give a member: first, second"
    ):
        run.dynamics()
