"""Figures of a data set show the numbers of its table."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from mglib import figures
from mglib.figures import style


def bars(axes, which="width"):
    return [getattr(patch, f"get_{which}")() for patch in axes.patches]


def names(axis):
    return [label.get_text() for label in axis.get_ticklabels()]


def note(figure):
    return next(text.get_text() for text in figure.texts + figure.artists if isinstance(text, Annotation))


def test_class_histogram_counts_clips_by_split_most_frequent_first(make_table):
    figure = figures.class_histogram(make_table(cells={(0, "label"): 1}))
    assert names(figure.axes[0].yaxis) == ["wave", "shrug", "nod"]
    assert [bars(axes) for axes in figure.axes] == [[2, 0, 0], [0, 1, 1], [1, 1, 0]]
    assert figure.axes[0].get_title("left") == "train\n2 clips\n1 video, 1 class"
    zeros = [text.get_text() for text in figure.axes[1].texts if text.get_color() == style.RED]
    assert zeros == ["0"], "a class that the split lacks"
    colours = list(style.group_colours(["head", "hand", "body"]).values())
    assert [to_hex(bar.get_facecolor()).upper() for bar in figure.axes[0].patches] == [colours[i] for i in (1, 2, 0)]
    assert figure.axes[0].get_xscale() == "linear"


def test_a_long_tail_is_drawn_on_a_logarithmic_axis(make_table):
    table = make_table()
    rows = [0] * 40 + [1, 2, 4, 5]
    clips = table.clips.iloc[rows].reset_index(drop=True)
    clips["id"] = [f"c{n}" for n in range(len(rows))]
    table = dataclasses.replace(table, clips=clips, keypoints=tuple(table.keypoints[row] for row in rows))
    figure = figures.class_histogram(table)
    assert {axes.get_xscale() for axes in figure.axes} == {"log"}
    assert bars(figure.axes[0]) == [40, 1, 0]


def test_clip_lengths_are_in_seconds(make_table):
    figure = figures.clip_lengths(make_table())
    above, below = figure.axes
    medians = below.collections[-1].get_offsets()
    assert medians[:, 0].tolist() == pytest.approx([5.5 / 25, 6.5 / 25, 7.5 / 25])
    labels = [text.get_text() for text in above.get_legend().get_texts()]
    assert labels[0] == "train: median 0.2 s, 0.2 to 0.2 s"
    assert len(labels) == 3
    edges = np.array([25 * patch.get_x() for patch in above.patches if isinstance(patch, Rectangle)])
    assert edges.tolist() == pytest.approx(edges.round().tolist()), "bins hold whole frames"


def test_split_overview_has_a_bar_a_group_and_names_the_kind(make_table):
    figure = figures.split_overview(make_table(cells={(5, "group"): "v9"}))
    axes = figure.axes[0]
    assert names(axes.xaxis) == ["v0", "v1", "v2", "v9"]
    assert np.reshape(bars(axes, "height"), (3, 4)).tolist() == [[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 1, 1]]
    assert axes.get_xlabel() == "videos (4)"
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend[2] == "test: 2 clips, 2 videos, 2 classes"


def test_missing_joints_counts_frames_where_no_person_shows_the_joint(make_table):
    table = make_table()
    points = [np.repeat(k, 2, axis=0) for k in table.keypoints]  # two persons
    points[0][:, 1:3, 5] = 0  # nod, train: 2 of 4 frames lack joint 5 ...
    points[3][:, :3, 5] = 0  # ... nod, val: 3 of 7
    points[1][0, :, 7] = 0  # the other person still shows joint 7
    table = dataclasses.replace(table, keypoints=tuple(points))
    figure = figures.missing_joints(table)
    above, below = figure.axes[:2]
    expected = np.zeros((3, 17))
    expected[0, 5] = 5 / 11
    np.testing.assert_allclose(below.images[0].get_array(), expected)
    assert names(below.yaxis) == ["nod", "wave", "shrug"]
    assert names(below.xaxis)[5] == "left shoulder"
    by_split = np.reshape(bars(above, "height"), (3, 17))[:, 5]
    assert by_split == pytest.approx([2 / 9, 3 / 13, 0])
    assert note(figure) == "0.0% of all frames show no joint at all"


def test_a_table_without_missing_joints_says_so(make_table):
    figure = figures.missing_joints(make_table())
    assert note(figure) == "every joint was detected in every frame"


def test_classes_without_clips_and_many_groups_are_no_trouble(make_table):
    table = make_table()
    clips = pd.concat([table.clips] * 10, ignore_index=True)
    clips["id"] = clips["group"] = [f"c{n}" for n in range(60)]
    table = dataclasses.replace(
        table,
        class_names=(*table.class_names, "never"),
        class_groups=(*table.class_groups, "body"),
        clips=clips,
        keypoints=table.keypoints * 10,
    )
    assert bars(figures.class_histogram(table).axes[0])[-1] == 0
    assert figures.missing_joints(table).axes[1].images[0].get_array()[-1].mask.all()
    axes = figures.split_overview(table).axes[0]
    assert names(axes.xaxis) == [] and axes.get_xlabel() == "videos (60)"
    assert names(figures.clip_lengths(table).axes[1].yaxis)[-1] == "never"
