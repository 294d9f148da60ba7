import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mglib.analysis.events import (
    EVENT_METRICS,
    anatomy,
    class_table,
    edit_score,
    event_table,
    f1_at,
    format_events,
    mean_average_precision,
    mistaken,
    scored_on,
    verdicts,
)
from mglib.analysis.events.sequences import _distance
from mglib.data.recordings import Segment

from .cases import EARLY, FIRST, LATE, SECOND, TRUTHS, drawn, judged


def values(judged_list, classes=2, system="one"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = event_table({system: judged_list}, classes)
    return table.set_index("metric")["value"]


def test_the_worked_examples():
    found = values([judged(TRUTHS, [EARLY, LATE])], 1)
    assert found["f1_30"] == 1 and found["smg_f1"] == 1
    assert mean_average_precision([judged(TRUTHS, [EARLY, LATE])], [0.3])[0.3] == 0.5  # the later truth is taken first
    coders = values([judged(FIRST, [s.__class__(s.start, s.stop, s.label, score=1.0) for s in SECOND])])
    assert coders["f1_30"] == 0.75 and coders["any_f1_30"] == 1


def test_counts_are_pooled_over_recordings_before_they_are_divided():
    hit, miss = judged(FIRST[:1], [Segment(0, 10, 0, score=1)]), judged(FIRST[1:], [], "P2")
    found = values([hit, miss])
    assert found["f1_30"] == pytest.approx(2 / 5) and found["precision_30"] == 1 and found["recall_30"] == 0.25


def test_false_alarms_are_told_by_the_minute_and_borders_by_the_second():
    found = values([judged(FIRST[:1], [Segment(1, 10.5, 1, score=1), Segment(30, 31, 0, score=1)], seconds=30)])
    assert found["false_alarms"] == 2 and found["f1_30"] == 0
    assert (found["start_error"], found["stop_error"]) == (1, 0.5)


def test_where_there_is_nothing_there_is_no_score():
    found = values([judged([], [])])
    assert np.isnan(found["f1_30"]) and np.isnan(found["macro_f1_30"]) and np.isnan(found["start_error"])
    assert found["false_alarms"] == 0 and found["edit"] == 100
    assert values([judged([], SECOND and [EARLY])])["f1_30"] == 0


def test_what_has_no_scores_has_no_ranking():
    truths = [Segment(0, 10, 0), Segment(20, 30, 1)]
    scored = [Segment(0, 10, 0, score=0.9), Segment(40, 50, 1, score=0.8)]
    coder = [Segment(0, 10, 0), Segment(40, 50, 1)]
    assert values([judged(truths, scored)])["map"] == 0.5 and values([judged(truths, [])])["map"] == 0
    assert np.isnan(values([judged(truths, coder)])["map"])


def test_a_person_alone_has_no_interval_and_several_have_one():
    rng = np.random.default_rng(0)
    persons = [judged(t := drawn(rng, 9), [*t[:5], *drawn(rng, 4)], f"P{i}") for i in range(4)]
    table = event_table({"machine": persons}, 3).set_index("metric")
    with_one = [m for m in EVENT_METRICS if not np.isnan(table.loc[m, "low"])]
    assert {"f1_30", "macro_f1_30", "any_f1_50", "false_alarms"} <= set(with_one)
    assert all(table.loc[m, "low"] <= table.loc[m, "value"] <= table.loc[m, "high"] for m in with_one)
    assert not {"map", "edit", "start_error"} & set(with_one)
    shown = format_events(event_table({"machine": persons}, 3))
    assert list(shown) == list(EVENT_METRICS.values()) and "[" in shown.iloc[0, 0]


def test_a_precision_is_as_sure_as_its_predictions_are_many():
    """A hit for each of four persons, of 15 true segments each: 4 of 4 right says less than 60 of 60 would."""
    truths = [Segment(4.0 * i, 4.0 * i + 2, 0) for i in range(15)]
    persons = [judged(truths, truths[:1], f"P{i}") for i in range(4)]
    table = event_table({"machine": persons}, 1).set_index("metric")
    t = stats.t.ppf(0.975, 3)
    assert table.loc["precision_30", ["value", "low", "high"]].tolist() == pytest.approx([1, 1 - t**2 / (4 + t**2), 1])
    low, high = table.loc["recall_30", ["low", "high"]]
    assert low < 1 / 15 < high


def test_who_was_scored_is_said():
    table = event_table({"machine": [judged(FIRST, SECOND, f"P{i}") for i in range(3)]}, 2)
    assert scored_on(table) == scored_on(table.assign(scored="test")) == "3 test persons"
    assert scored_on(table.assign(scored="val")) == "3 validation persons, on whom the thresholds were chosen"


def slow_average_precision(truths, predictions, least):
    """Area below the interpolated curve, recall step by recall step."""
    free, hits = set(range(len(truths))), []
    for one in sorted(predictions, key=lambda p: -p.score):
        scored = {i: _tiou(truths[i], one) for i in free}
        best = max(scored, key=lambda i: (scored[i], i), default=None)
        hits.append(best is not None and scored[best] >= least)
        free -= {best} if hits[-1] else set()
    precision = [sum(hits[: n + 1]) / (n + 1) for n in range(len(hits))]
    return sum(max(precision[n:]) / len(truths) for n, hit in enumerate(hits) if hit)


def _tiou(a, b):
    shared = max(0, min(a.stop, b.stop) - max(a.start, b.start))
    return shared / (a.duration + b.duration - shared)


@pytest.mark.parametrize("least", [0.1, 0.3, 0.5])
def test_average_precision_is_that_of_a_plain_loop(least):
    rng = np.random.default_rng(3)
    truths, predictions = drawn(rng, 12, 1, 40), drawn(rng, 20, 1, 40)
    found = mean_average_precision([judged(truths, predictions)], [least])[least]
    assert 0 < found == pytest.approx(slow_average_precision(truths, predictions, least))


def test_of_two_predictions_of_one_truth_the_second_is_a_fault():
    twice = [Segment(0, 9, 0), Segment(1, 10, 0)]
    assert f1_at([judged(TRUTHS[:1], twice)], 50) == pytest.approx(2 / 3)
    assert np.isnan(f1_at([judged([], [])], 50)) and f1_at([judged([], twice)], 50) == 0


def test_edit_score_goes_by_the_order_of_labels():
    order = [Segment(i, i + 0.5, k) for i, k in enumerate([0, 1, 2, 1])]
    other = [Segment(i, i + 0.9, k) for i, k in enumerate([0, 2, 1])]
    assert edit_score([judged(order, other)]) == 75
    assert edit_score([judged([], other)]) == 0 and edit_score([judged([], [])]) == 100
    assert _distance("kitten", "sitting") == 3


def test_every_segment_is_of_one_kind():
    truths = [Segment(0, 10, 0), Segment(20, 30, 0), Segment(40, 50, 1), Segment(60, 70, 1)]
    found = [Segment(0, 9, 0), Segment(20, 29, 1), Segment(40, 41, 1), Segment(80, 81, 0)]
    own, other = verdicts(judged(truths, found))
    assert own == ["hit", "wrong class", "borders", "missed"]
    assert other == ["hit", "wrong class", "borders", "false alarm"]
    table = anatomy([judged(truths, found)] * 2)
    assert table["truths"].sum() == table["predictions"].sum() == 8
    assert mistaken([judged(truths, found)]).values.tolist() == [[0, 1, 1]]


def test_scores_by_class():
    table = class_table([judged(FIRST, SECOND)], ["A", "B", "C"]).set_index("class")
    expected = pd.DataFrame({"truths": [2, 2, 0], "predictions": [3, 1, 0], "hits": [2, 1, 0]}, list("ABC"))
    pd.testing.assert_frame_equal(table[list(expected)], expected, check_names=False)
    assert table.loc["A", "F1"] == pytest.approx(0.8) and np.isnan(table.loc["C", "F1"])
