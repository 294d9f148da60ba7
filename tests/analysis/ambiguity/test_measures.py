"""Every measure against a plain loop, and against cases that can be done by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import distance

from mglib.analysis.ambiguity.measures import prototype_margin, training_measures
from mglib.analysis.prototypes import cosine

RNG = np.random.default_rng(0)
K = 4


def course(epochs: int = 7, n: int = 30) -> dict[str, np.ndarray]:
    """Random dynamics in which clips miss epochs; clip 0 was never seen, clip 1 never recognised."""
    labels = RNG.integers(0, K, n)
    away = RNG.random((epochs, n)) < 0.2
    away[:, 0] = True
    predicted = RNG.integers(0, K, (epochs, n))
    predicted[:, 1] = (labels[1] + 1) % K
    return {
        "predicted": np.where(away, -1, predicted),
        "probability": np.where(away, np.nan, RNG.random((epochs, n))),
        "margin": np.where(away, np.nan, RNG.normal(size=(epochs, n))),
        "labels": labels,
    }


def test_cosine_is_that_of_scipy():
    features, prototypes = RNG.normal(size=(6, 3)), RNG.normal(size=(K, 3))
    expected = [[1 - distance.cosine(f, p) for p in prototypes] for f in features]
    assert cosine(features, prototypes) == pytest.approx(np.array(expected))


def test_cosine_without_a_prototype_or_a_direction():
    prototypes = np.array([[3.0, 4.0], [np.nan, np.nan]])
    result = cosine(np.array([[6.0, 8.0], [0.0, 0.0]]), prototypes)
    np.testing.assert_allclose(result, [[1, np.nan], [0, np.nan]])


def test_prototype_margin_is_own_minus_the_best_other():
    similarity, labels = RNG.uniform(-1, 1, (40, K)), RNG.integers(0, K, 40)
    similarity[:, 2] = np.nan
    table = prototype_margin(similarity, labels)
    for clip, label in enumerate(labels):
        others = {k: similarity[clip, k] for k in (0, 1, 3) if k != label}
        rival = max(others, key=others.get)
        assert table.loc[clip, "rival"] == rival and table.loc[clip, "rival_similarity"] == others[rival]
        np.testing.assert_equal(table.loc[clip, "margin"], similarity[clip, label] - others[rival])


def test_a_single_class_has_no_rival():
    table = prototype_margin(np.array([[0.5], [np.nan]]), np.zeros(2, int))
    assert (table["rival"] == -1).all() and table[["rival_similarity", "margin"]].isna().all(axis=None)
    assert table["own_similarity"].tolist() == pytest.approx([0.5, np.nan], nan_ok=True)


def test_the_course_of_a_clip_is_that_of_a_plain_loop():
    given = course()
    table = training_measures(**given, num_classes=K)
    for clip, label in enumerate(given["labels"]):
        seen = [e for e, k in enumerate(given["predicted"][:, clip]) if k >= 0]
        row = table.loc[clip]
        if not seen:
            assert clip == 0 and row.drop("taken_for").isna().all() and row["taken_for"] == -1
            continue
        taken = [int(given["predicted"][e, clip]) for e in seen]
        wrong = [k for k in taken if k != label]
        mode = min(set(wrong), key=lambda k: (-wrong.count(k), k)) if wrong else -1
        events = sum(a == label != b for a, b in zip(taken, taken[1:], strict=False))
        expected = {
            "persistence": len(wrong) / len(seen),
            "taken_for": mode,
            "taken_for_share": wrong.count(mode) / len(seen),
            "confidence": np.mean([given["probability"][e, clip] for e in seen]),
            "variability": np.std([given["probability"][e, clip] for e in seen]),
            "aum": np.mean([given["margin"][e, clip] for e in seen]),
            "forgetting": events if label in taken else np.nan,
        }
        assert row.to_dict() == pytest.approx(expected, nan_ok=True), clip


@pytest.mark.parametrize(
    ("answers", "events"),
    [("1111", 0), ("0011", 0), ("0101", 1), ("1010", 2), ("1-0-1-0", 2), ("1--1", 0), ("0000", np.nan), ("--", np.nan)],
)
def test_forgetting_is_recognised_then_not(answers, events):
    """1 recognised, 0 not, - not seen."""
    predicted = np.array([{"1": 2, "0": 3, "-": -1}[answer] for answer in answers])[:, None]
    nothing = np.zeros(predicted.shape)
    table = training_measures(predicted, nothing, nothing, np.array([2]), K)
    assert table["forgetting"].tolist() == pytest.approx([events], nan_ok=True)


def test_no_training_clips_no_rows():
    nothing = np.zeros((3, 0))
    table = training_measures(nothing.astype(int), nothing, nothing, np.zeros(0, int), K)
    assert isinstance(table, pd.DataFrame) and len(table) == 0
