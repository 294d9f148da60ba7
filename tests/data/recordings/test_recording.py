"""The in-memory form of recordings: what it refuses, whose segments are whose, and which frames a stretch is."""

from dataclasses import replace

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.layouts import get_layout
from mglib.data.recordings import Recording, Recordings, Segment

TIMES = np.arange(101) / 25
POINTS = np.zeros((1, 100, 22, 3), np.float32)


def recording(name="a", person="p", split="train", **fields):
    return Recording(name, person, split, **{"duration": 4.0, "keypoints": POINTS, "times": TIMES} | fields)


def table(*those, names=("nod", "rub")):
    return Recordings("set", those, get_layout("imigue22"), names, ("Head", "Hand"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"split": "exam"}, "recording a, split: 'exam'; give one of train, val, test, hidden"),
        ({"duration": 0.0}, "duration: 0.0 s; give a positive number"),
        ({"times": TIMES[1:]}, "times: they do not ascend from 0"),
        ({"times": TIMES[:-1]}, "keypoints: 100 frames with 100 times; give one more than frames"),
        ({"times": None}, "keypoints: 100 frames with no times"),
        (
            {"keypoints": POINTS[0]},
            r"float32 \[100, 22, 3\]; expected float32 \[persons, frames, joints, 3\]",
        ),
        ({"segments": (Segment(2.0, 2.0, 0, "c"),)}, r"c, 2..2 s: expected 0 <= start < stop"),
        ({"segments": (Segment(-1.0, 2.0, 0),)}, r"segment, -1..2 s: expected 0 <= start"),
        ({"segments": (Segment(1.0, 2.0, 0, score=1.5),)}, "score 1.5; expected 0..1, or None"),
    ],
)
def test_what_does_not_hold_is_a_sentence(fields, sentence):
    with pytest.raises(DataError, match=sentence):
        recording(**fields)


def test_recordings_agree_with_each_other():
    with pytest.raises(DataError, match="recording a: it is there twice"):
        table(recording(), recording())
    with pytest.raises(DataError, match="p is in train and in test; give all recordings of a person one split"):
        table(recording(), recording("b", split="test"))
    with pytest.raises(DataError, match="label 2; expected 0..1, or -1 if kept back"):
        table(recording(segments=(Segment(0, 1, 2),)))
    with pytest.raises(DataError, match="recording a, keypoints: 17 joints, but layout imigue22 has another number"):
        table(recording(keypoints=POINTS[:, :, :17]))
    with pytest.raises(DataError, match="class_groups: 2 for 1 class names"):
        table(recording(), names=("nod",))


def test_segments_are_by_start_and_the_first_given_coder_is_the_reference():
    one = recording(segments=(Segment(2, 3, 0, "b"), Segment(0, 1, 1, "a")), coded_by=("c",))
    assert [s.coder for s in one.segments] == ["a", "b"] and one.reference == "b"
    assert one.coders == ("b", "c", "a") and one.of() == (Segment(2, 3, 0, "b"),) and one.of("c") == ()
    more = replace(one, segments=(*one.segments, Segment(1, 2, 0, "run", 0.5)))
    assert len(more.segments) == 3 and more.reference == "b" and table(more).coders == ("b", "c", "a", "run")


def test_the_frames_of_a_stretch_are_those_of_the_label_file_it_came_from():
    one = recording()
    for first in range(0, 100, 7):
        for last in range(first, 100, 5):
            assert one.frames(first / 25, (last + 1) / 25) == slice(first, last + 1)
    assert one.frames(1.0, 1.001) == slice(25, 26) and one.frames(9.0, 10.0) == slice(99, 100)


def test_a_frame_that_is_shown_for_longer_belongs_where_most_of_it_is():
    times = np.array([0, 0.04, 0.08, 1.08, 1.12])
    one = recording(keypoints=POINTS[:, :4], times=times, duration=1.12)
    assert one.frames(0.0, 0.5) == slice(0, 2) and one.frames(0.5, 1.12) == slice(2, 4)


def test_parts_by_split_and_name():
    both = table(recording(), recording("b", "q", "test"))
    assert [one.name for one in both.where("test")] == ["b"] and both.named("b").person == "q" and len(both) == 2
    with pytest.raises(DataError, match="there is no recording c; there are a, b"):
        both.named("c")
