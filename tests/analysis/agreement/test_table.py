"""The table over several recordings: sums first, intervals by person, and what holds whatever the annotations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mglib.analysis.agreement import AGREEMENT, agreement_table, format_agreement
from mglib.analysis.events import Judged
from mglib.data.recordings import Segment
from mglib.data.sources.synthetic.coders import coded


def drawn(rng, number=12, seconds=120.0):
    starts = np.sort(rng.choice(np.arange(0, seconds - 4, 5), number, replace=False))
    return [Segment(float(s), float(s + rng.uniform(0.5, 4)), int(rng.integers(3, 8))) for s in starts]


def pair(rng, person, wrong=0.1):
    truth = drawn(rng)
    others = [coded(truth, name, 120.0, rng) for name in ("a", "b")]
    return Judged(others[0], others[1], person, 120.0)


def test_intervals_need_six_persons_and_hold_the_value():
    rng = np.random.default_rng(0)
    judged = [pair(rng, f"P{n // 2}") for n in range(16)]
    table = agreement_table({"a and b": judged}, 32)
    assert set(table["persons"]) == {8} and table["measure"].tolist() == list(AGREEMENT)
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
    fewer = agreement_table({"a and b": judged[:10]}, 32)
    assert set(fewer["persons"]) == {5} and fewer["low"].isna().all() and fewer["value"].notna().all()


def test_two_coders_who_err_as_simulated_agree_less_than_one_with_oneself():
    rng = np.random.default_rng(1)
    judged = [pair(rng, f"P{n}") for n in range(8)]
    alike = [Judged(one.truths, one.truths, one.person, one.seconds) for one in judged]
    table = agreement_table({"a and b": judged, "a and a": alike}, 32)
    wide = table.pivot(index="measure", columns="pair", values="value")
    ones = ["linked", "raw", "kappa", "kappa_linked", "f1_30", "gamma", "overlap", "time_kappa", "alpha"]
    assert wide.loc[ones, "a and a"].tolist() == pytest.approx([1.0] * len(ones))
    assert (wide.loc[ones, "a and b"] < wide.loc[ones, "a and a"]).all()
    assert wide.loc["kappa", "a and b"] > 0.3


def test_persons_who_do_not_differ_say_nothing_about_others():
    """Where every person is alike, there is no variance to observe: no interval of no width is claimed."""
    marks = [Segment(1.0, 2.0, 0), Segment(5.0, 6.0, 1)]
    table = agreement_table({"": [Judged(marks, marks, f"P{n}", 60.0) for n in range(7)]}, 2).set_index("measure")
    assert table.loc[["kappa", "gamma", "alpha", "time_kappa", "background"], "low"].isna().all()
    assert table.loc["linked", "low"] == pytest.approx(28 / (28 + 2.4469**2), abs=1e-3)  # Wilson's


def test_the_number_of_annotations_does_not_widen_the_share_of_time():
    judged = [Judged([Segment(1.0, 1.5 + n / 10, 0)], [], f"P{n}", 60.0) for n in range(7)]
    background = agreement_table({"": judged}, 1).set_index("measure").loc["background"]
    assert 0.98 < background["low"] < background["value"] < background["high"] < 1


def test_nothing_marked_is_a_dash_and_no_number():
    table = agreement_table({"none": [Judged([], [], "P1", 60.0)]}, 3)
    value = table.set_index("measure")["value"]
    assert value.drop(["background", "time_kappa", "alpha"]).isna().all() and value["background"] == 1
    assert format_agreement(table).loc["kappa (EasyDIAg)", "none"] == "–"
    alone = agreement_table({"one": [Judged(drawn(np.random.default_rng(0)), [], "P1", 120.0)]}, 32)
    assert np.isnan(alone.set_index("measure")["value"]["kappa"])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 8), st.integers(0, 8))
def test_who_is_first_does_not_matter(seed, first, second):
    rng = np.random.default_rng(seed)
    sides = [drawn(rng, first), drawn(rng, second)]
    tables = [
        agreement_table({"": [Judged(*those, "P1", 120.0)]}, 8).set_index("measure")["value"].drop("gamma")
        for those in (sides, sides[::-1])
    ]
    np.testing.assert_allclose(tables[0], tables[1])
