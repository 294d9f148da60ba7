"""Places in the plane."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA

from mglib.analysis.embedding import side_by_side
from mglib.explorer import maps
from tests.run_builder import fake_run


def test_the_first_map_is_a_pca_that_keeps_its_proportions(tmp_path: Path):
    run = fake_run(tmp_path / "run", streams=("pose",))
    features, prototypes = side_by_side([run.features("pose")]), side_by_side([run.prototypes("pose")[-1]])
    arrays, trust = maps.feature_maps(run, "pose", features, prototypes, umap=False)
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
    features, prototypes = side_by_side([run.features("pose")]), side_by_side([run.prototypes("pose")[0]])
    arrays, _ = maps.feature_maps(run, "pose", features, prototypes, umap=False)
    nowhere = (arrays["pca"] == 65535).all(1)
    assert np.flatnonzero(nowhere).tolist() == [len(features) + 4]  # the fake run's last class has none at first
