"""What the browser gets is what a plain loop over the clips finds."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mglib.analysis.ambiguity import confused_pairs
from mglib.analysis.evaluation import class_recall, score_table
from mglib.base.errors import RunError
from mglib.explorer import ExplorerError
from mglib.explorer.payload import NONE, Payload, make_payload, near_prototypes, similarity_order, succession
from mglib.runs import Run
from tests.run_builder import fake_run, recolumn


def unpack(meta: dict, content: bytes) -> dict[str, np.ndarray]:
    """As the source of explorer.js does in data.js."""
    return {
        name: np.frombuffer(content, dtype, int(np.prod(shape)), offset).reshape(shape)
        for name, (dtype, shape, offset) in meta["arrays"].items()
    }


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return fake_run(tmp_path / "run", num_classes=5, clips=60, starts=True)


def test_decisions_of_every_clip_follow_from_its_probabilities(run: Run):
    arrays = unpack(*make_payload(run).pack())
    assert arrays["ids"].tobytes().decode().split("\0") == run.clips["id"].tolist()
    for system in ("fused", "rgb", "pose"):
        probabilities = run.probabilities(system)
        for row, label in enumerate(run.clips["label"]):
            ranked = sorted(range(5), key=lambda k: -probabilities[row, k])[:3]
            assert arrays[f"{system}/top"][row].tolist() == ranked
            assert arrays[f"{system}/p"][row] / 65535 == pytest.approx(probabilities[row, ranked], abs=1e-5)
            assert arrays[f"{system}/own"][row] / 65535 == pytest.approx(probabilities[row, label], abs=1e-5)


def test_the_history_is_that_of_the_training_clips(run: Run):
    arrays = unpack(*make_payload(run).pack())
    predicted = run.dynamics("pose")["predicted"]
    for place in range(len(run.where("train"))):
        for epoch in range(len(predicted)):
            answer = predicted[epoch, place]
            assert arrays["pose/history"][place, epoch] == (NONE if answer < 0 else answer)


def test_near_prototypes_equals_a_loop_and_leaves_out_classes_without_one():
    rng = np.random.default_rng(0)
    features, prototypes = rng.normal(size=(20, 6)), rng.normal(size=(4, 6))
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    prototypes /= np.linalg.norm(prototypes, axis=1, keepdims=True)
    prototypes[2] = np.nan
    labels, predicted = rng.integers(0, 4, 20), rng.integers(0, 4, 20)
    found = near_prototypes(features @ prototypes.T, labels, predicted)
    for row in range(20):
        others = {k: features[row] @ prototypes[k] for k in (0, 1, 3) if k != labels[row]}
        rival = max(others, key=others.get)
        assert found["rival"][row] == rival
        expected = [features[row] @ prototypes[k] for k in (labels[row], predicted[row], rival)]
        for value, cosine in zip(found["cosine"][row], expected, strict=True):
            assert value == -128 if np.isnan(cosine) else abs(value / 127 - cosine) < 0.005


def test_succession_counts_neighbours_within_a_video():
    clips = pd.DataFrame({"group": list("aabab"), "start": [30, 10, 5, 20, 1], "label": [0, 1, 2, 2, 1]})
    counts = succession(clips, 3)  # video a: 1 2 0; video b: 1 2
    assert counts.tolist() == [[0, 0, 1], [0, 0, 2], [1, 2, 0]]


def test_classes_taken_for_each_other_become_neighbours():
    labels = np.repeat(np.arange(6), 4)
    probabilities = np.eye(6)[labels]
    for a, b in ((0, 3), (1, 5), (2, 4)):
        probabilities[labels == a] = 0.6 * np.eye(6)[a] + 0.4 * np.eye(6)[b]
    order = similarity_order(probabilities, labels)
    assert sorted(order) == list(range(6))
    assert all(abs(order.index(a) - order.index(b)) == 1 for a, b in ((0, 3), (1, 5), (2, 4)))


def test_the_second_run_is_read_in_the_first_ones_order(run: Run, tmp_path: Path):
    other = fake_run(tmp_path / "other", num_classes=5, clips=60, seed=1)
    place = np.random.default_rng(0).permutation(60)
    shuffled = [f"clip {row:05d}" for row in place]
    arrays = make_payload(run, recolumn(other, id=shuffled, label=run.clips["label"].to_numpy()[place])).arrays
    expected = other.probabilities("fused")[np.argsort(place)].argmax(1)
    assert arrays["other/fused/top"][:, 0].tolist() == expected.tolist()


def test_a_head_is_compared_with_its_like_or_with_a_whole_prediction_and_this_is_said(run: Run, tmp_path: Path):
    alone = recolumn(fake_run(tmp_path / "joints", num_classes=5, seed=1, streams=("pose",)), label=run.labels)
    payload = make_payload(run, alone)
    for system in ("fused", "rgb", "pose"):
        assert payload.arrays[f"other/{system}/top"][:, 0].tolist() == alone.probabilities().argmax(1).tolist()
    said = "joints has no made-up head or pose head: its whole prediction is compared with each."
    assert payload.meta["missing"] == [said]

    payload = make_payload(alone, run)
    assert payload.arrays["other/pose/top"][:, 0].tolist() == run.probabilities("fused").argmax(1).tolist()
    assert payload.meta["missing"] == []

    like = recolumn(fake_run(tmp_path / "like", num_classes=5, seed=1), label=run.labels)
    payload = make_payload(run, like)
    for system in ("fused", "rgb", "pose"):
        assert payload.arrays[f"other/{system}/top"][:, 0].tolist() == like.probabilities(system).argmax(1).tolist()
    assert payload.meta["missing"] == []


def test_what_cannot_be_shown_is_said(run: Run, tmp_path: Path):
    with pytest.raises(ExplorerError, match="different classes"):
        make_payload(run, fake_run(tmp_path / "six", num_classes=6))
    with pytest.raises(RunError, match="lacks 20 of the 60 clips of run"):
        make_payload(run, fake_run(tmp_path / "fewer", num_classes=5, clips=40))
    with pytest.raises(ExplorerError, match=r"systems\['ensemble'\] has the shape \(3, 5\)"):
        make_payload(run, systems={"ensemble": np.ones((3, 5))})
    for name in ("features", "dynamics"):
        (run.path / f"{name}.npz").unlink()
    payload = make_payload(Run(run.path), systems={"ensemble": np.full((60, 5), 0.2)})
    assert list(payload.meta["systems"]) == ["fused", "rgb", "pose", "ensemble"]
    sentences = " ".join(payload.meta["missing"])
    assert "No feature map" in sentences and "No history" in sentences
    assert "pose/pca" not in payload.arrays and "pose/history" not in payload.arrays


def test_arrays_lie_at_multiples_of_eight_bytes():
    meta, content = Payload({}, {"a": np.arange(3, dtype=np.uint8), "b": np.arange(4, dtype=np.uint32)}).pack()
    assert [offset for *_, offset in meta["arrays"].values()] == [0, 8]
    assert unpack(meta, content)["b"].tolist() == [0, 1, 2, 3]


def test_intervals_are_those_of_python_over_groups(tmp_path):
    """The page shows what `confused_pairs` and `score_table` say of the same clips, to a step of 1/65535."""
    run = fake_run(tmp_path / "confused", num_classes=4, clips=160, groups=8, noise=5)
    meta, buffer = make_payload(run).pack()
    arrays = unpack(meta, buffer)
    pairs = confused_pairs(run).set_index(["true", "predicted"])
    cells, confused = arrays["fused/test/pairs"], np.diff(arrays["fused/test/pairs"].astype(int))[:, 0] != 0
    shown = [tuple(pair) for pair in cells[confused].tolist()]
    assert len(shown) > 6 and set(shown) == set(pairs.index)
    wanted, bounds = pairs.loc[shown], arrays["fused/test/bounds"] / 65535
    np.testing.assert_allclose(bounds[confused], wanted[["low", "high"]], atol=1e-5)
    kinds = [meta["directions"][i] for i in arrays["fused/test/direction"][confused]]
    assert kinds == wanted["direction"].tolist()
    assert arrays["fused/test/pair_groups"][confused].tolist() == wanted["groups"].tolist()
    test = run.where("test")
    recall = class_recall(run.labels[test], run.probabilities()[test], run.groups[test], 4)
    right = recall.set_index("label").loc[cells[~confused][:, 0]]
    np.testing.assert_allclose(bounds[~confused], right[["low", "high"]], atol=1e-5)
    systems = {"fused": run.probabilities()[test], "rgb": run.probabilities("rgb")[test]}
    table = score_table(systems, run.labels[test], run.groups[test])
    for row in table[table["metric"] == "top1"].itertuples():
        assert meta["scores"][row.system] == pytest.approx([row.value, row.low, row.high, 3])


def test_one_group_has_scores_without_an_interval(tmp_path):
    run = recolumn(fake_run(tmp_path / "alone", noise=5), group="alone")
    payload = make_payload(run)
    assert payload.meta["scores"]["fused"][1:] == [None, None, 1]
    assert (payload.arrays["fused/test/bounds"] == [65535, 0]).all()
