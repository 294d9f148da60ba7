"""The network is the trained one, attributions add up, and they find what decides."""

import shutil

import numpy as np
import pytest
import torch

from mglib.analysis.ambiguity import clip_table
from mglib.base.errors import RunError
from mglib.config import TrainConfig
from mglib.prediction import saliency
from mglib.runs import Run
from mglib.training import loop as training
from tests.builders import waving_table
from tests.run_builder import fake_run

SETTINGS = {"preset": "tiny", "epochs": 2, "batch_size": 6, "dim": 8, "precision": "no", "lr": 0.05}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    folder = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("runs", "cache"):
            patch.setenv(f"MGLIB_{name.upper()}", str(folder / name))
        return training.train(TrainConfig.read(SETTINGS | {"run_name": "waving"}), waving_table())


@pytest.fixture(autouse=True)
def _folders(folders):
    return folders


def test_the_loaded_network_answers_as_the_run_says(run):
    network, table, row = saliency.load_network(run), waving_table(), 5
    for stream in (*run.streams, "fused"):
        found = saliency.explain(run, network, table, row, (0, 2), stream)
        streams = run.streams if stream == "fused" else (stream,)
        expected = [np.log(run.probabilities(s)[row, 0] / run.probabilities(s)[row, 2]) for s in streams]
        assert found.evidence == pytest.approx(np.mean(expected), abs=1e-4)


def test_attributions_add_up_to_what_the_clip_says(run):
    network, table = saliency.load_network(run), waving_table()
    for row in (0, 4):
        found = saliency.explain(run, network, table, row, (1, 0))
        total = found.pose.sum() + found.regions.sum()
        assert total == pytest.approx(found.evidence - found.empty, rel=0.1, abs=0.02)
        assert found.pose.shape == (len(found.channels), 8) and found.regions.shape == found.frames.shape[:3]
    opposite = saliency.explain(run, network, table, row, (0, 1))
    np.testing.assert_allclose(opposite.pose, -found.pose, atol=1e-5)


def test_integrated_gradients_of_a_known_function():
    x = torch.tensor([[1.0, 2.0, 3.0]])

    def score(inputs):
        return inputs["a"][:, 0] * inputs["a"][:, 1] + 4 * inputs["b"][:, 2]

    found = saliency.integrated_gradients(score, {"a": x, "b": x}, steps=8)
    torch.testing.assert_close(found["a"], torch.tensor([[1.0, 1.0, 0.0]]))  # a product is shared evenly
    torch.testing.assert_close(found["b"], torch.tensor([[0.0, 0.0, 12.0]]))


def test_the_pair_is_the_worst_clip_of_the_most_confused_classes(tmp_path):
    clips = clip_table(fake_run(tmp_path / "run", clips=120, between=0.4), folds=0)
    missed, hit = (clips.loc[row] for row in saliency.rival_clips(clips, "test"))
    wrong = clips[(clips["split"] == "test") & (clips["member"] == "FN")]
    pairs = wrong.groupby(["label", "predicted"]).size()
    assert pairs[missed["label"], missed["predicted"]] == pairs.max()
    same = wrong[(wrong["label"] == missed["label"]) & (wrong["predicted"] == missed["predicted"])]
    assert missed["margin"] == same["margin"].min()
    assert (hit["label"], hit["member"], hit["split"]) == (missed["predicted"], "TP", "test")
    assert saliency.rival_clips(clips[clips["member"] == "TP"]) is None


def test_weights_that_are_missing_or_do_not_fit_are_a_sentence(run, tmp_path):
    other = fake_run(tmp_path / "other")
    with pytest.raises(RunError, match="does not fit the network that config.yaml describes"):
        saliency.load_network(other)
    shutil.copytree(run.path, tmp_path / "copy", ignore=shutil.ignore_patterns("*.safetensors"))
    with pytest.raises(RunError, match="weights.safetensors is missing"):
        saliency.load_network(Run(tmp_path / "copy"))
