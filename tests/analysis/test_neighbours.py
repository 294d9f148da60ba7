"""Nearest training clips, against a plain search through all of them."""

from pathlib import Path

import numpy as np
import pytest

from mglib.analysis.neighbours import nearest, rival_classes, training_neighbours
from mglib.runs import Run
from tests.run_builder import fake_run, rewrite


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    run = fake_run(tmp_path_factory.mktemp("runs") / "run", clips=150, between=0.3)
    features = {stream: run.features(stream).copy() for stream in run.streams}
    for each in features.values():
        each[[3, 21, 42]] = each[9]  # equals
    return rewrite(run, "features", **features)


def searched(run: Run, stream: str, row: int, label: int | None) -> list[tuple[int, float]]:
    """All training clips but the clip itself, sorted: the mean over the streams of the cosine."""
    features = [run.features(s).astype(float) for s in (run.streams if stream == "fused" else (stream,))]
    found, labels = [], run.labels
    for other in run.where("train"):
        if other == row or (label is not None and labels[other] != label):
            continue
        pairs = [(each[row], each[other]) for each in features]
        alike = np.mean([a @ b / np.sqrt((a @ a) * (b @ b)) for a, b in pairs])
        found.append((int(other), float(alike)))
    return sorted(found, key=lambda one: -one[1])


@pytest.mark.parametrize("stream", ["fused", "pose"])
def test_they_are_those_of_a_plain_search(run: Run, stream: str):
    rows = np.arange(0, len(run.clips), 3)
    found, rivals = training_neighbours(run, stream, rows, 5), rival_classes(run, stream)
    for place, row in enumerate(rows):
        for kind, label in (("any", None), ("own", run.labels[row]), ("rival", rivals[row])):
            expected = searched(run, stream, row, label)[:5]
            np.testing.assert_allclose(found[kind].similarity[place], [alike for _, alike in expected], atol=2e-6)
            distinct = len({round(alike, 5) for _, alike in expected}) == 5
            if distinct:  # the order of equals is rounding's
                assert found[kind].places[place].tolist() == [other for other, _ in expected]
            assert row not in found[kind].places[place]


def test_of_equals_the_first_and_fewer_than_wanted():
    among = np.array([[1.0, 0], [0, 1], [1, 0], [1, 0]])
    found = nearest(np.array([[1.0, 0], [0, 1]]), among, 2, own=np.array([0, -1]))
    assert found.places.tolist() == [[2, 3], [1, 0]] and found.similarity.tolist() == [[1, 1], [1, 0]]
    few = nearest(np.array([[1.0, 0]]), among[:2], 4, own=np.array([1]))
    assert few.places.tolist() == [[0, -1, -1, -1]] and np.isnan(few.similarity[0, 1:]).all()


def test_the_rival_is_the_answer_or_the_nearest_other_prototype(run: Run, tmp_path: Path):
    found, answered = rival_classes(run, "fused"), run.probabilities().argmax(1)
    wrong = answered != run.labels
    assert wrong.sum() > 10 and (found[wrong] == answered[wrong]).all() and (found[~wrong] != run.labels[~wrong]).all()
    bare = fake_run(tmp_path / "bare", num_classes=1)
    assert (rival_classes(bare, "fused") == 0).all()
    (run.path / "prototypes.npz").rename(tmp_path / "prototypes.npz")
    without = rival_classes(Run(run.path), "fused")
    (tmp_path / "prototypes.npz").rename(run.path / "prototypes.npz")
    second = np.argsort(-run.probabilities(), axis=1)[:, 1]
    assert (without[~wrong] == second[~wrong]).all()
