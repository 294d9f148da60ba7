"""Places in the plane."""

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.decomposition import PCA

from mglib.explorer import maps
from tests.run_builder import fake_run


def test_the_first_map_is_a_pca_that_keeps_its_proportions(tmp_path: Path):
    run = fake_run(tmp_path / "run", streams=("pose",))
    features, prototypes = maps.join([run.features("pose")]), maps.join([run.prototypes("pose")[-1]])
    arrays, trust = maps.draw(run, "pose", features, prototypes, umap=False)
    pca = PCA(2, svd_solver="full").fit(features)
    expected = pca.transform(np.concatenate([features, prototypes]))
    found = arrays["pca"].astype(float)
    found -= found[: len(features)].mean(0)
    for axis in range(2):
        assert abs(np.corrcoef(found[:, axis], expected[:, axis])[0, 1]) == pytest.approx(1, abs=1e-6)
    ratio = [np.std(places[:, 1]) / np.std(places[:, 0]) for places in (found, expected)]
    assert ratio[0] == pytest.approx(ratio[1], rel=1e-3)
    assert 0.5 < trust["pca"] <= 1


def test_a_class_without_a_prototype_has_no_star(tmp_path: Path):
    run = fake_run(tmp_path / "run", streams=("pose",))
    features, prototypes = maps.join([run.features("pose")]), maps.join([run.prototypes("pose")[0]])
    arrays, _ = maps.draw(run, "pose", features, prototypes, umap=False)
    nowhere = (arrays["pca"] == 65535).all(1)
    assert np.flatnonzero(nowhere).tolist() == [len(features) + 4]  # the fake run's last class has none at first


def test_joined_streams_multiply_to_their_mean_cosine():
    rng = np.random.default_rng(0)
    rgb, pose = rng.normal(size=(2, 5)), rng.normal(size=(2, 3))
    a, b = maps.join([rgb, pose])
    cosines = [x[0] @ x[1] / np.linalg.norm(x[0]) / np.linalg.norm(x[1]) for x in (rgb, pose)]
    assert a @ b == pytest.approx(np.mean(cosines), abs=1e-6)


def test_umap_is_made_once_for_the_same_features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = []

    class Reducer:
        def __init__(self, **settings):
            made.append(settings["random_state"])

        def fit_transform(self, features):
            return features[:, :2]

        transform = fit_transform

    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=Reducer))
    run = fake_run(tmp_path / "run", streams=("pose",))
    features, prototypes = maps.join([run.features("pose")]), maps.join([run.prototypes("pose")[-1]])
    first, _ = maps.draw(run, "pose", features, prototypes, umap=True)
    again, _ = maps.draw(run, "pose", features, prototypes, umap=True)
    assert np.array_equal(first["umap"], again["umap"]) and made == [0]
    maps.draw(run, "pose", features[:, ::-1], prototypes[:, ::-1], umap=True)
    assert made == [0, 0]
