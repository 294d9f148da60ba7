"""Measures of prototypes are what they are called."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from mglib import figures
from mglib.analysis.ambiguity import clip_table
from mglib.analysis.prototypes import agreement, class_similarity, confusion_rates, cosine, drift, fuse, last_updates
from mglib.explorer.payload import COSINE, make_payload
from mglib.prediction import Predictor
from tests.run_builder import fake_run, rewrite


def test_the_last_update_is_the_last_epoch_in_which_the_count_rose():
    counts = np.array([[0, 3, 1, 2], [0, 3, 1, 5], [0, 3, 2, 5], [0, 4, 2, 5]])
    assert last_updates(counts).tolist() == [0, 4, 3, 2]


def test_drift_is_the_turn_whatever_the_length():
    east, north, none = [1.0, 0.0], [0.0, 5.0], [np.nan, np.nan]
    found = drift(np.array([[east, none], [[3.0, 0.0], none], [north, east]]))
    np.testing.assert_allclose(found, [[0, np.nan], [1, np.nan]], atol=1e-12)


def test_agreement_is_the_rank_correlation_over_pairs_and_finds_a_true_one():
    rng = np.random.default_rng(0)
    first, noise = (x + x.T for x in rng.normal(size=(2, 12, 12)))
    above = np.triu_indices(12, 1)
    alike, chance = (agreement(first, other, rng, draws=200) for other in (first**3 + noise, noise))
    assert alike.rho == pytest.approx(spearmanr(first[above], (first**3 + noise)[above]).statistic)
    assert alike.p == pytest.approx(1 / 201) and chance.p > 0.05 and alike.pairs == 66
    first[:, 3] = first[3] = np.nan
    assert agreement(first, noise, rng, draws=10).pairs == 55
    assert np.isnan(agreement(np.ones((5, 5)), noise[:5, :5], rng, draws=10).rho)


def test_a_class_that_one_stream_never_recognised_is_judged_by_the_other():
    first, second = np.array([[0.5, np.nan, np.nan]]), np.array([[0.1, 0.8, np.nan]])
    np.testing.assert_allclose(fuse([first, second]), [[0.3, 0.8, np.nan]])


def test_gallery_explorer_predictor_and_matrix_agree_on_a_rare_class(tmp_path):
    """Class 2 has a prototype in one of two streams alone, and is the nearest rival of some clips all the same."""
    run = fake_run(tmp_path / "run", num_classes=5, clips=100, noise=3.0)
    prototypes = run.prototypes("rgb").copy()
    prototypes[-1, 2] = np.nan
    run = rewrite(run, "prototypes", rgb=prototypes)
    table, labels = clip_table(run, folds=0), run.clips["label"].to_numpy()
    assert (table["rival"] == 2).any() and table.loc[labels == 2, "own_similarity"].notna().all()
    arrays = make_payload(run).arrays
    np.testing.assert_array_equal(arrays["fused/rival"], table["rival"])
    np.testing.assert_allclose(arrays["fused/cosine"][:, 2] / COSINE, table["rival_similarity"], atol=0.5 / COSINE)
    asked = object.__new__(Predictor)  # of a prediction, what is said of features at hand
    asked.run = run
    for row in range(0, 100, 7):
        near = asked._prototypes({s: run.features(s)[row] for s in run.streams})
        best = near[near["label"] != labels[row]].iloc[0]
        assert (best["label"], best["similarity"]) == (
            table["rival"][row],
            pytest.approx(table["rival_similarity"][row]),
        )
    last = run.prototypes("pose")[-1]
    np.testing.assert_allclose(class_similarity(run)[2], cosine(last, last)[2])


def test_two_classes_that_no_stream_knows_both_of_leave_the_others_as_they_are(tmp_path):
    run = fake_run(tmp_path / "run", num_classes=6, clips=120, noise=3.0)
    rgb, pose = (run.prototypes(stream).copy() for stream in ("rgb", "pose"))
    rgb[-1, 1], pose[-1, 2] = np.nan, np.nan
    run = rewrite(run, "prototypes", rgb=rgb, pose=pose)
    similarity, rng = class_similarity(run), np.random.default_rng(0)
    assert np.argwhere(np.isnan(similarity)).tolist() == [[1, 2], [2, 1]]
    confusion = confusion_rates(run, "test", "fused")
    kept = [0, 2, 3, 4, 5]
    expected = agreement(similarity[np.ix_(kept, kept)], confusion[np.ix_(kept, kept)], rng, draws=10)
    found = agreement(similarity, confusion, rng, draws=10)
    assert (found.rho, found.pairs) == (pytest.approx(expected.rho), 10)
    assert "6 of 6 classes have a prototype" in figures.prototype_similarity(run).artists[0].get_text()
