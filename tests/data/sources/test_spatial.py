"""Joints in space out of annotation pickles, UTD-MHAD and SMG: which three values they are, and which way is up."""

import pickle
import warnings

import numpy as np
import pytest

from mglib.base.errors import DataError, OptionError
from mglib.data import load
from mglib.data.inspection import inspect_source
from mglib.data.layouts import get_layout
from tests.data import folders as make
from tests.data.sources.test_utd_mhad import folder  # noqa: F401  (a fixture)

NTU = {"layout": "ntu25", "name": "ntu"}


def standing(rng: np.random.Generator, frames: int = 5) -> np.ndarray:
    """A person before the camera, [1, T, 25, 3] in metres, y up."""
    points = rng.normal((0, 0, 3), 0.2, (1, frames, 25, 3))
    for number, joint in enumerate(get_layout("ntu25").joints):
        if "head" in joint or "neck" in joint:
            points[:, :, number, 1] += 1.2
    return points.astype(np.float32)


def written(path, points, **fields):
    """An annotation pickle of a few clips as PYSKL's 3danno files are: no scores, no size of an image."""
    clips = [
        {"frame_dir": f"P{i}_{i}", "label": i % 2, "total_frames": len(p[0]), "keypoint": p} | fields
        for i, p in enumerate(points)
    ]
    path.write_bytes(pickle.dumps({"split": {"xsub_train": [c["frame_dir"] for c in clips]}, "annotations": clips}))
    return path


@pytest.fixture
def people():
    rng = np.random.default_rng(0)
    return [standing(rng) for _ in range(4)]


def test_three_values_with_depths_are_joints_in_space(tmp_path, people):
    people[0][0, 2, 4] = 0
    table = load("annotation", written(tmp_path / "a.pkl", people), **NTU)
    assert table.dimensions == 3
    for places, flat, given in zip(table.joints3d, table.keypoints, people, strict=True):
        np.testing.assert_array_equal(places[..., :3], given)
        assert np.array_equal(places[..., 3], (given != 0).any(-1)) and np.array_equal(flat[..., 2], places[..., 3])
        seen = places[..., 3] > 0
        assert np.corrcoef(flat[seen][:, 1], given[seen][:, 1])[0, 1] == pytest.approx(-1, abs=1e-4)
        assert np.corrcoef(flat[seen][:, 0], given[seen][:, 0])[0, 1] == pytest.approx(1, abs=1e-4)
    assert table.clips[["height", "width"]].to_numpy().tolist() == [[480, 640]] * 4
    flat = load("annotation", tmp_path / "a.pkl", joints="2d", **NTU)
    assert flat.dimensions == 2 and all(map(np.array_equal, flat.keypoints, table.keypoints))
    assert "layout ntu25 in 3-D" in str(inspect_source("annotation", tmp_path / "a.pkl", **NTU))
    assert "layout ntu25 in the image" in str(inspect_source("annotation", tmp_path / "a.pkl", joints="2d", **NTU))


def test_scores_beside_them_are_theirs(tmp_path, people):
    score = np.full((1, 5, 25), 0.5, np.float16)
    table = load("annotation", written(tmp_path / "a.pkl", people, keypoint_score=score, img_shape=(720, 1280)), **NTU)
    assert np.unique(table.joints3d[1][..., 3]) == 0.5 and table.clips["width"][0] == 1280


def test_scores_of_another_scale_and_lists_are_treated_as_in_an_image(tmp_path, people):
    path = written(tmp_path / "a.pkl", people, keypoint_score=np.full(people[0].shape[:3], 80))
    with pytest.raises(DataError, match=r"clip P0_0, joints3d: a score is outside 0\.\.1"):
        load("annotation", path, **NTU)
    path = written(tmp_path / "a.pkl", people, keypoint_score=np.full(people[0].shape[:3], 1.2))
    assert load("annotation", path, **NTU).joints3d[0][..., 3].max() == 1
    path = written(tmp_path / "a.pkl", [points.tolist() for points in people])
    assert load("annotation", path, joints="3d", **NTU).dimensions == 3


def test_padding_with_zeros_is_nobody_whatever_its_scores(tmp_path, people):
    people[2][:, 3:], people[2][:, :3, 0] = 0, 0  # and hips in the middle, as in data that count from there
    scores = [np.ones(points.shape[:3], np.float32) for points in people]
    path = written(tmp_path / "a.pkl", people)
    content = pickle.loads(path.read_bytes())
    for clip, score in zip(content["annotations"], scores, strict=True):
        clip["keypoint_score"] = score
    path.write_bytes(pickle.dumps(content))
    table = load("annotation", path, **NTU)
    assert not table.joints3d[2][:, 3:].any() and not table.keypoints[2][:, 3:].any()
    assert (table.joints3d[2][:, :3, :, 3] == 1).all()


def test_what_may_be_a_score_is_asked_about(tmp_path, people):
    """x, y and score; or positions that all lie in 0..1."""
    for score, joints in ((0.7, None), (0.7, "2d"), (1.04, None)):
        scored = [np.concatenate([200 + 100 * p[..., :2], np.full_like(p[..., :1], score)], -1) for p in people]
        with pytest.raises(
            DataError, match=r"clip P0_0, keypoint: shape .*scores as keypoint_score; or say joints: 3d"
        ):
            load("annotation", written(tmp_path / "a.pkl", scored), joints=joints, **NTU)
    low = [p * (1, 1, 0.2) for p in people]
    assert load("annotation", written(tmp_path / "a.pkl", low), joints="3d", **NTU).dimensions == 3


@pytest.mark.parametrize("size", [(100, 100), (1280, 720)])
def test_positions_in_an_image_with_scores_in_percent_are_asked_about(tmp_path, people, size):
    """Positions in percent or in pixels: a third value of up to 100 may be a score; metres beside them make no body."""
    rng = np.random.default_rng(0)
    shown = [
        np.concatenate([rng.uniform(0, size, (1, 5, 25, 2)), rng.uniform(0, 100, (1, 5, 25, 1))], -1) for _ in "ab"
    ]
    with pytest.raises(
        DataError, match=r"and scores, 0..1, as keypoint_score; or say joints: 3d, if the third .* 0..100"
    ):
        load("annotation", written(tmp_path / "a.pkl", shown, img_shape=size[::-1]), **NTU)
    assert load("annotation", tmp_path / "a.pkl", joints="3d", **NTU).dimensions == 3
    far = [points * 1000 + 4000 for points in people]  # millimetres, all of them positive
    assert load("annotation", written(tmp_path / "a.pkl", far), **NTU).dimensions == 3


def test_files_that_are_mixed_or_flat_are_refused(tmp_path, people):
    with pytest.raises(DataError, match="3 clips have x, y, z and others x, y"):
        load("annotation", written(tmp_path / "a.pkl", [*people[:3], people[3][..., :2]]), **NTU)
    flat = [200 + 100 * p[..., :2] for p in people]
    with pytest.raises(OptionError, match="joints: 3d, but .* has key points in an image alone"):
        load("annotation", written(tmp_path / "b.pkl", flat, img_shape=(480, 640)), joints="3d", **NTU)
    with pytest.raises(OptionError, match="does not say where in them its joints are; leave videos out"):
        load("annotation", written(tmp_path / "c.pkl", people), videos=tmp_path, **NTU)
    for field, value in (("keypoint", [[1]]), ("keypoint_score", "x"), ("img_shape", 7)):
        path = written(tmp_path / "d.pkl", people)
        content = pickle.loads(path.read_bytes())
        content["annotations"][2][field] = value
        path.write_bytes(pickle.dumps(content))
        with pytest.raises(DataError, match=f"clip P2_2.*{field}"):
            load("annotation", path, **NTU)


@pytest.mark.parametrize(
    ("up", "order", "signs"),
    [
        ("y", (0, 1, 2), (1, 1, 1)),
        ("-y", (0, 1, 2), (1, -1, 1)),
        ("z", (0, 2, 1), (1, 1, 1)),
        ("-z", (0, 2, 1), (1, 1, -1)),
    ],
)
def test_another_axis_upwards_is_told_and_put_right(tmp_path, people, up, order, signs):
    path = written(tmp_path / "a.pkl", [(p[..., order] * signs).astype(np.float32) for p in people])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load("annotation", path, **NTU)
        told = [str(w.message) for w in caught if "is not above" in str(w.message)]
        assert (len(told) == 1 and "say which axis points upwards, up: -y, z or -z" in told[0]) == (up != "y")
        right = load("annotation", path, up=up, **NTU)
        assert len([w for w in caught if "is not above" in str(w.message)]) == len(told)
    for places, given in zip(right.joints3d, people, strict=True):
        np.testing.assert_allclose(places[..., :3], given, atol=1e-6)


def test_shares_of_the_image_are_told_from_metres(tmp_path, people):
    shares = [points * [0.2, -0.2, 0.1] + [0.5, 0.5, -0.5] for points in people]
    with pytest.warns(UserWarning, match="x and y of nearly all joints lie in 0..1, as MediaPipe's shares"):
        load("annotation", written(tmp_path / "a.pkl", shares), up="-y", **NTU)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        load("annotation", written(tmp_path / "a.pkl", people), **NTU)


def test_joints_are_taken_out_of_a_larger_skeleton_in_space_too(tmp_path, people):
    layout = {"name": "few", "joints": ["head", "spine_base"], "limbs": [["head", "spine_base"]], "flip_pairs": []}
    held = get_layout("ntu25").joints
    table = load("annotation", written(tmp_path / "a.pkl", people), layout=layout, stored="ntu25")
    chosen = [held.index(joint) for joint in layout["joints"]]
    np.testing.assert_array_equal(table.joints3d[0][..., :3], people[0][:, :, chosen])


def test_utd_mhad_keeps_metres_where_asked(folder):  # noqa: F811
    flat, space = load("utd_mhad", folder), load("utd_mhad", folder, joints="3d")
    assert (flat.dimensions, space.dimensions) == (2, 3)
    for places, points in zip(space.joints3d, flat.keypoints, strict=True):
        seen = (places[..., 3] > 0) & (points[..., 2] > 0)
        x, y, z = places[seen][:, :3].T
        np.testing.assert_allclose(
            points[seen][:, :2], np.column_stack([160 + 285.63 * x / z, 120 - 285.63 * y / z]), atol=1e-3
        )


def test_smg_keeps_metres_where_asked(folders):
    samples = make.smg_samples(np.random.default_rng(0))
    samples[1].points[3, 5] = 0
    root = make.write_smg(folders / "smg", samples)
    flat, space = load("smg", root), load("smg", root, joints="3d")
    assert flat.clips.equals(space.clips) and all(map(np.array_equal, flat.keypoints, space.keypoints))
    for places, points in zip(space.joints3d, flat.keypoints, strict=True):
        wanted = np.concatenate(
            [(points[..., :2] - (960, 540)) / 1060 * (2, -2), np.full((*points.shape[:3], 1), 2)], -1
        )
        np.testing.assert_allclose(places[..., :3], np.where(points[..., 2:] > 0, wanted, 0), atol=1e-2)
        assert np.array_equal(places[..., 3] > 0, points[..., 2] > 0)


def test_msr_action3d_is_read_in_space(msr_action3d_folder):
    """Its image positions are those of a pinhole, ours those from afar: people stand as they do in both."""
    options = {"layout": "kinect20", "fps": 15}
    space = load("annotation", msr_action3d_folder / "msr_action3d_3d.pkl", **options)
    flat = load("annotation", msr_action3d_folder / "msr_action3d_2d.pkl", **options)
    assert space.dimensions == 3 and space.clips["id"].equals(flat.clips["id"]) and space.flip == flat.flip
    clip = space.keypoints[7][0, 10], flat.keypoints[7][0, 10]
    both = (clip[0][:, 2] > 0) & (clip[1][:, 2] > 0)
    assert np.corrcoef(clip[0][both, 1], clip[1][both, 1])[0, 1] > 0.98
