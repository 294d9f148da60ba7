"""The table of clips against the run it is read from."""

import subprocess
import sys

import numpy as np
import pytest

from mglib.analysis.ambiguity import clip_table
from mglib.analysis.ambiguity.clips import prototype_similarity
from mglib.base.errors import RunError
from mglib.runs import Run
from tests.run_builder import fake_run, recolumn, rewrite

OF_TRAINING = ["persistence", "taken_for_share", "confidence", "variability", "aum", "label_quality"]


@pytest.fixture
def run(tmp_path) -> Run:
    return fake_run(tmp_path / "made up", unseen=0.1)


@pytest.mark.parametrize("stream", ["fused", "rgb"])
def test_rows_follow_the_run(run, stream):
    table = clip_table(run, stream, folds=0)
    probabilities = run.probabilities(stream)
    assert table["row"].tolist() == list(range(60)) and table["id"].tolist() == run.clips["id"].tolist()
    for row, label, predicted, probability, member in table[
        ["row", "label", "predicted", "probability", "member"]
    ].itertuples(index=False):
        assert predicted == np.argmax(probabilities[row])
        assert probability == probabilities[row, label]
        assert member == ("TP" if predicted == label else "FN")


@pytest.mark.parametrize("stream", ["fused", "pose"])
def test_persistence_is_the_share_of_epochs_among_the_fn(run, stream):
    expected = {}
    for row, guesses in zip(run.where("train"), run.dynamics(stream)["predicted"].T, strict=True):
        used = guesses[guesses >= 0]  # -1: not used in that epoch
        expected[row] = np.mean(used != run.labels[row])
    table = clip_table(run, stream, folds=0)
    assert table["persistence"].dropna().to_dict() == pytest.approx(expected)
    assert 0 < np.mean(list(expected.values())) < 1


def test_similarity_of_fused_is_the_mean_over_the_streams_that_have_the_prototype(run):
    prototypes = {stream: run.prototypes(stream) for stream in run.streams}
    prototypes["rgb"][-1, 0] = np.nan
    for stream in run.streams:
        prototypes[stream][-1, 3] = np.nan
    run = rewrite(run, "prototypes", **prototypes)
    rgb, pose = prototype_similarity(run, "rgb"), prototype_similarity(run, "pose")
    similarity = prototype_similarity(run)
    np.testing.assert_allclose(similarity[:, 1], (rgb[:, 1] + pose[:, 1]) / 2)
    np.testing.assert_allclose(similarity[:, 0], pose[:, 0])
    assert np.isnan(similarity[:, 3]).all()
    table = clip_table(run, folds=0)
    assert not (table["rival"] == 3).any()
    assert table["margin"].isna().equals(table["label"] == 3) and (table["label"] == 3).any()


def test_prototypes_are_those_of_the_last_epoch(run):
    margins = clip_table(run, folds=0)["margin"]
    other = {stream: run.prototypes(stream) for stream in run.streams}
    for array in other.values():
        array[:-1] *= -1
    assert clip_table(rewrite(run, "prototypes", **other), folds=0)["margin"].equals(margins)


def test_clips_that_were_not_trained_on_have_no_course(run):
    table = clip_table(run)
    trained = table["split"] == "train"
    assert table.loc[~trained, [*OF_TRAINING, "forgetting"]].isna().all(axis=None)
    assert (table.loc[~trained, ["taken_for", "likely_label"]] == -1).all(axis=None)
    assert not table.loc[~trained, "suspected"].any() and table["suspected"].dtype == bool
    assert table.loc[trained, OF_TRAINING].notna().all(axis=None)
    assert (table.dtypes[["rival", "taken_for", "likely_label"]] == np.int64).all()


@pytest.mark.parametrize(
    ("file", "lost"),
    [
        ("features.npz", ["own_similarity", "rival_similarity", "margin", "label_quality"]),
        ("prototypes.npz", ["own_similarity", "rival_similarity", "margin"]),
        ("dynamics.npz", ["persistence", "taken_for_share", "confidence", "variability", "aum", "forgetting"]),
    ],
)
def test_what_a_run_lacks_is_nan_and_nothing_else(run, file, lost):
    whole = clip_table(run)
    (run.path / file).unlink()
    table = clip_table(Run(run.path))
    assert table[lost].isna().all(axis=None)
    classes = {"margin": ["rival"], "label_quality": ["likely_label", "suspected"], "aum": ["taken_for"]}
    left = whole.columns.drop([*lost, *(name for key in lost for name in classes.get(key, []))])
    assert table[left].equals(whole[left])
    assert table.columns.equals(whole.columns)


def test_a_run_without_predictions_is_a_sentence(run):
    (run.path / "predictions.npz").unlink()
    with pytest.raises(RunError, match=r"predictions\.npz is missing: the run made up is incomplete"):
        clip_table(Run(run.path))


def test_one_class_one_stream(tmp_path):
    run = fake_run(tmp_path / "one", num_classes=1, clips=12, streams=("pose",), wrong=0, between=0)
    table = clip_table(run)
    assert (table["member"] == "TP").all() and (table["rival"] == -1).all()
    assert table[["margin", "label_quality"]].isna().all(axis=None) and not table["suspected"].any()
    assert (table.loc[table["split"] == "train", "persistence"] == 0).all()


def test_one_group_leaves_the_labels_unjudged(run):
    with pytest.warns(UserWarning, match="come from 1 group, and their labels"):
        table = clip_table(recolumn(run, group="alone"))
    assert table["label_quality"].isna().all() and not table["suspected"].any() and table["margin"].notna().all()


def test_no_torch_is_needed(run):
    code = (
        "import sys; from mglib.runs import Run; from mglib.analysis.ambiguity import clip_table;"
        f"print(len(clip_table(Run({str(run.path)!r}))), 'torch' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["60", "False"]
