"""Clips strung together, and the table over seeds."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from benchmarks import spotting
from benchmarks.stringing import string_together
from tests.builders import waving_table


def test_strung_together_every_clip_is_where_its_segment_says():
    table = waving_table()
    recordings = string_together(table, 0, val=("s1",))
    assert {one.person: one.split for one in recordings} == {"s0": "train", "s1": "val", "s2": "test", "s3": "test"}
    found = 0
    for one in recordings:
        own = {clip.tobytes() for clip in (table.keypoints[row] for row in np.flatnonzero(table.groups == one.person))}
        for segment in one.of():
            part = one.keypoints[:, one.frames(segment.start, segment.stop)]
            assert part.tobytes() in own
            row = next(row for row in range(len(table)) if table.keypoints[row].tobytes() == part.tobytes())
            assert table.labels[row] == segment.label and table.groups[row] == one.person
            found += 1
    assert found == len(table)


def test_idle_stretches_go_from_pose_to_pose_and_do_not_leap():
    (one, *_) = string_together(waving_table(), 0).recordings
    points = one.keypoints[0, :, 1:, :2]  # joint 0 waves
    segments = one.of()
    gaps = [(a.stop, b.start) for a, b in zip(segments, segments[1:], strict=False)]
    assert all(0.4 < stop - start < 6.1 for start, stop in gaps) and len({round(b - a, 2) for a, b in gaps}) > 3
    leaps = np.abs(np.diff(points, axis=0)).max(axis=(1, 2))
    inside = np.concatenate([leaps[one.frames(*gap)] for gap in gaps])
    assert inside.max() < 25  # pixels a frame; poses are up to 60 apart


def test_other_seeds_are_other_orders_and_a_share_takes_fewer():
    first, second = (string_together(waving_table(), seed).recordings[0] for seed in (0, 1))
    assert [s.label for s in first.of()] != [s.label for s in second.of()]
    assert len(string_together(waving_table(), 0, share=0.5).recordings[0].of()) == round(len(first.of()) / 2)


def scores(spotter, windows):
    rows = [("spotter", "f1_30", spotter), ("thresholded windows", "f1_30", windows), ("nothing", "f1_30", 0.0)]
    table = pd.DataFrame(rows, columns=["system", "metric", "value"])
    return SimpleNamespace(scores=table, history=pd.DataFrame({"seconds": [30.0, 30.0]}))


def test_seeds_are_averaged_and_gains_are_told_one_by_one():
    seeds = [scores(0.6, 0.5), scores(0.7, 0.5)]
    rows = {row["system"]: row for row in spotting.table_of("synthetic", seeds)}
    assert rows["spotter"]["event F1 > .3"] == pytest.approx(0.65) and rows["nothing"]["event F1 > .3"] == 0
    said = spotting.gains(seeds)
    assert "+15.0 ± 7.1 points (+10.0, +20.0)" in said and "1.0 minutes" in said
