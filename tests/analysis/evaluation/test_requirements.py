"""Bad input is named in a sentence."""

import numpy as np
import pytest

from mglib.analysis.evaluation import calibration_table, class_recall, score_table

GOOD = {"labels": np.array([0, 1]), "probabilities": np.eye(3)[:2], "groups": np.array(["s1", "s2"])}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"labels": np.array([0])}, r"Labels \(1,\), probabilities of net \(2, 3\) and groups \(2,\) do not match"),
        ({"probabilities": np.array([0.5, 0.5])}, r"probabilities of net \(2,\)"),
        ({"groups": np.array(["s1"])}, r"groups \(1,\) do not match"),
        ({"labels": np.array([0, 3])}, "Labels: row 1 is 3, outside 0..2"),
        ({"labels": np.array([-1, 0])}, "Labels: row 0 is -1, outside 0..2"),
        ({"labels": np.array([0.0, 1.0])}, "Labels are of type float64"),
        ({"probabilities": np.array([[0, 1, 0], [0, np.nan, 0]])}, "Probabilities of net: 1 of 2 clips.* in row 1"),
        ({"groups": np.array(["s1", None])}, "Groups: row 1 has none"),
        ({"labels": np.zeros(0, int), "probabilities": np.zeros((0, 3)), "groups": np.zeros(0)}, "no clips"),
    ],
)
def test_bad_input_is_named(wrong: dict, sentence: str) -> None:
    given = GOOD | wrong
    with pytest.raises(ValueError, match=sentence):
        score_table({"net": given["probabilities"]}, given["labels"], given["groups"])


def test_systems_must_know_the_same_classes() -> None:
    with pytest.raises(ValueError, match="'a': 3, 'b': 2"):
        score_table({"a": np.eye(3)[:2], "b": np.eye(2)}, GOOD["labels"], GOOD["groups"])
    with pytest.raises(ValueError, match="no systems"):
        score_table({}, GOOD["labels"], GOOD["groups"])
    with pytest.raises(ValueError, match="3 columns for 4 classes"):
        class_recall(**GOOD, num_classes=4)


def test_logits_are_no_probabilities() -> None:
    """Ranks need none, but a likelihood does."""
    logits = np.array([[2.0, -1, 0], [0, 3, 1]])
    score_table({"net": logits}, GOOD["labels"], GOOD["groups"])
    with pytest.raises(
        ValueError, match="Probabilities of net: 2 rows are not distributions .* from -1 to 2 with the sum 1;"
    ):
        calibration_table({"net": logits}, GOOD["labels"], GOOD["groups"])
