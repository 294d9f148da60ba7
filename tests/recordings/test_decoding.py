import numpy as np
import pytest

from mglib.analysis.events.counts import Judged
from mglib.data.recordings import Segment
from mglib.recordings.decoding import Decoding, Stepwise, choose, decode, fit_temperature, tempered

PLAIN = Decoding(opening=0.6, smoothing=0.2, gap=0.3, shortest=0.3)


def stepwise(p, tracks=((0,), (1,))):
    """Probabilities [S, K] of classes that each have a track of their own, or share the tracks given."""
    p = np.asarray(p, float).clip(1e-6, 1 - 1e-6)
    logs = []
    for track in tracks:
        own = p[:, list(track)]
        logs.append(np.log(np.column_stack([own, 1 - own.sum(axis=1)])))
    return Stepwise(tuple(logs), tuple(tracks), len(p) / 5)


def spans(found):
    return [(round(one.start, 3), round(one.stop, 3), one.label) for one in found]


def test_a_segment_opens_at_the_threshold_and_closes_at_half_of_it():
    p = np.zeros((20, 2))
    p[3:9, 0] = [0.35, 0.4, 0.7, 0.4, 0.31, 0.29]
    p[12:15, 0] = 0.5  # never opens
    found = decode(stepwise(p), PLAIN, "net")
    assert spans(found) == [(0.6, 1.6, 0)] and found[0].coder == "net"
    assert found[0].score == pytest.approx(np.mean([0.35, 0.4, 0.7, 0.4, 0.31]))


def test_gaps_are_closed_and_what_is_too_short_is_dropped():
    p = np.zeros((20, 2))
    p[2:5, 0] = p[6:9, 0] = 0.9  # a step of 0.2 s between them
    p[15, 0] = 0.9
    assert spans(decode(stepwise(p), PLAIN)) == [(0.4, 1.8, 0)]
    longer = Decoding(opening=0.6, smoothing=0.2, gap=0.1, shortest=0.1)
    assert spans(decode(stepwise(p), longer)) == [(0.4, 1.0, 0), (1.2, 1.8, 0), (3.0, 3.2, 0)]


def test_the_median_drops_a_step_alone_and_fills_one():
    p = np.zeros((20, 2))
    p[2:9, 0], p[5, 0], p[15, 0] = 0.9, 0.0, 0.9
    how = Decoding(opening=0.6, smoothing=0.6, gap=0.1, shortest=0.1)
    assert spans(decode(stepwise(p), how)) == [(0.4, 1.8, 0)]


def test_within_a_track_the_more_probable_one_stays_and_tracks_do_not_mind_each_other():
    p = np.zeros((20, 2))
    p[2:12, 0], p[3:12, 1] = 0.4, 0.5
    how = Decoding(opening=0.3, smoothing=0.2)
    assert spans(decode(stepwise(p, ((0, 1),)), how)) == [(0.6, 2.4, 1)]
    assert spans(decode(stepwise(p), how)) == [(0.4, 2.4, 0), (0.6, 2.4, 1)]


def test_a_class_may_have_an_opening_of_its_own_and_json_keeps_it():
    p = np.zeros((20, 2))
    p[2:8, 0] = p[10:16, 1] = 0.4
    how = Decoding(opening=0.6, own={1: 0.3}, smoothing=0.2, temperature=1.5)
    assert Decoding.of_json(how.to_json()) == how
    assert spans(decode(stepwise(p), Decoding.of_json(how.to_json() | {"temperature": 1.0}))) == [(2.0, 3.2, 1)]


def judge(truths):
    return lambda number, found: Judged(truths[number], found, str(number), 40)


def test_thresholds_are_those_that_find_what_is_there_and_nothing_else():
    rng = np.random.default_rng(0)
    said, truths = [], []
    for _ in range(2):
        p, own = rng.uniform(0, 0.2, (200, 2)), []
        for k, start in enumerate(range(5, 190, 15)):
            p[start : start + 8, k % 2] = 0.45 if k % 2 else 0.9
            p[start + 8 : start + 12, 0] = 0.42  # looks like something, and is nothing of class 0
            own.append(Segment(start / 5, (start + 8) / 5, k % 2))
        said.append(stepwise(p))
        truths.append(own)
    how = choose(said, judge(truths), 2)
    for number, one in enumerate(said):
        assert [s.label for s in decode(one, how)] == [s.label for s in truths[number]]
    assert how.own.get(1, how.opening) <= 0.45


def test_a_class_with_few_events_has_no_opening_of_its_own():
    p = np.zeros((100, 2))
    p[10:20, 1] = 0.3
    assert 1 not in choose([stepwise(p)], judge([[Segment(2, 4, 1)]]), 2).own


def test_the_temperature_is_the_one_that_was_put_on():
    rng = np.random.default_rng(1)
    z = rng.normal(size=(4000, 3)) * 2
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    answers = np.array([rng.choice(3, p=row) for row in p])[None]
    said = Stepwise((np.log(p) * 2.5,), ((0, 1),), 800)  # too sure by a factor
    found = fit_temperature([said], [answers])
    assert found == pytest.approx(2.5, rel=0.1)
    np.testing.assert_allclose(tempered(said, 2.5).probabilities(), p[:, :2], atol=1e-9)
    assert fit_temperature([said], [np.full((1, 4000), -100)]) == 1
