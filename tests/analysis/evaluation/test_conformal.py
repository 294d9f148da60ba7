"""Oracles: conformal p-values in a slow loop, the beta distribution of coverage, and classes of known hardness."""

import numpy as np
import pytest

from mglib.analysis.evaluation import attainable_level, conformal_sets, conformal_table, mean_interval


def draw(rng: np.random.Generator, clips: int, sure: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels, and answers that give the true class uniform(0, 1)^(1 / sure), the more the surer; the others share."""
    labels = rng.integers(0, len(sure), clips)
    own = rng.random(clips) ** (1 / sure[labels])
    probabilities = np.repeat((1 - own[:, None]) / (len(sure) - 1), len(sure), axis=1)
    probabilities[np.arange(clips), labels] = own
    return probabilities, labels


@pytest.mark.parametrize("level", [0.7, 0.9])
def test_sets_against_p_values(level: float) -> None:
    """A class is in the set where more than 1 - level of the scores, with its own, are as high as its own."""
    rng = np.random.default_rng(0)
    (given, labels), (asked, _) = draw(rng, 49, np.full(4, 2)), draw(rng, 30, np.full(4, 2))
    given[:9] = given[0]  # equals
    scores = 1 - given[np.arange(49), labels]
    for by in ("all", "class"):
        sets, _ = conformal_sets(given, labels, asked, level=level, by=by)
        for clip in range(30):
            for k in range(4):
                own = scores if by == "all" else scores[labels == k]
                p = (1 + np.sum(own >= 1 - asked[clip, k])) / (1 + len(own))
                assert sets[clip, k] == (p > 1 - level + 1e-9)


def test_coverage_is_the_level_on_average() -> None:
    """Of 39 calibration clips the 36th score at the level 0.9: coverage is Beta(36, 4), of mean 0.9."""
    rng = np.random.default_rng(1)
    covered = []
    for _ in range(300):
        (given, labels), (asked, truth) = draw(rng, 39, np.full(3, 2)), draw(rng, 100, np.full(3, 2))
        covered.append(conformal_sets(given, labels, asked)[0][np.arange(100), truth].mean())
    assert np.mean(covered) == pytest.approx(0.9, abs=0.01)


def test_hard_classes_are_covered_by_class_and_by_cluster() -> None:
    """Half of 20 classes are hard. Thresholds over all clips fail them, those of a class or cluster do not."""
    rng, sure = np.random.default_rng(2), np.repeat([1.0, 8.0], 10)
    (given, labels), (asked, truth) = draw(rng, 4_000, sure), draw(rng, 8_000, sure)
    table = conformal_table(given, labels, asked, truth, np.arange(8_000) % 80, rng=np.random.default_rng(0))
    table = table.set_index("by")
    assert table["always_in"].eq(0).all()
    for by, (low, high) in {"all": (0.79, 0.83), "class": (0.87, 0.93), "cluster": (0.87, 0.93)}.items():
        sets, _ = conformal_sets(given, labels, asked, by=by, rng=rng)
        hard = sets[np.arange(8_000), truth][truth < 10].mean()
        assert low < hard < high
        assert table.loc[by, "coverage"] == pytest.approx(0.9, abs=0.02)
    assert table.loc["all", "worst_class"] < 0.82 < 0.85 < table.loc["cluster", "worst_class"]


def test_few_clips_make_one_cluster_of_all_classes() -> None:
    rng, sure = np.random.default_rng(3), np.full(6, 2.0)
    (given, labels), (asked, _) = draw(rng, 80, sure), draw(rng, 50, sure)
    clustered, always = conformal_sets(given, labels, asked, by="cluster", rng=rng)
    np.testing.assert_array_equal(clustered, conformal_sets(given, labels, asked)[0])
    assert not always.any()


def test_classes_without_enough_clips_are_in_every_set() -> None:
    """Nine clips allow the level 0.9, eight do not; the third class has none, nor test clips."""
    rng = np.random.default_rng(4)
    labels, asked = np.repeat([0, 1], [9, 8]), np.array([[0.9, 0.05, 0.05], [0.2, 0.8, 0], [0.05, 0.95, 0]])
    given = np.tile([0.8, 0.1, 0.1], (17, 1))
    sets, always = conformal_sets(given, labels, asked, by="class")
    assert always.tolist() == [False, True, True]
    np.testing.assert_array_equal(sets, [[True, True, True], [False, True, True], [False, True, True]])
    table = conformal_table(given, labels, asked, np.array([0, 0, 1]), np.arange(3), by=["class"], rng=rng)
    found = table.loc[0, ["coverage", "groups", "size", "empty", "always_in", "worst_class"]].astype(float)
    np.testing.assert_allclose(found, [2 / 3, 3, 7 / 3, 0, 2, 1 / 2])
    expected = mean_interval(np.array([1, 0, 1]), np.arange(3))
    np.testing.assert_allclose(table.loc[0, ["coverage", "low", "high"]].astype(float), expected)


def test_a_level_needs_groups() -> None:
    assert attainable_level(np.array(["a", "b", "b", "c"])) == 3 / 4


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"level": 1.0}, "at the level 1.0"),
        ({"by": "group"}, "Sets by 'group'"),
        ({"by": "cluster"}, "for cluster a generator"),
        ({"probabilities": np.eye(4)}, "calibration clips know 3 classes, those to answer 4"),
        ({"calibration_probabilities": np.full((3, 3), np.nan)}, "of the calibration clips: 3 of 3 clips have nan"),
        ({"probabilities": np.ones((2, 3))}, "2 rows are not distributions over classes"),
    ],
)
def test_bad_input_is_named(wrong: dict, sentence: str) -> None:
    good = {"calibration_probabilities": np.eye(3), "calibration_labels": np.arange(3), "probabilities": np.eye(3)}
    with pytest.raises(ValueError, match=sentence):
        conformal_sets(**good | wrong)
