"""A folder of exported key points is a data set: splits, classes and persons by its folders, several tools at once."""

import json
import re
import warnings

import av
import numpy as np
import pytest

from mglib.base import paths
from mglib.base.errors import DataError
from mglib.data import load
from mglib.data.inspection import inspect_source
from tests.data.exports import write_alphapose, write_deeplabcut, write_mmpose, write_openpose, write_sleap_csv
from tests.data.folders import person

NAMES = ["nose", "neck", "left_hand", "right_hand", "left_hip", "right_hip"]
RIG = {
    "name": "rig", "joints": [*NAMES], "limbs": ["nose neck *_hand", "neck *_hip"],
}  # fmt: skip
SIZE = {"height": 600, "width": 900}


def seated(frames: int, seed: int, centre=(450, 200)) -> np.ndarray:
    """A person of the rig, [T, 6, 3]."""
    return person(NAMES, frames, np.random.default_rng(seed), centre)


@pytest.fixture
def truth(tmp_path):
    """Four clips of three tools, by id; the folder is `tmp_path`."""
    points = {name: seated(6 + number, number) for number, name in enumerate(
        ("train/wave/anna_1", "train/nod/bert_7", "test/wave/carl_2", "test/nod/dora_3"))}  # fmt: skip
    write_deeplabcut(tmp_path / "train/wave/anna_1DLC_resnet50.csv", points["train/wave/anna_1"][None], NAMES, range(6))
    listed = [[("track_0", frame)] for frame in points["train/nod/bert_7"]]
    write_sleap_csv(tmp_path / "train/nod/bert_7.csv", listed, NAMES)
    backwards = points["test/wave/carl_2"][:, ::-1]
    write_deeplabcut(tmp_path / "test/wave/carl_2.csv", backwards[None], NAMES[::-1], range(8))
    meta = {"keypoint_id2name": dict(enumerate(NAMES))}
    write_mmpose(tmp_path / "test/nod/dora_3.json", [[frame] for frame in points["test/nod/dora_3"]], meta)
    return points


def test_folders_say_split_class_and_person_and_every_tool_gives_its_points(tmp_path, truth):
    table = load("keypoints", tmp_path, layout=RIG, fps=30, **SIZE)
    assert table.clips["id"].tolist() == sorted(truth)
    assert table.class_names == ("nod", "wave")
    assert table.labels.tolist() == [0, 1, 0, 1]
    assert table.clips["split"].tolist() == ["test", "test", "train", "train"]
    assert table.groups.tolist() == ["dora", "carl", "bert", "anna"]
    assert (table.group_kind, table.fps, table.layout.name) == ("subject", 30, "rig")
    assert set(table.clips["height"]) == {600} and set(table.clips["width"]) == {900}
    for clip, points in zip(table.clips["id"], table.keypoints, strict=True):
        np.testing.assert_allclose(points[0], truth[clip], rtol=1e-6)


def test_scores_a_little_above_1_and_joints_without_a_score_are_as_in_other_sources(tmp_path, truth):
    points = truth["train/wave/anna_1"].copy()
    points[0, 0, 2], points[1, 1, 2] = 1.2, 0
    write_deeplabcut(tmp_path / "train/wave/anna_1DLC_resnet50.csv", points[None], NAMES, range(6))
    found = load("keypoints", tmp_path, layout=RIG, **SIZE).keypoints[3][0]
    assert found[0, 0, 2] == 1
    assert not found[1, 1].any()


def test_without_splits_all_clips_are_of_one_and_without_classes_they_are_hidden(tmp_path):
    for name in ("wave/anna_1", "nod/bert_7"):
        write_deeplabcut(tmp_path / "classes" / f"{name}.csv", seated(5, 0)[None], NAMES, range(5))
    table = load("keypoints", tmp_path / "classes", layout=RIG, bare_split="test", **SIZE)
    assert table.clips["split"].tolist() == ["test", "test"]
    write_deeplabcut(tmp_path / "alone" / "anna_1.csv", seated(5, 0)[None], NAMES, range(5))
    table = load("keypoints", tmp_path / "alone", layout=RIG, **SIZE)
    assert table.clips[["split", "label", "group"]].iloc[0].tolist() == ["hidden", -1, "anna"]


def test_of_several_persons_those_seen_most_are_kept_and_it_is_said(tmp_path):
    still, passing = seated(8, 0, (250, 200)), seated(8, 1, (650, 200))
    passing[3:] = 0
    frames = [[p for p in (passing[t], still[t]) if p.any()] for t in range(8)]
    write_mmpose(tmp_path / "train/wave/anna_1.json", frames, {"keypoint_id2name": dict(enumerate(NAMES))})
    with pytest.warns(UserWarning, match="1 clips show more persons than 1, train/wave/anna_1 first"):
        table = load("keypoints", tmp_path, layout=RIG, **SIZE)
    np.testing.assert_allclose(table.keypoints[0], still[None], rtol=1e-6)
    both = load("keypoints", tmp_path, layout=RIG, persons=2, **SIZE).keypoints[0]
    np.testing.assert_allclose(both[np.argsort(both[:, 0, 0, 0])], np.stack([still, passing]), rtol=1e-6)


def test_openpose_and_whole_bodies_meet_in_imigue22(tmp_path):
    from mglib.data.layouts import LAYOUTS

    rng = np.random.default_rng(0)
    openpose, whole = LAYOUTS["openpose137"].joints, LAYOUTS["coco_wholebody133"].joints
    wanted = LAYOUTS["imigue22"].joints
    points = person(wanted, 5, rng)
    shoulders = [wanted.index(f"{side}_shoulder") for side in ("left", "right")]
    points[:, wanted.index("neck"), :2] = points[:, shoulders, :2].mean(1)
    points[:, wanted.index("neck"), 2] = points[:, shoulders, 2].min(1)

    def placed(joints):
        full = np.zeros((5, len(joints), 3), np.float32)
        for place, joint in enumerate(wanted):
            if joint in joints:
                full[:, joints.index(joint)] = points[:, place]
        return [[frame] for frame in full]

    write_openpose(tmp_path / "train/wave/anna_1", placed(openpose), (25, 95, 116))
    write_mmpose(tmp_path / "test/wave/bert_1.json", placed(whole))
    table = load("keypoints", tmp_path, layout="imigue22", height=720, width=1280)
    for found in table.keypoints:
        np.testing.assert_allclose(found[0], points, rtol=1e-5)


def test_everything_wrong_is_told_at_once_and_the_check_reads_the_rest(tmp_path, truth):
    (tmp_path / "train/nod/bert_7.csv").write_text("a,b\n")
    (tmp_path / "test/nod/dora_3.json").write_text("{")
    with pytest.raises(DataError) as caught:
        load("keypoints", tmp_path, layout=RIG, **SIZE)
    assert len(str(caught.value).splitlines()) == 2
    found = inspect_source("keypoints", tmp_path, layout=RIG, **SIZE)
    assert len(found.table) == 2
    assert {"dora_3.json" in sentence or "bert_7.csv" in sentence for sentence in found.wrong} >= {True}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"height": None}, "height, width: no tool's files say how large the image is; give both, or videos"),
        ({"persons": 0}, "persons: 0"),
        (
            {"layout": "coco17"},
            r"its 6 joints \(nose, neck, .* lack left_eye, .* of layout coco17; .* So it is with 4 of 4",
        ),
        ({"height": 60, "width": 90}, "far outside the image of 90 x 60"),
        ({"group": "x(.)"}, "is not in the id; write one that finds the group"),
    ],
)
def test_options_that_do_not_fit_are_sentences(tmp_path, truth, changes, sentence):
    with pytest.raises(DataError, match=sentence):
        load("keypoints", tmp_path, **({"layout": RIG} | SIZE | changes))


@pytest.mark.parametrize(
    ("scale", "sentence"),
    [
        (0.5, r"image size: .* of 900 x 600 \(width x height\); if they are of .* else by height and width, or frames"),
        (100 / np.array([900, 600]), r"image size: .* They lie in 0\.\.100, as percent do: then give them in pixels"),
        (2, r"far outside the image of 900 x 600 .* img_shape in an annotation pickle, else by height and width\."),
    ],
)
def test_an_image_size_that_does_not_fit_is_told_by_the_options_that_give_it(tmp_path, truth, scale, sentence):
    for clip, points in truth.items():
        path = tmp_path / f"{clip}DLC_resnet50.csv" if clip == "train/wave/anna_1" else tmp_path / f"{clip}.csv"
        (tmp_path / f"{clip}.json").unlink(missing_ok=True)
        scaled = np.concatenate([points[..., :2] * scale, points[..., 2:]], -1)
        write_deeplabcut(path, scaled[None], NAMES, range(len(points)))
    found = inspect_source("keypoints", tmp_path, layout=RIG, **SIZE)
    assert any(re.search(sentence, each) for each in found.wrong), found.wrong


def _film(path, frames, size=(900, 600), rate=30):
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(frames):
            grey = np.full((size[1], size[0], 3), 8 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode())


def test_videos_lie_beside_the_key_points_and_say_size_and_time(tmp_path, truth):
    for number, clip in enumerate(truth):
        _film(tmp_path / f"{clip}.mp4", 6 + number)
    table = load("keypoints", tmp_path, layout=RIG, videos=tmp_path)
    assert set(table.clips["height"]) == {600} and set(table.clips["width"]) == {900}
    assert table.fps == 30
    for row, clip in enumerate(table.clips["id"]):
        np.testing.assert_allclose(table.keypoints[row][0], truth[clip], rtol=1e-6)
        assert table.frames.read(row).shape == (len(truth[clip]), 600, 900, 3)
    (tmp_path / "test/nod/dora_3.mp4").unlink()
    with pytest.raises(DataError, match=r"videos: 1 of 4 clips have no file, .*test/nod/dora_3\.mp4 first"):
        load("keypoints", tmp_path, layout=RIG, videos=tmp_path)


def test_frames_that_sleap_leaves_out_are_those_of_the_video(tmp_path):
    """Nobody is in the first two frames, one in the middle and the last: the others stay with their pictures."""
    points = seated(9, 0)
    points[[0, 1, 5, 8]] = 0
    write_sleap_csv(tmp_path / "train/wave/anna_1.csv", [[("t", p)] if p.any() else [] for p in points], NAMES)
    _film(tmp_path / "train/wave/anna_1.mp4", 9)
    table = load("keypoints", tmp_path, layout=RIG, videos=tmp_path)
    np.testing.assert_allclose(table.keypoints[0][0], points, rtol=1e-6)


@pytest.mark.parametrize("start", [0, 1])
def test_frames_named_by_pictures_stay_with_their_pictures_whatever_the_first_number(tmp_path, start):
    """ffmpeg numbers pictures from 1, AlphaPose the frames of a video from 0; frames without anybody are not listed."""
    truth = {}
    for clip, gone in (("train/wave/anna_1", [8]), ("test/wave/bert_2", [0, 1, 8])):
        truth[clip] = seated(9, len(truth))
        truth[clip][gone] = 0
        path = write_alphapose(tmp_path / f"{clip}.json", [[p] if p.any() else [] for p in truth[clip]])
        listed = json.loads(path.read_text())
        for entry in listed:
            entry["image_id"] = f"{int(entry['image_id'].removesuffix('.jpg')) + start:06d}.png"
        path.write_text(json.dumps(listed))
        _film(tmp_path / f"{clip}.mp4", 9)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        table = load("keypoints", tmp_path, layout=RIG, videos=tmp_path)
    for clip, points in zip(table.clips["id"], table.keypoints, strict=True):
        np.testing.assert_allclose(points[0], truth[clip], rtol=1e-6)
    told = [str(each.message) for each in caught if "numbered from 1" in str(each.message)]
    assert len(told) == start and all("the pictures of 2 clips, test/wave/bert_2 first" in each for each in told)


def test_a_video_of_another_length_is_refused(tmp_path, truth):
    for number, clip in enumerate(truth):
        _film(tmp_path / f"{clip}.mp4", 3 * (6 + number))
    with pytest.raises(DataError, match="a frame and key points of the same number must belong together"):
        load("keypoints", tmp_path, layout=RIG, videos=tmp_path)


def test_a_clip_in_which_nobody_is_seen_is_left_out_and_said(tmp_path, truth):
    write_deeplabcut(tmp_path / "train/wave/anna_2.csv", np.zeros((1, 4, 6, 3)), NAMES, range(4))
    with pytest.warns(UserWarning, match="1 clips are left out, as nobody is detected in them: train/wave/anna_2"):
        assert len(load("keypoints", tmp_path, layout=RIG, **SIZE)) == 4


def test_files_of_which_nothing_is_read_are_told_and_those_of_a_clip_are_not(tmp_path, truth):
    for name in ("wave/anna_1.mp4", "wave/anna_1.mp4.predictions.slp", "wave/anna_1DLC_x_meta.pickle"):
        (tmp_path / "train" / name).write_text("x")
    (tmp_path / "README.md").write_text("Of May.")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(load("keypoints", tmp_path, layout=RIG, **SIZE)) == 4
    (tmp_path / "train/shrug").mkdir()
    (tmp_path / "train/shrug/dora_1.npy").write_text("x")
    told = r"nothing is read from 1 file beside the clips, dora_1.npy first; .* end in .json, .csv, .h5, .hdf5"
    with pytest.warns(UserWarning, match=told):
        load("keypoints", tmp_path, layout=RIG, **SIZE)


def test_clips_that_are_each_a_person_of_their_own_are_told(tmp_path):
    for number in range(16):
        clip = f"{('train', 'test')[number // 8]}/{('nod', 'wave')[number % 2]}/{'abcd'[number // 4]}-{number}"
        write_deeplabcut(tmp_path / f"{clip}.csv", seated(4, number)[None], NAMES, range(4))
    with pytest.warns(UserWarning, match=r"16 groups are found in 16 clips, .*; group='.*' in data_options would make"):
        load("keypoints", tmp_path, layout=RIG, **SIZE)


def test_the_lines_of_the_docs_make_a_pickle_that_is_read_and_their_layout_too(tmp_path):
    text = (paths.root() / "docs" / "data.md").read_text(encoding="utf-8")
    (code,), (layout,) = (re.findall(rf"```{kind}\n(.*?)```", text, re.S) for kind in ("python", "yaml"))
    names: dict = {}
    exec(code, names)
    (tmp_path / "desk.yaml").write_text(layout)
    rng = np.random.default_rng(0)
    points, scores = rng.uniform(5, 95, (2, 6, 8, 2)), rng.uniform(0.1, 1, (2, 6, 8))
    made = [names["annotation"](f"p{n}_0", points[n], scores[n], n, 100, 100) for n in range(2)]
    names["write"](tmp_path / "mine.pkl", made, {"train": ["p0_0"], "test": ["p1_0"]})
    table = load("annotation", tmp_path / "mine.pkl", layout=str(tmp_path / "desk.yaml"))
    assert table.clips["split"].tolist() == ["train", "test"]
    np.testing.assert_allclose(table.keypoints[1][0, ..., :2], points[1], rtol=1e-6)
    assert table.layout.name == "desk" and table.layout.flip_pairs == ((2, 3), (4, 5), (6, 7))
