"""Synthetic recordings hold what their settings say, and the truth fits what the key points show."""

import numpy as np
import pytest

from mglib.base.errors import OptionError
from mglib.data.sources.synthetic import timeline
from mglib.data.sources.synthetic.coders import coded
from mglib.data.sources.synthetic.motion import FPS, draw_person
from mglib.data.sources.synthetic.performance import perform
from mglib.data.sources.synthetic.recordings import make
from mglib.data.sources.synthetic.timeline import GROUPS, Event, draw_timeline


@pytest.fixture(scope="module")
def few():
    return make((2, 1, 2), seconds=60.0, seed=3)


def events(minutes: int = 200):
    """Timelines of five minutes each, enough to count."""
    streams = [np.random.default_rng([1, number]) for number in range(minutes // 5)]
    return [draw_timeline(draw_person(rng), 300.0, 1 / FPS, rng) for rng in streams]


def test_durations_rate_gaps_and_overlaps_are_those_asked_for():
    gestures = [[event for event in each if event.label >= 0] for each in events()]
    lasting = np.array([event.stop - event.start for each in gestures for event in each])
    assert abs(np.median(np.log(lasting)) - np.log(timeline.MEDIAN)) < 0.1
    assert abs(np.log(lasting).std() - timeline.SPREAD) < 0.12  # cut at both ends
    assert lasting.min() >= timeline.SHORTEST and lasting.max() <= timeline.LONGEST
    assert timeline.RATE[0] < len(lasting) / 200 < timeline.RATE[1]
    gaps = np.array([b.start - a.stop for each in gestures for a, b in zip(each, each[1:], strict=False)])
    apart = gaps[gaps >= 0]
    assert abs((apart < timeline.SHORT_GAP).mean() - timeline.SHORT_GAPS) < 0.07
    assert abs((gaps < 0).mean() - timeline.OVERLAPPING) < 0.05


def test_gestures_that_overlap_are_of_other_body_groups_and_share_no_hand():
    for each in events(50):
        gestures = [event for event in each if event.label >= 0]
        for first, second in zip(gestures, gestures[1:], strict=False):
            if second.start < first.stop:
                assert GROUPS[first.label] != GROUPS[second.label]
                used = [{event.side} if event.gesture.hand.reach else set() for event in (first, second)]
                assert not used[0] & used[1]


def test_neck_is_followed_by_jaw_as_often_as_counted():
    labels = [event.label for each in events(1000) for event in each if event.label >= 0]
    follows = np.array([b == 10 for a, b in zip(labels, labels[1:], strict=False) if a == 11])
    assert len(follows) > 100 and follows.mean() > 3 * np.mean(np.array(labels) == 10)


def test_a_hand_goes_to_its_target_within_the_event_and_from_there_to_the_next():
    rng = np.random.default_rng(0)
    person = draw_person(rng)
    jaw = Event(10, "gesture", 2.0, 5.0, 0.5, 0.5, side=1, linger=0.6, until=5.4)
    ear = Event(8, "gesture", 5.4, 8.0, 0.5, 0.5, side=1, until=8.0)
    joints = perform([jaw, ear], person, round(12 * FPS), rng).joints
    middle, nose, rest = joints[:, 14], joints[:, 0], joints[: round(1.8 * FPS), 14].mean(0)
    far = np.linalg.norm(middle - nose, axis=1)
    at = {second: far[round(second * FPS)] for second in (1.0, 3.5, 5.2, 6.7, 10.0)}
    assert at[3.5] < 0.25 and at[6.7] < 0.3 and at[1.0] > 0.4 and at[10.0] > 0.4
    assert at[3.5] < at[5.2] < np.linalg.norm(rest - nose.mean(0))  # it lingers on the way back
    speed = np.linalg.norm(np.diff(joints[:, 14], axis=0), axis=1) * FPS
    assert speed.max() < 4  # metres a second: no jumps


def test_truth_segments_coders_and_key_points_belong_together(few):
    for one in few:
        gestures = one.truth[one.truth["label"] >= 0]
        assert [(s.start, s.stop, s.label) for s in one.of()] == [
            (row.start, row.stop, row.label) for row in gestures.itertuples()
        ]
        assert one.coders == ("truth", "coder 1", "coder 2") and one.keypoints.shape == (1, 1500, 22, 3)
        assert not np.any(one.keypoints[one.keypoints[..., 2] == 0])
    assert {one.split for one in few} == {"train", "val", "test"}
    assert len({one.person for one in few}) == len(few)


def test_a_recording_does_not_depend_on_how_many_others_there_are(few):
    alone = make((1, 0, 0), seconds=60.0, seed=3).recordings[0]
    np.testing.assert_array_equal(alone.keypoints, few.recordings[0].keypoints)
    assert alone.segments == few.recordings[0].segments


def test_nobody_is_seen_who_has_left():
    # the seed is one whose person leaves
    found = [one for one in make((6, 0, 0), seconds=240.0, seed=1) if "out of the picture" in set(one.truth["kind"])]
    assert found
    for one in found:
        row = one.truth[one.truth["kind"] == "out of the picture"].iloc[0]
        middle = (row.start + row.stop) / 2
        assert not one.keypoints[:, one.frames(middle - 0.4, middle + 0.4)].any()


def test_coders_err_as_often_as_they_are_said_to(few):
    rng, truth = np.random.default_rng(0), list(few.recordings[0].of())
    rounds = [coded(truth, "c", 60.0, rng) for _ in range(400)]
    number = sum(map(len, rounds)) / 400 / len(truth)
    assert abs(number - 0.9 * 1.03) < 0.03
    first = [(s, r) for r in rounds for s in r if abs(s.start - truth[0].start) < 0.8]
    wrong = np.mean([s.label != truth[0].label for s, _ in first])
    assert wrong < 0.3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"num_recordings": (0, 0, 0)}, "num_recordings"),
        ({"seconds": 1.0}, "seconds: 1; give 10 to 7200"),
        ({"size": (8, 8)}, "height, width"),
        ({"seed": -1}, "seed: -1; give 0 or more"),
    ],
)
def test_what_is_out_of_range_is_a_sentence(given, sentence):
    with pytest.raises(OptionError, match=sentence):
        make(**given)
