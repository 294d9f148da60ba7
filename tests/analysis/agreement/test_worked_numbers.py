"""Every measure against numbers that were worked out by hand or by the authors' own programs."""

import numpy as np
import pytest

from mglib.analysis.agreement import (
    agreement_by_class,
    agreement_table,
    background_share,
    class_kappas,
    disorder,
    kappa_without_nil,
    link,
    link_table,
    linked_confusions,
    linked_kappa,
    linked_share,
    plain_kappa,
    raw_agreement,
    time_table,
    unit_squares,
    unitised_alpha,
)
from mglib.analysis.agreement.linking import longer_shared
from mglib.analysis.events import Judged
from mglib.data.recordings import Segment

A, B, C = range(3)
FIRST = [Segment(0, 10, A), Segment(20, 24, B), Segment(30, 40, A), Segment(50, 52, B)]
SECOND = [Segment(1, 10, A), Segment(20, 24, A), Segment(30, 35, A), Segment(50, 53, B)]


def expected_by_fitting(table, rounds=200):
    """What EasyDIAg fits: ones with an empty corner, scaled to the totals of rows and columns in turn."""
    cells = np.ones_like(table)
    cells[-1, -1] = 0
    for _ in range(rounds):
        cells *= (table.sum(1) / cells.sum(1))[:, None]
        cells *= (table.sum(0) / cells.sum(0))[None]
    return np.trace(cells) / table.sum()


def test_links_and_their_table():
    assert np.diag(longer_shared(FIRST, SECOND)) == pytest.approx([0.9, 1, 0.5, 2 / 3])
    assert link(FIRST, SECOND).tolist() == [[0, 0], [1, 1], [3, 3]]
    assert link_table(FIRST, SECOND, 2).tolist() == [[2, 0, 1], [2, 2, 0], [1, 0, 0]]


def test_kappas_of_linked_annotations():
    table = link_table(FIRST, SECOND, 2)
    assert linked_share(table) == 0.75 and raw_agreement(table) == 0.5
    assert expected_by_fitting(table) == pytest.approx(0.35204, abs=1e-5)
    assert linked_kappa(table) == pytest.approx(0.22835, abs=1e-5)
    assert kappa_without_nil(table) == pytest.approx(0.4)
    kappa, positive = class_kappas(table)
    assert kappa == pytest.approx([0.0588, 0.5], abs=1e-4) and positive == pytest.approx([0.5, 0.6667], abs=1e-4)


def test_a_class_that_one_coder_alone_uses_leaves_the_others_their_kappa():
    table = link_table([*FIRST, Segment(55, 57, C)], SECOND, 3)
    assert linked_kappa(table) == pytest.approx(0.23497, abs=1e-5)
    assert np.isnan(class_kappas(table)[0][C]) and np.isfinite(class_kappas(table)[0][:C]).all()


@pytest.mark.parametrize("seed", range(20))
def test_the_closed_form_is_what_fitting_comes_to(seed):
    table = np.random.default_rng(seed).integers(0, 9, (5, 5)).astype(float) + 0.1
    table[-1, -1] = 0
    expected = expected_by_fitting(table)
    agreed = np.trace(table) / table.sum()
    assert linked_kappa(table) == pytest.approx((agreed - expected) / (1 - expected), abs=1e-6)


def test_moments_agree_the_more_the_longer_nothing_happens():
    table = time_table(FIRST, SECOND, 60.0, 2)
    assert table[[2, 0, 1]][:, [2, 0, 1]].tolist() == [[33, 0, 1], [6, 14, 0], [0, 4, 2]]
    squares = [sum(unit_squares(side, seconds, 2) for side in (FIRST, SECOND)) for seconds in (60.0, 600.0)]
    longer = time_table(FIRST, SECOND, 600.0, 2)
    assert plain_kappa(table) == pytest.approx(0.65190, abs=1e-5)
    assert unitised_alpha(table, squares[0]) == pytest.approx(0.66045, abs=1e-5)
    assert plain_kappa(longer) == pytest.approx(0.75803, abs=1e-5)
    assert unitised_alpha(longer, squares[1]) == pytest.approx(0.75820, abs=1e-5)
    assert background_share(table) == pytest.approx((34 + 39) / 120)


def test_units_that_touch_are_two_units():
    one, two = [Segment(0, 10, A)], [Segment(0, 4, A), Segment(4, 10, A)]
    assert unit_squares(one, 20.0, 1).tolist() == [100, 10] and unit_squares(two, 20.0, 1).tolist() == [52, 10]


def test_disorder_of_the_best_alignment():
    assert disorder(FIRST, SECOND) == pytest.approx(0.28847, abs=1e-5)
    assert disorder(FIRST, FIRST) == 0 and disorder(FIRST, []) == 2 and np.isnan(disorder([], []))


def test_the_table_of_the_example():
    pairs = {"R1 and R2": [Judged(FIRST, SECOND, "P1", 60.0)]}
    table = agreement_table(pairs, 2).set_index("measure")
    found = table["value"]
    assert found["kappa"] == pytest.approx(0.22835, abs=1e-5) and found["f1_30"] == 0.75
    assert found["overlap"] == pytest.approx(0.7667, abs=1e-4) and found["time_kappa"] == pytest.approx(
        0.6519, abs=1e-5
    )
    assert found["alpha"] == pytest.approx(0.66045, abs=1e-5) and found["gamma"] == pytest.approx(0.74, abs=0.06)
    assert table[["low", "high"]].isna().all(axis=None) and set(table["annotations"]) == {8}


def test_silence_moves_the_measures_of_moments_alone():
    tables = [
        agreement_table({"": [Judged(FIRST, SECOND, "P1", s)]}, 2).set_index("measure")["value"] for s in (60, 600)
    ]
    same = ["linked", "raw", "kappa", "kappa_linked", "f1_30", "overlap"]
    assert tables[0][same].tolist() == tables[1][same].tolist()
    assert (tables[1][["time_kappa", "alpha", "background"]] > tables[0][["time_kappa", "alpha", "background"]]).all()


def test_by_class_and_what_is_confused():
    judged = [Judged(FIRST, SECOND, "P1", 60.0)] * 2
    table = agreement_by_class(judged, ["nod", "shake", "shrug"])
    assert table["class"].tolist() == ["nod", "shake"] and table["first"].tolist() == [4, 4]
    assert linked_confusions(judged, ["nod", "shake", "shrug"]).to_numpy().tolist() == [["shake", "nod", 2]]
