"""From its directory alone a run answers a clip as it answered it after training, and refuses what does not fit."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mglib.base import files
from mglib.base.errors import DataError, RunError
from mglib.config import TrainConfig
from mglib.prediction import Predictor
from mglib.prediction.own_clips import own_clip
from mglib.runs import Run
from mglib.training import loop as training
from tests.builders import waving_table
from tests.run_builder import fake_run

SETTINGS = {"preset": "tiny", "epochs": 1, "batch_size": 6, "dim": 8, "precision": "no", "lr": 0.05}
RUNS = {
    "two streams": {"test_clips": 2},
    "limbs": {"streams": "limb", "label_embedding": 20},
    "graph": {"model": "ctr_gcn"},
    "experts": {"model": "hypergraph"},
    "frames": {"model": "tsm"},
}
NEEDED = ("config.yaml", "data.json", "clips.csv", "weights.safetensors", "predictions.npz", "features.npz")
SIZE = {"height": 100, "width": 100}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A maker of runs, trained once each; only what a prediction needs is left in their directories."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "words.csv").write_text("right,1,0\ndown,0,1\nstill,1,1\n")

    def train(name: str) -> Run:
        run = folder / "kept" / name
        if run.is_dir():
            return Run(run)
        settings = SETTINGS | RUNS[name] | {"run_name": name}
        if "label_embedding" in settings:
            settings["label_table"] = str(folder / "words.csv")
        with pytest.MonkeyPatch.context() as patch:
            for variable in ("runs", "cache"):
                patch.setenv(f"MGLIB_{variable.upper()}", str(folder / variable))
            whole = training.train(TrainConfig.read(settings), waving_table())
        run.mkdir(parents=True)
        for file in (*NEEDED, "prototypes.npz"):
            shutil.copyfile(whole.path / file, run / file)
        if "label_table" in settings:
            Path(settings["label_table"]).unlink()
        return Run(run)

    return train


@pytest.mark.parametrize("name", RUNS)
def test_it_answers_as_after_training(trained, name):
    run, table = trained(name), waving_table()
    predictions = Predictor(run).many(table)
    for stream in (*run.streams, "fused"):
        answers = np.stack([p.probabilities[stream] for p in predictions])
        np.testing.assert_allclose(answers, run.probabilities(stream), atol=1e-5)
    for stream in run.streams:
        features = np.stack([p.features[stream] for p in predictions])
        np.testing.assert_allclose(features, run.features(stream), rtol=1e-4, atol=1e-5)


def test_a_clip_is_decoded_once_for_all_its_views(trained, monkeypatch):
    table, decoded = waving_table().select(range(20)), []  # more than a batch
    read = type(table.frames).read
    monkeypatch.setattr(type(table.frames), "read", lambda reader, row: decoded.append(row) or read(reader, row))
    predictor = Predictor(trained("two streams"))
    assert predictor.config.test_clips == 2
    predictor.many(table)
    assert decoded == list(range(20))


@pytest.mark.parametrize("name", ["graph", "frames"])
def test_arrays_of_one_clip_are_answered_as_the_clip_of_the_table(trained, name):
    run, table, row = trained(name), waving_table(), 7
    frames = table.frames.read(row) if name == "frames" else None
    prediction = Predictor(str(run.path))(table.keypoints[row][0], **SIZE, frames=frames)
    np.testing.assert_allclose(prediction.probabilities["fused"], run.probabilities()[row], atol=1e-5)
    top = prediction.top(3)
    assert top.index[0] == run.probabilities()[row].argmax()
    assert (top["probability"] == np.sort(prediction.probabilities["fused"])[::-1]).all()
    assert top["class"].tolist() == [run.data.class_names[k] for k in top.index]


def test_neighbours_are_those_of_a_plain_loop(trained):
    run, row = trained("two streams"), 4  # a training clip: it is not its own neighbour
    predictor, table = Predictor(run), waving_table()
    prediction = predictor.many(table)[row]

    def cosine(a, b):
        return a @ b / np.linalg.norm(a) / np.linalg.norm(b)

    def mean(other):
        return np.nanmean([cosine(prediction.features[s], other(s)) for s in run.streams])  # of streams that know it

    expected = {k: mean(lambda s, k=k: run.prototypes(s)[-1, k]) for k in range(3)}
    found = prediction.prototypes.set_index("label")["similarity"]
    assert found.dropna().is_monotonic_decreasing
    assert found.to_dict() == pytest.approx(expected, abs=1e-5, nan_ok=True)
    nearest = sorted(run.where("train"), key=lambda r: -mean(lambda s: run.features(s)[r]))
    wanted = [mean(lambda s, r=r: run.features(s)[r]) for r in nearest]
    assert nearest[0] == row and row not in prediction.similar["row"].tolist()
    stranger = predictor.many(replace(table, name="another data set"))[row].similar
    assert stranger["row"].iloc[0] == row and stranger["similarity"].iloc[0] == pytest.approx(1, abs=1e-5)
    for alike, expected in ((prediction.similar, wanted[1:]), (stranger, wanted)):
        np.testing.assert_allclose(alike["similarity"], expected[: len(alike)], atol=1e-5)
        assert (alike["label"] == run.labels[alike["row"]]).all()


def test_a_class_without_a_prototype_comes_last(trained, tmp_path):
    run = Run(shutil.copytree(trained("graph").path, tmp_path / "copy"))
    arrays = dict(run._arrays("prototypes.npz"))
    arrays["pose"][-1, 1] = np.nan
    files.write_arrays(run.path / "prototypes.npz", **arrays)
    table = waving_table().select([0])
    assert Predictor(Run(run.path)).many(table)[0].prototypes["label"].iloc[-1] == 1


def test_the_time_line_is_the_answer_to_each_part(trained):
    run, table = trained("graph"), waving_table()
    predictor = Predictor(run)
    line = predictor.timeline(table.select([3]), seconds=0.16, stride=0.08)
    np.testing.assert_allclose(line.spans * table.fps, [[0, 4], [2, 6], [4, 8], [6, 10]])
    for (start, stop), answer in zip((line.spans * table.fps).round().astype(int), line.probabilities, strict=True):
        part = predictor(table.keypoints[3][:, start:stop], **SIZE)
        np.testing.assert_allclose(answer, part.probabilities["fused"], atol=1e-6)
    assert predictor.timeline(table.select([3])).spans[0].tolist() == [0, 0.2]  # half of 0.4 seconds


@pytest.fixture
def own() -> np.ndarray:
    return waving_table().keypoints[0].copy()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda x: x[:, :, :17], r"shape \(1, 10, 17, 3\); layout imigue22 expects \[persons, frames, 22, 3\]"),
        (lambda x: x[..., :2], r"shape \(1, 10, 22, 2\)"),
        (lambda x: x[0, 0], r"shape \(22, 3\); give \[persons, frames, joints, 3\], or one person's"),
        (lambda x: np.where(x > 60, np.nan, x), "hold NaN or infinity"),
        (lambda x: 0 * x, "no joint is detected in any frame"),
        (lambda x: x[:, :0], "empty"),
        (lambda x: x.astype(str).astype(object) + "?", "no array of numbers"),
        (lambda x: x * [9, 9, 1], "far outside the image of 100 x 100"),
    ],
)
def test_key_points_that_do_not_fit_are_a_sentence(trained, own, change, said):
    with pytest.raises(DataError, match=f"your clip, keypoints: .*{said}"):
        Predictor(trained("graph"))(change(own), **SIZE)


def test_a_joint_without_a_position_is_not_detected_whatever_its_score(trained, own):
    predictor, own[0, 2:5, 3] = Predictor(trained("limbs")), 0
    expected = predictor(own, **SIZE).probabilities["fused"]
    own[0, 2:5, 3, 2] = 1
    with pytest.warns(UserWarning, match=r"3 joints have a score, but lie at exactly \(0, 0\)"):
        np.testing.assert_array_equal(predictor(own, **SIZE).probabilities["fused"], expected)


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        (None, "uses dots and joints: give frames or a video beside the key points"),
        (np.zeros((9, 50, 50, 3), np.uint8), "9 for 10 frames of key points"),
        (np.zeros((10, 50, 50, 1), np.uint8), r"shape \(10, 50, 50, 1\) of uint8.* give uint8 \[T, H, W, 3\]"),
        (np.zeros((10, 50, 50, 3)), "float64"),
        (np.zeros((10, 50, 90, 3), np.uint8), "90 x 50, but the key points are in an image of 100 x 100"),
    ],
)
def test_frames_that_do_not_fit_are_a_sentence(trained, own, frames, said):
    with pytest.raises(DataError, match=said):
        Predictor(trained("two streams"))(own, **SIZE, frames=frames)
    with pytest.raises(DataError, match="height, width: are missing"):
        Predictor(trained("graph"))(own)


def test_a_table_of_another_kind_is_a_sentence(trained, make_table, tmp_path):
    with pytest.raises(DataError, match="17 joints of layout coco17, but the run graph was trained on 22 of imigue22"):
        Predictor(trained("graph")).many(make_table())
    run = as_depth(trained("frames"), tmp_path)
    with pytest.raises(DataError, match="frames: are dots, but the run depth was trained on depth video"):
        Predictor(run).many(waving_table())


def test_arrays_for_a_run_on_3d_joints_are_refused_by_what_it_was_trained_on(trained, own, tmp_path):
    run = as_depth(trained("graph"), tmp_path)
    files.write_json(run.path / "data.json", json.loads((run.path / "data.json").read_text()) | {"dimensions": 3})
    for points in (own, np.pad(own, ((0, 0), (0, 0), (0, 0), (0, 1)))):
        with pytest.raises(DataError, match=r"your clip: key points in an image, but the run .* loaded by mglib\.data"):
            own_clip(Run(run.path), points, **SIZE)


def as_depth(run: Run, folder: Path) -> Run:
    """The run as if its frames had been depth video."""
    copy = shutil.copytree(run.path, folder / "depth")
    files.write_json(copy / "data.json", json.loads((copy / "data.json").read_text()) | {"visual": "depth video"})
    return Run(copy)


def test_depth_frames_of_three_moments_are_the_three_channels(trained, own, tmp_path):
    run = as_depth(trained("frames"), tmp_path)
    grey = np.random.default_rng(0).integers(0, 255, (10, 50, 50, 1), np.uint8)
    moved = [grey[np.clip(np.arange(10) + m, 0, 9)] for m in (-3, 0, 3)]
    answer = Predictor(run)(own, **SIZE, frames=grey).probabilities["fused"]
    plain = Predictor(trained("frames"))(own, **SIZE, frames=np.concatenate(moved, 3)).probabilities["fused"]
    np.testing.assert_allclose(answer, plain, atol=1e-6)


def test_an_ensemble_and_a_run_without_weights_are_sentences(trained, tmp_path):
    run = fake_run(tmp_path / "both")
    with pytest.raises(RunError, match="does not fit the network that config.yaml describes"):
        Predictor(run)
    (run.path / "weights.safetensors").unlink()
    with pytest.raises(RunError, match="weights.safetensors is missing"):
        Predictor(run)
    files.write_text(run.path / "config.yaml", "members: [{run: a}, {run: a}, {run: b}]\n")
    with pytest.raises(RunError, match="both is an ensemble, which has no network; .* members: a, b."):
        Predictor(Run(run.path))


def test_a_path_is_taken_for_a_video(trained, monkeypatch):
    asked = []
    monkeypatch.setattr("mglib.prediction.predictor.own_video", lambda run, path: asked.append(path) or waving_table())
    run = trained("graph")
    found = Predictor(run)("wave.mp4").probabilities["fused"]
    np.testing.assert_allclose(found, run.probabilities()[0], atol=1e-5)
    assert asked == ["wave.mp4"]
