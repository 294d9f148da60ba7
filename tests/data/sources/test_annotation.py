import pickle
import unicodedata
import warnings

import av
import numpy as np
import pytest

from mglib.base.errors import DataError
from mglib.data.layouts import get_layout
from mglib.data.sources.annotation import load

LAYOUT = get_layout("coco17")


def _annotation(clip, label=0, frames=4, persons=2, **changes):
    rng = np.random.default_rng(0)
    fields = {
        "frame_dir": clip,
        "label": label,
        "img_shape": (480, 640),
        "original_shape": (480, 640),
        "total_frames": frames,
        "keypoint": rng.uniform(1, (639, 479), (persons, frames, 17, 2)).astype(np.float16),
        "keypoint_score": rng.uniform(0.1, 1, (persons, frames, 17)).astype(np.float16),
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


@pytest.fixture
def write(tmp_path):
    """Writes an annotation pickle; returns its path."""

    def dump(annotations, split=None):
        path = tmp_path / "anno.pkl"
        path.write_bytes(pickle.dumps(annotations if split is None else {"split": split, "annotations": annotations}))
        return path

    return dump


FOUR = [_annotation(f"v{clip}_0", label=clip % 3) for clip in range(4)]


def test_a_whole_file_becomes_a_table(write):
    path = write(FOUR, {"train": ["v0_0", "v1_0"], "val": ["v2_0"], "test": ["v3_0"]})
    table = load(path, layout=LAYOUT, class_names=("a", "b", "c", "d"), class_groups=("x", "x", "y", "y"))
    assert (table.name, table.num_classes, table.group_kind) == ("anno", 4, "video")
    assert table.labels.tolist() == [0, 1, 2, 0]
    assert table.clips["split"].tolist() == ["train", "train", "val", "test"]
    assert table.groups.tolist() == ["v0", "v1", "v2", "v3"]
    assert table.clips[["height", "width", "total_frames"]].to_numpy().tolist() == [[480, 640, 4]] * 4
    for points, annotation in zip(table.keypoints, FOUR, strict=True):
        assert points.dtype == np.float32
        np.testing.assert_array_equal(points[..., :2], annotation["keypoint"])
        np.testing.assert_array_equal(points[..., 2], annotation["keypoint_score"])


def test_without_scores_a_joint_at_the_origin_is_missing_and_any_other_certain(write):
    annotation = _annotation("v0_0", keypoint_score=None)
    annotation["keypoint"][1, 2:] = 0
    score = load(write([annotation]), layout=LAYOUT).keypoints[0][..., 2]
    assert score[1, 2:].max() == 0
    assert score[0].min() == score[1, :2].min() == 1


def test_scores_a_little_off_are_brought_into_range_and_undetected_joints_to_the_origin(write):
    annotation = _annotation("v0_0")
    annotation["keypoint_score"][0, 0, :3] = 1.05, -0.02, 0
    points = load(write([annotation]), layout=LAYOUT).keypoints[0][0, 0]
    np.testing.assert_array_equal(points[:3, 2], [1, 0, 0])
    np.testing.assert_array_equal(points[1:3, :2], 0)
    annotation["keypoint_score"] *= 100
    with pytest.raises(DataError, match="score outside 0..1"):
        load(write([annotation]), layout=LAYOUT)


def test_a_bare_list_is_one_split_and_its_classes_are_counted(write):
    table = load(write([_annotation("v0_0", label=2, total_frames=None)]), layout=LAYOUT, bare_split="test")
    assert table.clips["split"].tolist() == ["test"]
    assert table.class_names == ("class 0", "class 1", "class 2")
    assert table.class_groups == ("all",) * 3


def test_labels_that_no_clip_has_are_told_unless_the_classes_are_named(write):
    path = write([_annotation(f"v{clip}_0", label=clip % 3 + 1) for clip in range(4)])
    with pytest.warns(UserWarning, match=r"label: 1 of the labels 0\.\.3 have no clip, 0 first; labels count from 0"):
        load(path, layout=LAYOUT)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load(path, layout=LAYOUT, class_names=["none", "a", "b", "c"])
        load(write(FOUR), layout=LAYOUT)


def test_filename_stands_in_for_frame_dir(write):
    annotations = [_annotation(None, filename=f"part/v{clip}_0.MP4") for clip in range(2)]
    split = {"train": ["part/v0_0.MP4"], "test": ["part/v1_0.MP4"]}
    table = load(write(annotations, split), layout=LAYOUT, group=r"/(v\d)_")
    assert table.clips["id"].tolist() == ["part/v0_0", "part/v1_0"]
    assert table.groups.tolist() == ["v0", "v1"]
    assert load(write([_annotation("_v0_0")]), layout=LAYOUT).groups.tolist() == ["_v0"]  # as of some YouTube videos


@pytest.mark.parametrize(
    ("split", "splits", "expected"),
    [
        ({"sub_train": [0, 1], "sub_test": [2, 3]}, None, ["train", "train", "test", "test"]),
        ({"xsub_train": [0, 1], "xsub_val": [2, 3]}, None, ["train", "train", "test", "test"]),
        ({"train": [0, 1], "validation": [2], "test": [3]}, None, ["train", "train", "val", "test"]),
        ({"train": [0, 1], "val": [2, 3]}, {"train": "train", "val": "val"}, ["train", "train", "val", "val"]),
        ({"one": [3, 1], "two": [2, 0]}, {"one": "train", "two": "test"}, ["test", "train", "test", "train"]),
        ({"a_train": [0], "a_val": [1], "b_train": [1]}, {"b_train": "train", "a_val": "train"}, ["train"]),
    ],
)
def test_split_names_are_mapped_by_rule_or_parameter(write, split, splits, expected):
    named = {name: [f"v{clip}_0" for clip in clips] for name, clips in split.items()}
    annotations = FOUR if len(expected) == 4 else FOUR[1:2]
    assert load(write(annotations, named), layout=LAYOUT, splits=splits).clips["split"].tolist() == expected


def test_clips_of_two_protocols_need_a_choice(write):
    named = {"xsub_train": ["v0_0"], "xsub_val": ["v1_0"], "xview_train": ["v1_0"], "xview_val": ["v0_0"]}
    path = write(FOUR[:2], named)
    with pytest.raises(DataError, match=r"clip v1_0, split: it is in a test split and in 'xview_train' \(train\)"):
        load(path, layout=LAYOUT)
    table = load(path, layout=LAYOUT, splits={"xview_train": "train", "xview_val": "test"})
    assert table.clips["split"].tolist() == ["test", "train"]
    with pytest.raises(DataError, match=r"split: \['xset_train'\] are not in the file; it names \['xsub_train'"):
        load(path, layout=LAYOUT, splits={"xset_train": "train"})


def test_clips_left_out_on_either_side_are_counted(write):
    path = write(FOUR, {"train": ["v0_0", "v1_0", "v8_0"], "test": ["v2_0"]})
    with pytest.warns(UserWarning, match="1 clips") as caught:
        table = load(path, layout=LAYOUT)
    assert [str(warning.message).removeprefix(f"{path}: ") for warning in caught] == [
        "1 clips, v8_0 first, are listed in a split but have no annotation.",
        "1 clips, v3_0 first, are in no chosen split and are left out.",
    ]
    assert len(table) == 3


BAD = [
    ({"keypoint": None}, "clip v0_0: `keypoint` is missing"),
    ({"keypoint": np.ones((2, 4, 17, 3))}, r"clip v0_0, keypoint: shape \(2, 4, 17, 3\); give \[persons, frames"),
    ({"keypoint": [np.ones((4, 17, 2)), np.ones((3, 17, 2))]}, "clip v0_0, keypoint: not one array of numbers"),
    ({"keypoint_score": np.ones((1, 4, 17))}, r"clip v0_0, keypoint_score: shape \(1, 4, 17\)"),
    ({"label": None}, "clip v0_0: `label`, .* whole numbers; label is missing"),
    ({"label": np.array([3])}, r"clip v0_0: `label`, .* whole numbers; label is \[3\]"),
    ({"label": 0.5}, "clip v0_0: `label`, .* whole numbers"),
    ({"label": "3"}, "clip v0_0: `label`, .* whole numbers; label is '3'"),
    ({"total_frames": 4.0}, "clip v0_0: `label`, .* whole numbers; total_frames is 4.0"),
    ({"img_shape": (360, 640, 3)}, r"clip v0_0: `label`, .* whole numbers; img_shape is \(360, 640, 3\)"),
    (
        {"keypoint": np.ones((4, 2, 17, 2)), "keypoint_score": np.ones((4, 2, 17)), "total_frames": 4},
        r"keypoints: shape \(4, 2, 17, 3\), and total_frames is 4, so frames and persons are exchanged; give \[persons",
    ),
    (
        {"keypoint": np.ones((2, 17, 4, 2)), "keypoint_score": np.ones((2, 17, 4)), "total_frames": 4},
        r"keypoints: shape \(2, 17, 4, 3\), and total_frames is 4, so frames and joints are exchanged; give \[persons",
    ),
    (
        {"keypoint": np.ones((17, 4, 2, 2)), "keypoint_score": np.ones((17, 4, 2)), "total_frames": 4},
        "choose the layout the joints were stored in, or move its axis of 17 to the third place",
    ),
    ({"img_shape": None}, "clip v0_0: .* whole numbers; img_shape is missing"),
    ({"frame_dir": None}, "annotation 0: neither `frame_dir` nor `filename`"),
    ({"total_frames": 90}, "cannot be used:\nanno, clip v0_0, keypoints: 4 frames, but total_frames is 90"),
    ({"img_shape": (180, 320)}, "clip v0_0, keypoints: x runs over .* image of 320 x 180"),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD, ids=[sentence for _, sentence in BAD])
def test_a_bad_annotation_is_named_with_file_clip_and_field(write, changes, sentence):
    fields = {"frame_dir": "v0_0"} | changes
    path = write([_annotation(fields.pop("frame_dir"), **fields)])
    with pytest.raises(DataError, match=f"(?s)^{path}.*{sentence}"):
        load(path, layout=LAYOUT)


def test_clips_in_which_nobody_is_detected_are_left_out_with_a_warning(write):
    nobody = {"keypoint": np.zeros((2, 4, 17, 2)), "keypoint_score": np.zeros((2, 4, 17))}
    empty = [nobody, {name: values[:0] for name, values in nobody.items()}, nobody | {"keypoint_score": None}]
    empty = [_annotation(f"v{4 + clip}_0", **fields) for clip, fields in enumerate(empty)]
    with pytest.warns(UserWarning, match="3 clips are left out, as nobody is detected in them: v4_0, v5_0, v6_0"):
        assert load(write(FOUR + empty), layout=LAYOUT).clips["id"].tolist() == ["v0_0", "v1_0", "v2_0", "v3_0"]
    table = load(write([{**clip, "label": -1} for clip in FOUR + empty]), layout=LAYOUT, bare_split="hidden")
    assert len(table) == 7 and table.keypoints[5].shape == (1, 4, 17, 3)  # challenges want all predicted
    with pytest.warns(UserWarning, match="left out"), pytest.raises(DataError, match="nobody is detected in any clip"):
        load(write(empty), layout=LAYOUT)


def test_files_that_are_no_annotation_pickle_are_refused(write):
    with pytest.raises(DataError, match="expected a list of annotation dicts"):
        load(write({"labels": [1, 2]}), layout=LAYOUT)
    with pytest.raises(DataError, match="the list of annotations is empty"):
        load(write([]), layout=LAYOUT)
    with pytest.raises(DataError, match="split: a list; expected a dict from split names"):
        load(write(FOUR, ["v0_0"]), layout=LAYOUT)
    with pytest.raises(DataError, match=r"the names \['fold1'\] do not end in train, val, test or hidden"):
        load(write(FOUR, {"fold1": ["v0_0"]}), layout=LAYOUT)
    with pytest.raises(DataError, match=r"clip v0_0: group='s\(.*' is not in the id"):
        load(write(FOUR), layout=LAYOUT, group=r"s(\d)")


def test_the_default_group_refuses_a_video_on_both_sides(write):
    annotations = [_annotation("v0_0"), _annotation("v0_1")]
    with pytest.raises(DataError, match="group v0, split: clips of this video are in train and test"):
        load(write(annotations, {"train": ["v0_0"], "test": ["v0_1"]}), layout=LAYOUT)


def test_720p_key_points_under_a_1080p_img_shape_are_warned_of(write):
    path = write([_annotation("v0_0", img_shape=(720, 960))])
    with pytest.warns(
        UserWarning, match=r"image size: the key points reach only 6\d% of the width and 6\d% of the hei"
    ):
        load(path, layout=LAYOUT)


def test_an_img_shape_with_the_width_first_is_told_though_a_foot_lies_below_the_image(write):
    annotations = [_annotation(f"v{clip}_0", img_shape=(640, 480), persons=1) for clip in range(4)]
    for annotation in annotations:
        annotation["keypoint"] = annotation["keypoint"] * np.array([500 / 640, 1])
        annotation["keypoint"][0, 0, 15] = 300, 490
    with pytest.warns(UserWarning, match=r"higher than wide, 640 x 480 first .* exchange the two"):
        load(write(annotations), layout=LAYOUT)


def _film(path, grey):
    with av.open(path, "w") as film:
        stream = film.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(4):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), grey, np.uint8), format="rgb24")
            film.mux(stream.encode(frame))
        film.mux(stream.encode())


def test_videos_are_found_by_clip_id_and_follow_their_clips(write, tmp_path):
    path = write(FOUR[:3], {"train": ["v2_0", "v0_0"], "test": ["v1_0"]})
    for clip in (0, 1):
        _film(tmp_path / f"v{clip}_0.mp4", 60 + 60 * clip)
    with pytest.raises(DataError, match=r"videos: 1 of 3 clips have no file, .*v2_0\.mp4 first"):
        load(path, layout=LAYOUT, videos=tmp_path)
    _film(tmp_path / "v2_0.mp4", 180)
    table = load(path, layout=LAYOUT, videos=tmp_path)
    for row, grey in enumerate((60, 120, 180)):
        frames = table.frames.read(row)
        assert frames.shape == (4, 48, 64, 3)
        assert abs(frames.mean() - grey) < 5


def test_a_video_whose_accents_are_stored_in_another_way_is_found(write, tmp_path):
    one, other = (unicodedata.normalize(form, "Zo\u00eb_0") for form in ("NFC", "NFD"))
    _film(tmp_path / f"{other}.mp4", 60)
    path = write([_annotation(one)])
    assert load(path, layout=LAYOUT, videos=tmp_path).frames.paths == [tmp_path / f"{other}.mp4"]


def test_the_same_person_may_be_on_both_sides_where_the_protocol_wants_it(write):
    annotations = [_annotation(f"p{i % 2}_{i}", label=i % 2) for i in range(4)]
    content = {"annotations": annotations, "split": {"xview_train": ["p0_0", "p1_1"], "xview_test": ["p0_2", "p1_3"]}}
    with pytest.raises(DataError, match="group p0, split: clips of this video are in train and test"):
        load(write(content), layout=LAYOUT)
    assert load(write(content), layout=LAYOUT, shared_groups=True).facts.shared_groups == 2


def test_another_layout_is_taken_out_of_the_one_that_is_stored(write):
    from mglib.data.rearranging import rearranged

    rng = np.random.default_rng(0)
    points = rng.uniform(1, (639, 479), (1, 4, 133, 2)).astype(np.float32)
    path = write([_annotation("v0_0", keypoint=points, keypoint_score=None)])
    table = load(path, layout="imigue22", stored="coco_wholebody133")
    whole, layout = get_layout("coco_wholebody133").joints, get_layout("imigue22")
    found = table.keypoints[0]
    assert found.shape == (1, 4, 22, 3)
    for joint in set(layout.joints) - {"neck"}:
        np.testing.assert_array_equal(found[..., layout.joints.index(joint), :2], points[..., whole.index(joint), :])
    shoulders = points[..., [whole.index("left_shoulder"), whole.index("right_shoulder")], :].mean(2)
    np.testing.assert_allclose(found[..., 1, :2], shoulders, rtol=1e-6)
    np.testing.assert_array_equal(rearranged(found, layout.joints, layout), found)
    points[0, 2, whole.index("left_shoulder")] = 0
    path = write([_annotation("v0_0", keypoint=points, keypoint_score=np.ones(points.shape[:3]))])
    with pytest.warns(UserWarning, match=r"1 joints have a score, but lie at exactly \(0, 0\)"):
        found = load(path, layout="imigue22", stored="coco_wholebody133").keypoints[0]
    assert not found[0, 2, 1].any() and found[0, 1, 1].all()
    with pytest.raises(DataError, match="stored: layout coco17 lacks spine, neck_base, head of h36m17; choose another"):
        load(path, layout="h36m17", stored="coco17")
    with pytest.raises(DataError, match=r"clips of \[133\] joints; layout halpe26, as stored, has 26"):
        load(path, layout="coco17", stored="halpe26")
