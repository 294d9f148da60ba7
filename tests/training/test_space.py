"""Networks on joints in space and on other streams: trained, read back, asked again, exported."""

import dataclasses

import numpy as np
import onnxruntime
import pytest

from mglib.analysis.ensemble import find_members
from mglib.base.errors import DataError
from mglib.config import MODELS, SKELETON_MODELS, TrainConfig
from mglib.prediction import Predictor
from mglib.prediction import onnx as export
from mglib.prediction.saliency import explain, load_network
from mglib.runs import Run
from mglib.training import loop as training
from mglib.training.building import make_network
from mglib.training.floors import joint_features
from tests.builders import waving_table
from tests.prediction.test_onnx import named_inputs

SETTINGS = {"preset": "tiny", "batch_size": 6, "dim": 8, "precision": "no", "epochs": 1, "dropout": 0.0, "alpha": 0.0}


def solid_table():
    """The waving table with a depth for every joint."""
    table, rng = waving_table(), np.random.default_rng(3)
    places = []
    for points in table.keypoints:
        x, y, score = np.moveaxis(points, -1, 0)
        z = rng.uniform(200, 260, x.shape)
        places.append(np.stack([x, -y, z, score], -1).astype(np.float32))
    return dataclasses.replace(table, joints3d=tuple(places))


CASES = {
    "graph": ({"model": "st_gcn_pp", "streams": "bone"}, "3-D limbs", 22),
    "hypergraph": ({"model": "hypergraph", "streams": "limb_motion"}, "motion of 3-D limbs", 22),
    "three sides": ({"streams": "joint"}, "3-D joints", 66),
    "motion": ({"model": "pose_conv3d", "streams": "limb_motion", "sides": "front"}, "motion of 3-D limbs", 21),
}


@pytest.mark.parametrize("name", CASES)
def test_joints_in_space_are_trained_on_and_asked_about(name, folders, monkeypatch):
    (settings, seen, channels), table = CASES[name], solid_table()
    run = training.train(TrainConfig.read(SETTINGS | settings | {"run_name": "space"}), table)
    run = Run(run.path)
    assert run.data.dimensions == 3 and list(run.input_names.values()) == [seen]
    answers = Predictor(run).answers(table)
    np.testing.assert_allclose(answers.fused, run.probabilities(), atol=1e-4)
    with pytest.raises(DataError, match=f"key points in an image, but the run space was trained on {seen}"):
        Predictor(run).answers(waving_table())
    given = explain(run, load_network(run), table, 3, (0, 1))
    assert len(given.channels) == len(given.pose) == channels and given.keypoints.shape[-1] == 3
    assert [member.name for member in find_members(["space"])] == ["space"]
    path = export.export(run, folders / "model.onnx")
    monkeypatch.setattr("tests.prediction.test_onnx.waving_table", solid_table)
    (found,) = onnxruntime.InferenceSession(path).run(["probabilities"], named_inputs(run))
    np.testing.assert_allclose(found, answers.fused, atol=1e-4)


@pytest.mark.parametrize("streams", ["rgb_motion", "rgb_taylor"])
def test_frames_of_motion_are_trained_on_and_asked_about(streams, folders):
    table = waving_table()
    run = training.train(TrainConfig.read(SETTINGS | {"streams": streams, "run_name": "moves"}), table)
    seen = {"rgb_motion": "motion in dots", "rgb_taylor": "Taylor frames of dots"}[streams]
    assert run.input_names == {"rgb": seen}
    answers = Predictor(run).answers(table)
    np.testing.assert_allclose(answers.fused, run.probabilities(), atol=1e-4)
    given = explain(run, load_network(run), table, 3, (0, 1))
    assert given.frames.shape[0] == given.regions.shape[0] == 4
    path = export.export(run, folders / "model.onnx")
    (found,) = onnxruntime.InferenceSession(path).run(["probabilities"], named_inputs(run))
    np.testing.assert_allclose(found, answers.fused, atol=1e-4)


def test_beside_frames_joints_are_where_the_frames_show_them(folders):
    run = training.train(TrainConfig.read(SETTINGS | {"run_name": "both"}), solid_table())
    assert run.data.dimensions == 3 and run.input_names == {"rgb": "dots", "pose": "joints"}
    np.testing.assert_allclose(Predictor(run).answers(waving_table()).fused, run.probabilities(), atol=1e-4)


def test_every_stream_of_every_model_has_a_network_of_its_channels():
    flat, solid = waving_table(), solid_table()
    for model, streams in MODELS.items():
        for stream in streams:
            config = TrainConfig.read(SETTINGS | {"model": model, "streams": stream})
            for table in (flat, solid):
                network, pose = make_network(config, table), config.network_streams == "pose"
                kinds = {"pose" if part in ("joint", "limb") else part[:3] for part in stream.split("+")}
                assert set(network.pathways) == ({"pose"} if pose else kinds)
                if pose and model in SKELETON_MODELS:
                    assert network.pathways["pose"].in_channels == table.dimensions + 1


def test_the_floor_sees_depth_too():
    """Positions and differences in three dimensions; a clip without depth has none."""
    table = solid_table()
    flat, space = joint_features(table.keypoints[4]), joint_features(table.joints3d[4])
    assert len(flat) == 63 * 22 * 2 and len(space) == 63 * 22 * 3
    still = table.joints3d[4].copy()
    still[..., 2] = 5
    both = joint_features(still).reshape(63, 22, 3)
    np.testing.assert_allclose(both[..., :2], flat.reshape(63, 22, 2) * (1, -1), atol=1e-6)
    assert not both[..., 2].any()
