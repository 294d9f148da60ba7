"""Clips and prototypes on one map."""

from pathlib import Path

import numpy as np
import pytest

from mglib.analysis.embedding import embed, side_by_side
from mglib.base.errors import DiskError, RunError
from mglib.runs import Run
from tests.run_builder import fake_run, rewrite


@pytest.fixture
def run(tmp_path) -> Run:
    return fake_run(tmp_path / "run", num_classes=3, clips=60, between=0.0, wrong=0.0)


def test_streams_side_by_side_compare_by_their_mean_cosine():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(5, 3)), 100 * rng.normal(size=(5, 4))
    rows = side_by_side([a, b])
    expected = (_cosine(a) + _cosine(b)) / 2
    np.testing.assert_allclose(rows @ rows.T, expected, atol=1e-6)


def _cosine(x: np.ndarray) -> np.ndarray:
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    return unit @ unit.T


@pytest.mark.parametrize("method", ["pca", "umap"])
def test_clips_lie_around_the_prototype_of_their_class(run, method):
    found = embed(run, "fused", method, seed=3)
    nearest = np.linalg.norm(found.clips[:, None] - found.prototypes, axis=2).argmin(1)
    assert (nearest == run.clips["label"]).mean() > 0.9
    assert found.trustworthiness > 0.75
    again = embed(run, "fused", method, seed=3)
    assert np.array_equal(found.clips, again.clips) and found.trustworthiness == again.trustworthiness


def test_a_map_is_kept_until_the_features_or_the_seed_change(run, monkeypatch):
    made = []

    class Umap:
        def __init__(self, random_state: int, **_: object):
            self.seed = random_state

        def fit_transform(self, rows: np.ndarray) -> np.ndarray:
            made.append(self.seed)
            return np.full((len(rows), 2), float(len(made)))

    monkeypatch.setattr("umap.UMAP", Umap)
    assert [embed(run, "rgb").clips[0, 0], embed(run, "rgb").clips[0, 0], made] == [1, 1, [0]]
    embed(run, "rgb", seed=1)
    embed(rewrite(run, "features", rgb=run.features("rgb")[::-1]), "rgb", seed=1)
    assert made == [0, 1, 1]
    path = run.path / "embedding-rgb.npz"
    path.write_bytes(path.read_bytes()[:-30])  # damaged: made again
    assert len(embed(Run(run.path), "rgb", seed=1).clips) == 60 and made == [0, 1, 1, 1]

    def refused(path: Path, **_: np.ndarray) -> None:
        raise DiskError(f"{path} could not be written.")

    monkeypatch.setattr("mglib.base.files.write_arrays", refused)
    with pytest.warns(UserWarning, match="embedding-rgb.npz could not be written. The map is computed again next time"):
        embed(run, "rgb", seed=2)


def test_many_clips_come_to_umap_with_their_exact_neighbours(run, monkeypatch):
    given = {}

    class Umap:
        def __init__(self, precomputed_knn: tuple, n_neighbors: int, **_: object):
            given.update(knn=precomputed_knn, number=n_neighbors)

        def fit_transform(self, rows: np.ndarray) -> np.ndarray:
            given.update(rows=rows)
            return rows[:, :2]

    monkeypatch.setattr("umap.UMAP", Umap)
    monkeypatch.setattr("mglib.analysis.embedding.MANY", 60)
    embed(run, "fused")
    nearest, distances, _ = given["knn"]
    cosine = 1 - _cosine(given["rows"].astype(np.float64))
    np.testing.assert_allclose(np.take_along_axis(cosine, nearest, 1), distances, atol=1e-6)
    np.testing.assert_allclose(np.sort(cosine, 1)[:, : given["number"]], distances, atol=1e-6)
    assert (nearest[:, 0] == np.arange(len(nearest))).all()


def test_a_class_without_prototype_has_no_place(run):
    stars = run.prototypes("pose")
    stars[-1, 2] = np.nan
    found = embed(rewrite(run, "prototypes", pose=stars), "fused", "pca")
    assert np.isnan(found.prototypes).any(1).tolist() == [False, False, True]
    assert np.isfinite(found.clips).all()


def test_a_run_without_the_stream_says_so(tmp_path):
    run = fake_run(tmp_path / "run", streams=("pose",))
    with pytest.raises(RunError, match="has no 'rgb'; it has pose"):
        embed(run, "rgb", "pca")
