import re

import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.layouts import get_layout


def _points(make_table, row, change):
    """The sound table's key points with those of one clip changed."""
    points = [array.copy() for array in make_table().keypoints]
    changed = change(points[row])
    points[row] = points[row] if changed is None else changed
    return tuple(points)


def _set(*place_and_value):
    *place, value = place_and_value
    return lambda points: points.__setitem__(tuple(place), value)


BAD_CELLS = [
    ({(3, "label"): 3}, "clip v1_3, label: 3 is outside 0..2"),
    ({(3, "label"): -1}, "clip v1_3, label: -1 is outside 0..2; labels count from 0: correct it, or split hidden"),
    ({(3, "split"): "hidden"}, "clip v1_3, label: 0 in split hidden; give -1"),
    ({(0, "split"): "training"}, "clip v0_0, split: 'training'; give one of train, val, test"),
    ({(2, "id"): "v0_0"}, "clip v0_0, id: met 2 times"),
    ({(1, "split"): "test"}, "group v0, split: clips of this video are in train and test"),
    ({(2, "group"): "v0"}, "group v0, split: clips of this video are in train and val"),
    ({(2, "total_frames"): 90}, "clip v1_2, keypoints: 6 frames, but total_frames is 90"),
    ({(5, "height"): 0}, "clip v2_5, width and height: 640 x 0 pixels"),
    ({(0, "label"): 0.5}, "clips, column label: float64 values; give whole numbers"),
    ({(0, "group"): None}, "clips, column group: 1 values like nan"),
]


@pytest.mark.parametrize(("cells", "sentence"), BAD_CELLS, ids=[sentence for _, sentence in BAD_CELLS])
def test_each_bad_cell_is_one_sentence_naming_clip_and_field(make_table, cells, sentence):
    with pytest.raises(DataError, match=f"^made up, {re.escape(sentence)}[^\n]*\\.$"):
        make_table(cells)


BAD_POINTS = [
    (_set(0, 1, 2, 0, np.nan), "1 of 119 joints hold NaN or infinity"),
    (_set(0, 1, 2, 2, np.inf), "1 of 119 joints hold NaN or infinity"),
    (lambda points: points[:, :0], "empty, shape (1, 0, 17, 3)"),
    (lambda points: points[:0], "empty, shape (0, 7, 17, 3)"),
    (lambda points: points[:, :, :16], "shape (1, 7, 16, 3); layout coco17 expects [persons, frames, 17, 3]"),
    (lambda points: points[0], "shape (7, 17, 3)"),
    (lambda points: points[..., :2], "shape (1, 7, 17, 2); a joint has x, y and a score: add scores"),
    (lambda points: points.astype(np.float64), "float64 values; convert them to float32"),
    (_set(0, 1, 2, 2, 1.5), "1 of 119 joints score outside 0..1"),
    (_set(0, 1, 2, 2, -0.1), "1 of 119 joints score outside 0..1"),
    (_set(0, 1, 2, 2, 0), "1 of 119 joints have score 0 but a position"),
    (lambda points: points * 0, "no joint is detected in any frame"),
    (lambda points: points * np.float32([1.5, 1.5, 1]), "x runs over"),
    (lambda points: points - np.float32([700, 0, 0]), "x runs over"),
]


@pytest.mark.parametrize(("change", "sentence"), BAD_POINTS, ids=[sentence for _, sentence in BAD_POINTS])
def test_each_kind_of_bad_key_points_is_one_sentence_naming_the_clip(make_table, change, sentence):
    with pytest.raises(DataError, match=f"^made up, clip v1_3, keypoints: {re.escape(sentence)}[^\n]*\\.$"):
        make_table(keypoints=_points(make_table, 3, change))


def test_coordinates_far_outside_the_image_are_quoted_beside_its_size(make_table):
    cut = make_table().keypoints[3] * np.float32([3, 1, 1])
    low, high = cut[..., 0].min(), cut[..., 0].max()
    with pytest.raises(DataError, match=rf"x runs over {low:.0f}\.\.{high:.0f} .* image of 640 x 480 \(width x"):
        make_table(keypoints=_points(make_table, 3, lambda _: cut))


def test_a_joint_a_little_outside_and_a_stray_one_are_the_detectors_way(make_table):
    def overshoot(points):
        points[..., :5, 0] = 640 * 1.09
        points[..., 0, 5, 0] = 5000  # one of 7 x 17 joints

    table = make_table(keypoints=_points(make_table, 3, overshoot))
    assert table.keypoints[3][..., 0].max() == 5000


def test_groups_may_share_val_and_test_but_not_train(make_table):
    assert make_table({(3, "split"): "test"}).clips["split"].tolist().count("test") == 3


BAD_FIELDS = [
    ({"class_names": (True, "wave", "shrug")}, "class_names: True is among them; give text"),
    ({"class_names": ("nod", 2, "shrug")}, "class_names: 2 is among them; give text"),
    ({"class_groups": ("head", None, "body")}, "class_groups: None is among them; give text"),
    ({"class_groups": ("head",)}, "class_groups: 1 groups for 3 class names"),
    ({"group_kind": "person"}, "group_kind: 'person'; give one of subject, video"),
    ({"fps": 0.0}, "fps: 0.0 frames per second"),
    ({"keypoints": ()}, "keypoints: 0 arrays for 6 clips"),
    ({"flip_labels": (1, 1, 2)}, "flip_labels: (1, 1, 2) is not a permutation of 0..2"),
    ({"flip_labels": (1, 2, 0)}, "flip_labels: label 0 becomes 1, and mirrored again 2"),
    ({"layout": get_layout("body25")}, "clip v0_0, keypoints: shape (1, 4, 17, 3); layout body25"),
]


@pytest.mark.parametrize(("fields", "sentence"), BAD_FIELDS, ids=[sentence for _, sentence in BAD_FIELDS])
def test_each_bad_field_is_named(make_table, fields, sentence):
    with pytest.raises(DataError, match=f"^made up, {re.escape(sentence)}"):
        make_table(**fields)


def test_tables_must_be_whole(make_table):
    table = make_table()
    with pytest.raises(DataError, match="clips: the columns split, width are missing"):
        make_table(clips=table.clips.drop(columns=["split", "width"]))
    with pytest.raises(DataError, match="the index does not count rows from 0"):
        make_table(clips=table.clips.iloc[::-1])
    with pytest.raises(DataError, match="truth: 2 rows for 6 clips"):
        make_table(truth=table.clips.head(2))


def test_all_violations_are_reported_at_once(make_table):
    with pytest.raises(DataError) as caught:
        make_table({(0, "label"): 9, (1, "label"): 8, (2, "id"): "v0_0", (4, "width"): -1})
    assert len(str(caught.value).splitlines()) == 4


def test_clips_are_named_right_beyond_the_first_chunk(make_table, monkeypatch):
    monkeypatch.setattr("mglib.data.checks.CHUNK", 4)
    with pytest.raises(DataError, match="^made up, clip v2_5, keypoints: 1 of 153 joints hold NaN"):
        make_table(keypoints=_points(make_table, 5, _set(0, 1, 2, 0, np.nan)))
