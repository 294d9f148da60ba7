"""Scores against scikit-learn's, and of measures that know everything or nothing."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from mglib.analysis.ambiguity import clip_table, score_against_truth
from mglib.analysis.ambiguity.truth import average_precision, random_precision
from mglib.base.errors import RunError
from tests.run_builder import fake_run, rewrite

KEYS = ["split", "target", "score", "metric"]


def test_average_precision_is_that_of_scikit_learn_with_weights_and_ties():
    rng = np.random.default_rng(0)
    scores, wanted = rng.integers(0, 12, 50).astype(float), rng.random(50) < 0.3
    weights = rng.integers(0, 4, (20, 50)).astype(float)
    expected = [average_precision_score(wanted, scores, sample_weight=w) for w in weights]
    assert average_precision(scores, wanted, weights) == pytest.approx(expected)
    assert np.isnan(average_precision(scores, wanted, weights * ~wanted)).all()


def expected_at_random(wanted: int, clips: int) -> float:
    """Mean average precision of random orders: E of x_j (x_1 + ... + x_j) / j, summed over places j."""
    harmonic = np.sum(1 / np.arange(1, clips + 1))
    return (harmonic + (wanted - 1) / (clips - 1) * (clips - harmonic)) / clips


@pytest.mark.parametrize(("wanted", "clips"), [(26, 640), (64, 640), (2, 100)])
def test_a_random_order_is_better_than_the_share(wanted: int, clips: int) -> None:
    luck = random_precision(wanted, clips, np.random.default_rng(0))
    assert luck.mean() == pytest.approx(expected_at_random(wanted, clips), rel=0.05)
    rng, slow = np.random.default_rng(1), []
    for _ in range(400):
        planted = rng.permutation(np.arange(clips) < wanted)
        slow.append(average_precision_score(planted, np.arange(clips)[::-1]))
    assert np.quantile(luck, 0.95) == pytest.approx(np.quantile(slow, 0.95), rel=0.15)


def test_chance_of_26_in_640_is_not_their_share() -> None:
    """The wrong labels of the embedded data: 0.050, not 0.041."""
    assert random_precision(26, 640, np.random.default_rng(0)).mean() == pytest.approx(0.0497, abs=0.001)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "planted"
    return fake_run(folder, clips=300, groups=12, epochs=6, dim=32, noise=0.5, wrong=0.1, between=0.15)


def test_values_and_baselines_are_those_of_a_plain_computation(run):
    scores = score_against_truth(run, "pose", rng=np.random.default_rng(0)).set_index(KEYS).sort_index()
    table, truth = clip_table(run, "pose"), pd.read_csv(run.path / "truth.csv")
    train = table["split"] == "train"
    table, truth = table[train], truth[train]
    wanted = {"wrong label": truth["is_wrong_label"], "ambiguous": truth["is_ambiguous"]}
    wanted["either"] = wanted["wrong label"] | wanted["ambiguous"]
    never = table["forgetting"].isna()
    suspicion = {name: -table[name] for name in ("probability", "own_similarity", "margin", "confidence", "aum")}
    suspicion |= {name: table[name] for name in ("persistence", "variability")}
    suspicion |= {"label_quality": -table["label_quality"], "forgetting": table["forgetting"].mask(never, 99)}
    assert never.any()
    for target, planted in wanted.items():
        for name, score in suspicion.items():
            row = scores.loc["train", target, name, "average precision"]
            assert row["value"] == pytest.approx(average_precision_score(planted, score)), (target, name)
            assert row["baseline"] == pytest.approx(expected_at_random(planted.sum(), len(planted)), rel=0.03)
            assert row["positives"] == planted.sum() and row["by_luck"] > row["baseline"] > planted.mean()
        flagged = table["suspected"]
        assert scores.loc["train", target, "suspected", "precision"]["value"] == pytest.approx(planted[flagged].mean())
        assert scores.loc["train", target, "suspected", "recall"]["value"] == pytest.approx(flagged[planted].mean())
    between = (truth["ambiguous_with"] >= 0) & ~truth["is_wrong_label"]
    hits = (table["rival"] == truth["ambiguous_with"])[between]
    row = scores.loc["train", "ambiguous with", "rival", "hit rate"]
    assert row["value"] == pytest.approx(hits.mean()) and row["baseline"] == 0.25 and row["positives"] == len(hits)


def test_what_is_planted_plainly_is_found(run):
    scores = score_against_truth(run, rng=np.random.default_rng(0)).set_index(KEYS).sort_index()
    good = scores.loc["train", "wrong label"].loc[["probability", "margin", "aum", "label_quality"]]
    assert (good["value"] > 0.9).all() and (good["low"] > good["baseline"]).all()
    assert scores.loc["train", "ambiguous with", "rival", "hit rate"]["low"] > 0.25
    assert scores.loc["test", "ambiguous", "margin", "average precision"]["low"] > 0.15


def test_features_that_say_nothing_score_the_baseline(tmp_path):
    blind = fake_run(tmp_path / "blind", clips=2000, groups=12, wrong=0.2, between=0.2)
    rng = np.random.default_rng(1)
    noise = {stream: rng.normal(size=(2000, 16)).astype(np.float32) for stream in blind.streams}
    blind = rewrite(blind, "features", **noise)
    scores = score_against_truth(blind, rng=rng).set_index(KEYS).sort_index()
    for target in ("wrong label", "ambiguous"):
        row = scores.loc["train", target, "margin", "average precision"]
        assert row["value"] == pytest.approx(row["baseline"], abs=0.05)


def test_the_same_generator_gives_the_same_table(run):
    first, second = (score_against_truth(run, rng=np.random.default_rng(3)) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_nothing_planted_leaves_no_rows(tmp_path):
    run = fake_run(tmp_path / "clean", wrong=0, between=0)
    scores = score_against_truth(run, rng=np.random.default_rng(0))
    assert len(scores) == 0 and scores.columns.tolist() == [
        *KEYS,
        "value",
        "low",
        "high",
        "baseline",
        "positives",
        "by_luck",
        "groups",
    ]


def test_only_synthetic_runs_have_a_truth(tmp_path):
    run = fake_run(tmp_path / "real")
    (run.path / "truth.csv").unlink()
    with pytest.raises(RunError, match=r"The run real has no truth\.csv: the truth is known for synthetic data only"):
        score_against_truth(run, rng=np.random.default_rng(0))
