"""The ONNX file says what the network says, of batches of any size; where it cannot be written, a sentence says so."""

import json
import sys

import numpy as np
import onnxruntime
import pytest
from torch.utils.data import default_collate

from mglib.config import TrainConfig
from mglib.data.loader import Batch, ClipDataset, places_of
from mglib.data.sampling import thin_out
from mglib.prediction import Predictor
from mglib.prediction import onnx as export
from mglib.prediction.own_clips import Uncached
from mglib.runs import Run
from mglib.training import loop as training
from mglib.training.building import make_view
from tests.builders import waving_table

SETTINGS = {"preset": "tiny", "epochs": 1, "batch_size": 6, "dim": 8, "precision": "no", "lr": 0.05}
SYSTEMS = {
    "two streams": {},
    "limbs": {"streams": "limb"},
    "graph": {"model": "st_gcn_pp"},
    "frames": {"model": "video_swin_t"},
}


def trained(name: str, **changes) -> Run:
    return training.train(TrainConfig.read(SETTINGS | SYSTEMS[name] | {"run_name": name} | changes), waving_table())


def named_inputs(run: Run) -> dict[str, np.ndarray]:
    """Of all clips, as one who runs the file prepares them."""
    config, table = TrainConfig.read(run.config), waving_table()
    view = make_view(config)
    clips = ClipDataset(table, np.arange(len(table)), view, Uncached(table.frames, 120) if view.rgb_frames else None)
    batch = Batch(*default_collate([clips[i] for i in range(len(table))]))
    inputs = {"keypoints": batch.keypoints.numpy()} if config.network_streams != "rgb" else {}
    return inputs | ({"frames": batch.frames.numpy()} if view.rgb_frames else {})


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_file_answers_as_the_predictor(name, folders):
    run = trained(name)
    path = export.export(run, folders / "a folder" / "model.onnx")
    session, inputs = onnxruntime.InferenceSession(path), named_inputs(run)
    assert [node.name for node in session.get_inputs()] == list(inputs)
    outputs = [node.name for node in session.get_outputs()]
    answers = dict(zip(outputs, session.run(None, inputs), strict=True))
    expected = Predictor(run).answers(waving_table())
    np.testing.assert_allclose(answers["probabilities"], expected.fused, atol=1e-4)
    for stream in run.streams:
        np.testing.assert_allclose(answers[f"probabilities_{stream}"], expected.probabilities[stream], atol=1e-4)
        np.testing.assert_allclose(answers[f"features_{stream}"], expected.features[stream], rtol=1e-3, atol=1e-3)
    (one,) = session.run(["probabilities"], {key: x[5:6] for key, x in inputs.items()})
    np.testing.assert_allclose(one[0], answers["probabilities"][5], atol=1e-5)
    told = json.loads(path.with_suffix(".json").read_text())
    assert {key: tuple(x["shape"][1:]) for key, x in told["inputs"].items()} == {
        k: x.shape[1:] for k, x in inputs.items()
    }
    assert told["outputs"] == outputs and told["classes"] == list(run.data.class_names)
    assert sorted(p.name for p in path.parent.iterdir()) == ["model.json", "model.onnx"]


@pytest.mark.parametrize("total", [5, 8, 13, 40])
def test_the_description_says_which_frames_are_seen_and_how_several_views_are_averaged(folders, total):
    run = trained("two streams", test_clips=3)
    told = export.metadata(run, run.settings, export.example(run), [])["outside"]["frames"]
    pose, rgb = (int(told.split(f"{kind} frame i of ")[1].split()[0]) for kind in ("pose", "RGB"))
    assert "the mean of the probabilities of 3 views, in which (v + 0.5) / 3 stands for 0.5" in told
    for v in range(3):
        place = (v + 0.5) / 3
        wanted = [
            int((i + place) * total / pose) if total >= pose else (v * total // 3 + i) % total for i in range(pose)
        ]
        indices = places_of(make_view(run.settings), total, None, (v, 3))
        assert indices.tolist() == wanted
        assert thin_out(indices, rgb, None, (v, 3)).tolist() == [
            wanted[int((i + place) * pose / rgb)] for i in range(rgb)
        ]


def test_the_description_is_enough_to_prepare_key_points(folders):
    """A plain loop by the words of the JSON file alone."""
    run, table, row = trained("limbs"), waving_table(), 2
    told = export.metadata(run, TrainConfig.read(run.config), export.example(run), [])
    _, _, number, joints, _ = told["inputs"]["keypoints"]["shape"]
    total, pixels = table.clips["total_frames"][row], 8
    chosen = [int((i + 0.5) * total / number) if total >= number else i % total for i in range(number)]
    clip = table.keypoints[row][0, chosen]
    low, high = clip[..., :2].min((0, 1)), clip[..., :2].max((0, 1))
    side, middle = (high - low).max() * (1 + told["outside"]["padding"]), (low + high) / 2
    expected = ((clip[..., :2] - middle) / side + 0.5) * pixels - 0.5
    np.testing.assert_allclose(named_inputs(run)["keypoints"][row, 0, ..., :2], expected, atol=1e-4)
    assert f"* {pixels} - 0.5" in told["outside"]["keypoints"] and joints == len(told["joints"])


def test_the_console_writes_and_says_where_it_cannot(folders, monkeypatch, capsys):
    run = trained("limbs")
    path = folders / "g.onnx"
    assert export.main(["limbs", "-o", str(path)]) == 0
    assert f"{path} and g.json: " in capsys.readouterr().out and onnxruntime.InferenceSession(path)
    assert export.main(["no such run"]) == 2
    assert "There is no run 'no such run'" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    assert export.main([run.name, "-o", str(folders / "other.onnx")]) == 2
    assert 'pip install -c constraints.txt -e ".[onnx]"' in capsys.readouterr().err
    assert not (folders / "other.onnx").exists()
